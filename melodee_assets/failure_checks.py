"""What is left failed, as standing checks: one for each step of intake, and one over all of them.

There is no queue of dead letters. A file or release that could not be taken in is a row in the database and stays where
it is; these are its standing inventory, over all batches, which no other outcome hides. `failure_sensor` brings them up
to date within seconds of a change, whether a run comes or not; a run of intake evaluates them too.
"""

from collections.abc import Mapping

import dagster as dg

from melodee.database import Database
from melodee.failures import FailuresLeft, failures_left
from melodee.intake import discover, publish, stage
from melodee.leaf_work import covers, integrity, tags
from melodee_assets.intake import discovered_releases, inbound_files, published_releases, staged_releases
from melodee_assets.leaf_work import leaf_covers, leaf_integrity, leaf_tags, sampled_integrity

NAME = "no_items_left_failed"

SAMPLES = 20
"""Failed items that a check names; the others are counted."""

STAGES: Mapping[dg.AssetKey, str | None] = {
    inbound_files.key: None,
    discovered_releases.key: discover.STAGE,
    staged_releases.key: stage.STAGE,
    published_releases.key: publish.STAGE,
    leaf_tags.key: tags.STAGE,
    leaf_covers.key: covers.STAGE,
    leaf_integrity.key: integrity.STAGE,
    sampled_integrity.key: integrity.DECODE_STAGE,
}
"""The step whose failures an asset's check lists; of the inbound files, all."""

LEAF_ASSETS = (leaf_tags.key, leaf_covers.key, leaf_integrity.key, sampled_integrity.key)
"""Assets that look at files that are published."""

_WHAT_TO_DO = (
    "Each is still where it was, unchanged. 'melodee failures list' says what is wrong with every one, and 'melodee "
    "failures show' what to do about it. Mend or replace a file, and it is taken up again by itself within seconds. To "
    "try unchanged files again, run 'melodee failures retry', or materialize their batch's partition of the job intake "
    "once more; to leave one alone until it changes, 'melodee failures drop'."
)

_WHAT_TO_DO_IN_LEAVES = (
    "Each is where it was, unchanged, and its song is in the catalogue. 'melodee failures list' says what is wrong "
    "with every one, and 'melodee failures show' what to do about it. Put a good copy in its place; the next run over "
    "its leaf takes it off the list."
)


def evaluation(database: Database, asset: dg.AssetKey) -> dg.AssetCheckEvaluation:
    """The asset's check as it is now, without a run."""
    left = failures_left(database, samples=SAMPLES, stage=STAGES[asset])
    return dg.AssetCheckEvaluation(
        asset_key=asset,
        check_name=NAME,
        passed=not left.total,
        severity=dg.AssetCheckSeverity.WARN,
        description=_headline(left, STAGES[asset]),
        metadata=_metadata(left, _WHAT_TO_DO_IN_LEAVES if asset in LEAF_ASSETS else _WHAT_TO_DO),
    )


def _metadata(left: FailuresLeft, what_to_do: str) -> dict[str, int | str]:
    # Plain values: the page shows them at once, Markdown and tables only after a click each.
    metadata: dict[str, int | str] = {"items": left.total}
    if left.total:
        metadata |= {f"items_{code}": number for code, number in left.by_code.items()}
        metadata["given_up"] = left.given_up
        metadata |= {f"newest_{number:02}": sample for number, sample in enumerate(left.samples, 1)}
        metadata["what_to_do"] = what_to_do
    return metadata


def _headline(left: FailuresLeft, stage: str | None) -> str:
    if not left.total:
        return "Nothing is left failed in this step." if stage else "Everything that was dropped has been dealt with."
    codes = ", ".join(f"{number} {code}" for code, number in left.by_code.items())
    given_up = f" {left.given_up} of them were given up." if left.given_up else ""
    return f"Left failed: {codes}.{given_up} 'melodee failures list' says of each file where it is and why."


def _check(asset: dg.AssetKey, description: str) -> dg.AssetChecksDefinition:
    # It depends on no other step: behind all of them it runs last, also when one of them failed.
    @dg.asset_check(name=NAME, asset=asset, description=description, op_tags={"dagster/priority": "-1"})
    def check(database: dg.ResourceParam[Database]) -> dg.AssetCheckResult:
        now = evaluation(database, asset)
        return dg.AssetCheckResult(
            passed=now.passed, severity=now.severity, description=now.description, metadata=now.metadata
        )

    return check


failure_checks = [
    _check(
        inbound_files.key,
        "Whether anything that was dropped could not be taken in: a standing list over all batches and steps, not the "
        "last one's. Its metadata has the number of items, the number for each error code, how many were given up, "
        "the newest of them, and what to do.",
    ),
    _check(
        discovered_releases.key,
        "Whether anything is left that could not be read or grouped: empty, truncated or locked files, links, folders "
        "without permission. Over all batches.",
    ),
    _check(
        staged_releases.key,
        "Whether anything is left that could not be moved to the staging volume, such as a file whose name another "
        "file of the library has. Over all batches.",
    ),
    _check(
        published_releases.key,
        "Whether anything is left that could not be moved to its storage volume. Over all batches.",
    ),
]

leaf_checks = [
    _check(
        leaf_tags.key,
        "Whether tags of files that are published could not be read again: they are empty, gone, or no music any more. "
        "Over all leaves.",
    ),
    _check(
        leaf_covers.key,
        "Whether pictures of albums are broken or gone, so that another cover was chosen, or none. Over all leaves.",
    ),
    _check(
        leaf_integrity.key,
        "Whether files that are published are damaged: their bytes are not those that came in though nobody has "
        "written to them, or they cannot be read, or are gone. Over all leaves.",
    ),
    _check(
        sampled_integrity.key,
        "Whether files that are published could not be decoded from beginning to end, whoever decoded them.",
    ),
]
