"""A terminal for a command: what it shows, and what is typed into it."""

import os
import pty
import select
import subprocess
import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager


class Terminal:
    def __init__(self, process: subprocess.Popen[bytes], descriptor: int) -> None:
        self.process, self._descriptor = process, descriptor
        self.shown = ""
        self._seen = 0

    def wait_for(self, text: str, seconds: float = 60) -> None:
        """Returns when the text has been shown after what was waited for before."""
        until = time.monotonic() + seconds
        while text not in self.shown[self._seen :]:
            assert time.monotonic() < until, f"{text!r} was not shown; only {self.shown!r}"
            ended = self.process.poll() is not None
            assert self._read() or not ended, f"it ended with {self.shown!r}"
        self._seen = self.shown.index(text, self._seen) + len(text)

    def type(self, text: str | bytes) -> None:
        os.write(self._descriptor, text if isinstance(text, bytes) else text.encode())

    def end(self, seconds: float = 60) -> int:
        """Waits for the command's end; returns its exit code."""
        until = time.monotonic() + seconds
        while self.process.poll() is None:
            assert time.monotonic() < until, f"it goes on after {self.shown!r}"
            self._read()
        while self._read():
            pass
        return self.process.returncode

    def _read(self) -> bool:
        """Whether more was shown, within a moment."""
        if not select.select([self._descriptor], [], [], 0.1)[0]:
            return False
        self.shown += os.read(self._descriptor, 10_000).decode(errors="replace")
        return True


@contextmanager
def terminal(command: Sequence[str], environment: Mapping[str, str]) -> Generator[Terminal]:
    """Runs a command on a terminal of its own, which it also finds as /dev/tty."""
    ours, its = pty.openpty()
    # A shell in between opens the terminal anew, as the leader of a session, and so makes it the session's own.
    shell = ["/bin/sh", "-c", 'exec <"$0" >"$0" 2>&1; exec "$@"', os.ttyname(its), *command]
    process = subprocess.Popen(shell, env=environment, start_new_session=True, stdin=subprocess.DEVNULL)
    try:
        yield Terminal(process, ours)
    finally:
        process.kill()
        process.wait()
        os.close(its)
        os.close(ours)
