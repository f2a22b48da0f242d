"""What starts intake by itself.

A tick may take 60 seconds and usually takes a few hundredths: it looks at the top entries of the inbound volumes that
may have changed, never at a whole tree, and asks for runs of the batches that the database says are planned. Asking is
derived from rows, not from what this tick has found, because a tick that is cut short loses its requests.
"""

import dagster as dg

from melodee.database import Database
from melodee.intake.plan import plan_batches
from melodee_assets.jobs import intake
from melodee_assets.partitions import batches
from melodee_assets.requests import requests_for_runs


@dg.sensor(
    job=intake,
    # The daemon's loop is five seconds: with 5, a sensor ticks every 5 or every 10.
    minimum_interval_seconds=4,
    default_status=dg.DefaultSensorStatus.RUNNING,
)
def inbound_sensor(context: dg.SensorEvaluationContext, database: dg.ResourceParam[Database]) -> dg.SensorResult:
    """Watches the inbound volumes: what has settled becomes a batch, and each batch gets a run of intake.

    Looks every five seconds, and at once at everything when somebody asked for a scan. A batch whose run failed is
    taken up again after a pause. Switched off, nothing comes in by itself.
    """
    looked = plan_batches(database)
    requests = requests_for_runs(database, context.instance)
    if not requests.wanted:
        return dg.SensorResult(skip_reason="; ".join(filter(None, (str(looked), str(requests)))))
    keys = [str(request.partition_key) for request in requests.wanted]
    return dg.SensorResult(run_requests=requests.wanted, dynamic_partitions_requests=[batches.build_add_request(keys)])
