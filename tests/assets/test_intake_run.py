"""One run of intake on a batch: what the assets tell an operator, and what a failure leads to."""

import errno
import signal
import threading
from collections.abc import Callable

import dagster as dg
import pytest

from melodee.errors import DependencyError, FatalError
from melodee_assets import intake as intake_assets
from melodee_assets.definitions import defs
from melodee_assets.partitions import batches
from melodee_assets.retries import DEPENDENCY_RETRY, only_what_may_heal_is_retried
from tests.library import Library, check_equation


def run_intake(library: Library, instance: dg.DagsterInstance, batch: str) -> dg.ExecuteInProcessResult:
    instance.add_dynamic_partitions(str(batches.name), [batch])
    job = defs.resolve_job_def("intake")
    result = job.execute_in_process(partition_key=batch, instance=instance, raise_on_error=False)
    check_equation(library)
    return result


def metadata(result: dg.ExecuteInProcessResult, asset: str) -> dict[str, object]:
    (materialization,) = result.asset_materializations_for_node(asset)
    return {name: value.value for name, value in materialization.metadata.items()}


def checks(result: dg.ExecuteInProcessResult) -> dict[str, dg.AssetCheckEvaluation]:
    """What is left failed, by the asset that says so."""
    return {
        check.asset_key.to_user_string(): check
        for check in result.get_asset_check_evaluations()
        if check.check_name == "no_items_left_failed"
    }


def test_a_batch_goes_through_in_one_run_and_says_what_it_did(library: Library, ephemeral: dg.DagsterInstance) -> None:
    for number in (1, 2):
        library.drop(f"new/{number}.mp3", title=f"S{number}", artist="Kino", album="Noch", track=number, seed=number)
    (library.inbound / "new/notes.nfo").write_text("ripped on a Tuesday")
    dropped = sum(path.stat().st_size for path in (library.inbound / "new").iterdir())
    (library.inbound / "broken.mp3").write_bytes(b"")
    (batch,) = library.plan()

    result = run_intake(library, ephemeral, batch)

    assert result.success
    assert metadata(result, "discovered_releases")["files_failed"] == 1
    assert metadata(result, "discovered_releases")["failures"] == "empty: 1"
    published = metadata(result, "published_releases")
    assert (published["releases_seen"], published["songs"]) == (1, 2)
    assert published["bytes"] == dropped
    assert {"seconds", "songs_per_second", "files_seen", "files_waiting"} <= published.keys()
    assert metadata(result, "catalogue")["songs"] == 2


def test_running_a_batch_again_changes_nothing(library: Library, ephemeral: dg.DagsterInstance) -> None:
    library.drop("new/1.mp3", title="One", artist="A", album="B", track=1, seed=1)
    (batch,) = library.plan()
    run_intake(library, ephemeral, batch)
    before = library.songs()

    assert run_intake(library, ephemeral, batch).success

    assert library.songs() == before


def test_running_a_finished_batch_again_tries_its_failed_files_again(
    library: Library, ephemeral: dg.DagsterInstance
) -> None:
    (library.inbound / "broken.mp3").write_bytes(b"")
    (batch,) = library.plan()
    run_intake(library, ephemeral, batch)

    run_intake(library, ephemeral, batch)

    assert [(failure.code, failure.attempts) for failure in library.failures()] == [("empty", 2)]


def test_the_check_lists_what_is_left_failed_and_what_to_do(library: Library, ephemeral: dg.DagsterInstance) -> None:
    for number in range(25):
        (library.inbound / f"{number}.mp3").write_bytes(b"")
    (library.inbound / "noise.flac").write_bytes(b"noise" * 1000)
    (batch,) = library.plan()

    check = checks(run_intake(library, ephemeral, batch))["inbound_files"]

    assert (check.passed, check.severity) == (False, dg.AssetCheckSeverity.WARN)
    assert str(check.description).startswith("Left failed: 25 empty, 1 unreadable. 'melodee failures list'")
    assert check.metadata["items"].value == 26
    assert check.metadata["items_empty"].value == 25
    assert len([name for name in check.metadata if name.startswith("newest_")]) == 20
    assert "melodee failures list" in str(check.metadata["what_to_do"].value)


