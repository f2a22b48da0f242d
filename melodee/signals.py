"""Being told to stop, without being interrupted in the middle of something."""

import os
import select
import signal
import socket
from types import FrameType, TracebackType
from typing import Any, Self

from melodee.processes import name


class StopAsked(BaseException):
    """Somebody pressed Ctrl-C or sent SIGTERM; not an error, so nothing that catches errors may catch it."""


class Signals:
    """Inside its `with` block, SIGINT, SIGTERM and SIGHUP are counted, and `wait` raises `StopAsked` at the first.

    So it does when `uv run` started us and is gone: whoever kills that means us. Only the second signal interrupts what
    does not wait, such as a long migration. After `stop_raising`, none raises.
    """

    def __init__(self) -> None:
        self.asked = 0
        self._raises = True
        self._launcher = os.getppid() if name(os.getppid()) == "uv" else None
        self._before: dict[signal.Signals, Any] = {}
        self._woken, self._waker = socket.socketpair()
        self._woken.setblocking(False)
        self._waker.setblocking(False)

    def __enter__(self) -> Self:
        # A signal writes a byte here, so that a wait ends at once; SIGCHLD is handled for that alone.
        self._wakeup_before = signal.set_wakeup_fd(self._waker.fileno(), warn_on_full_buffer=False)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            # Started by nohup, a hangup is none of our business.
            if not (number == signal.SIGHUP and signal.getsignal(number) == signal.SIG_IGN):
                self._before[number] = signal.signal(number, self._count)
        self._before[signal.SIGCHLD] = signal.signal(signal.SIGCHLD, _nothing)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(self._wakeup_before)
        self._woken.close()
        self._waker.close()

    def stop_raising(self) -> None:
        """From now on signals are only counted: what stops must come to its end."""
        self._raises = False

    def check(self) -> None:
        """Raises `StopAsked` when that is so."""
        if self._raises and (self.asked or self._launcher not in {None, os.getppid()}):
            raise StopAsked

    def wait(self, seconds: float) -> None:
        """Waits, or less when a signal comes or a child ends. Raises `StopAsked`."""
        self.check()
        if select.select([self._woken], [], [], seconds)[0]:
            self._woken.recv(4096)
        self.check()

    def _count(self, _number: int, _frame: FrameType | None) -> None:
        self.asked += 1
        if self._raises and self.asked > 1:
            raise StopAsked


def _nothing(_number: int, _frame: FrameType | None) -> None:
    pass
