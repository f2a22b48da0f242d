"""What happens by the clock."""

import dagster as dg

from melodee.database import Database
from melodee.intake.backfill import begin_night
from melodee.settings import ScanSettings
from melodee_assets.described import described
from melodee_assets.jobs import intake, upkeep
from melodee_assets.requests import instance_name

daily_upkeep = dg.ScheduleDefinition(
    name="daily_upkeep",
    job=upkeep,
    cron_schedule="30 4 * * *",
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="The catalogue's upkeep and the list of failures, once a day at 04:30 UTC.",
)


@described(
    dg.schedule,
    job=intake,
    cron_schedule=ScanSettings.from_environment().backfill_cron,
    default_status=dg.DefaultScheduleStatus.STOPPED,
)
def nightly_backfill(context: dg.ScheduleEvaluationContext, database: dg.ResourceParam[Database]) -> dg.SkipReason:
    """Nights in which large libraries (`melodee ingest --plan`) are worked through, batch by batch.

    It opens a window of MELODEE_BACKFILL_HOURS; while that is open, `inbound_sensor` lets some batches go at a time,
    and what is left waits for the next night. Switched off, it ends within seconds: what is under way goes on to its
    end. Off at first. When it begins: MELODEE_BACKFILL_CRON, in UTC.
    """
    closes = begin_night(database, instance=instance_name(context.instance))
    return dg.SkipReason(f"the window is open until {closes:%Y-%m-%d %H:%M} UTC; inbound_sensor lets the batches go")
