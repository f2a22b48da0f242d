"""The instance that runs on a data directory: its lock, and the variables that its parts share."""

import fcntl
import json
import os
import re
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from melodee.errors import FatalError
from melodee.processes import is_alive
from melodee.settings import DataDirectory

LEFT_OVER_SECONDS = 20.0
"""How long a start waits for what a killed `melodee up` left: its guardian needs less than 10 s."""


class AlreadyRunning(FatalError):
    """Melodee already runs on this data directory."""

    code = "already_running"


class NeverStarted(FatalError):
    """Melodee has never run on this data directory: start it with 'melodee up'."""

    code = "never_started"


@dataclass(frozen=True)
class Instance:
    """Who runs, and where it answers."""

    pid: int
    url: str
    dagster_url: str
    started_at: str
    """ISO 8601, in UTC."""
    mark: str
    """What all its processes carry in their environment (`melodee.processes.MARK`)."""
    ready: bool = False
    """Whether everything answered."""


def running_instance(data: DataDirectory) -> Instance | None:
    """What runs on a data directory, or `None`. One that was killed does not run, whatever its lock file says."""
    try:
        with data.lock.open("rb") as file:
            try:
                # Shared, and only for a moment: a start that meets it tries again.
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                found = _parse(file.read())
                return found if found and is_alive(found.pid) else None
    except FileNotFoundError:
        pass
    except OSError as error:
        raise FatalError(f"Whether it runs cannot be seen: {error.strerror}", path=str(data.lock)) from error
    return None


class InstanceLock:
    """The lock, held. The file stays when it is let go: only the lock says that somebody runs."""

    def __init__(self, descriptor: int, left: Instance | None) -> None:
        self.descriptor = descriptor
        self.left = left
        """What ran here before, and may have left processes behind."""

    def write(self, instance: Instance) -> None:
        """Says who we are."""
        text = json.dumps(asdict(instance)).encode()
        # In one write, padded so that nothing of a longer one remains: others read it at any time.
        size = os.fstat(self.descriptor).st_size
        os.pwrite(self.descriptor, text.ljust(size), 0)


@contextmanager
def lock_instance(
    data: DataDirectory, say: Callable[[str], None], pause: Callable[[float], None]
) -> Generator[InstanceLock]:
    """Holds the data directory for one `melodee up`. Raises `AlreadyRunning`, which says who has it and where.

    When that process is gone but its guardian still ends its children, this waits for that.
    """
    descriptor = os.open(data.lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        _acquire(descriptor, data.lock, say, pause)
        yield InstanceLock(descriptor, _read(descriptor))
    finally:
        os.close(descriptor)


def _acquire(descriptor: int, path: Path, say: Callable[[str], None], pause: Callable[[float], None]) -> None:
    began = time.monotonic()
    told = False
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            waited = time.monotonic() - began
            holder = _read(descriptor)
            lives = holder is None or is_alive(holder.pid)
            # A command that looks whether we run holds it for a moment.
            if waited > (1.0 if lives else LEFT_OVER_SECONDS):
                raise AlreadyRunning(_sentence(holder), path=str(path)) from None
            if not lives and not told:
                say("Waiting for what an earlier run left to end.")
                told = True
            pause(0.1)
        except OSError as error:
            raise FatalError(
                f"The file system of {path} cannot lock files ({error.strerror}); choose another with --data"
            ) from error
        else:
            return


def _sentence(holder: Instance | None) -> str:
    if holder is None:
        return "It is starting; stop it first, or give another directory with --data"
    return f"It is process {holder.pid}, at {holder.url}; stop it first, or give another directory with --data"


def new_instance(url: str, dagster_url: str) -> Instance:
    """This process, from now."""
    now = datetime.now(UTC).replace(microsecond=0)
    return Instance(os.getpid(), url, dagster_url, now.isoformat(), mark=f"{os.getpid()}-{time.time_ns()}")


def write_environment(file: Path, variables: Mapping[str, str]) -> None:
    """Writes `KEY=value` lines as systemd's `EnvironmentFile` and a shell's `.` both read them; mode 0600."""
    unfinished = file.with_name(f"{file.name}.new")
    unfinished.unlink(missing_ok=True)
    with os.fdopen(
        os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600),
        "w",
        encoding="utf-8",
        errors="surrogateescape",
    ) as opened:
        opened.writelines(f"{key}={_quoted(value)}\n" for key, value in variables.items())
    unfinished.replace(file)


def read_environment(data: DataDirectory) -> str:
    """What `write_environment` wrote. Raises `NeverStarted`."""
    try:
        return data.environment.read_text("utf-8", "surrogateescape")
    except FileNotFoundError:
        raise NeverStarted(path=str(data.path)) from None


def _quoted(value: str) -> str:
    if re.fullmatch(r"[\w@%+=:,./?~-]*", value):
        return value
    return '"' + re.sub(r'(["\\$`])', r"\\\1", value) + '"'


def _read(descriptor: int) -> Instance | None:
    return _parse(os.pread(descriptor, 10_000, 0))


def _parse(text: bytes) -> Instance | None:
    try:
        return Instance(**json.loads(text))
    except (ValueError, TypeError):  # Nothing yet, or written by another version.
        return None
