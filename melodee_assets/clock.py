"""Schedules of work that is done once, however many instances share the catalogue: the first one to ask begins it.

What each instance does for itself, such as retention of its Dagster's records, has no need of this.
"""

import dagster as dg
from dagster._core.definitions.run_request import InstigatorType
from dagster._core.scheduler.instigation import InstigatorStatus

from melodee.clock import strikes_here
from melodee.database import Database
from melodee_assets.requests import instance_name

BEGUN_ELSEWHERE = dg.SkipReason("another instance on this catalogue has begun it")


def begins_here(context: dg.ScheduleEvaluationContext, database: Database, name: str) -> bool:
    """Whether this instance is to begin what the schedule of this name begins at its time."""
    return strikes_here(database, name, context.scheduled_execution_time, instance_name(context.instance))


def is_switched_on(instance: dg.DagsterInstance, schedule: dg.ScheduleDefinition) -> bool:
    """Whether an operator has switched a schedule on that is off unless they do."""
    states = instance.all_instigator_state(instigator_type=InstigatorType.SCHEDULE)
    return any(state.status is InstigatorStatus.RUNNING and state.name == schedule.name for state in states)
