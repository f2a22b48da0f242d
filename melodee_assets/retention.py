"""Retention as an asset: what is past goes every night, ours and Dagster's, and the numbers say how much."""

import dagster as dg

from melodee.database import Database
from melodee.retention.batches import batch_keys, forget_batches, unfinished_batch_keys
from melodee.retention.remains import forget_rejected, forget_remains
from melodee.settings import RetentionSettings
from melodee_assets.dagster_retention import forget_partitions, prune_dagster
from melodee_assets.partitions import batches
from melodee_assets.retries import DEPENDENCY_RETRY, only_what_may_heal_is_retried


@dg.asset(group_name="upkeep", kinds={"postgres"}, owners=["team:operators"], retry_policy=DEPENDENCY_RETRY)
def retention(context: dg.AssetExecutionContext, database: dg.ResourceParam[Database]) -> dg.MaterializeResult:
    """What is past and gone: old batches, runs, logs, ticks, alerts, and files that were rejected long ago.

    A partition that is still there keeps what says whether it is done or failed, and the run that it failed in. Songs,
    and files on storage, are never touched; the settings MELODEE_KEEP_… say how long what is kept.
    """
    settings = RetentionSettings.from_environment()
    with only_what_may_heal_is_retried():
        forgotten = forget_batches(database, settings)
        context.log.info("%s batches forgotten", len(forgotten))
        gone = set(context.instance.get_dynamic_partitions(batches.name or "")) - batch_keys(database)
        forget_partitions(context.instance, batches, gone)
        counts = forget_remains(database, settings) | forget_rejected(database, settings)
        open_batches = unfinished_batch_keys(database)
        pruned = prune_dagster(context.instance, days=settings.runs, open_batches=open_batches)
    metadata = {"batches": len(forgotten), "partitions": len(gone), **counts, **pruned.as_metadata()}
    return dg.MaterializeResult(metadata=metadata)


# A job cannot have the name of an asset.
housekeeping = dg.define_asset_job(
    "housekeeping",
    selection=dg.AssetSelection.assets(retention),
    description="What is past and gone: old batches, runs, logs, ticks, alerts, and files that were rejected long ago.",
)

nightly_retention = dg.ScheduleDefinition(
    name="nightly_retention",
    job=housekeeping,
    cron_schedule="50 3 * * *",
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="Retention, once a day at 03:50 UTC.",
)
