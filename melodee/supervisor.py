"""Starts processes in order, keeps them running, and stops them in reverse order.

Each child leads a process group of its own, so a Ctrl-C in the terminal reaches Melodee alone, and a child ends with
all that it started. Should Melodee be killed, `melodee.guardian` ends them.
"""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from melodee import guardian
from melodee.errors import FatalError
from melodee.processes import MARK, group_is_alive, send
from melodee.signals import Signals

DEATHS = 5
"""How often a child may end within `WINDOW` seconds before all is given up."""

WINDOW = 60.0
LONGEST_PAUSE = 8.0
LOG_BYTES = 20_000_000
"""What a log file may grow to; one older one is kept."""

_TAIL_LINES = 15


class ChildFailed(FatalError):
    """Melodee cannot go on."""

    code = "child_failed"


Process = subprocess.Popen[bytes]


@dataclass(frozen=True)
class Child:
    """What to start, how to see that it answers, and how to stop it."""

    name: str
    """Of its log file."""
    title: str
    """As a person calls it: `the API`."""
    start: Callable[[IO[bytes]], Process]
    """Starts it in a session of its own, with its output to the log."""
    answers: Callable[[Process], bool]
    """Whether it does its work; asked several times a second."""
    patience: float = 180.0
    """Seconds until it must answer."""
    grace: float = 8.0
    """Seconds that it has to end by itself."""
    stop: signal.Signals = signal.SIGTERM
    kill: signal.Signals = signal.SIGKILL
    needs: tuple[str, ...] = ()
    """Children that must answer before it is started again."""
    last: bool = False
    """Whether the others need it to end well."""


@dataclass
class _Running:
    child: Child
    process: Process
    since: float
    answered: bool = False
    restart_at: float | None = None
    deaths: deque[float] = field(default_factory=lambda: deque(maxlen=DEATHS))