def test_the_check_runs_also_when_a_step_before_it_failed(
    library: Library, ephemeral: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    (library.inbound / "broken.mp3").write_bytes(b"")
    (batch,) = library.plan()
    monkeypatch.setattr(intake_assets, "publish_batch", failing(FatalError("no room")))

    result = run_intake(library, ephemeral, batch)

    assert not result.success
    assert {asset: check.passed for asset, check in checks(result).items()} == {
        "inbound_files": False,
        "discovered_releases": False,
        "staged_releases": True,
    }


def test_nothing_left_failed_passes_the_check(library: Library, ephemeral: dg.DagsterInstance) -> None:
    library.drop("new/1.mp3", title="One", artist="A", album="B", track=1, seed=1)
    (batch,) = library.plan()

    check = checks(run_intake(library, ephemeral, batch))["inbound_files"]

    assert check.passed
    assert check.description == "Everything that was dropped has been dealt with."


def test_a_dependency_that_comes_back_is_waited_for(
    library: Library, ephemeral: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.drop("new/1.mp3", title="One", artist="A", album="B", track=1, seed=1)
    (batch,) = library.plan()
    away = library.inbound.rename(library.folder / "unmounted")
    waits: list[int] = []

    def shorter_wait(_: dg.RetryPolicy, attempt: int) -> float:
        waits.append(attempt)
        if len(waits) == 2:
            away.rename(library.inbound)
        return 0.01

    monkeypatch.setattr(dg.RetryPolicy, "calculate_delay", shorter_wait)

    result = run_intake(library, ephemeral, batch)

    assert result.success
    assert result.retry_attempts_for_node("discovered_releases") == 2
    assert len(library.songs()) == 1


def test_what_cannot_heal_is_not_repeated(
    library: Library, ephemeral: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.drop("new/1.mp3", title="One", artist="A", album="B", track=1, seed=1)
    (batch,) = library.plan()
    monkeypatch.setattr(intake_assets, "stage_batch", failing(FatalError("no staging volume")))

    result = run_intake(library, ephemeral, batch)

    failure = result.failure_data_for_node("staged_releases")
    assert failure is not None
    assert failure.user_failure_data is not None
    assert "no staging volume" in str(failure.user_failure_data.description)
    assert result.retry_attempts_for_node("staged_releases") == 0


@pytest.mark.parametrize(
    "error",
    [DependencyError("away"), OSError(errno.EIO, "bad disk"), TimeoutError()],
    ids=["dependency", "disk", "time"],
)
def test_the_retry_policy_sees_what_may_heal(error: Exception) -> None:
    with pytest.raises(type(error)), only_what_may_heal_is_retried():
        raise error


@pytest.mark.parametrize("error", [FatalError("never"), KeyError("mistake")], ids=["fatal", "mistake"])
def test_everything_else_is_final(error: Exception) -> None:
    with pytest.raises(dg.Failure) as raised, only_what_may_heal_is_retried():
        raise error
    assert raised.value.allow_retries is False


def test_a_run_that_is_cancelled_is_not_repeated_by_its_retry_policy(ephemeral: dg.DagsterInstance) -> None:
    """Dagster asks the policy about interruptions too (dagster-io/dagster#15026)."""
    attempts = 0

    @dg.asset(retry_policy=DEPENDENCY_RETRY)
    def interrupted() -> None:
        nonlocal attempts
        attempts += 1
        with only_what_may_heal_is_retried():
            signal.raise_signal(signal.SIGINT)

    with pytest.raises(dg.DagsterExecutionInterruptedError):
        dg.materialize([interrupted], instance=ephemeral)

    assert attempts == 1


def test_a_cancelled_run_cancels_the_statement_that_it_waits_for(
    library: Library, ephemeral: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    (library.inbound / "broken.mp3").write_bytes(b"")
    (batch,) = library.plan()

    def wait_long(*_: object, **__: object) -> object:
        timer = threading.Timer(0.5, signal.raise_signal, [signal.SIGINT])
        timer.start()
        with library.database.begin() as db:
            db.connection.exec_driver_sql("/* held up */ select pg_sleep(60)")
        raise AssertionError("nobody was interrupted")

    monkeypatch.setattr(intake_assets, "publish_batch", wait_long)

    result = run_intake(library, ephemeral, batch)

    assert not result.success
    assert result.retry_attempts_for_node("published_releases") == 0
    assert (
        library.query("select pid from pg_stat_activity where query like '/* held up */%' and state = 'active'") == []
    )


def failing(error: Exception) -> Callable[..., object]:
    def fail(*_: object, **__: object) -> object:
        raise error

    return fail
