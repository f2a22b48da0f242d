"""Scans and large libraries as Dagster sees them."""

import dagster as dg
import pytest

from melodee.database import Database
from melodee.intake.backfill import plan_library
from melodee.scan.requests import ask_for_scan, scan_state
from melodee_assets.definitions import defs
from melodee_assets.requests import requests_for_runs
from melodee_assets.scans import daily_scan, scan_sensor, volume_key
from melodee_assets.schedules import nightly_backfill
from melodee_assets.sensors import inbound_sensor
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


def test_every_storage_volume_is_scanned_daily(
    library: Library, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MELODEE_DATABASE_URL", library.database.url)
    context = dg.build_schedule_context(instance=instance, resources={"database": library.database})

    requests = daily_scan(context)

    assert [request.partition_key for request in requests] == [volume_key(library.volumes["storage"])]  # type: ignore[union-attr]


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
