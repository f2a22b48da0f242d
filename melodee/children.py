"""The processes of an instance, as the supervisor needs to know them.

Python's are started as modules by the interpreter that runs us, so neither PATH nor the shell's environment matters.
"""

import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from melodee.postgres.cluster import Cluster
from melodee.postgres.server import is_ready, start_server, take_over
from melodee.probes import dagster_daemon_beats, dagster_loaded, http_answers, loopback, socket_answers
from melodee.processes import put_behind_others
from melodee.settings import DataDirectory
from melodee.supervisor import Child, Process, spawn

DAGSTER_PREFIX = "/dagster"
"""Below which Dagster's web server answers, so that Melodee's service can put a login before it."""

_POSTGRES = "postgres"


@dataclass(frozen=True)
class Setting:
    """What the children of one instance share."""

    data: DataDirectory
    environment: dict[str, str]
    mark: str
    host: str
    port: int
    dagster_port: int
    code_socket: Path

    @property
    def workspace(self) -> Path:
        """What tells Dagster where the code server is."""
        return self.data.dagster_home / "workspace.yaml"

    def python(self, *arguments: str | Path) -> Callable[[IO[bytes]], Process]:
        """What starts a module of Python."""

        def start(log: IO[bytes]) -> Process:
            return spawn(
                [sys.executable, "-m", *arguments],
                log,
                environment=self.environment,
                folder=self.data.dagster_home,
                mark=self.mark,
            )

        return start

    def behind_listeners(self, *arguments: str | Path) -> Callable[[IO[bytes]], Process]:
        """What starts a part of Dagster: without it, each of its ticks kept some listener waiting for 20 ms."""
        start_it = self.python(*arguments)

        def start(log: IO[bytes]) -> Process:
            process = start_it(log)
            put_behind_others(process.pid)
            return process

        return start


def postgres(cluster: Cluster, say: Callable[[str], None]) -> Child:
    """Our own database server. Stopped last and fast: clients are cut off, and all is written."""

    def start(log: IO[bytes]) -> Process:
        if take_over(cluster):
            say("Stopped a PostgreSQL that an earlier run left.")
        return start_server(cluster, log)

    return Child(
        name=_POSTGRES,
        title="PostgreSQL",
        start=start,
        answers=lambda process: is_ready(cluster, process.pid),
        # After a crash it first reads what was written since the last checkpoint.
        patience=600,
        grace=30,
        stop=signal.SIGINT,
        kill=signal.SIGQUIT,
        last=True,
    )


def api(setting: Setting) -> Child:
    """The Subsonic service."""
    return Child(
        name="api",
        title="the API",
        start=setting.python("melodee_api"),
        answers=lambda _: http_answers(loopback(setting.host), setting.port, "/rest/ping"),
        needs=(_POSTGRES,),
    )


def code_server(setting: Setting) -> Child:
    """The one process that holds Melodee's definitions for Dagster, and the parent of its runs."""

    def start(log: IO[bytes]) -> Process:
        setting.code_socket.unlink(missing_ok=True)
        return setting.behind_listeners(
            *("dagster", "api", "grpc", "--empty-working-directory"),
            *("--module-name", "melodee_assets.definitions", "--socket", setting.code_socket),
        )(log)

    return Child(
        name="code-server",
        title="Dagster's code server",
        start=start,
        answers=lambda _: socket_answers(setting.code_socket),
        # It outlives SIGTERM by minutes. What its runs need to note that they were stopped is all that it gets.
        grace=4,
        needs=(_POSTGRES,),
    )


def web_server(setting: Setting) -> Child:
    """Dagster's user interface; it has no login, so it listens on this machine alone."""
    return Child(
        name="dagster-webserver",
        title="Dagster's web server",
        start=setting.behind_listeners(
            *("dagster_webserver", "--workspace", setting.workspace, "--host", "127.0.0.1"),
            *("--port", str(setting.dagster_port), "--path-prefix", DAGSTER_PREFIX),
            # Three storages keep 1 + 20 connections each by default.
            *("--db-pool-max-overflow", "5"),
        ),
        answers=lambda _: dagster_loaded(setting.dagster_port, DAGSTER_PREFIX),
        needs=(_POSTGRES,),
    )


def daemon(setting: Setting) -> Child:
    """Dagster's sensors, schedules and queue."""
    started = time.time()

    def start(log: IO[bytes]) -> Process:
        nonlocal started
        started = time.time()
        # What it says of each tick is in the user interface as well, and fills megabytes a day.
        return setting.behind_listeners(
            *("dagster._daemon", "run", "--workspace", setting.workspace, "--log-level", "warning")
        )(log)

    return Child(
        name="dagster-daemon",
        title="Dagster's daemon",
        start=start,
        answers=lambda _: dagster_daemon_beats(setting.dagster_port, started, DAGSTER_PREFIX),
        needs=(_POSTGRES,),
    )
