"""What starts intake and upkeep by itself.

A tick may take 60 seconds and usually takes a few hundredths: it looks at the top entries of the inbound volumes that
may have changed, never at a whole tree, and asks for runs of the batches that the database says are planned. Asking is
derived from rows, not from what this tick has found, because a tick that is cut short loses its requests.

Each tick asks Dagster's database some dozens of things, which is most of what Melodee costs while nothing happens:
only what people wait for looks every five seconds.
"""

from contextlib import suppress

import dagster as dg

from melodee.catalogue import upkeep as kinds
from melodee.catalogue.leaf_care import leaf_keys, leaves_to_care_for
from melodee.database import Database
from melodee.intake.backfill import announced, end_night, go_on, is_night_here, unannounced
from melodee.intake.plan import plan_batches
from melodee.leaf_work.stale import unseen_leaves
from melodee.rules.errors import BadRules
from melodee.rules.load import load
from melodee.text import count
from melodee_assets.clock import is_switched_on
from melodee_assets.described import described
from melodee_assets.jobs import intake, leaf_upkeep, upkeep
from melodee_assets.partitions import batches, leaves
from melodee_assets.requests import instance_name, is_under_way, requests_for_runs
from melodee_assets.schedules import nightly_backfill

ANNOUNCED_A_TICK = 500
"""Batches of a large library that become partitions at a tick."""


@described(
    dg.sensor,
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
    here = instance_name(context.instance)
    if is_night_here(database, here) and not is_switched_on(context.instance, nightly_backfill):
        end_night(database, here)
    go_on(database)
    requests = requests_for_runs(database, context.instance)
    keys = [str(request.partition_key) for request in requests.wanted]
    new = _held(context, database)
    return dg.SensorResult(
        run_requests=requests.wanted,
        dynamic_partitions_requests=[batches.build_add_request([*keys, *new])] if keys or new else [],
        skip_reason=None if keys else "; ".join(filter(None, (str(looked), str(requests)))),
    )


def _held(context: dg.SensorEvaluationContext, database: Database) -> list[str]:
    """Batches of a large library that are held: partitions that an operator can launch, some hundred more each tick.

    Those of the last tick are there by now, and looked for: what a tick asks for is lost when it is cut short.
    """
    keys = unannounced(database, ANNOUNCED_A_TICK)
    there = [key for key in keys if context.instance.has_dynamic_partition(batches.name or "", key)]
    announced(database, there)
    return [key for key in keys if key not in set(there)]


@described(dg.sensor, job=upkeep, minimum_interval_seconds=9, default_status=dg.DefaultSensorStatus.RUNNING)
def upkeep_sensor(
    context: dg.SensorEvaluationContext, database: dg.ResourceParam[Database]
) -> dg.SensorResult | dg.SkipReason:
    """Watches the catalogue: what is kept beside it and has not seen its last change is brought up to date.

    Each kind rests between two runs, for ten times as long as it took. Switched off, new songs play and are found as
    ever; the index of artists of a large library, and corrections of misspelt searches, stay as they are.
    """
    due = kinds.due(database)
    if not due:
        return dg.SkipReason("everything has seen the catalogue's last change, or rests")
    if is_under_way(context.instance, upkeep.name):
        return dg.SkipReason(f"a run is under way; after it: {', '.join(due)}")
    return dg.SensorResult(run_requests=[dg.RunRequest(asset_selection=[dg.AssetKey(name) for name in due])])


@described(dg.sensor, job=leaf_upkeep, minimum_interval_seconds=60, default_status=dg.DefaultSensorStatus.RUNNING)
def leaf_sensor(context: dg.SensorEvaluationContext, database: dg.ResourceParam[Database]) -> dg.SensorResult:
    """Watches the leaves: each new one becomes a partition, each that was filled or has changed much gets a run.

    A partition whose leaf is gone (a synthetic catalogue has taken the place of another) is removed.
    """
    with suppress(BadRules):
        # Whoever edits rules need not ask for anything: what came in before is then known to be older than they are.
        unseen_leaves(database, load())
    every = leaf_keys(database)
    there = set(context.instance.get_dynamic_partitions(leaves.name or ""))
    keys = {leaf.key for leaf in every}
    new, gone = sorted(keys - there), sorted(there - keys)
    wanted = leaves_to_care_for(database) if not is_under_way(context.instance, leaf_upkeep.name) else set[int]()
    first = [leaf.key for leaf in every if leaf.number in wanted][:1]
    return dg.SensorResult(
        run_requests=[dg.RunRequest(partition_key=key) for key in first],
        dynamic_partitions_requests=[
            *([leaves.build_add_request(new)] if new else []),
            *([leaves.build_delete_request(gone)] if gone else []),
        ],
        skip_reason=None if first else f"nothing to do for {count(len(every), 'leaf', 'leaves')}",
    )
