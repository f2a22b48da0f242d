"""Settings: small dataclasses, one a concern, each field from an environment variable `MELODEE_…` or its default."""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from melodee.errors import SettingError
from melodee.machine import processors

T = TypeVar("T")


def _setting(name: str, default: T, convert: Callable[[str], T]) -> T:
    text = os.environ.get(name, "")
    if not text:
        return default
    try:
        return convert(text)
    except ValueError as error:
        raise SettingError(f"{name} is {text!r}: {error}") from error


def _at_least(least: int) -> Callable[[str], int]:
    def convert(text: str) -> int:
        number = int(text)
        if number < least:
            raise ValueError(f"it must be {least} or more")
        return number

    return convert


def _seconds(text: str) -> float:
    number = float(text)
    if not 0 <= number < 86400:
        raise ValueError("it must be a number of seconds from 0 to a day")
    return number


def _one_of(*choices: str) -> Callable[[str], str]:
    def convert(text: str) -> str:
        if text not in choices:
            raise ValueError(f"it must be one of {', '.join(choices)}")
        return text

    return convert


@dataclass(frozen=True)
class DataDirectory:
    """Where one instance keeps its state."""

    path: Path

    @classmethod
    def from_environment(cls) -> "DataDirectory":
        """`MELODEE_DATA`, else `melodee` below `XDG_DATA_HOME` (default `~/.local/share`)."""
        if given := os.environ.get("MELODEE_DATA"):
            return cls(Path(given).expanduser().absolute())
        base = os.environ.get("XDG_DATA_HOME") or "~/.local/share"
        return cls(Path(base).expanduser().absolute() / "melodee")

    @property
    def lock(self) -> Path:
        """Held with `flock` by the `melodee up` that runs; says in JSON who that is and where it answers."""
        return self.path / "up.lock"

    @property
    def environment(self) -> Path:
        """All variables of the running instance, `KEY=value` a line, mode 0600."""
        return self.path / "melodee.env"

    @property
    def token_key(self) -> Path:
        """The key that encrypts the secrets of token login; it is never in the database."""
        return self.path / "keys" / "token.key"

    @property
    def postgres(self) -> Path:
        """The database cluster that Melodee starts itself."""
        return self.path / "postgres"

    @property
    def dagster_home(self) -> Path:
        """`DAGSTER_HOME`: links to `dagster.yaml` and `workspace.yaml`, and Dagster's logs."""
        return self.path / "dagster"

    @property
    def cache(self) -> Path:
        """What can be made again."""
        return self.path / "cache"

    @property
    def logs(self) -> Path:
        """One log file for each process."""
        return self.path / "logs"

    @property
    def inbound(self) -> Path:
        """The default inbound volume."""
        return self.path / "inbound"

    @property
    def storage(self) -> Path:
        """The default storage volume."""
        return self.path / "storage"


