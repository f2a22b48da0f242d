"""Ticks of the inbound sensor: what it asks for, and when it asks again."""

from datetime import UTC, datetime, timedelta

import dagster as dg
import pytest
from dagster._core.utils import make_new_run_id

from melodee.intake import launches
from melodee.intake.backfill import begin_night, go_on, plan_library
from melodee.settings import IntakeSettings
from melodee_assets.definitions import defs
from melodee_assets.requests import requests_for_runs
from melodee_assets.sensors import inbound_sensor
from tests.library import Library


def tick(library: Library, instance: dg.DagsterInstance) -> dg.SensorResult:
    context = dg.build_sensor_context(instance=instance, resources={"database": library.database})
    result = inbound_sensor(context)
    assert isinstance(result, dg.SensorResult)
    return result


def run_keys(result: dg.SensorResult) -> list[str | None]:
    return [request.run_key for request in result.run_requests or []]


def add_run(
    instance: dg.DagsterInstance, batch: str, run_key: str | None, status: dg.DagsterRunStatus, **more_tags: str
) -> None:
    """A run of the batch as the daemon enters it."""
    tags = {"dagster/partition": batch} | {f"dagster/{name}": value for name, value in more_tags.items()}
    if run_key:
        tags["dagster/run_key"] = run_key
    run = dg.DagsterRun(job_name="intake", run_id=make_new_run_id(), tags=tags, status=status)
    instance.run_storage.add_run(run)


@pytest.fixture
def batch(library: Library) -> str:
    """A planned batch of one song."""
    library.drop("new/1.mp3", title="One", artist="A", album="B", track=1, seed=1)
    (key,) = library.plan()
    return key


def later(**time: float) -> datetime:
    return datetime.now(UTC) + timedelta(**time)


def test_what_has_settled_gets_a_partition_and_a_run_in_one_tick(
    library: Library, instance: dg.DagsterInstance
) -> None:
    library.drop("new/1.mp3", title="One", artist="A", album="B", track=1, seed=1)
    first = tick(library, instance)
    assert run_keys(first) == []
    assert (
        str(first.skip_reason)
        == "SkipReason(skip_message='looked at 1 entry of the inbound volumes; 1 still settling')"
    )

    second = tick(library, instance)

    (request,) = second.run_requests or []
    (added,) = second.dynamic_partitions_requests or []
    assert request.run_key == f"{request.partition_key}:1"
    assert list(added.partition_keys) == [request.partition_key]


def test_a_request_is_derived_from_rows_so_a_tick_that_was_cut_short_loses_nothing(
    library: Library, ephemeral: dg.DagsterInstance, batch: str
) -> None:
    assert run_keys(tick(library, ephemeral)) == [f"{batch}:1"]
    assert run_keys(tick(library, ephemeral)) == [f"{batch}:1"]


@pytest.mark.parametrize(
    "status", [dg.DagsterRunStatus.NOT_STARTED, dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.STARTED]
)
def test_a_batch_under_way_is_not_asked_for(
    library: Library, ephemeral: dg.DagsterInstance, batch: str, status: dg.DagsterRunStatus
) -> None:
    add_run(ephemeral, batch, f"{batch}:1", status)

    result = tick(library, ephemeral)

    assert run_keys(result) == []
    assert "1 batch under way" in str(result.skip_reason)


def test_a_batch_whose_run_failed_is_taken_up_again_after_a_pause_that_doubles(
    library: Library, instance: dg.DagsterInstance, batch: str
) -> None:
    add_run(instance, batch, f"{batch}:1", dg.DagsterRunStatus.FAILURE)

    assert requests_for_runs(library.database, instance, later(minutes=4)).paused == 1
    again = requests_for_runs(library.database, instance, later(minutes=6))
    assert [request.run_key for request in again.wanted] == [f"{batch}:2"]

    add_run(instance, batch, f"{batch}:2", dg.DagsterRunStatus.FAILURE)
    assert requests_for_runs(library.database, instance, later(minutes=9)).paused == 1
    again = requests_for_runs(library.database, instance, later(minutes=11))
    assert [request.run_key for request in again.wanted] == [f"{batch}:3"]


