"""Checks: what an operator should look at, kept up to date by every batch.

There is no queue of dead letters. A file or release that could not be taken in is a row in the database and stays where
it is; this is its standing inventory, over all batches, which no other outcome hides.
"""

import dagster as dg

from melodee.database import Database
from melodee.ledger import FailuresLeft, failures_left
from melodee_assets.intake import inbound_files

SAMPLES = 20
"""Failed items that the check names; the others are counted."""

_WHAT_TO_DO = (
    "Each is still where it was dropped, unchanged; 'melodee failures list' says what is wrong with every one. Mend or "
    "replace a file, and it is taken up again by itself within seconds. To try unchanged files again, run "
    "'melodee ingest', or materialize their batch's partition of the three assets of the group intake once more."
)


@dg.asset_check(
    asset=inbound_files.key,
    # It depends on no other step: behind all of them it runs last, also when one of them failed.
    op_tags={"dagster/priority": "-1"},
)
def no_items_left_failed(database: dg.ResourceParam[Database]) -> dg.AssetCheckResult:
    """Whether anything that was dropped could not be taken in: a standing list over all batches, not the last one's.

    Its metadata has the number of items, the number for each error code, the newest of them, and what to do.
    """
    left = failures_left(database, samples=SAMPLES)
    # Plain values: the page shows them at once, Markdown and tables only after a click each.
    metadata: dict[str, int | str] = {"items": left.total}
    if left.total:
        metadata |= {f"items_{code}": number for code, number in left.by_code.items()}
        metadata |= {f"newest_{number:02}": sample for number, sample in enumerate(left.samples, 1)}
        metadata["what_to_do"] = _WHAT_TO_DO
    return dg.AssetCheckResult(
        passed=not left.total,
        severity=dg.AssetCheckSeverity.WARN,
        description=_headline(left),
        metadata=metadata,
    )


def _headline(left: FailuresLeft) -> str:
    if not left.total:
        return "Everything that was dropped has been dealt with."
    codes = ", ".join(f"{number} {code}" for code, number in left.by_code.items())
    return f"Left failed: {codes}."
