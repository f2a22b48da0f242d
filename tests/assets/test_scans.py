"""Scans and large libraries as Dagster sees them."""

from datetime import UTC, datetime

import dagster as dg
import psycopg
import pytest

from melodee.clock import strikes_here
from melodee.database import Database, queries
from melodee.intake.backfill import plan_library
from melodee.scan.requests import ask_for_scan, scan_state
from melodee_assets.definitions import defs
from melodee_assets.requests import requests_for_runs
from melodee_assets.scans import AGAIN_SECONDS, daily_scan, scan_sensor, volume_key
from melodee_assets.schedules import nightly_backfill
from melodee_assets.sensors import inbound_sensor
from tests.assets.switching import switch
from tests.library import Library


def tick(sensor: dg.SensorDefinition, library: Library, instance: dg.DagsterInstance) -> dg.SensorResult:
    result = sensor(dg.build_sensor_context(instance=instance, resources={"database": library.database}))
    assert isinstance(result, dg.SensorResult)
    for request in result.dynamic_partitions_requests or []:
        assert isinstance(request, dg.AddDynamicPartitionsRequest)
        instance.add_dynamic_partitions(request.partitions_def_name, list(request.partition_keys))
    return result


def test_a_request_for_a_scan_becomes_a_run_of_its_volume(library: Library, instance: dg.DagsterInstance) -> None:
    storage = library.volumes["storage"]
    request = ask_for_scan(library.database, storage.id, "somebody", full=True)

    (wanted,) = tick(scan_sensor, library, instance).run_requests or []

    assert wanted.partition_key == volume_key(storage)
    result = defs.resolve_job_def("volume_scan").execute_in_process(
        instance=instance, partition_key=wanted.partition_key
    )
    assert result.success
    assert scan_state(library.database, request).state == "done"
    assert tick(scan_sensor, library, instance).run_requests == []


def test_a_request_whose_run_died_before_it_began_is_taken_up_again_after_a_while(
    library: Library, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask_for_scan(library.database, library.volumes["storage"].id, "somebody")
    now = 1_800_000_000.0
    monkeypatch.setattr("melodee_assets.scans.time.time", lambda: now)

    def key() -> str | None:
        (wanted,) = tick(scan_sensor, library, instance).run_requests or []
        return wanted.run_key

    first = key()
    # Dagster launches no second run for a key that it has seen, and none is wanted in a hurry.
    assert key() == first
    now += AGAIN_SECONDS
    assert key() != first


def test_every_storage_volume_is_scanned_daily_by_one_of_the_instances(
    library: Library, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MELODEE_DATABASE_URL", library.database.url)

    def scan_of(day: int) -> object:
        time = datetime(2026, 11, day, 3, 15, tzinfo=UTC)
        resources = {"database": library.database}
        return daily_scan(
            dg.build_schedule_context(instance=instance, scheduled_execution_time=time, resources=resources)
        )

    for _ in range(2):
        (request,) = scan_of(22)  # type: ignore[misc]
        assert request.partition_key == volume_key(library.volumes["storage"])
    assert strikes_here(library.database, "daily_scan", datetime(2026, 11, 23, 3, 15, tzinfo=UTC), "another")
    assert isinstance(scan_of(23), dg.SkipReason)
    assert not isinstance(scan_of(24), dg.SkipReason)


def test_a_request_that_another_instance_answers_is_left_to_it(
    library: Library, instance: dg.DagsterInstance, database_url: str
) -> None:
    storage = library.volumes["storage"]
    request = ask_for_scan(library.database, storage.id, "somebody")
    (wanted,) = tick(scan_sensor, library, instance).run_requests or []

    def scan() -> dg.ExecuteInProcessResult:
        return defs.resolve_job_def("volume_scan").execute_in_process(
            instance=instance, partition_key=wanted.partition_key, run_config=wanted.run_config, raise_on_error=False
        )

    with psycopg.connect(database_url, autocommit=True) as other:
        other.execute(queries()["claim_scan"], {"volume": storage.id})
        other.execute(queries()["begin_volume_scans"], {"volume": storage.id})
        assert scan().success
    assert scan_state(library.database, request).state == "running"

    # That one has died.
    assert scan().success
    assert scan_state(library.database, request).state == "done"
    assert scan().success
    assert len(library.query("select * from volume_scan")) == 1


def test_held_batches_become_partitions_and_are_not_launched_until_night(
    library: Library, instance: dg.DagsterInstance
) -> None:
    library.drop("Library/1.mp3", title="One", artist="A", album="B", track=1, seed=1)
    plan_library(library.database, library.inbound / "Library")
    (batch,) = library.query("select key from batch")

    assert tick(inbound_sensor, library, instance).run_requests == []
    assert instance.has_dynamic_partition("batches", batch.key)
    tick(inbound_sensor, library, instance)
    assert [row.announced for row in library.query("select announced from batch")] == [True]

    switch(instance, nightly_backfill, "RUNNING")
    nightly_backfill(dg.build_schedule_context(instance=instance, resources={"database": library.database}))

    (request,) = tick(inbound_sensor, library, instance).run_requests or []
    assert request.partition_key == batch.key


def test_what_another_instance_launches_is_left_to_it(library: Library, instance: dg.DagsterInstance) -> None:
    library.drop("new/1.mp3", title="One", artist="A", album="B", track=1, seed=1)
    library.plan()
    other = Database(library.database.url)
    with dg.DagsterInstance.ephemeral() as second:
        assert len(requests_for_runs(library.database, instance).wanted) == 1
        assert requests_for_runs(other, second).wanted == []
    other.close()
