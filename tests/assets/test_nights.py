"""Nights in which large libraries are worked through: they last while their schedule is on."""

from pathlib import Path

import dagster as dg
import pytest
from dagster._core.utils import make_new_run_id

from melodee.intake.backfill import plan_library
from melodee.settings import IntakeSettings
from melodee_assets.requests import requests_for_runs
from melodee_assets.schedules import nightly_backfill
from melodee_assets.sensors import inbound_sensor
from tests.assets.switching import switch
from tests.library import Library

SMALL = IntakeSettings(settle_seconds=0, batch_releases=1)


@pytest.fixture
def large(library: Library, monkeypatch: pytest.MonkeyPatch) -> Library:
    """Six batches that are held, of which two may be under way at a time."""
    monkeypatch.setenv("MELODEE_BACKFILL_BATCHES", "2")
    for number in range(6):
        library.drop(f"Library/{number}/1.mp3", title="One", artist="A", album=f"B{number}", track=1, seed=number + 1)
    plan_library(library.database, library.inbound / "Library", settings=SMALL)
    return library


def begin(library: Library, instance: dg.DagsterInstance) -> None:
    """The schedule is on, and its time has come."""
    switch(instance, nightly_backfill, "RUNNING")
    nightly_backfill(dg.build_schedule_context(instance=instance, resources={"database": library.database}))


def launched(library: Library, instance: dg.DagsterInstance) -> list[str | None]:
    """What a tick of the sensor asks for, and the daemon then puts into its queue."""
    context = dg.build_sensor_context(instance=instance, resources={"database": library.database})
    result = inbound_sensor(context)
    assert isinstance(result, dg.SensorResult)
    for request in result.run_requests or []:
        tags = {"dagster/partition": str(request.partition_key), "dagster/run_key": str(request.run_key)}
        run = dg.DagsterRun(
            job_name="intake", run_id=make_new_run_id(), tags=tags, status=dg.DagsterRunStatus.NOT_STARTED
        )
        instance.run_storage.add_run(run)
    return [request.partition_key for request in result.run_requests or []]


def states(library: Library) -> list[str]:
    return sorted(row.state for row in library.query("select state from batch"))


@pytest.mark.parametrize("off", ["STOPPED", "DECLARED_IN_CODE"])
def test_switched_off_a_night_ends_at_the_next_tick_and_what_is_in_hand_is_finished(
    large: Library, instance: dg.DagsterInstance, off: str
) -> None:
    begin(large, instance)
    first = launched(large, instance)
    assert len(first) == 2

    switch(instance, nightly_backfill, off)
    assert launched(large, instance) == []
    assert states(large) == ["held"] * 4 + ["planned"] * 2, "two are in hand"
    for batch in first:
        large.run(str(batch))

    assert launched(large, instance) == []
    assert states(large) == ["finished"] * 2 + ["held"] * 4
    switch(instance, nightly_backfill, "RUNNING")
    assert launched(large, instance) == [], "it goes on with the next night"
    begin(large, instance)
    assert len(launched(large, instance)) == 2


def test_switched_off_nothing_is_left_that_the_other_instance_would_begin(
    large: Library, instance: dg.DagsterInstance, tmp_path: Path
) -> None:
    with dg.DagsterInstance.local_temp(str(tmp_path)) as other:
        requests_for_runs(large.database, other)
        begin(large, instance)
        assert [len(launched(large, instance)) for _ in range(2)] == [2, 0]
        assert states(large) == ["held"] * 2 + ["planned"] * 4, "two are the other's"

        switch(instance, nightly_backfill, "STOPPED")
        launched(large, instance)

        assert states(large) == ["held"] * 4 + ["planned"] * 2
        assert launched(large, other) == []


def test_a_night_lasts_while_the_instance_that_began_it_has_it_on(
    large: Library, instance: dg.DagsterInstance, tmp_path: Path
) -> None:
    with dg.DagsterInstance.local_temp(str(tmp_path)) as other:
        switch(other, nightly_backfill, "STOPPED")
        begin(large, instance)
        assert len(launched(large, other)) == 2

        begin(large, other)
        switch(instance, nightly_backfill, "STOPPED")
        for _ in range(2):
            launched(large, instance)

        assert states(large).count("planned") == 4, "the other's night goes on"
