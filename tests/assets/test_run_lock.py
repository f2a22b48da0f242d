"""A run shows that it lives, and one whose process is gone is noticed."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import dagster as dg
import psycopg
import pytest
from dagster._core.launcher import WorkerStatus
from dagster._core.utils import make_new_run_id

from melodee_assets import launcher as launcher_module
from melodee_assets.launcher import MelodeeRunLauncher
from melodee_assets.run_lock import RunLock, connect

HOLDER = """
import sys, time
import dagster as dg
from melodee_assets.run_lock import RunLock
with dg.DagsterInstance.get() as instance, RunLock(instance, sys.argv[1]):
    print("held", flush=True)
    time.sleep(600)
"""

PARENT = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", sys.argv[1], sys.argv[2]])
print(child.pid, flush=True)
time.sleep(600)
"""


def becomes_true(condition: Callable[[], bool], seconds: float = 60) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.fixture
def run(instance: dg.DagsterInstance) -> dg.DagsterRun:
    made = dg.DagsterRun(job_name="intake", run_id=make_new_run_id(), status=dg.DagsterRunStatus.STARTED)
    return instance.run_storage.add_run(made)


@pytest.fixture
def launcher(instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch) -> MelodeeRunLauncher:
    """The one of `dagster.yaml`, which is sure at its second look."""
    monkeypatch.setattr(launcher_module, "SURE_SECONDS", 0.000_001)
    launcher = instance.run_launcher
    assert isinstance(launcher, MelodeeRunLauncher)
    return launcher


def looks(launcher: MelodeeRunLauncher, run: dg.DagsterRun) -> list[WorkerStatus]:
    return [launcher.check_run_worker_health(run).status for _ in range(2)]


def test_a_run_whose_lock_is_held_lives(
    instance: dg.DagsterInstance, launcher: MelodeeRunLauncher, run: dg.DagsterRun
) -> None:
    with RunLock(instance, run.run_id):
        assert looks(launcher, run) == [WorkerStatus.RUNNING, WorkerStatus.RUNNING]


def test_a_run_whose_lock_stays_free_is_given_up_at_the_second_look(
    launcher: MelodeeRunLauncher, run: dg.DagsterRun
) -> None:
    assert looks(launcher, run) == [WorkerStatus.RUNNING, WorkerStatus.FAILED]


def test_a_lock_that_was_free_for_a_moment_is_forgiven(
    instance: dg.DagsterInstance, launcher: MelodeeRunLauncher, run: dg.DagsterRun
) -> None:
    launcher.check_run_worker_health(run)
    with RunLock(instance, run.run_id):
        launcher.check_run_worker_health(run)

    assert launcher.check_run_worker_health(run).status is WorkerStatus.RUNNING


def test_two_looks_in_quick_succession_do_not_give_a_run_up(
    launcher: MelodeeRunLauncher, run: dg.DagsterRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(launcher_module, "SURE_SECONDS", 8)
    assert looks(launcher, run) == [WorkerStatus.RUNNING, WorkerStatus.RUNNING]


def test_a_lock_that_went_with_its_connection_is_taken_again(
    instance: dg.DagsterInstance, run: dg.DagsterRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("melodee_assets.run_lock.LOOK_SECONDS", 0.1)
    with RunLock(instance, run.run_id), connect(instance) as other:
        holder = other.execute("select pid from pg_locks where locktype = 'advisory'").fetchone()
        assert holder is not None
        other.execute("select pg_terminate_backend(%s)", holder)

        def is_held_by_another() -> bool:
            pids = other.execute("select pid from pg_locks where locktype = 'advisory' and granted").fetchall()
            return bool(pids) and pids != [holder]

        assert becomes_true(is_held_by_another)


def test_a_killed_process_lets_go_of_its_lock(launcher: MelodeeRunLauncher, run: dg.DagsterRun) -> None:
    with subprocess.Popen([sys.executable, "-c", HOLDER, run.run_id], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        assert looks(launcher, run) == [WorkerStatus.RUNNING, WorkerStatus.RUNNING]
        process.kill()
        process.wait()

    assert becomes_true(lambda: WorkerStatus.FAILED in looks(launcher, run))


def test_a_run_does_not_outlive_the_process_that_started_it(run: dg.DagsterRun) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, HOLDER, run.run_id], stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        lines = {parent.stdout.readline().strip(), parent.stdout.readline().strip()}
        child = int(next(line for line in lines if line != "held"))
        os.kill(parent.pid, signal.SIGKILL)
        parent.wait()

        assert becomes_true(lambda: not is_running(child), 10)


def test_a_run_cannot_begin_without_its_lock(
    instance: dg.DagsterInstance, run: dg.DagsterRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("melodee_assets.run_lock._OPTIONS", "-c lock_timeout=100")
    with RunLock(instance, run.run_id), pytest.raises(psycopg.errors.LockNotAvailable):
        RunLock(instance, run.run_id)