def test_a_batch_whose_run_ended_before_melodee_was_started_again_is_taken_up_at_once(
    library: Library, instance: dg.DagsterInstance, batch: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_run(instance, batch, f"{batch}:1", dg.DagsterRunStatus.FAILURE)
    monkeypatch.setattr("melodee_assets.requests._BEGAN", later(seconds=1))

    again = requests_for_runs(library.database, instance, later(seconds=2))

    assert [request.run_key for request in again.wanted] == [f"{batch}:2"]


def test_a_run_that_dagster_itself_repeats_is_left_to_it_for_a_minute(
    library: Library, ephemeral: dg.DagsterInstance, batch: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_run(ephemeral, batch, f"{batch}:1", dg.DagsterRunStatus.FAILURE, will_retry="true")
    monkeypatch.setattr("melodee_assets.requests._BEGAN", later(seconds=1))

    assert requests_for_runs(library.database, ephemeral, later(seconds=50)).under_way == 1
    again = requests_for_runs(library.database, ephemeral, later(seconds=70))

    assert [request.run_key for request in again.wanted] == [f"{batch}:2"]


@pytest.mark.parametrize("launched_by", ["the sensor", "an operator"])
def test_a_batch_that_an_operator_cancelled_is_left_to_them(
    library: Library, ephemeral: dg.DagsterInstance, batch: str, launched_by: str
) -> None:
    run_key = f"{batch}:1" if launched_by == "the sensor" else None
    add_run(ephemeral, batch, run_key, dg.DagsterRunStatus.CANCELED)

    for _ in range(2):
        requests = requests_for_runs(library.database, ephemeral, later(days=1))
        assert (requests.wanted, requests.cancelled) == ([], 1)
    with dg.DagsterInstance.ephemeral() as other:
        assert requests_for_runs(library.database, other).wanted == []
    assert library.plan() == []


def test_of_a_large_library_that_was_launched_elsewhere_an_instance_takes_some_batches_at_a_time(
    library: Library, ephemeral: dg.DagsterInstance
) -> None:
    for number in range(6):
        library.drop(f"Library/{number}/1.mp3", title="One", artist="A", album=f"B{number}", track=1, seed=number + 1)
    plan_library(library.database, library.inbound / "Library", settings=IntakeSettings(batch_releases=1))
    keys = [row.key for row in library.query("select key from batch order by key desc")]
    launches.let_go(library.database, keys)

    wanted = requests_for_runs(library.database, ephemeral).wanted
    assert [request.partition_key for request in wanted] == keys[:4]
    add_run(ephemeral, keys[0], f"{keys[0]}:1", dg.DagsterRunStatus.NOT_STARTED)
    wanted = requests_for_runs(library.database, ephemeral).wanted
    assert [request.partition_key for request in wanted] == keys[1:4]


def test_a_night_lets_batches_go_that_were_cancelled_before_it(library: Library, ephemeral: dg.DagsterInstance) -> None:
    library.drop("Library/1.mp3", title="One", artist="A", album="B", track=1, seed=1)
    plan_library(library.database, library.inbound / "Library")
    begin_night(library.database)
    (batch,) = go_on(library.database)
    add_run(ephemeral, batch, f"{batch}:1", dg.DagsterRunStatus.CANCELED)

    assert requests_for_runs(library.database, ephemeral).cancelled == 1
    assert go_on(library.database) == []
    library.execute("update backfill_window set closes_at = now()")
    begin_night(library.database)

    assert go_on(library.database) == [batch]
    assert [request.run_key for request in requests_for_runs(library.database, ephemeral).wanted] == [f"{batch}:2"]


def test_a_batch_that_an_operator_begins_by_hand_is_not_asked_for_meanwhile(
    library: Library, ephemeral: dg.DagsterInstance, batch: str
) -> None:
    add_run(ephemeral, batch, None, dg.DagsterRunStatus.STARTED)
    assert requests_for_runs(library.database, ephemeral).under_way == 1


def test_a_finished_batch_is_not_asked_for(library: Library, ephemeral: dg.DagsterInstance, batch: str) -> None:
    ephemeral.add_dynamic_partitions("batches", [batch])
    job = defs.resolve_job_def("intake")
    assert job.execute_in_process(partition_key=batch, instance=ephemeral).success

    assert run_keys(tick(library, ephemeral)) == []


def test_a_volume_that_is_away_is_reported_and_the_tick_succeeds(
    library: Library, ephemeral: dg.DagsterInstance
) -> None:
    library.inbound.rmdir()

    result = tick(library, ephemeral)

    assert "not available: Inbound" in str(result.skip_reason)
    assert [failure.code for failure in library.failures()] == ["volume_unavailable"]
    library.inbound.mkdir()


def test_a_tick_asks_for_a_bounded_number_of_runs(library: Library, ephemeral: dg.DagsterInstance) -> None:
    library.execute("""
        insert into batch (key, volume_id)
        select to_char(number, '"20261122T101500-"FM0000'), v.id
        from generate_series(1, 500) as number, volume as v where v.kind = 'inbound'
    """)

    assert len(run_keys(tick(library, ephemeral))) == 20