@dataclass(frozen=True)
class DatabaseSettings:
    """How Melodee's processes reach PostgreSQL."""

    url: str = ""
    """`MELODEE_DATABASE_URL`: `postgresql://user:password@host:port/name`."""
    pool_size: int = 5
    """`MELODEE_DATABASE_POOL`: connections that a process of the intake keeps; it may open as many again."""
    api_pool_size: int = 4
    """`MELODEE_API_DATABASE_POOL`: connections of one API worker, and requests that it works on at a time. With 8 of
    them on two cores fewer calls were answered when there were too many, and refusals took three times as long."""
    pool_timeout: float = 2.0
    """Seconds that a request waits for a connection of its worker."""
    connect_timeout: int = 10
    """Seconds to wait for the server's answer to a connection."""
    api_statement_timeout_ms: int = 5000
    """`MELODEE_API_STATEMENT_TIMEOUT_MS`: what no statement of the API may exceed."""

    @classmethod
    def from_environment(cls) -> "DatabaseSettings":
        """Raises `SettingError` for a value that makes no sense."""
        return cls(
            url=os.environ.get("MELODEE_DATABASE_URL", ""),
            pool_size=_setting("MELODEE_DATABASE_POOL", cls.pool_size, _at_least(1)),
            api_pool_size=_setting("MELODEE_API_DATABASE_POOL", cls.api_pool_size, _at_least(1)),
            api_statement_timeout_ms=_setting(
                "MELODEE_API_STATEMENT_TIMEOUT_MS", cls.api_statement_timeout_ms, _at_least(100)
            ),
        )

    def require_url(self) -> str:
        """The URL; raises `SettingError` when there is none."""
        if not self.url:
            raise SettingError("MELODEE_DATABASE_URL is not set; 'melodee up' sets it for what it starts")
        return self.url

    def server_options(self, statement_timeout_ms: int = 0) -> str:
        """The planner settings that every connection of ours asks for, as a libpq `options` string.

        The catalogue's queries are measured and tested with these; a server that is not ours may have others.
        """
        options = {
            "jit": "off",
            "random_page_cost": "1.1",
            "timezone": "UTC",
            "client_min_messages": "warning",
            "statement_timeout": str(statement_timeout_ms),
        }
        return " ".join(f"-c {name}={value}" for name, value in options.items())


def default_workers() -> int:
    """One for each processor, and four at most: each takes memory, and connections of the database."""
    return min(processors(), 4)


@dataclass(frozen=True)
class ApiSettings:
    """How the service shares its work."""

    workers: int = field(default_factory=default_workers)
    """`MELODEE_WORKERS`: processes that serve."""
    longest_wait: float = 0.25
    """`MELODEE_API_QUEUE_SECONDS`: who would wait longer until a worker begins with a request is refused at once."""

    @classmethod
    def from_environment(cls) -> "ApiSettings":
        """Raises `SettingError` for a value that makes no sense."""
        return cls(
            workers=_setting("MELODEE_WORKERS", default_workers(), _at_least(1)),
            longest_wait=_setting("MELODEE_API_QUEUE_SECONDS", cls.longest_wait, _seconds),
        )


@dataclass(frozen=True)
class CatalogueSettings:
    """The shape of the catalogue."""

    leaf_rows: int = 500_000
    """`MELODEE_LEAF_ROWS`: songs in a leaf before the next is filled."""

    @classmethod
    def from_environment(cls) -> "CatalogueSettings":
        """Raises `SettingError` for a value that makes no sense."""
        return cls(leaf_rows=_setting("MELODEE_LEAF_ROWS", cls.leaf_rows, _at_least(1)))


@dataclass(frozen=True)
class IntakeSettings:
    """How files come in."""

    settle_seconds: float = 5.0
    """`MELODEE_SETTLE_SECONDS`: how long nothing in a folder may change before it is taken."""
    batch_files: int = 20_000
    """`MELODEE_BATCH_FILES`: files in a batch at most; what exceeds it is cut into further batches."""
    batch_releases: int = 300
    """`MELODEE_BATCH_RELEASES`: releases in a batch at most."""
    review: str = "errors"
    """`MELODEE_REVIEW`: which releases wait for a person: `all`, those with `findings`, those with `errors`, `none`."""
    readers: int = 0
    """`MELODEE_READERS`: processes that read tags; 0 is one for each processor."""

    @classmethod
    def from_environment(cls) -> "IntakeSettings":
        """Raises `SettingError` for a value that makes no sense."""
        return cls(
            settle_seconds=_setting("MELODEE_SETTLE_SECONDS", cls.settle_seconds, _seconds),
            batch_files=_setting("MELODEE_BATCH_FILES", cls.batch_files, _at_least(1)),
            batch_releases=_setting("MELODEE_BATCH_RELEASES", cls.batch_releases, _at_least(1)),
            review=_setting("MELODEE_REVIEW", cls.review, _one_of("all", "findings", "errors", "none")),
            readers=_setting("MELODEE_READERS", cls.readers, _at_least(0)),
        )
