"""A whole Melodee for tests: `melodee up` in a process of its own, and a small client to talk to it."""

import json
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psycopg

PASSWORD = "Correct-Horse-7-Battery"

WHEELS = {"MELODEE_POSTGRES": "wheel", "MELODEE_FFMPEG": "wheel"}
"""What hides the system's PostgreSQL and ffmpeg."""


HURRIED = {"MELODEE_SETTLE_SECONDS": "1"}
"""What tests drop is there at once: nobody need wait for more."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Nothing here is asked over TLS, and to load the world's certificates for each call takes longer than the call."""


def wait_until(condition: Callable[[], Any], seconds: float, what: str | Callable[[], str]) -> Any:
    """The condition's value as soon as it holds; fails saying what was waited for."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if value := condition():
            return value
        time.sleep(0.1)
    raise AssertionError(f"waited {seconds} s for {what if isinstance(what, str) else what()}")


def asked(database: str, statement: str) -> list[tuple[Any, ...]]:
    """The rows of a statement, in a session of its own."""
    with psycopg.connect(database) as connection:
        return connection.execute(statement.encode()).fetchall()


@contextmanager
def open_folder() -> Iterator[Path]:
    """A folder that the database's user can reach when the tests run as root: pytest's own are private to us."""
    folder = Path(tempfile.mkdtemp(prefix="melodee-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@dataclass
class Instance:
    """One `melodee up`, its folders and its ports."""

    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict[str, str])
    port: int = field(default_factory=free_port)
    dagster_port: int = field(default_factory=free_port)
    python: str = sys.executable
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def inbound(self) -> Path:
        return self.data / "inbound"

    @property
    def storage(self) -> Path:
        return self.data / "storage"

    @property
    def output(self) -> str:
        return (self.folder / "up.log").read_text(errors="replace")

    @property
    def database(self) -> str:
        """Where its database answers."""
        lines = (self.data / "melodee.env").read_text().splitlines()
        return next(line.partition("=")[2] for line in lines if line.startswith("MELODEE_DATABASE_URL="))

    def variables(self) -> dict[str, str]:
        inherited = {key: value for key, value in os.environ.items() if not key.startswith(("MELODEE_", "DAGSTER_"))}
        return inherited | {"MELODEE_ADMIN_PASSWORD": PASSWORD} | dict(self.environment)

    def start(self, *options: str, seconds: float = 180) -> None:
        """Starts and waits for the line that says that all of it answers."""
        command = [self.python, "-m", "melodee", "up", "--data", str(self.data), "--port", str(self.port)]
        command += ["--dagster-port", str(self.dagster_port), *options]
        log = self.folder / "up.log"
        log.unlink(missing_ok=True)
        with log.open("wb") as out:
            self.process = subprocess.Popen(
                command, stdout=out, stderr=out, env=self.variables(), start_new_session=True, cwd=self.folder
            )

        def ready() -> bool:
            assert self.process is not None
            assert self.process.poll() is None, self.output
            return f"Melodee is ready: http://127.0.0.1:{self.port}" in self.output

        wait_until(ready, seconds, f"Melodee to be ready:\n{self.output}")

    def stop(self) -> int:
        """Asks it to stop, as systemd would; returns the exit code."""
        assert self.process is not None
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)

    def kill_everything(self) -> None:
        """SIGKILL for every process that belongs to this instance, at once."""
        for _ in range(3):
            for pid in self.processes():
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    continue
        assert self.process is not None
        self.process.wait(30)
        wait_until(lambda: not self.processes(), 30, "the killed processes to be gone")

    def processes(self) -> list[int]:
        """Processes whose command line or environment names this instance's folder."""
        found: list[int] = []
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit() and int(entry.name) != os.getpid():
                try:
                    said = (entry / "cmdline").read_bytes() + (entry / "environ").read_bytes()
                    state = re.search(r"\) (\S)", (entry / "stat").read_text())
                except OSError:
                    continue
                if os.fsencode(self.folder) in said and state is not None and state[1] != "Z":
                    found.append(int(entry.name))
        return found

    def melodee(self, *arguments: str, code: int = 0, given: str = "") -> str:
        """Runs a command on this instance; returns what it printed."""
        done = subprocess.run(
            [self.python, "-m", "melodee", *arguments, "--data", str(self.data)],
            capture_output=True, text=True, input=given, env=self.variables(), check=False, timeout=180,
        )  # fmt: skip
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout

    def status(self) -> dict[str, Any]:
        return json.loads(self.melodee("status", "--json"))

    def failures(self) -> list[dict[str, Any]]:
        return json.loads(self.melodee("failures", "list", "--json"))

    def get(self, endpoint: str, **parameters: Any) -> httpx.Response:
        """One call of the Subsonic API as `admin`."""
        shared = {"u": "admin", "p": PASSWORD, "v": "1.16.1", "c": "tests", "f": "json"}
        return httpx.get(f"http://127.0.0.1:{self.port}/rest/{endpoint}", params=shared | parameters, timeout=30,
                         verify=_TLS)  # fmt: skip

    def call(self, endpoint: str, **parameters: Any) -> dict[str, Any]:
        """The envelope of a call that went well."""
        envelope = self.get(endpoint, **parameters).json()["subsonic-response"]
        assert envelope["status"] == "ok", envelope
        return envelope

    def songs(self) -> list[dict[str, Any]]:
        found = self.call("search3", query="", songCount=500, albumCount=0, artistCount=0)
        return found["searchResult3"].get("song", [])

    def settled(self, files: int, seconds: float = 240) -> dict[str, int]:
        """Waits until so many files are seen and none is on its way; returns the numbers by state.

        The database is asked until then: each `melodee status` would take a second of the processors that work on them.
        """
        numbers = (
            "select coalesce(sum(files), 0), coalesce(sum(files) filter (where state = 'pending'), 0) from file_count"
        )

        def at_rest() -> dict[str, int] | None:
            try:
                if asked(self.database, numbers) != [(files, 0)]:
                    return None
            except psycopg.OperationalError:
                return None
            counts = self.status()["files"]
            return counts if counts["seen"] == files and counts["pending"] == 0 else None

        return wait_until(at_rest, seconds, lambda: f"{files} files to be at rest; there are {self.status()['files']}")


@contextmanager
def running(environment: Mapping[str, str] | None = None, *options: str) -> Iterator[Instance]:
    """A fresh instance that is ready, and gone at the end with all its processes."""
    with open_folder() as folder:
        instance = Instance(folder, environment or {})
        try:
            instance.start(*options)
            yield instance
        finally:
            if instance.process is not None:
                instance.stop()
                instance.kill_everything()
