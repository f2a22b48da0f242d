"""Starting and stopping the server of a cluster, and what to do about one that runs already.

`pg_ctl` is not used: the server is a child of ours like the others, so that its end is noticed.
"""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO

from melodee.errors import FatalError
from melodee.postgres.cluster import Cluster
from melodee.postgres.create import server_environment
from melodee.processes import PROC, is_alive, name, working_in

_SIGN = "melodee.started_by"
"""A setting that PostgreSQL keeps in `postmaster.opts`, by which a server that we started is known again."""


class ServerHeld(FatalError):
    """Another PostgreSQL server holds Melodee's database."""

    code = "server_held"


class ServerNotStarted(FatalError):
    """PostgreSQL did not start."""

    code = "server_not_started"


Server = subprocess.Popen[bytes]


@dataclass(frozen=True)
class _PidFile:
    pid: int
    status: str


def take_over(cluster: Cluster) -> bool:
    """Ends a server that an earlier Melodee left on the cluster; says whether there was one.

    It is stopped and not adopted: the next one is a child of ours, with the binaries and settings of today, and that
    costs a second. Raises `ServerHeld` for a server that somebody else started.
    """
    left = _running(cluster)
    if left is not None:
        if not _is_ours(cluster):
            raise ServerHeld(
                f"Process {left} ({name(left) or 'postgres'}) was not started by Melodee: stop it, as with "
                f"'kill -INT {left}'",
                path=str(cluster.folder),
            )
        if not (_end(left, signal.SIGINT, 15) or _end(left, signal.SIGQUIT, 5)):
            raise ServerHeld(
                f"Process {left}, left from an earlier run, does not end: kill it", path=str(cluster.folder)
            )
    else:
        # The id in a stale file may by now be another process, at which PostgreSQL would give up.
        (cluster.folder / "postmaster.pid").unlink(missing_ok=True)
        for socket in cluster.run.glob(".s.PGSQL.*"):
            # The socket's lock names the same process.
            socket.unlink(missing_ok=True)
    _end_orphans(cluster)
    return left is not None


def start_server(cluster: Cluster, log: IO[bytes]) -> Server:
    """Starts the server in a process group of its own; it does not answer yet."""
    return subprocess.Popen(
        [cluster.binaries.postgres, "-D", cluster.folder, "-c", f"{_SIGN}=up"],
        cwd=cluster.run,
        env=server_environment(),
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        **cluster.account.popen_options(),
    )


def is_ready(cluster: Cluster, pid: int) -> bool:
    """Whether the server with this id accepts connections; while it recovers from a crash it does not."""
    said = _pid_file(cluster)
    return said is not None and said.pid == pid and said.status == "ready"


def wait_until_ready(
    cluster: Cluster,
    server: Server,
    seconds: float = 600,
    pause: Callable[[float], object] = time.sleep,
) -> None:
    """Returns when the server accepts connections; recovery after a crash may take minutes.

    Raises `ServerNotStarted` when it ends before, or when the time is up.
    """
    deadline = time.monotonic() + seconds
    while not is_ready(cluster, server.pid):
        if server.poll() is not None:
            raise ServerNotStarted(f"It ended with code {server.returncode}")
        if time.monotonic() > deadline:
            raise ServerNotStarted(f"It does not answer after {seconds:.0f} s")
        pause(0.05)


def stop_server(server: Server, seconds: float = 30) -> None:
    """Stops a server of ours: fast (clients are cut off, all is written), at last without writing."""
    for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        if server.poll() is None:
            server.send_signal(number)
            try:
                server.wait(seconds)
            except subprocess.TimeoutExpired:
                continue


def _running(cluster: Cluster) -> int | None:
    said = _pid_file(cluster)
    if said is None or not is_alive(said.pid):
        return None
    if not PROC.joinpath("self").exists():
        return said.pid
    return said.pid if said.pid in working_in(cluster.folder) and name(said.pid).startswith("post") else None


def _is_ours(cluster: Cluster) -> bool:
    try:
        return _SIGN in (cluster.folder / "postmaster.opts").read_text("utf-8", "replace")
    except OSError:
        return False


def _pid_file(cluster: Cluster) -> _PidFile | None:
    try:
        lines = (cluster.folder / "postmaster.pid").read_text("utf-8", "replace").splitlines()
        return _PidFile(abs(int(lines[0])), lines[7].strip() if len(lines) > 7 else "")
    except (OSError, ValueError, IndexError):
        return None


def _end(pid: int, number: int, seconds: float) -> bool:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return True
    deadline = time.monotonic() + seconds
    while is_alive(pid):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def _end_orphans(cluster: Cluster) -> None:
    """Ends what a killed server left behind: a new one cannot start while they hold its memory.

    Those that wait for a client notice by themselves and at once; one in a long statement does not.
    """
    deadline = time.monotonic() + 3
    while orphans := [pid for pid in working_in(cluster.folder) if name(pid).startswith("post")]:
        if time.monotonic() > deadline:
            for pid in orphans:
                _end(pid, signal.SIGQUIT, 5)
            return
        time.sleep(0.05)
