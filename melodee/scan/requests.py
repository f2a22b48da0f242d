"""Requests for scans: rows that Dagster's sensor takes up, and what became of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from melodee.database import Database
from melodee.errors import FatalError
from melodee.text import fold
from melodee.volumes import UnknownVolume, Volume, volumes


class NothingToScan(FatalError):
    """Only storage volumes are scanned; what is dropped on inbound volumes is seen by itself."""

    code = "nothing_to_scan"


@dataclass(frozen=True)
class ScanRequest:
    """A request that no run has taken up."""

    id: int
    volume: int
    full: bool
    accept: bool


@dataclass(frozen=True)
class ScanState:
    """How far a request is."""

    state: str
    """`requested`, `running`, `done`, `failed` or `cancelled`."""
    message: str | None
    """Why it failed."""
    numbers: Mapping[str, Any]
    """Of `melodee.scan.notes.Numbers`, at the end."""

    @property
    def taken_up(self) -> bool:
        """Whether a run has begun to answer it."""
        return self.state != "requested"

    @property
    def answered(self) -> bool:
        """Whether nobody need scan for it any more; a scan that failed is tried again."""
        return self.state in ("done", "cancelled")

    @property
    def over(self) -> bool:
        """Whether nothing more will come of it."""
        return self.state not in ("requested", "running")


def volumes_to_scan(database: Database, names: tuple[str, ...] = ()) -> list[Volume]:
    """The storage volumes of these names; all of them without any.

    Raises `UnknownVolume` and `NothingToScan`.
    """
    with database.autocommit() as db:
        every = volumes(db)
    there = [volume for volume in every if volume.kind == "storage"]
    if not names:
        return there
    by_name = {fold(volume.name): volume for volume in every}
    for name in names:
        if (volume := by_name.get(fold(name))) is None:
            raise UnknownVolume(f"None is called {name}; 'melodee volume list' shows them.")
        if volume.kind != "storage":
            raise NothingToScan(f"{volume.name} is a volume of the kind {volume.kind}.")
    return [by_name[fold(name)] for name in names]


def ask_for_scan(
    database: Database, volume: int, requested_by: str, *, full: bool = False, accept: bool = False
) -> int:
    """Asks for a scan; returns the request's number."""
    with database.begin() as db:
        return int(db.value("ask_for_volume_scan", volume=volume, full=full, accept=accept, requested_by=requested_by))


def open_requests(database: Database) -> list[ScanRequest]:
    """What nobody has taken up, in the order in which it was asked for."""
    with database.autocommit() as db:
        return [
            ScanRequest(row.id, row.volume_id, row.is_full, row.accepts_loss) for row in db.rows("open_volume_scans")
        ]


def scan_state(database: Database, request: int) -> ScanState:
    """How far a request is now; one whose volume was removed meanwhile is over."""
    with database.autocommit() as db:
        row = db.one("volume_scan_progress", scan=request)
    if row is None:
        return ScanState("cancelled", "Its volume was removed.", {})
    return ScanState(row.state, row.message, row.numbers)
