"""The processes of a running Melodee, as `/proc` shows them. What ends while it is looked at counts as ended."""

import os
import signal
from contextlib import suppress
from pathlib import Path

from tests.integration.running import Instance

PARTS = {
    "api": "melodee_api",
    "code server": "dagster api grpc",
    "web server": "dagster_webserver",
    "daemon": "dagster._daemon",
    "PostgreSQL": "bin/postgres -D",
}


def command_line(pid: int) -> str:
    """What the process was started with; empty once it has ended."""
    return _read(pid, "cmdline").replace(b"\0", b" ").decode()


def environment(pid: int) -> bytes:
    """The process's variables; empty once it has ended."""
    return _read(pid, "environ")


def _read(pid: int, name: str) -> bytes:
    try:
        return Path(f"/proc/{pid}/{name}").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return b""


def _group(pid: int) -> int | None:
    try:
        return os.getpgid(pid)
    except ProcessLookupError:
        return None


def part(instance: Instance, name: str) -> int:
    """The process id of the part that leads its group. Raises ValueError when it does not run."""
    (found,) = [pid for pid in instance.processes() if _group(pid) == pid and PARTS[name] in command_line(pid)]
    return found


def runs(instance: Instance) -> list[int]:
    """Processes in the code server's group besides itself: runs, and Python's own helper."""
    server = part(instance, "code server")
    return [pid for pid in instance.processes() if pid != server and _group(pid) == server]


def kill(pid: int) -> None:
    """SIGKILL, unless it has ended by itself."""
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