class Supervisor:
    """The children of one `melodee up`, from the start of its `with` block to the end."""

    def __init__(
        self, logs: Path, signals: Signals, say: Callable[[str], None], *, mark: str, keep_open: Sequence[int] = ()
    ) -> None:
        self._logs = logs
        self._signals = signals
        self._say = say
        self._mark = mark
        self._keep_open = keep_open
        self._running: dict[str, _Running] = {}
        self._next_look_at_logs = 0.0

    def __enter__(self) -> Self:
        self._guardian = self._start_guardian()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._signals.stop_raising()
        self._stop()
        self._end_guardian()

    def start(self, child: Child) -> None:
        """Starts a child; it does not answer yet."""
        self._signals.check()
        rotate(self._log(child))
        self._running[child.name] = _Running(child, self._launch(child), time.monotonic())

    def wait_for_answers(self) -> None:
        """Returns when all that was started answers.

        Raises `ChildFailed` when one ends or does not answer in time, `StopAsked` when told to stop.
        """
        tell_at = time.monotonic() + 15
        while waiting := [one.child.title for one in self._running.values() if not one.answered]:
            self._look(restart=False)
            self._signals.wait(0.1)
            if time.monotonic() > tell_at:
                tell_at += 15
                self._say(f"Still waiting for {' and '.join(waiting)}.")

    def run(self) -> None:
        """Keeps the children running; restarts one that ends. Raises `ChildFailed` or `StopAsked`, sooner or later."""
        while True:
            self._look(restart=True)
            busy = any(not running.answered for running in self._running.values())
            self._signals.wait(0.1 if busy else 1.0)

    def _look(self, *, restart: bool) -> None:
        now = time.monotonic()
        for running in self._running.values():
            if running.restart_at is not None:
                self._maybe_restart(running, now)
            elif running.process.poll() is not None:
                self._note_death(running, now, _ending(running.process.returncode), restart=restart)
            elif not running.answered:
                self._ask(running, now, restart=restart)
        if self._guardian.poll() is not None:
            self._guardian = self._start_guardian()
            for running in self._running.values():
                self._tell(running, alive=True)
        if now > self._next_look_at_logs:
            self._next_look_at_logs = now + 60
            for running in self._running.values():
                rotate(self._log(running.child))

    def _ask(self, running: _Running, now: float, *, restart: bool) -> None:
        if running.child.answers(running.process):
            running.answered = True
            self._say(f"{_sentence(running.child.title)} answers after {now - running.since:.1f} s.")
        elif now - running.since > running.child.patience:
            send(running.process.pid, running.child.kill)
            running.process.wait()
            self._note_death(running, now, f"did not answer within {running.child.patience:.0f} s", restart=restart)

    def _note_death(self, running: _Running, now: float, how: str, *, restart: bool) -> None:
        child = running.child
        # Workers that lost their parent. At once: later, the group's id may be somebody else's.
        send(running.process.pid, signal.SIGKILL)
        self._tell(running, alive=False)
        running.answered = False
        if not restart:
            raise ChildFailed(f"{_sentence(child.title)} {how} before it answered.{self._last_lines(child)}")
        running.deaths.append(now)
        if len(running.deaths) == DEATHS and now - running.deaths[0] < WINDOW:
            raise ChildFailed(
                f"{_sentence(child.title)} {how}, {DEATHS} times within a minute.{self._last_lines(child)}"
            )
        recent = sum(now - death < WINDOW for death in running.deaths)
        pause = min(2.0 ** (recent - 2), LONGEST_PAUSE)
        running.restart_at = now + pause
        self._say(f"{_sentence(child.title)} {how}; it is started again in {pause:g} s.")

    def _maybe_restart(self, running: _Running, now: float) -> None:
        needed = [self._running[name] for name in running.child.needs if name in self._running]
        if running.restart_at is None or now < running.restart_at or not all(other.answered for other in needed):
            return
        running.process = self._launch(running.child)
        running.since, running.restart_at = now, None

    def _launch(self, child: Child) -> Process:
        with self._log(child).open("ab") as log:
            log.write(f"--- {datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC: started\n".encode())
            log.flush()
            try:
                process = child.start(log)
            except OSError as error:
                raise ChildFailed(f"{_sentence(child.title)} cannot be started: {error}") from error
        self._tell_of(child, process, alive=True)
        return process

    def _stop(self) -> None:
        """In reverse order, but together what does not depend on each other; what the others need comes last."""
        running = [one for one in reversed(self._running.values()) if one.restart_at is None]
        self._stop_together([one for one in running if not one.child.last], hurry_at=2)
        self._stop_together([one for one in running if one.child.last], hurry_at=3)

    def _stop_together(self, stopping: list[_Running], *, hurry_at: int) -> None:
        began = time.monotonic()
        for running in stopping:
            self._say(f"Stopping {running.child.title}.")
            send(running.process.pid, running.child.stop)
        hurried: set[str] = set()
        while stopping:
            now = time.monotonic()
            for running in list(stopping):
                running.process.poll()
                name, child = running.child.name, running.child
                if not group_is_alive(running.process.pid):
                    stopping.remove(running)
                    self._tell(running, alive=False)
                elif name not in hurried and (now - began > child.grace or self._signals.asked >= hurry_at):
                    hurried.add(name)
                    send(running.process.pid, child.kill)
                elif now - began > child.grace + 5:
                    send(running.process.pid, signal.SIGKILL)
            if stopping:
                self._signals.wait(0.05)

    def _start_guardian(self) -> Process:
        return subprocess.Popen(
            [sys.executable, "-m", "melodee.guardian", self._mark],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            pass_fds=self._keep_open,
        )

    def _end_guardian(self) -> None:
        """Its pipe ends, it ends what we overlooked, and then itself."""
        assert self._guardian.stdin is not None  # noqa: S101 - it was asked for
        with suppress(BrokenPipeError):
            self._guardian.stdin.close()
        self._guardian.wait()

    def _tell(self, running: _Running, *, alive: bool) -> None:
        self._tell_of(running.child, running.process, alive=alive)

    def _tell_of(self, child: Child, process: Process, *, alive: bool) -> None:
        group = guardian.Group(process.pid, child.stop, child.kill, child.last)
        # One that was killed is started again by the next look, and told of all.
        with suppress(BrokenPipeError):
            assert self._guardian.stdin is not None  # noqa: S101
            self._guardian.stdin.write(guardian.message(group, alive=alive))
            self._guardian.stdin.flush()

    def _log(self, child: Child) -> Path:
        return self._logs / f"{child.name}.log"

    def _last_lines(self, child: Child) -> str:
        lines = tail(self._log(child), _TAIL_LINES)
        return f" The end of {self._log(child)}:\n" + "\n".join(f"  {line}" for line in lines)


def spawn(
    command: Sequence[str | Path], log: IO[bytes], *, environment: Mapping[str, str], folder: Path, mark: str
) -> Process:
    """Starts a command as `Child.start` must: its own session, nothing to read, marked for the guardian."""
    return subprocess.Popen(
        command,
        cwd=folder,
        env={**environment, MARK: mark},
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )


def rotate(log: Path, limit: int = LOG_BYTES) -> None:
    """Moves the text of a log that has grown beyond `limit` bytes to `<log>.1`. Its writer appends, and goes on."""
    with suppress(FileNotFoundError):
        if log.stat().st_size > limit:
            shutil.copyfile(log, log.with_name(f"{log.name}.1"))
            os.truncate(log, 0)


def tail(log: Path, lines: int) -> list[str]:
    """The last lines of a file, each cut at 300 characters."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - 20_000))
            text = file.read().decode("utf-8", "replace")
    except OSError:
        return []
    return [line[:300] for line in text.splitlines() if line.strip()][-lines:]


def _ending(code: int) -> str:
    if code >= 0:
        return f"ended with code {code}"
    try:
        return f"was ended by {signal.Signals(-code).name}"
    except ValueError:
        return f"was ended by signal {-code}"


def _sentence(title: str) -> str:
    return title[0].upper() + title[1:]
