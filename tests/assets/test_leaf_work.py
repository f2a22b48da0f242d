"""Work on the leaves, as Dagster runs it: what an operator sees while it runs, and when it begins by itself."""

import signal
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest

from melodee.catalogue.leaf_care import leaf_keys
from melodee.leaf_work import rules as leaf_rules_module
from melodee.leaf_work import work as work_module
from melodee.rules.rule import Rules
from melodee_assets import leaf_work as assets_module
from melodee_assets.definitions import defs
from melodee_assets.leaf_schedules import nightly_integrity, weekly_integrity, weekly_reread
from melodee_assets.partitions import leaves
from melodee_assets.resources import database
from tests.library import Library

LEAF_ASSETS = ("leaf_tags", "leaf_rules", "leaf_covers", "leaf_integrity")


@pytest.fixture
def leaf(library: Library, ephemeral: dg.DagsterInstance) -> Iterator[str]:
    """The partition of the first leaf, in which two songs are."""
    for number in (1, 2):
        library.drop(f"new/{number}.mp3", title=f"S{number}", artist="Kino", album="Noch", track=number, seed=number)
    library.ingest()
    (first,) = leaf_keys(library.database)
    ephemeral.add_dynamic_partitions(str(leaves.name), [first.key])
    return first.key


def run(
    instance: dg.DagsterInstance, asset: str, leaf: str | None, config: dict[str, object] | None = None
) -> dg.ExecuteInProcessResult:
    return dg.materialize(
        [getattr(assets_module, asset)],
        partition_key=leaf,
        instance=instance,
        resources={"database": database},
        run_config={"ops": {asset: {"config": config}}} if config else None,
        raise_on_error=False,
    )


def metadata(result: dg.ExecuteInProcessResult, asset: str) -> dict[str, object]:
    (materialization,) = result.asset_materializations_for_node(asset)
    return {name: value.value for name, value in materialization.metadata.items()}


@pytest.mark.parametrize("asset", LEAF_ASSETS)
def test_a_leaf_is_worked_on_in_one_run_which_says_what_it_did(
    leaf: str, ephemeral: dg.DagsterInstance, asset: str
) -> None:
    result = run(ephemeral, asset, leaf)

    assert result.success
    told = metadata(result, asset)
    assert (told["done"], told["left"], told["failed"]) == (1 if asset == "leaf_covers" else 2, 0, 0)
    assert {"per_second", "time_to_finish", "seconds", "changed"} <= told.keys()


def test_the_run_s_config_says_what_is_read_and_decoded(leaf: str, ephemeral: dg.DagsterInstance) -> None:
    told = metadata(run(ephemeral, "leaf_tags", leaf, {"every": True}), "leaf_tags")
    assert told["files_read"] == 2

    told = metadata(run(ephemeral, "leaf_integrity", leaf, {"decode_share": 1.0}), "leaf_integrity")
    assert told["files_decoded"] == 2


def test_progress_shows_while_it_runs(
    leaf: str, ephemeral: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work_module, "OBSERVE_SECONDS", 0)

    result = run(ephemeral, "leaf_rules", leaf)

    (observed,) = result.get_asset_observation_events()
    observation = observed.asset_observation_data.asset_observation
    assert (observation.partition, observation.metadata["left"].value) == (leaf, 0)


def test_a_run_that_is_cancelled_goes_on_where_it_was(
    leaf: str, library: Library, ephemeral: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.drop("more/1.mp3", title="T1", artist="Kino", album="Zvezda", track=1, seed=9)
    library.ingest()
    monkeypatch.setattr(leaf_rules_module, "CHUNK", 1)
    real = leaf_rules_module.RulesAgain.step
    seen: list[int] = []

    def stopped_at_the_second(self: leaf_rules_module.RulesAgain, after: int, end: int) -> object:
        if len(seen) == 1:
            signal.raise_signal(signal.SIGINT)
        seen.append(after)
        return real(self, after, end)

    monkeypatch.setattr(leaf_rules_module.RulesAgain, "step", stopped_at_the_second)
    cancelled = run(ephemeral, "leaf_rules", leaf)
    assert not cancelled.success
    assert cancelled.retry_attempts_for_node("leaf_rules") == 0
    monkeypatch.setattr(leaf_rules_module.RulesAgain, "step", real)

    result = run(ephemeral, "leaf_rules", leaf)

    assert metadata(result, "leaf_rules")["done"] == 3
    assert any("goes on after 1 of 3 songs" in entry.user_message for entry in ephemeral.all_logs(result.run_id))


def test_rules_that_are_wrong_end_the_run_at_once(
    leaf: str, library: Library, ephemeral: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    def wrong() -> Rules:
        from melodee.rules.load import rules_from  # noqa: PLC0415 - stands in for what is patched

        return rules_from("[[rule]]\n")

    monkeypatch.setattr(assets_module, "load", wrong)

    result = run(ephemeral, "leaf_rules", leaf)

    failure = result.failure_data_for_node("leaf_rules")
    assert failure is not None
    assert failure.user_failure_data is not None
    assert result.retry_attempts_for_node("leaf_rules") == 0
    assert len(library.songs()) == 2


def test_a_sample_of_the_library_is_decoded_each_night(
    leaf: str, library: Library, ephemeral: dg.DagsterInstance
) -> None:
    song = library.storage / next(path for path in library.storage.rglob("*.mp3"))
    song.write_bytes(song.read_bytes()[:600] + b"\0" * 4000)
    assert leaf

    result = defs.resolve_job_def("integrity_sample").execute_in_process(instance=ephemeral)

    told = metadata(result, "sampled_integrity")
    assert (told["files_decoded"], told["failed"]) == (2, 1)
    assert [(row.stage, row.code) for row in library.failures()] == [("decode", "decode_error")]


def test_what_reads_all_of_the_library_is_off_and_asks_for_a_run_of_each_leaf(
    leaf: str, library: Library, instance: dg.DagsterInstance
) -> None:
    instance.add_dynamic_partitions(str(leaves.name), [leaf])
    assert nightly_integrity.default_status is dg.DefaultScheduleStatus.RUNNING
    for schedule in (weekly_integrity, weekly_reread):
        assert schedule.default_status is dg.DefaultScheduleStatus.STOPPED
        context = dg.build_schedule_context(
            instance=instance,
            repository_def=defs.get_repository_def(),
            resources={"database": library.database},
            scheduled_execution_time=datetime(2026, 11, 21, 2, tzinfo=UTC),
        )
        requests = schedule.evaluate_tick(context).run_requests or []
        assert [request.partition_key for request in requests] == [leaf]


def test_one_of_two_instances_decodes_the_sample_of_a_night(
    library: Library, instance: dg.DagsterInstance, tmp_path: Path
) -> None:
    night = datetime(2026, 11, 21, 2, 30, tzinfo=UTC)

    def asked_for(here: dg.DagsterInstance, at: datetime) -> int:
        context = dg.build_schedule_context(
            instance=here,
            repository_def=defs.get_repository_def(),
            resources={"database": library.database},
            scheduled_execution_time=at,
        )
        return len(nightly_integrity.evaluate_tick(context).run_requests or [])

    with dg.DagsterInstance.local_temp(str(tmp_path)) as other:
        # A tick that was cut short comes again, at the instance that had begun.
        assert [asked_for(here, night) for here in (instance, other, instance, other)] == [1, 0, 1, 0]
        assert [asked_for(here, night + timedelta(days=1)) for here in (other, instance)] == [1, 0]
