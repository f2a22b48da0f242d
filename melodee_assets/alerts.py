"""Sensors that tell webhooks what failed. Nothing of intake waits for them: they only write and read a table.

Without MELODEE_ALERT_URLS they do nothing.
"""

import dagster as dg

from melodee.alerts.outbox import deliver, queue
from melodee.alerts.watch import FailedRun, watch_failures, watch_given_up
from melodee.database import Database
from melodee.settings import AlertSettings
from melodee_assets.described import described
from melodee_assets.requests import PARTITION_TAG, WILL_RETRY_TAG


@dg.run_failure_sensor(
    minimum_interval_seconds=29,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Watches for runs that failed for good, and makes an alert of each cause. A run that Dagster repeats "
    "by itself, because its process died, makes none.",
)
def failed_run_sensor(
    context: dg.RunFailureSensorContext, database: dg.ResourceParam[Database]
) -> dg.SkipReason | None:
    """An alert of a run that failed for good."""
    run = context.dagster_run
    if run.tags.get(WILL_RETRY_TAG) == "true":
        return dg.SkipReason(f"run {run.run_id} is repeated by itself")
    made = queue(database, _failed(context).alert(), AlertSettings.from_environment())
    return None if made else dg.SkipReason("no webhook is set, or it was told of this cause lately")


def _failed(context: dg.RunFailureSensorContext) -> FailedRun:
    run = context.dagster_run
    about = {"run": run.run_id, "job": run.job_name, "batch": run.tags.get(PARTITION_TAG)}
    for event in context.get_step_failure_events():
        data = event.step_failure_data
        if data.user_failure_data is not None:
            code = data.user_failure_data.metadata.get("code")
            reason = data.user_failure_data.description or ""
            return FailedRun(step=event.step_key, code=str(code.value) if code else "failure", reason=reason, **about)
        if data.error is not None:
            error = data.error.cause or data.error
            reason = error.message.strip().splitlines()[0] if error.message.strip() else ""
            return FailedRun(step=event.step_key, code=error.cls_name or "error", reason=reason, **about)
    return FailedRun(step=None, code="run", reason=context.failure_event.message or "See the run's page.", **about)


@described(dg.sensor, minimum_interval_seconds=29, default_status=dg.DefaultSensorStatus.RUNNING)
def alert_sensor(database: dg.ResourceParam[Database]) -> dg.SkipReason:
    """Sends alerts to the webhooks of MELODEE_ALERT_URLS, and makes one when items have failed.

    What a receiver does not take is sent again, each time after twice the wait. Switched off, nobody is told.
    """
    settings = AlertSettings.from_environment()
    if not settings.urls:
        return dg.SkipReason("no webhook is set; MELODEE_ALERT_URLS names them")
    items = watch_failures(database, settings)
    given_up = watch_given_up(database, settings)
    delivery = deliver(database, settings)
    news = [f"{number} {what}" for number, what in ((items, "failed items are new"), (given_up, "given up")) if number]
    return dg.SkipReason("; ".join((*news, str(delivery))))
