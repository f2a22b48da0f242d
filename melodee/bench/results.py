"""What a run found, as it is kept in a file."""

from pathlib import Path
from typing import Annotated

import msgspec

from melodee.bench.errors import BadResults, CannotWrite

LARGEST_FILE = 64 << 20

BY_CTRL_C = "interrupted"


Count = Annotated[int, msgspec.Meta(ge=0)]
Measured = Annotated[float, msgspec.Meta(ge=0)]


class Row(msgspec.Struct, kw_only=True, omit_defaults=True):
    """One call. Times in milliseconds; without times when nothing could be measured, and `missing` says why."""

    call: str
    group: str
    charted: bool = True
    requests: Count = 0
    """That were answered in order, after the warm-up."""
    errors: dict[str, Count] = {}
    """What went wrong, and how often."""
    p50_ms: Measured | None = None
    p90_ms: Measured | None = None
    p99_ms: Measured | None = None
    max_ms: Measured | None = None
    requests_per_second: Measured = 0.0
    bytes: Count = 0
    """Of an answer, on average, as it came over the wire."""
    items: Count = 0
    """Albums, songs, artists in an answer: the median of those of the warm-up. Nothing is fast that finds nothing."""
    client_ms: Measured = 0.0
    """Of the client's own processor time, for a request."""
    reopened: Count = 0
    """How often the server had closed the connection."""
    missing: str | None = None


class ServerFacts(msgspec.Struct, omit_defaults=True):
    """What the server says of itself."""

    type: str = ""
    version: str = ""
    protocol: str = ""
    open_subsonic: bool = False


class LibraryFacts(msgspec.Struct):
    """How much the library holds, counted by the API."""

    songs: Count
    albums: Count
    artists: Count


class Machine(msgspec.Struct):
    """The client's."""

    processors: int
    system: str
    python: str


class SettingFacts(msgspec.Struct, kw_only=True):
    """What the run was asked for."""

    seconds: float = 2.0
    rounds: int | None = None
    clients: int = 1
    format: str = "json"
    gzip: bool = False
    writes: bool = False
    only: str = ""
    seed: int = 1


class Results(msgspec.Struct, kw_only=True):
    """One run."""

    label: str
    url: str
    date: str
    """ISO 8601 in UTC, of the beginning."""
    server: ServerFacts
    library: LibraryFacts
    machine: Machine
    settings: SettingFacts
    rows: list[Row]
    ended_early: str = ""
    """Why not all calls are there."""

    @property
    def name(self) -> str:
        """The label; without one, what the server calls itself."""
        return self.label or f"{self.server.type} {self.server.version}".strip() or self.url


def dump(results: Results) -> bytes:
    """As JSON, for people too."""
    return msgspec.json.format(msgspec.json.encode(results), indent=1) + b"\n"


def require_writable(path: Path) -> None:
    """Raises `CannotWrite` for a file that cannot be written, before minutes are spent on what belongs into it."""
    there = path.exists()
    try:
        path.open("ab").close()
        if not there:
            path.unlink()
    except OSError as error:
        raise CannotWrite(error.strerror or "", path=str(path)) from error


def write(path: Path, content: bytes) -> None:
    """Raises `CannotWrite`."""
    try:
        path.write_bytes(content)
    except OSError as error:
        raise CannotWrite(error.strerror or "", path=str(path)) from error


def read(path: Path) -> Results:
    """The results that a file holds. Raises `BadResults`."""
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise BadResults("It is too large", path=str(path))
        return msgspec.json.decode(path.read_bytes(), type=Results)
    except OSError as error:
        raise BadResults(error.strerror or "", path=str(path)) from error
    except (msgspec.DecodeError, RecursionError) as error:
        raise BadResults(str(error), path=str(path)) from error
