"""Sensors of what failed: when it is tried again, and what its checks say without a run."""

import dagster as dg
import pytest

from melodee.failures import Wanted, drop
from melodee.ledger import Failure, Place, record_failures
from melodee_assets.failure_checks import NAME
from melodee_assets.failures import failure_sensor, retry_sensor
from tests.library import Library


def fail(library: Library, *paths: str, stage: str = "discover", retry_after: float | None = None) -> None:
    inbound = library.volumes["inbound"].id
    failures = [Failure(Place(inbound, path), stage, "empty", "", retry_after=retry_after) for path in paths]
    with library.database.begin() as db:
        record_failures(db, failures, None)


def tick(library: Library, instance: dg.DagsterInstance, sensor: dg.SensorDefinition, cursor: str | None = None):
    context = dg.build_sensor_context(instance=instance, cursor=cursor, resources={"database": library.database})
    return sensor(context) if sensor is failure_sensor else sensor(database=library.database)


def evaluations(instance: dg.DagsterInstance, asset: str) -> list[dg.AssetCheckEvaluation]:
    """What the page shows of the asset's check, newest first."""
    key = dg.AssetCheckKey(dg.AssetKey(asset), NAME)
    records = instance.event_log_storage.get_asset_check_execution_history(key, limit=10)
    return [record.event.dagster_event.asset_check_evaluation_data for record in records]


def test_what_is_due_is_planned_and_the_tick_says_so(library: Library, ephemeral: dg.DagsterInstance) -> None:
    fail(library, "a.mp3", retry_after=60)
    waiting = tick(library, ephemeral, retry_sensor)
    assert "nothing is due; next at" in str(waiting.skip_message)
    library.execute("update ingest_failure set next_try_at = now()")

    planned = tick(library, ephemeral, retry_sensor)

    assert "1 items planned in 1 batches" in str(planned.skip_message)
    assert len(library.planned()) == 1


def test_what_was_given_up_is_said_at_each_tick(
    library: Library, ephemeral: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MELODEE_ATTEMPTS", "1")
    fail(library, "a.mp3", retry_after=60)

    assert "1 items were given up" in str(tick(library, ephemeral, retry_sensor).skip_message)


def test_a_change_of_the_list_reaches_the_checks_without_a_run(library: Library, instance: dg.DagsterInstance) -> None:
    first = tick(library, instance, failure_sensor)
    assert [check.passed for check in evaluations(instance, "inbound_files")] == [True]

    fail(library, "a.mp3", "b.mp3")
    fail(library, "c.mp3", stage="publish")
    second = tick(library, instance, failure_sensor, first.cursor)

    newest = evaluations(instance, "inbound_files")[0]
    assert (newest.passed, newest.severity) == (False, dg.AssetCheckSeverity.WARN)
    assert newest.metadata["items"].value == 3
    assert evaluations(instance, "discovered_releases")[0].metadata["items"].value == 2
    assert evaluations(instance, "published_releases")[0].metadata["items"].value == 1
    assert evaluations(instance, "staged_releases")[0].passed
    assert len(evaluations(instance, "staged_releases")) == 1

    third = tick(library, instance, failure_sensor, second.cursor)
    assert "nothing has changed" in str(third.skip_reason)
    assert len(evaluations(instance, "inbound_files")) == 2

    drop(library.database, Wanted(stage="publish"), who="erika")
    tick(library, instance, failure_sensor, third.cursor)
    assert evaluations(instance, "published_releases")[0].passed
    assert len(evaluations(instance, "discovered_releases")) == 2
