"""Checks: what an operator should look at, kept up to date by every batch.

There is no queue of dead letters. A file or release that could not be taken in is a row in the database and stays where
it is; this is its standing inventory, over all batches, which no other outcome hides.
"""

from collections.abc import Mapping, Sequence

import dagster as dg

from melodee.database import Database
from melodee.ledger import FailuresLeft, failures_left
from melodee_assets.intake import inbound_files

SAMPLES = 20
"""Failed items that the check names; the others are counted."""

_WHAT_TO_DO = """\
Each row is a file or a release that is still where it was; nothing was lost or changed.

- `melodee failures list` shows all of them.
- Mend the file, or replace it: the sensor takes it up again within seconds, because it changed.
- To try unchanged files again, open the batch under *Partitions* of `discovered_releases` and press **Materialize**.
"""


@dg.asset_check(
    asset=inbound_files.key,
    # It depends on no other step: behind all of them it runs last, also when one of them failed.
    op_tags={"dagster/priority": "-1"},
)
def no_items_left_failed(database: dg.ResourceParam[Database]) -> dg.AssetCheckResult:
    """Lists what could not be taken in: a standing inventory over all batches, not the outcome of the last one."""
    left = failures_left(database, samples=SAMPLES)
    metadata: dict[str, dg.MetadataValue] = {"items": dg.MetadataValue.int(left.total)}
    if left.total:
        metadata |= {
            "by_code": dg.MetadataValue.md(_table(left.by_code)),
            f"newest_{min(left.total, SAMPLES)}": dg.MetadataValue.md(_list(left.samples)),
            "what_to_do": dg.MetadataValue.md(_WHAT_TO_DO),
        }
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


def _table(by_code: Mapping[str, int]) -> str:
    return "| code | items |\n|---|---|\n" + "\n".join(f"| {code} | {number} |" for code, number in by_code.items())


def _list(samples: Sequence[str]) -> str:
    # A name may hold anything: indented, Markdown leaves it as it is.
    return "\n".join(f"    {sample}" for sample in samples)
