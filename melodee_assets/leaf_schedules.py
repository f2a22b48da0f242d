"""When work on the leaves begins by itself: a small sample each night; what reads all of the library is off."""

from collections.abc import Iterator

import dagster as dg
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

from melodee.catalogue.leaf_care import leaf_keys
from melodee.database import Database
from melodee.settings import LeafWorkSettings
from melodee_assets.clock import BEGUN_ELSEWHERE, begins_here
from melodee_assets.described import described
from melodee_assets.leaf_work import leaf_integrity, leaf_tags, sampled_integrity
from melodee_assets.partitions import leaves

_SETTINGS = LeafWorkSettings.from_environment()
"""Dagster reads cron lines when it loads the definitions."""

integrity_sample = dg.define_asset_job(
    "integrity_sample",
    selection=dg.AssetSelection.assets(sampled_integrity),
    description="Some files from all over the library, decoded from beginning to end.",
)

leaf_verification = dg.define_asset_job(
    "leaf_verification",
    selection=dg.AssetSelection.assets(leaf_integrity),
    description="Every file of a leaf read whole and compared with what came in.",
)

leaf_rereading = dg.define_asset_job(
    "leaf_rereading",
    selection=dg.AssetSelection.assets(leaf_tags),
    description="Tags of a leaf's files read again, where they are not as they were.",
)


@described(
    dg.schedule,
    job=integrity_sample,
    cron_schedule=_SETTINGS.decode_cron,
    default_status=dg.DefaultScheduleStatus.RUNNING,
)
def nightly_integrity(
    context: dg.ScheduleEvaluationContext, database: dg.ResourceParam[Database]
) -> dg.RunRequest | dg.SkipReason:
    """A random sample of the library decoded from beginning to end, each night at MELODEE_DECODE_CRON, in UTC."""
    return dg.RunRequest() if begins_here(context, database, "nightly_integrity") else BEGUN_ELSEWHERE


def _every_leaf(name: str, job: UnresolvedAssetJobDefinition, cron: str, description: str) -> dg.ScheduleDefinition:
    """A run for each leaf; off until somebody switches it on, because it looks at all of the library."""

    @dg.schedule(name=name, job=job, cron_schedule=cron, description=description)
    def schedule(
        context: dg.ScheduleEvaluationContext, database: dg.ResourceParam[Database]
    ) -> Iterator[dg.RunRequest | dg.SkipReason]:
        if not begins_here(context, database, name):
            yield BEGUN_ELSEWHERE
            return
        there = set(context.instance.get_dynamic_partitions(str(leaves.name)))
        time = context.scheduled_execution_time.isoformat()
        for leaf in leaf_keys(database):
            if leaf.key in there:
                yield dg.RunRequest(run_key=f"{leaf.key}:{time}", partition_key=leaf.key)

    return schedule


weekly_integrity = _every_leaf(
    "weekly_integrity",
    leaf_verification,
    _SETTINGS.integrity_cron,
    "Every file of the library read whole and compared, a run for each leaf, at MELODEE_INTEGRITY_CRON. Off until you "
    "switch it on: it reads all of your music.",
)

weekly_reread = _every_leaf(
    "weekly_reread",
    leaf_rereading,
    _SETTINGS.reread_cron,
    "Files that were re-tagged are looked for over the whole library, a run for each leaf, at MELODEE_REREAD_CRON. Off "
    "until you switch it on: scans of the storage volumes find them too.",
)

leaf_jobs = [integrity_sample, leaf_verification, leaf_rereading]
leaf_schedules = [nightly_integrity, weekly_integrity, weekly_reread]
