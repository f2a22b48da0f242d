"""Children are kept running, and none outlives us."""

import fcntl
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from melodee import guardian
from melodee.processes import MARK, is_alive, marked_groups
from melodee.supervisor import rotate, tail
from tests.supervised import __file__ as supervised
from tests.supervised import pids

Start = Callable[..., "Supervised"]


def wait_until(condition: Callable[[], object], seconds: float = 20) -> float:
    """Waits for a condition; returns how long it took."""
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < seconds, "it did not come to that"
        time.sleep(0.02)
    return time.monotonic() - began


class Supervised:
    """A supervisor in a process of its own, over stand-ins."""

    def __init__(self, folder: Path, *children: str) -> None:
        self.folder = folder
        self.output, self.errors = folder / "output", folder / "errors"
        with self.output.open("ab") as output, self.errors.open("ab") as errors:
            self.process = subprocess.Popen(
                [sys.executable, supervised, folder, *children],
                stdout=output,
                stderr=errors,
                # Who runs the tests under nohup ignores it, and so would we.
                preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_DFL),  # noqa: PLW1509 - no threads here
            )

    @property
    def mark(self) -> str:
        return f"test-{self.process.pid}"

    def pids(self, name: str) -> list[int]:
        return pids(self.folder, name)

    def living(self) -> list[int]:
        """Every process that any child or grandchild has ever been, and that still runs."""
        known = {pid for file in self.folder.glob("*.pids") for pid in pids(self.folder, file.stem)}
        return [pid for pid in known if is_alive(pid)]

    def wait_until_ready(self) -> None:
        wait_until(lambda: "READY" in self.output.read_text() or self.process.poll() is not None)
        assert self.process.poll() is None, self.errors.read_text()

    def stop(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(30)

    def guardian(self) -> int:
        """The process id of its guardian."""
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                command = (entry / "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if b"melodee.guardian" in command and self.mark.encode() in command:
                return int(entry.name)
        raise AssertionError("it has no guardian")


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    started: list[Supervised] = []

    def start_and_remember(*children: str) -> Supervised:
        started.append(Supervised(tmp_path, *children))
        return started[-1]

    yield start_and_remember
    for one in started:
        if one.process.poll() is None:
            one.process.kill()
            one.process.wait()
        guardian.end([], one.mark)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_told_to_stop_it_ends_all_children_and_exits_with_0(start, number):
    one = start("database", "api", "web")
    one.wait_until_ready()

    assert one.stop(number) == 0

    assert one.living() == []
    stopping = re.findall(r"Stopping the (\w+)", one.output.read_text())
    assert stopping == ["web", "api", "database"]


def test_a_child_that_does_not_listen_is_killed_with_all_that_it_started(start):
    one = start("database", "api:deaf,grandchild")
    one.wait_until_ready()
    wait_until(lambda: one.pids("api-grandchild"))

    assert one.stop() == 0

    assert one.living() == []


def test_what_left_its_process_group_ends_too(start):
    one = start("database", "api:leaver")
    one.wait_until_ready()
    wait_until(lambda: one.pids("api-grandchild"))

    assert one.stop() == 0

    assert one.living() == []


def test_a_second_signal_hurries_it(start):
    one = start("database", "api:deaf", "web:deaf")
    one.wait_until_ready()
    one.process.send_signal(signal.SIGINT)
    wait_until(lambda: "Stopping" in one.output.read_text())

    began = time.monotonic()
    assert one.stop(signal.SIGINT) == 0

    assert time.monotonic() - began < 1
    assert one.living() == []


def test_told_to_stop_while_it_waits_it_stops(start):
    one = start("database", "api:mute")
    wait_until(lambda: one.pids("database"))

    assert one.stop() == 0

    assert "READY" not in one.output.read_text()
    assert one.living() == []


def test_a_child_that_ends_is_started_again(start):
    one = start("database", "api:grandchild")
    one.wait_until_ready()
    wait_until(lambda: one.pids("api-grandchild"))
    first, orphan = one.pids("api")[0], one.pids("api-grandchild")[0]

    os.kill(first, signal.SIGKILL)
    wait_until(lambda: len(one.pids("api")) == 2)

    assert "The api was ended by SIGKILL; it is started again" in one.output.read_text()
    assert not is_alive(orphan)
    assert one.stop() == 0


def test_a_child_waits_for_the_one_that_it_needs(start):
    one = start("database", "api")
    one.wait_until_ready()

    os.kill(one.pids("api")[0], signal.SIGKILL)
    os.kill(one.pids("database")[0], signal.SIGKILL)
    wait_until(lambda: one.output.read_text().count("The api answers") == 2)

    said = one.output.read_text()
    assert said.rindex("The database answers") < said.rindex("The api answers")
    assert one.stop() == 0


def test_a_child_that_keeps_ending_stops_everything_with_the_end_of_its_log(start):
    one = start("database", "api")
    one.wait_until_ready()

    for number in range(5):
        wait_until(lambda: len(one.pids("api")) == number + 1)  # noqa: B023
        os.kill(one.pids("api")[number], signal.SIGKILL)

    assert one.process.wait(30) == 1
    assert "The api was ended by SIGKILL, 5 times within a minute" in one.errors.read_text()
    assert one.living() == []


def test_a_child_that_cannot_start_stops_everything_with_the_end_of_its_log(start):
    one = start("database", "api:dies")

    assert one.process.wait(30) == 1

    assert "The api ended with code 1 before it answered" in one.errors.read_text()
    assert "  it cannot be helped" in one.errors.read_text()
    assert one.living() == []


def test_a_child_that_never_answers_stops_everything(start):
    one = start("database", "api:mute")

    assert one.process.wait(30) == 1

    assert "The api did not answer within 2 s" in one.errors.read_text()
    assert marked_groups(one.mark) == set()


def test_killed_it_leaves_nothing_behind_and_holds_its_lock_until_then(start, tmp_path):
    one = start("database", "api:deaf,grandchild", "web:leaver")
    one.wait_until_ready()
    wait_until(lambda: one.pids("api-grandchild") and one.pids("web-grandchild"))

    one.process.kill()
    one.process.wait()

    began = time.monotonic()
    with (tmp_path / "lock").open("rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
    assert one.living() == []
    assert time.monotonic() - began < 10


def test_it_ends_with_the_uv_that_started_it(tmp_path):
    uv = tmp_path / "uv"
    uv.symlink_to(sys.executable)
    run = "import subprocess, sys; subprocess.run(sys.argv[1:], check=False)"
    with subprocess.Popen([uv, "-c", run, sys.executable, supervised, tmp_path, "database"]) as launcher:
        wait_until(lambda: pids(tmp_path, "database"))
        launcher.kill()

    wait_until(lambda: not any(map(is_alive, pids(tmp_path, "database"))))


def test_a_killed_guardian_is_replaced_and_knows_the_children(start):
    one = start("database", "api")
    one.wait_until_ready()
    first = one.guardian()

    os.kill(first, signal.SIGKILL)
    wait_until(lambda: not is_alive(first))
    wait_until(lambda: _other_guardian(one, first))
    one.process.kill()
    one.process.wait()

    assert wait_until(lambda: not one.living()) < 10


def _other_guardian(one: Supervised, first: int) -> bool:
    try:
        return one.guardian() != first
    except AssertionError:
        return False


def test_the_guardian_understands_half_a_message(tmp_path):
    group = guardian.Group(4711, last=True)
    file = tmp_path / "pipe"
    file.write_bytes(
        guardian.message(guardian.Group(1), alive=True)
        + guardian.message(group, alive=True)
        + guardian.message(guardian.Group(1), alive=False)
        + guardian.message(guardian.Group(2), alive=True)[:20]
    )

    with file.open("rb") as pipe:
        assert guardian.follow(pipe) == [group]


def test_what_is_marked_is_found_by_its_mark_alone():
    with subprocess.Popen(
        [sys.executable, "-c", "input()"],
        stdin=subprocess.PIPE,
        env={**os.environ, MARK: "found"},
        start_new_session=True,
    ) as process:
        wait_until(lambda: marked_groups("found"))
        assert marked_groups("found") == {process.pid}
        assert marked_groups("foun") == set()
        process.communicate(b"\n")


def test_a_log_that_has_grown_is_kept_once(tmp_path):
    log = tmp_path / "api.log"
    with log.open("ab") as writer:
        writer.write(b"x" * 100)
        writer.flush()

        rotate(log, limit=100)
        assert log.stat().st_size == 100

        rotate(log, limit=99)
        writer.write(b"on it goes\n")

    assert log.read_bytes() == b"on it goes\n"
    assert (tmp_path / "api.log.1").read_bytes() == b"x" * 100
    rotate(tmp_path / "none.log")


def test_the_end_of_a_log_is_short(tmp_path):
    log = tmp_path / "api.log"
    log.write_bytes(b"\xff" * 5000 + b"\n\nsecond\n" + b"third\n")

    lines = tail(log, 3)

    assert lines[1:] == ["second", "third"]
    assert len(lines[0]) == 300
    assert tail(tmp_path / "none.log", 3) == []
