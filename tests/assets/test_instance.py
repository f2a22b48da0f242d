"""`dagster.yaml` and `workspace.yaml` as Dagster reads them."""

from pathlib import Path

import dagster as dg
import pytest
from dagster._core.run_coordinator import QueuedRunCoordinator
from dagster._core.workspace.load import location_origins_from_yaml_paths

from melodee_assets import run_lock
from melodee_assets.launcher import MelodeeRunLauncher
from melodee_assets.pools import keep_limits


def test_the_queue_is_looked_at_every_second(instance: dg.DagsterInstance) -> None:
    assert isinstance(instance.run_coordinator, QueuedRunCoordinator)
    assert instance.run_coordinator.dequeue_interval_seconds == 1


def test_a_dead_process_is_noticed_and_a_failed_asset_is_not_run_again(instance: dg.DagsterInstance) -> None:
    assert isinstance(instance.run_launcher, MelodeeRunLauncher)
    assert instance.run_monitoring_enabled
    assert instance.run_monitoring_poll_interval_seconds == 10
    assert (instance.run_retries_enabled, instance.run_retries_max_retries) == (True, 3)
    assert not instance.run_retries_retry_on_asset_or_op_failure


def test_nothing_is_sent_anywhere(instance: dg.DagsterInstance) -> None:
    assert not instance.telemetry_enabled
    assert not instance.nux_enabled


def test_only_the_loops_that_are_used_run(instance: dg.DagsterInstance) -> None:
    assert set(instance.get_required_daemon_types()) == {
        "SENSOR",
        "BACKFILL",
        "SCHEDULER",
        "QUEUED_RUN_COORDINATOR",
        "MONITORING",
        "EVENT_LOG_CONSUMER",
    }


def test_no_file_appears_beside_dagster_yaml(dagster_home: Path, instance: dg.DagsterInstance) -> None:
    @dg.asset
    def anything() -> None: ...

    before = set(dagster_home.resolve().iterdir())
    beside = set((dagster_home / "dagster.yaml").resolve().parent.iterdir())
    assert dg.materialize([anything], instance=instance).success
    assert set(dagster_home.resolve().iterdir()) == before
    assert set((dagster_home / "dagster.yaml").resolve().parent.iterdir()) == beside


def test_the_code_server_is_found_at_the_socket_of_the_environment(
    dagster_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MELODEE_CODE_SOCKET", "/run/melodee/code.sock")

    (origin,) = location_origins_from_yaml_paths([str(dagster_home / "workspace.yaml")])

    assert (origin.location_name, getattr(origin, "socket", None)) == ("melodee", "/run/melodee/code.sock")


def test_backfills_leave_room_for_what_is_dropped(instance: dg.DagsterInstance) -> None:
    assert instance.get_concurrency_config().run_queue_config is not None
    (limit,) = instance.get_concurrency_config().run_queue_config.tag_concurrency_limits

    assert (limit["key"], limit["limit"]) == ("dagster/backfill", 2)


def test_limits_of_pools_are_set_once_and_then_the_operators(instance: dg.DagsterInstance) -> None:
    keep_limits(instance)
    assert [(pool.name, pool.limit) for pool in instance.event_log_storage.get_pool_limits()] == [("cpu", 1)]

    instance.event_log_storage.set_concurrency_slots("cpu", 3)
    keep_limits(instance)

    assert [(pool.name, pool.limit) for pool in instance.event_log_storage.get_pool_limits()] == [("cpu", 3)]


def test_an_instance_that_is_made_anew_uses_the_connections_that_are_there(dagster_home: Path) -> None:
    def backends() -> set[int]:
        with dg.DagsterInstance.from_config(str(dagster_home)) as anew:
            # As a sensor's tick in the code server has it.
            anew.get_runs_count()
            with run_lock.connect(anew) as own:
                rows = own.execute(
                    "select pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
                ).fetchall()
        return {pid for (pid,) in rows}

    before = backends()

    assert before
    assert [backends() for _ in range(5)] == [before] * 5


def test_a_kept_connection_that_the_server_has_closed_is_opened_anew(instance: dg.DagsterInstance) -> None:
    assert instance.get_runs_count() == 0
    with run_lock.connect(instance) as own:
        own.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where datname = current_database() and pid <> pg_backend_pid()"
        )

    assert instance.get_runs_count() == 0
