"""A request to scan the inbound volumes: a row that the inbound sensor takes up, and that its batches belong to."""

from dataclasses import dataclass

from melodee.database import Database
from melodee.library_numbers import LibraryNumbers, library_numbers


@dataclass(frozen=True)
class ScanProgress:
    """How far a request is."""

    taken_up: bool
    """Whether batches were planned for it, which may be none."""
    done: bool
    batches: int
    begun: int
    """Batches that a run works or worked on."""
    finished: int
    library: LibraryNumbers
    """Of the whole library: intake of other batches counts as well."""


def ask_for_scan(database: Database, requested_by: str) -> int:
    """Asks for a scan; returns the request's number."""
    with database.begin() as db:
        return int(db.value("ask_for_scan", requested_by=requested_by))


def scan_progress(database: Database, request: int) -> ScanProgress:
    """How far the request is now."""
    with database.begin() as db:
        row = db.one("scan_request_progress", request=request)
        library = library_numbers(db)
    if row is None:  # Somebody tidied up: then it is not under way any more.
        return ScanProgress(taken_up=True, done=True, batches=0, begun=0, finished=0, library=library)
    return ScanProgress(
        taken_up=row.planned_at is not None,
        done=row.finished_at is not None,
        batches=row.batches,
        begun=row.begun,
        finished=row.finished,
        library=library,
    )


def scan_failures(database: Database, request: int) -> dict[str, int]:
    """Items that stand in the inventory as failed in the request's batches, by code."""
    with database.begin() as db:
        return {row.code: row.number for row in db.rows("scan_request_failures", request=request)}
