"""Retention in Dagster: what is past goes, and every page still tells the truth."""

from datetime import UTC, datetime, timedelta

import dagster as dg
import pytest
from dagster._core.storage.partition_status_cache import AssetPartitionStatus

from melodee.errors import FatalError
from melodee_assets import intake as intake_assets
from melodee_assets.dagster_retention import Pruned, forget_partitions, prune_dagster
from melodee_assets.definitions import defs
from melodee_assets.failure_checks import evaluation
from melodee_assets.partitions import batches
from melodee_assets.retention import retention
from tests.library import Library

LATER = datetime.now(UTC) + timedelta(days=31)
"""When everything that a test does is older than a month."""

INTAKE = ("discovered_releases", "staged_releases", "published_releases")


def run_batch(library: Library, instance: dg.DagsterInstance, name: str) -> tuple[str, dg.ExecuteInProcessResult]:
    library.drop(f"{name}/1.mp3", title="One", artist=name, album=name, track=1, seed=len(name))
    (batch,) = library.plan()
    instance.add_dynamic_partitions(str(batches.name), [batch])
    return batch, run(instance, batch)


def run(instance: dg.DagsterInstance, batch: str) -> dg.ExecuteInProcessResult:
    job = defs.resolve_job_def("intake")
    return job.execute_in_process(partition_key=batch, instance=instance, raise_on_error=False)


def statuses(instance: dg.DagsterInstance, asset: str) -> dict[str, AssetPartitionStatus | None]:
    """What the asset's page shows of each partition, worked out anew."""
    key = dg.AssetKey(asset)
    instance.event_log_storage.wipe_asset_cached_status(key)
    keys = list(instance.get_dynamic_partitions(str(batches.name)))
    return dict(instance.get_status_by_partition(key, keys, batches) or {})


def prune(instance: dg.DagsterInstance, *open_batches: str) -> Pruned:
    return prune_dagster(instance, days=30, open_batches=open_batches, now=LATER)


def events(instance: dg.DagsterInstance, run_id: str) -> list[str | None]:
    return [entry.dagster_event_type and entry.dagster_event_type.value for entry in instance.all_logs(run_id)]


def test_logs_go_and_every_partition_is_as_done_or_failed_as_before(
    library: Library, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, good = run_batch(library, instance, "good")

    def fail(*_: object, **__: object) -> object:
        raise FatalError("no")

    with monkeypatch.context() as patch:
        patch.setattr(intake_assets, "publish_batch", fail)
        bad_batch, bad = run_batch(library, instance, "bad one")
    before = {asset: statuses(instance, asset) for asset in INTAKE}
    assert before["published_releases"][bad_batch] is AssetPartitionStatus.FAILED

    pruned = prune(instance)

    assert (pruned.runs, pruned.runs_kept) == (0, 2)
    assert pruned.events > 50
    assert {asset: statuses(instance, asset) for asset in INTAKE} == before
    assert "STEP_START" not in events(instance, good.run_id)
    assert "ASSET_MATERIALIZATION" in events(instance, good.run_id)
    assert instance.get_run_by_id(bad.run_id) is not None
    newest = instance.get_latest_materialization_event(dg.AssetKey("published_releases"))
    assert newest is not None
    assert newest.asset_materialization is not None
    assert newest.asset_materialization.metadata["songs"].value == 1
    assert prune(instance).events == 0


def test_a_run_whose_partitions_were_done_again_goes_whole(library: Library, instance: dg.DagsterInstance) -> None:
    batch, first = run_batch(library, instance, "one")
    second = run(instance, batch)

    pruned = prune(instance)

    assert (pruned.runs, pruned.runs_kept) == (1, 1)
    assert instance.get_run_by_id(first.run_id) is None
    assert events(instance, first.run_id) == []
    assert instance.get_run_by_id(second.run_id) is not None
    assert statuses(instance, "published_releases") == {batch: AssetPartitionStatus.MATERIALIZED}


def test_the_runs_of_partitions_that_are_gone_go_too(library: Library, instance: dg.DagsterInstance) -> None:
    old, first = run_batch(library, instance, "old")
    young, second = run_batch(library, instance, "young")
    statuses(instance, "published_releases")
    forget_partitions(instance, batches, {old})

    pruned = prune(instance)

    assert (pruned.runs, pruned.runs_kept) == (1, 1)
    assert instance.get_run_by_id(first.run_id) is None
    assert instance.get_run_by_id(second.run_id) is not None
    assert statuses(instance, "published_releases") == {young: AssetPartitionStatus.MATERIALIZED}


def test_runs_of_open_batches_and_what_is_young_stay_whole(library: Library, instance: dg.DagsterInstance) -> None:
    batch, first = run_batch(library, instance, "one")
    run(instance, batch)
    whole = events(instance, first.run_id)

    assert prune_dagster(instance, days=30, open_batches=()) == Pruned()
    assert prune(instance, batch).runs == 0
    assert events(instance, first.run_id) == whole


def test_the_newest_evaluation_of_each_check_stays(library: Library, instance: dg.DagsterInstance) -> None:
    key = dg.AssetCheckKey(dg.AssetKey("inbound_files"), "no_items_left_failed")
    for _ in range(5):
        instance.report_runless_asset_event(evaluation(library.database, key.asset_key))

    pruned = prune(instance)

    assert pruned.check_evaluations == 4
    (left,) = instance.event_log_storage.get_asset_check_execution_history(key, limit=10)
    assert left.status.value == "SUCCEEDED"


def test_the_asset_does_all_of_it_and_says_how_much(
    library: Library, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, _ = run_batch(library, instance, "old")
    young, _ = run_batch(library, instance, "young")
    library.execute(f"update batch set finished_at = now() - interval '91 days' where key = '{old}'")
    monkeypatch.setattr("melodee_assets.retention.prune_dagster", lambda instance, **_: prune(instance))

    result = dg.materialize([retention], instance=instance, resources={"database": library.database})

    (done,) = result.asset_materializations_for_node("retention")
    numbers = {name: value.value for name, value in done.metadata.items()}
    assert (numbers["batches"], numbers["partitions"], numbers["dagster_runs"]) == (1, 1, 1)
    assert instance.get_dynamic_partitions(str(batches.name)) == [young]
    assert len(library.songs()) == 2
