"""What is found in releases, and what waits for a person, as checks of the staged releases.

They stand over all batches: what is found in a release is shown until it is published or somebody has decided about it,
whatever the last batch was. A run brings them along with the asset itself, since a step of their own would cost each
run more than judging does; it brings them up to date when it has published, and `review_sensor` when somebody has
decided. One of them blocks: nothing is published that would do harm, unless a person said so.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import dagster as dg
import msgspec

from melodee.database import Database
from melodee.findings.codes import CODES, GROUPS
from melodee.findings.summary import GroupFindings, batch_findings, findings_left, of_group, what_waits
from melodee.intake.stage import POLICY
from melodee.text import count
from melodee_assets.described import described

SAMPLES = 10
"""Findings that a check names; the others are counted."""

NOTHING_HARMFUL = "nothing_harmful_is_published"
NOTHING_WAITS = "nothing_waits_for_review"

LAST_BATCH = "last_batch"
"""Metadata about the batch that ran last: its key, and how many of its releases had a finding of each code."""

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
    """The checks when a batch was staged."""
    found = batch_findings(database, batch, policy=POLICY)
    for now in finding_evaluations(database, GROUPS, _LastBatch(batch, found.releases).metadata):
        yield dg.AssetCheckResult(
            check_name=now.check_name,
            asset_key=STAGED,
            passed=now.passed,
            severity=now.severity,
            description=now.description,
            metadata=now.metadata,
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


def report_published(instance: dg.DagsterInstance, database: Database, batch: str) -> None:
    """Brings the checks up to date that a batch's own releases may have changed, when it has published them."""
    last = _LastBatch(batch, batch_findings(database, batch, policy=POLICY).releases)
    groups = [group for group in GROUPS if of_group(group, last.releases)]
    for now in finding_evaluations(database, groups, last.metadata) if groups else ():
        instance.report_runless_asset_event(now)


@dataclass(frozen=True)
class _LastBatch:
    """What a check says besides of the batch that ran last."""

    batch: str
    releases: Mapping[str, int]
    """By code, of all groups."""

    def metadata(self, group: str) -> dict[str, int | str]:
        """Also when there is nothing, so that one sees that it ran."""
        numbers = of_group(group, self.releases)
        return {LAST_BATCH: self.batch} | {f"{LAST_BATCH}_{code}": number for code, number in numbers.items()}


def finding_evaluations(
    database: Database, groups: Collection[str], more: Callable[[str], Mapping[str, Any]]
) -> Iterator[dg.AssetCheckEvaluation]:
    """The checks of these groups as they are now, without a run; `more` is what a group's metadata has besides."""
    for group, findings in findings_left(database, groups, samples=SAMPLES, policy=POLICY).items():
        yield dg.AssetCheckEvaluation(
            asset_key=STAGED,
            check_name=group,
            passed=findings.worst not in ("error", "warning"),
            severity=dg.AssetCheckSeverity.WARN,
            description=_headline(findings),
            metadata={**_metadata(findings), **more(group)},
        )


def _headline(findings: GroupFindings) -> str:
    if not findings.releases:
        return "Nothing is found in releases that are still on their way."
    found = ", ".join(f"{code} in {count(number, 'release')}" for code, number in findings.releases.items())
    return f"Of releases that are still on their way: {found}."


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
    """Watches what waits for a person: when somebody has decided, the checks of the staged releases say so at once.

    That takes no run. Switched off, the checks show what they were at the end of the last run.
    """
    waiting = waiting_evaluation(database)
    now = _seen(waiting)
    before = _before(context.cursor)
    changed = {name for name in now if now[name] != before.get(name)}
    if NOTHING_WAITS in changed:
        context.instance.report_runless_asset_event(waiting)
    groups = [group for group in GROUPS if group in changed]
    for evaluation in finding_evaluations(database, groups, _last_batch_of(context.instance)) if groups else ():
        context.instance.report_runless_asset_event(evaluation)
    return dg.SensorResult(
        cursor=msgspec.json.encode(now).decode() if changed else None,
        skip_reason=f"{count(len(changed), 'check')} brought up to date" if changed else "nothing has changed",
    )


def _seen(waiting: dg.AssetCheckEvaluation) -> dict[str, str]:
    """By check, what it goes by of what waits. What a run has in hand, it tells itself."""
    values = {name: value.value for name, value in sorted(waiting.metadata.items())}
    codes = {
        name.removeprefix("releases_"): number
        for name, number in values.items()
        if name.startswith("releases_") and isinstance(number, int)
    }
    return {NOTHING_WAITS: repr(values)} | {group: repr(of_group(group, codes)) for group in GROUPS}


def _before(cursor: str | None) -> dict[str, str]:
    with suppress(msgspec.DecodeError):  # Of an earlier Melodee.
        return msgspec.json.decode(cursor or "{}", type=dict[str, str])
    return {}


def _last_batch_of(instance: dg.DagsterInstance) -> Callable[[str], Mapping[str, Any]]:
    """What a check said last of the batch that ran."""

    def said(group: str) -> Mapping[str, Any]:
        record = instance.get_latest_asset_check_evaluation_record(dg.AssetCheckKey(STAGED, group))
        evaluation = record.evaluation if record else None
        metadata = evaluation.metadata if evaluation else {}
        return {name: value for name, value in metadata.items() if name.startswith(LAST_BATCH)}

    return said
