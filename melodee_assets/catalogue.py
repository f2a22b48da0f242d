"""The catalogue as one asset: what stands between batches, which come and go, and its own upkeep.

It has no partitions. Work on the catalogue's leaves hangs on it and never on a batch asset directly: such an asset
loads and runs, and then every backfill of it from the UI fails on partitions that do not exist.
"""

import dagster as dg

from melodee.catalogue.leaves import keep_leaves
from melodee.database import Database
from melodee_assets.intake import published_releases
from melodee_assets.retries import DEPENDENCY_RETRY, only_what_may_heal_is_retried


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
