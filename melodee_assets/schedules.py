"""What happens by the clock."""

import dagster as dg

from melodee_assets.jobs import upkeep

daily_upkeep = dg.ScheduleDefinition(
    name="daily_upkeep",
    job=upkeep,
    cron_schedule="30 4 * * *",
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="The catalogue's upkeep and the list of failures, once a day at 04:30 UTC.",
)
