"""What was found in the releases of a batch, and what waits for a person, as checks of the staged releases.

The findings of the batch that ran are checks that the asset brings along itself: a step of their own would cost each
run more than judging does. One of them blocks: nothing is published that would do harm, unless a person said so.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

import dagster as dg

from melodee.database import Database
from melodee.findings.codes import CODES, GROUPS
from melodee.findings.summary import GroupFindings, batch_findings, what_waits
from melodee.intake.stage import POLICY
from melodee.text import count
from melodee_assets.described import described

SAMPLES = 10
"""Findings that a check names; the others are counted."""

NOTHING_HARMFUL = "nothing_harmful_is_published"
NOTHING_WAITS = "nothing_waits_for_review"

STAGED = dg.AssetKey("staged_releases")

finding_checks = [
    *(dg.AssetCheckSpec(group, asset=STAGED, description=description) for group, description in GROUPS.items()),
    dg.AssetCheckSpec(
        NOTHING_HARMFUL,
        asset=STAGED,
        blocking=True,
        description=(
            "Whether every release that would do harm to the library waits for a person, whatever the policy is. Where "
            "one does not, the run ends here and nothing of its batch is published."
        ),
    ),
]


def finding_results(database: Database, batch: str) -> Iterator[dg.AssetCheckResult]:
    """The checks of the batch that was staged."""
    found = batch_findings(database, batch, samples=SAMPLES, policy=POLICY)
    for group, findings in found.groups.items():
        yield dg.AssetCheckResult(
            check_name=group,
            asset_key=STAGED,
            passed=findings.worst not in ("error", "warning"),
            severity=dg.AssetCheckSeverity.WARN,
            description=_headline(findings),
            metadata=_metadata(findings),
        )
    named = ", ".join(found.harmful[:SAMPLES])
    yield dg.AssetCheckResult(
        check_name=NOTHING_HARMFUL,
        asset_key=STAGED,
        passed=not found.harmful,
        severity=dg.AssetCheckSeverity.ERROR,
        description=f"Approved without a person: {named}." if found.harmful else "What would do harm waits.",
        metadata={"releases": len(found.harmful)},
    )


def _headline(findings: GroupFindings) -> str:
    if not findings.releases:
        return "Nothing was found in this batch."
    found = ", ".join(f"{code} in {count(number, 'release')}" for code, number in findings.releases.items())
    return f"Of this batch: {found}."


def _metadata(findings: GroupFindings) -> dict[str, int | str]:
    # Plain values: the page shows them at once, Markdown and tables only after a click each.
    metadata: dict[str, int | str] = {f"releases_{code}": number for code, number in findings.releases.items()}
    metadata |= {f"what_to_do_{code}": CODES[code].remedy for code in findings.releases}
    return metadata | {f"release_{number:02}": sample for number, sample in enumerate(findings.samples, 1)}


def waiting_evaluation(database: Database) -> dg.AssetCheckEvaluation:
    """The standing check of what waits, as it is now, without a run."""
    waiting = what_waits(database)
    metadata: dict[str, int | str] = {"releases": waiting.releases, "batches": waiting.batches}
    headline = "Nothing waits for a person."
    if waiting.since is not None:
        since = waiting.since.astimezone(UTC)
        days = (datetime.now(UTC) - since).days
        headline = (
            f"{count(waiting.releases, 'release waits', 'releases wait')} for a person, the oldest since "
            f"{since:%Y-%m-%d %H:%M} UTC. 'melodee review list' shows what and why."
        )
        metadata |= {f"releases_{code}": number for code, number in waiting.by_code.items()}
        metadata |= {"oldest_days": days, "what_to_do": _WHAT_TO_DO}
    return dg.AssetCheckEvaluation(
        asset_key=STAGED,
        check_name=NOTHING_WAITS,
        passed=waiting.releases == 0,
        severity=dg.AssetCheckSeverity.WARN,
        description=headline,
        metadata=metadata,
    )


_WHAT_TO_DO = (
    "They lie on the staging volume and hold nothing else up. 'melodee review list' shows them, 'melodee review show' "
    "what there is to say about one and what to do, 'melodee review approve' has it published, and 'melodee review "
    "reject' takes it out. Which releases wait is the setting MELODEE_REVIEW's to say."
)


@dg.asset_check(
    name=NOTHING_WAITS,
    asset=STAGED,
    # Behind all other steps, also when one of them failed.
    op_tags={"dagster/priority": "-1"},
)
def nothing_waits_for_review(database: dg.ResourceParam[Database]) -> dg.AssetCheckResult:
    """Whether any release waits for a person: a standing list over all batches, not the last one's.

    Its metadata has the number of releases and of their batches, how many have each finding, how many days the oldest
    has waited, and what to do.
    """
    now = waiting_evaluation(database)
    return dg.AssetCheckResult(
        passed=now.passed, severity=now.severity, description=now.description, metadata=now.metadata
    )


@described(dg.sensor, minimum_interval_seconds=9, default_status=dg.DefaultSensorStatus.RUNNING)
def review_sensor(context: dg.SensorEvaluationContext, database: dg.ResourceParam[Database]) -> dg.SensorResult:
    """Watches what waits for a person: when somebody has decided, the check of the staged releases says so at once.

    That takes no run. Switched off, the check shows what it was at the end of the last run.
    """
    now = waiting_evaluation(database)
    seen = repr([(name, value.value) for name, value in sorted(now.metadata.items())])
    if seen == context.cursor:
        return dg.SensorResult(skip_reason="nothing has changed")
    context.instance.report_runless_asset_event(now)
    return dg.SensorResult(cursor=seen, skip_reason="the check is up to date")
