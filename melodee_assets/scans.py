"""Scans of storage volumes: one partition a volume, on request, by the clock, or from the asset's page.

A scan compares the volume with the ledger and plans batches for what is new, so it holds nobody up and may be
cancelled at any moment: the next one begins anew. Requests are rows, as those for intake are: a tick that is cut short
loses none.
"""

import re
import time

import dagster as dg

from melodee.database import Database
from melodee.scan.requests import open_requests, volumes_to_scan
from melodee.scan.scan import scan_volume
from melodee.settings import ScanSettings
from melodee.text import count
from melodee.volumes import Volume
from melodee_assets.clock import BEGUN_ELSEWHERE, begins_here
from melodee_assets.described import described
from melodee_assets.intake import inbound_files
from melodee_assets.requests import is_under_way
from melodee_assets.retries import DEPENDENCY_RETRY, only_what_may_heal_is_retried

AGAIN_SECONDS = 300
"""After which a request is taken up once more whose run ended before it began to scan; Dagster forgets no run's key."""

volume_partitions = dg.DynamicPartitionsDefinition(name="volumes")
"""Storage volumes by number and name: `003-Music`."""


def volume_key(volume: Volume) -> str:
    """The volume's partition: its number, and what of its name Dagster takes in a key."""
    name = re.sub(r"[^A-Za-z0-9_-]+", "-", volume.name).strip("-")
    return f"{volume.id:03}-{name}".rstrip("-")


class ScanConfig(dg.Config):
    """How a scan looks."""

    full: bool = False
    """Into every folder and at each file's times, not only where a folder's time has changed."""
    accept: bool = False
    """It is right that a large part of the volume's files is gone."""
    request: int | None = None
    """Which request this answers: where another instance does so already, nothing is left to do."""


@dg.asset(
    deps=[inbound_files],
    partitions_def=volume_partitions,
    group_name="scans",
    kinds={"file", "postgres"},
    owners=["team:operators"],
    pool="disk",
    retry_policy=DEPENDENCY_RETRY,
)
def scanned_volumes(
    context: dg.AssetExecutionContext, config: ScanConfig, database: dg.ResourceParam[Database]
) -> dg.MaterializeResult:
    """Storage volumes compared with the ledger: what somebody has added, changed, moved or taken away there.

    New files become batches, tagged ones are told anew, moved ones keep their songs, and songs whose files are gone are
    hidden until these come back. Where nothing or too little is found, the volume is not mounted: the run fails, and
    nothing is hidden.
    """
    with only_what_may_heal_is_retried():
        numbers = scan_volume(
            database,
            int(context.partition_key.partition("-")[0]),
            full=config.full,
            accept=config.accept,
            requested_by="dagster",
            request=config.request,
            report=context.log.info,
        )
    return dg.MaterializeResult(metadata=numbers.as_metadata())


volume_scan = dg.define_asset_job(
    "volume_scan",
    selection=dg.AssetSelection.assets(scanned_volumes),
    description="One storage volume compared with the ledger.",
)


@described(dg.sensor, job=volume_scan, minimum_interval_seconds=9, default_status=dg.DefaultSensorStatus.RUNNING)
def scan_sensor(context: dg.SensorEvaluationContext, database: dg.ResourceParam[Database]) -> dg.SensorResult:
    """Takes up requests for scans (`melodee volume scan`), and knows each storage volume as a partition.

    Switched off, scans run by the clock and from the asset's page alone.
    """
    keys = {volume.id: volume_key(volume) for volume in volumes_to_scan(database)}
    there = set(context.instance.get_dynamic_partitions(volume_partitions.name or ""))
    new = sorted(set(keys.values()) - there)
    wanted: dict[int, dg.RunRequest] = {}
    stretch = int(time.time()) // AGAIN_SECONDS
    for request in open_requests(database):
        if request.volume in keys:
            # The scan answers all requests for its volume, so the newest one names the run.
            wanted[request.volume] = dg.RunRequest(
                run_key=f"scan:{request.volume}:{request.id}:{stretch}",
                partition_key=keys[request.volume],
                run_config={"ops": {"scanned_volumes": {"config": {"request": request.id}}}},
            )
    if is_under_way(context.instance, volume_scan.name):
        wanted = {}
    return dg.SensorResult(
        run_requests=list(wanted.values()),
        dynamic_partitions_requests=[volume_partitions.build_add_request(new)] if new else [],
        skip_reason=None if wanted else f"{count(len(keys), 'storage volume')}; nobody has asked for a scan",
    )


def _scans(
    context: dg.ScheduleEvaluationContext, database: Database, name: str, *, full: bool
) -> list[dg.RunRequest] | dg.SkipReason:
    if not begins_here(context, database, name):
        return BEGUN_ELSEWHERE
    keys = [volume_key(volume) for volume in volumes_to_scan(database)]
    context.instance.add_dynamic_partitions(volume_partitions.name or "", keys)
    config = {"ops": {"scanned_volumes": {"config": {"full": full}}}}
    return [dg.RunRequest(partition_key=key, run_config=config) for key in keys]


@described(
    dg.schedule,
    job=volume_scan,
    cron_schedule=ScanSettings.from_environment().scan_cron,
    default_status=dg.DefaultScheduleStatus.RUNNING,
)
def daily_scan(
    context: dg.ScheduleEvaluationContext, database: dg.ResourceParam[Database]
) -> list[dg.RunRequest] | dg.SkipReason:
    """All storage volumes, quickly: folders whose time has changed. When: `MELODEE_SCAN_CRON`, in UTC."""
    return _scans(context, database, "daily_scan", full=False)


@described(
    dg.schedule,
    job=volume_scan,
    cron_schedule=ScanSettings.from_environment().full_scan_cron,
    default_status=dg.DefaultScheduleStatus.STOPPED,
)
def full_scan(
    context: dg.ScheduleEvaluationContext, database: dg.ResourceParam[Database]
) -> list[dg.RunRequest] | dg.SkipReason:
    """All storage volumes, every file: finds what was tagged in place too. When: `MELODEE_FULL_SCAN_CRON`, in UTC.

    Off at first, for on a network share it may take hours.
    """
    return _scans(context, database, "full_scan", full=True)
