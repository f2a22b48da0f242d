"""Switching schedules on and off as Dagster's page does it."""

import dagster as dg
from dagster._core.definitions.run_request import InstigatorType
from dagster._core.remote_origin import (
    ManagedGrpcPythonEnvCodeLocationOrigin,
    RemoteInstigatorOrigin,
    RemoteRepositoryOrigin,
)
from dagster._core.scheduler.instigation import InstigatorState, InstigatorStatus, ScheduleInstigatorData
from dagster._core.types.loadable_target_origin import LoadableTargetOrigin


def switch(instance: dg.DagsterInstance, schedule: dg.ScheduleDefinition, status: str) -> None:
    """Leaves a schedule `RUNNING`, `STOPPED` or, reset to what the code says, `DECLARED_IN_CODE`."""
    target = LoadableTargetOrigin(module_name="melodee_assets.definitions")
    location = ManagedGrpcPythonEnvCodeLocationOrigin(target, "melodee_assets.definitions")
    origin = RemoteInstigatorOrigin(RemoteRepositoryOrigin(location, "__repository__"), schedule.name)
    data = ScheduleInstigatorData(schedule.cron_schedule)
    state = InstigatorState(origin, InstigatorType.SCHEDULE, InstigatorStatus[status], data)
    known = instance.get_instigator_state(state.instigator_origin_id, state.selector_id)
    if known is None:
        instance.add_instigator_state(state)
    else:
        instance.update_instigator_state(state)
