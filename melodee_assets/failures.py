"""Sensors that look after what failed: it is tried again when it is due, and its checks are true at any time."""

import dagster as dg
import msgspec

from melodee.database import Database
from melodee.failure_retries import next_due, plan_due
from melodee.failures import Counted, counted
from melodee_assets.described import described
from melodee_assets.failure_checks import STAGES, evaluation
from melodee_assets.jobs import intake


@described(dg.sensor, job=intake, minimum_interval_seconds=29, default_status=dg.DefaultSensorStatus.RUNNING)
def retry_sensor(database: dg.ResourceParam[Database]) -> dg.SkipReason:
    """Watches what failed and may heal: items that are due become batches, which `inbound_sensor` launches.

    Each try waits twice as long as the one before, up to a day; after MELODEE_ATTEMPTS of them the item is given up,
    which the checks say, and waits for a change or for an operator. Switched off, nothing that failed is tried again
    by itself. Its ticks are all skipped, because the runs are those of `inbound_sensor`: what they did stands beside.
    """
    retried = plan_due(database)
    given_up = sum(each.given_up for each in counted(database))
    due = next_due(database)
    parts = [str(retried) if retried.items or retried.elsewhere else "nothing is due"]
    if due:
        parts.append(f"next at {due:%Y-%m-%d %H:%M:%S} UTC")
    if given_up:
        parts.append(f"{given_up} items were given up; 'melodee failures retry' tries them again")
    return dg.SkipReason("; ".join(parts))


@described(dg.sensor, minimum_interval_seconds=9, default_status=dg.DefaultSensorStatus.RUNNING)
def failure_sensor(context: dg.SensorEvaluationContext, database: dg.ResourceParam[Database]) -> dg.SensorResult:
    """Watches the list of failures: when it changes, the checks of intake's assets are brought up to date at once.

    That takes no run. Switched off, the checks show what they were at the end of the last run.
    """
    now = _seen(counted(database))
    before = msgspec.json.decode(context.cursor, type=dict[str, str]) if context.cursor else {}
    # Of a stage that has nothing left, there is no row.
    changed = {stage for stage in now.keys() | before.keys() if now.get(stage) != before.get(stage)}
    stale = [asset for asset, stage in STAGES.items() if (changed if stage is None else stage in changed)]
    for asset in stale if context.cursor else STAGES:
        context.instance.report_runless_asset_event(evaluation(database, asset))
    return dg.SensorResult(
        cursor=msgspec.json.encode(now).decode(),
        skip_reason=f"{len(stale)} checks brought up to date" if stale else "nothing has changed",
    )


def _seen(rows: list[Counted]) -> dict[str, str]:
    """What a stage's failures look like: it changes with every item that fails, is dealt with, or fails again."""
    seen: dict[str, str] = {}
    for row in rows:
        if row.severity == "error":
            mark = f"{row.code} {row.number} {row.given_up} {row.last_seen.timestamp()};"
            seen[row.stage] = seen.get(row.stage, "") + mark
    return seen
