"""Dagster's code server, daemon and web server, each started by itself with the environment of `melodee env`."""

import http.client
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from melodee import packaged
from melodee.ports import free_port
from melodee.probes import dagster_loaded, socket_answers
from melodee.processes import group_is_alive
from tests.integration.running import wait_until

PREFIX = "/dagster"

HURRIED_DAEMON = """
from dagster._daemon import cli, controller
controller.DEFAULT_DAEMON_INTERVAL_SECONDS = 2
cli.main()
"""
"""It looks at backfills every half a minute, and nothing can be set there: a test of three backfills waits for that."""

LAUNCH = """
mutation($backfill: LaunchBackfillParams!) {
    launchPartitionBackfill(backfillParams: $backfill) {
        __typename ... on PythonError { message } ... on LaunchBackfillSuccess { backfillId }
    }
}
"""

CANCEL = """
mutation($backfill: String!) {
    cancelPartitionBackfill(backfillId: $backfill) { __typename ... on PythonError { message } }
}
"""


@dataclass
class DagsterParts:
    """The three processes of one instance."""

    folder: Path
    database_url: str
    dagster_url: str
    port: int = field(default_factory=free_port)
    processes: "dict[str, subprocess.Popen[bytes]]" = field(default_factory=dict)

    @property
    def home(self) -> Path:
        return self.folder / "home"

    @property
    def socket(self) -> Path:
        return self.folder / "code.sock"

    def variables(self) -> dict[str, str]:
        return {
            "MELODEE_DATABASE_URL": self.database_url,
            "MELODEE_DAGSTER_DATABASE_URL": self.dagster_url,
            "MELODEE_DAGSTER_STORAGE": str(self.folder / "storage"),
            "MELODEE_CODE_SOCKET": str(self.socket),
            "MELODEE_SETTLE_SECONDS": "1",
            "DAGSTER_HOME": str(self.home),
            "DAGSTER_DISABLE_TELEMETRY": "1",
        }

    def lay_out(self) -> None:
        self.home.mkdir()
        for name in ("dagster.yaml", "workspace.yaml"):
            (self.home / name).symlink_to(packaged.path(name))

    def start_code_server(self) -> None:
        self.socket.unlink(missing_ok=True)
        self._start(
            "code",
            *("-m", "dagster", "api", "grpc", "--empty-working-directory"),
            *("--module-name", "melodee_assets.definitions", "--socket", str(self.socket)),
        )
        wait_until(lambda: socket_answers(self.socket), 120, "the code server")

    def start_daemon(self) -> None:
        self._start("daemon", "-c", HURRIED_DAEMON, "run", "--workspace", str(self.home / "workspace.yaml"))

    def start_web_server(self) -> None:
        self._start(
            "web",
            *("-m", "dagster_webserver", "--workspace", str(self.home / "workspace.yaml")),
            *("--port", str(self.port), "--path-prefix", PREFIX),
        )
        wait_until(lambda: dagster_loaded(self.port, PREFIX), 120, "the web server to load the definitions")

    def graphql(self, query: str, **variables: object) -> dict[str, Any]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        body = json.dumps({"query": query, "variables": variables})
        connection.request("POST", f"{PREFIX}/graphql", body, {"Content-Type": "application/json"})
        answer = json.loads(connection.getresponse().read())
        connection.close()
        assert "errors" not in answer, answer
        return answer["data"]

    def launch(self, assets: Sequence[str], partitions: Sequence[str], **config: object) -> str:
        """Launches a backfill as the UI does; returns its id. The config is that of the first asset."""
        backfill: dict[str, object] = {
            "partitionNames": list(partitions),
            "assetSelection": [{"path": [asset]} for asset in assets],
        }
        if config:
            backfill["runConfigData"] = {"ops": {assets[0]: {"config": config}}}
        answer = self.graphql(LAUNCH, backfill=backfill)["launchPartitionBackfill"]
        assert answer["__typename"] == "LaunchBackfillSuccess", answer
        return answer["backfillId"]

    def cancel(self, backfill: str) -> None:
        """Cancels it as the UI does: its runs too, those at work and those that wait."""
        answer = self.graphql(CANCEL, backfill=backfill)["cancelPartitionBackfill"]
        assert answer["__typename"] == "CancelBackfillSuccess", answer

    def kill(self, name: str) -> None:
        """SIGKILL for the process and all that it started."""
        process = self.processes.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(30)
        wait_until(lambda: not group_is_alive(process.pid), 30, f"the end of {name}")

    def _start(self, name: str, *arguments: str) -> None:
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                [sys.executable, *arguments], stdout=log, stderr=log, start_new_session=True, cwd=self.folder,
                env={**os.environ, **self.variables()},
            )  # fmt: skip


@contextmanager
def dagster_parts(folder: Path, database_url: str, dagster_url: str) -> Iterator[DagsterParts]:
    """All three, started one after the other; killed at the end."""
    parts = DagsterParts(folder, database_url, dagster_url)
    parts.lay_out()
    try:
        parts.start_code_server()
        parts.start_daemon()
        parts.start_web_server()
        yield parts
    finally:
        for name in list(parts.processes):
            parts.kill(name)
