"""Ticks of the sensors that look after the catalogue: what they ask for, and when they ask again."""

from collections.abc import Callable

import dagster as dg
import psycopg
import pytest
from dagster._core.utils import make_new_run_id

from melodee.catalogue import upkeep
from melodee.catalogue.leaf_care import leaf_keys
from melodee_assets.definitions import defs
from melodee_assets.jobs import leaf_upkeep
from melodee_assets.jobs import upkeep as upkeep_job
from melodee_assets.sensors import leaf_sensor, upkeep_sensor
from tests.library import Library


class Nothing:
    """What an upkeep did that had nothing to do."""

    def as_metadata(self) -> dict[str, int | float | str]:
        return {"looked_at": 3}


@pytest.fixture
def one_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only one kind of upkeep, which is due at once whenever the catalogue has changed."""
    kind = upkeep.Upkeep("vocabulary", lambda *_: Nothing(), least_songs=0, rest=0)
    monkeypatch.setattr(upkeep, "KINDS", {"vocabulary": kind})


Ticker = Callable[[dg.SensorDefinition], dg.SensorResult]


@pytest.fixture
def tick(library: Library, ephemeral: dg.DagsterInstance) -> Ticker:
    def ticked(sensor: dg.SensorDefinition) -> dg.SensorResult:
        context = dg.build_sensor_context(instance=ephemeral, resources={"database": library.database})
        result = sensor(context)
        return result if isinstance(result, dg.SensorResult) else dg.SensorResult(skip_reason=result)

    return ticked


def change(library: Library) -> None:
    with psycopg.connect(library.database.url) as db:
        db.execute("update catalogue_total set changed_at = clock_timestamp()")


def add_run(instance: dg.DagsterInstance, job: str) -> None:
    run = dg.DagsterRun(job_name=job, run_id=make_new_run_id(), status=dg.DagsterRunStatus.STARTED)
    instance.run_storage.add_run(run)


@pytest.mark.usefixtures("one_kind")
def test_what_has_not_seen_the_last_change_is_asked_for_until_it_has(library: Library, tick: Ticker) -> None:
    (request,) = tick(upkeep_sensor).run_requests or []
    assert request.asset_selection == [dg.AssetKey("vocabulary")]

    metadata = upkeep.keep(library.database, "vocabulary", lambda _: None)
    assert metadata["looked_at"] == 3
    assert not tick(upkeep_sensor).run_requests

    change(library)
    (request,) = tick(upkeep_sensor).run_requests or []
    assert request.asset_selection == [dg.AssetKey("vocabulary")]


@pytest.mark.usefixtures("one_kind")
def test_while_a_run_is_under_way_no_other_is_asked_for(ephemeral: dg.DagsterInstance, tick: Ticker) -> None:
    add_run(ephemeral, upkeep_job.name)
    result = tick(upkeep_sensor)
    assert not result.run_requests
    assert "under way" in str(result.skip_reason)


def test_upkeep_rests_ten_times_as_long_as_it_took(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    kind = upkeep.Upkeep("vocabulary", lambda *_: Nothing(), least_songs=0, rest=0)
    monkeypatch.setattr(upkeep, "KINDS", {"vocabulary": kind})
    upkeep.keep(library.database, "vocabulary", lambda _: None)
    change(library)

    with psycopg.connect(library.database.url) as db:
        db.execute("update upkeep_task set seconds = 60")
    assert upkeep.due(library.database) == []
    with psycopg.connect(library.database.url) as db:
        db.execute("update upkeep_task set began_at = now() - interval '601 s', finished_at = now() - interval '601 s'")
    assert upkeep.due(library.database) == ["vocabulary"]


def test_a_small_library_is_spared_what_only_large_ones_need(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    kind = upkeep.Upkeep("search_tiers", lambda *_: Nothing(), least_songs=10, rest=0)
    monkeypatch.setattr(upkeep, "KINDS", {"search_tiers": kind})
    assert upkeep.due(library.database) == []
    with psycopg.connect(library.database.url) as db:
        db.execute("update catalogue_total set songs = 10")
    assert upkeep.due(library.database) == ["search_tiers"]


def test_each_leaf_becomes_a_partition_and_is_looked_after_when_it_is_full(
    library: Library, ephemeral: dg.DagsterInstance, tick: Ticker
) -> None:
    (leaf,) = leaf_keys(library.database)
    result = tick(leaf_sensor)
    assert not result.run_requests
    (added,) = result.dynamic_partitions_requests or []
    assert list(added.partition_keys) == [leaf.key]
    ephemeral.add_dynamic_partitions("leaves", [leaf.key])

    with psycopg.connect(library.database.url) as db:
        db.execute("select take_album_numbers(1, 100, 100)")
    result = tick(leaf_sensor)

    assert [request.partition_key for request in result.run_requests or []] == [leaf.key]
    assert len(result.dynamic_partitions_requests or []) == 1

    done = leaf_upkeep_of(library, leaf.key, ephemeral)
    assert done.success
    (event,) = done.get_asset_materialization_events()
    assert event.materialization.metadata["state"].value == "closed"
    assert not tick(leaf_sensor).run_requests


def test_the_partition_of_a_leaf_that_is_gone_goes_too(
    library: Library, ephemeral: dg.DagsterInstance, tick: Ticker
) -> None:
    (leaf,) = leaf_keys(library.database)
    ephemeral.add_dynamic_partitions("leaves", [leaf.key, "2020-01-01.0007"])

    (removed,) = tick(leaf_sensor).dynamic_partitions_requests or []

    assert isinstance(removed, dg.DeleteDynamicPartitionsRequest)
    assert list(removed.partition_keys) == ["2020-01-01.0007"]


def leaf_upkeep_of(library: Library, key: str, instance: dg.DagsterInstance) -> dg.ExecuteInProcessResult:
    job = defs.resolve_job_def(leaf_upkeep.name)
    return job.execute_in_process(partition_key=key, instance=instance, resources={"database": library.database})
