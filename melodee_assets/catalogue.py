"""The catalogue as one asset: what stands between batches, which come and go, and its own upkeep.

It has no partitions. Work on the catalogue's leaves hangs on it and never on a batch asset directly: such an asset
loads and runs, and then every backfill of it from the UI fails on partitions that do not exist.
"""

from collections.abc import Mapping, Sequence

import dagster as dg

from melodee.catalogue.leaves import keep_leaves
from melodee.database import Database
from melodee.ledger import FailuresLeft, failures_left
from melodee_assets.intake import published_releases
from melodee_assets.retries import DEPENDENCY_RETRY, only_what_may_heal_is_retried

SAMPLES = 20
"""Failed items that the check shows; the rest is counted."""

_WHAT_TO_DO = """\
Each row is a file or a release that is still where it was; nothing was lost or changed.

- `melodee failures list` shows all of them.
- Mend the file, or replace it: the sensor takes it up again within seconds, because it changed.
- To try unchanged files again, open the batch under *Partitions* of `discovered_releases` and press **Materialize**.
"""


@dg.asset(
    deps=[published_releases],
    group_name="catalogue",
    kinds={"postgres"},
    owners=["team:operators"],
    retry_policy=DEPENDENCY_RETRY,
)
def catalogue(context: dg.AssetExecutionContext, database: dg.ResourceParam[Database]) -> dg.MaterializeResult:
    """Songs, albums and artists as players see them.

    Each run brings the planner's statistics up to date for the leaves (PostgreSQL partitions) that have grown, and
    prepares the next leaf before the current one is full.
    """
    with only_what_may_heal_is_retried():
        upkeep = keep_leaves(database, report=context.log.info)
    return dg.MaterializeResult(metadata=upkeep.as_metadata())


@dg.asset_check(asset=catalogue)
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
