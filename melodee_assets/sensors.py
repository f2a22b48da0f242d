"""What starts intake by itself.

A tick may take 60 seconds and usually takes a few hundredths: it looks at the top entries of the inbound volumes that
may have changed, never at a whole tree, and asks for runs of the batches that the database says are planned. Asking is
derived from rows, not from what this tick has found, because a tick that is cut short loses its requests.
"""

import dagster as dg

from melodee.database import Database
from melodee.errors import DependencyError
from melodee.intake.plan import launchable_batches, plan_batches
from melodee_assets.jobs import intake
from melodee_assets.partitions import batches

BATCHES_A_TICK = 20
"""More batches than run at once; the rest waits in the database rather than in Dagster's queue."""


@dg.sensor(
    job=intake,
    # The daemon's loop is five seconds: with 5, a sensor ticks every 5 or every 10.
    minimum_interval_seconds=4,
    default_status=dg.DefaultSensorStatus.RUNNING,
)
def inbound_sensor(context: dg.SensorEvaluationContext, database: dg.ResourceParam[Database]) -> dg.SensorResult:
    """Looks every five seconds for folders on the inbound volumes that have settled, and for requests to scan.

    Makes batches of them and starts one run of intake on each.
    """
    try:
        plan_batches(database)
        trouble = ""
    except DependencyError as error:
        trouble = str(error)
    planned = launchable_batches(database)[:BATCHES_A_TICK]
    if not planned:
        return dg.SensorResult(skip_reason=trouble or "nothing has settled")
    return dg.SensorResult(
        run_requests=[
            dg.RunRequest(run_key=f"{batch.key}:{batch.generation}", partition_key=batch.key) for batch in planned
        ],
        dynamic_partitions_requests=[batches.build_add_request([batch.key for batch in planned])],
    )
