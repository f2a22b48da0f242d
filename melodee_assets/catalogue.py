"""The catalogue as one asset: what stands between batches, which come and go, and its own upkeep.

It has no partitions. Work on the catalogue's leaves hangs on it and never on a batch asset directly: such an asset
loads and runs, and then every backfill of it from the UI fails on partitions that do not exist.
"""

import dagster as dg

from melodee.catalogue.leaves import keep_leaves
from melodee.database import Database
from melodee.ledger import failures_left
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


@dg.asset_check(asset=catalogue, description="Lists what could not be taken in and waits for somebody to look at it.")
def no_items_left_failed(database: dg.ResourceParam[Database]) -> dg.AssetCheckResult:
    """A standing inventory over all batches, new and old, not the outcome of the last one."""
    left = failures_left(database, samples=SAMPLES)
    return dg.AssetCheckResult(
        passed=left.total == 0,
        severity=dg.AssetCheckSeverity.WARN,
        description=f"{left.total} items are left failed" if left.total else "Nothing is left failed",
        metadata={"items": left.total},
    )
