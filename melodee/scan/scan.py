"""One scan of a storage volume, quick or full, from the first folder to the batches that take in what is new.

Everything that is done is done in short transactions of some hundred files, so nobody who listens waits. What is
missing is decided on last, when all that moved has been found: a root that is empty, or too much that is gone, is a
failure of the volume and hides nothing.
"""

import time
from collections import Counter
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

import msgspec
from psycopg.types.json import Jsonb

from melodee.database import Database, Row
from melodee.errors import DependencyError, FatalError, MelodeeError
from melodee.file_errors import VolumeUnavailable
from melodee.intake.look import is_disc_folder, parent
from melodee.intake.plan import plan_batch
from melodee.ledger import Failure, Place, clear_failures, path_hash, record_failures
from melodee.rules.load import load as load_rules
from melodee.rules.rule import Rules
from melodee.scan.compare import FILES_AT_ONCE, FOLDERS_AT_ONCE, STAGE, compare
from melodee.scan.folders import Visit, changed_folders, every_folder, gone_folders
from melodee.scan.moved import follow_moved
from melodee.scan.notes import Notes, Numbers
from melodee.scan.requests import NothingToScan, scan_state
from melodee.scan.retagged import read_again
from melodee.scan.vanished import hide_vanished, require_most
from melodee.settings import IntakeSettings, ScanSettings
from melodee.volume_presence import require_root
from melodee.volumes import Volume, volume_by_id

REPORT_SECONDS = 5.0

LOOKS_AT_ONCE = 5000


class VolumeIsBusy(DependencyError):
    """Another scan of this volume is at work."""

    code = "volume_is_busy"


@dataclass
class _Scan:
    """What the parts of a scan share."""

    database: Database
    volume: Volume
    notes: Notes
    settings: IntakeSettings
    rules: Rules
    report: Callable[[str], object]
    full: bool
    began: float
    reported: float

    def tell(self) -> None:
        """Says how far it is, every few seconds."""
        now = time.monotonic()
        if now - self.reported >= REPORT_SECONDS:
            self.reported = now
            numbers = self.notes.numbers
            rate = numbers.folders / max(now - self.began, 0.001)
            self.report(
                f"{numbers.folders} folders looked at ({rate:.0f} a second), {numbers.listed} of them listed with "
                f"{numbers.files} files: {numbers.new} new, {numbers.changed} changed"
            )


def scan_volume(
    database: Database,
    volume: int,
    *,
    full: bool = False,
    accept: bool = False,
    requested_by: str = "operator",
    request: int | None = None,
    report: Callable[[str], object] = lambda _: None,
    settings: ScanSettings | None = None,
    intake: IntakeSettings | None = None,
    rules: Rules | None = None,
) -> Numbers:
    """Scans a storage volume and answers all requests for it. Full looks into every folder, at each file's times.

    Asked for a `request` that another scan has answered, or answers now, it leaves that to it.

    Raises `VolumeIsBusy`, `VolumeUnavailable`, `TooMuchGone`, unless somebody `accept`s that, and `NothingToScan`.
    """
    settings = settings or ScanSettings.from_environment()
    with _claimed(database, volume) as is_ours:
        if not is_ours and (request is None or not scan_state(database, request).taken_up):
            raise VolumeIsBusy(f"Its number is {volume}.")
        if not is_ours or (request is not None and scan_state(database, request).answered):
            report("another scan answers the request")
            return Numbers()
        with database.begin() as db:
            place = volume_by_id(db, volume)
            if place.kind != "storage":
                raise NothingToScan(f"{place.name} is of the kind {place.kind}.")
            db.run("clear_scan_notes", volume=volume)
            requests = db.rows("begin_volume_scans", volume=volume)
            if not requests:
                db.value("ask_for_volume_scan", volume=volume, full=full, accept=accept, requested_by=requested_by)
                requests = db.rows("begin_volume_scans", volume=volume)
        notes = Notes(requests[-1].id, volume)
        now = time.monotonic()
        scan = _Scan(
            database,
            place,
            notes,
            intake or IntakeSettings.from_environment(),
            rules or load_rules(),
            report,
            full or any(request.is_full for request in requests),
            now,
            now,
        )
        accept = accept or any(request.accepts_loss for request in requests)
        with _told(scan, requests):
            require_root(place)
            _look(scan)
            _decide(scan, 1.0 if accept else settings.most_vanished, accept=accept)
    return notes.numbers


def _look(scan: _Scan) -> None:
    """Goes through the folders and compares them, some hundred at a time."""
    ahead: list[Visit] = []
    files = 0
    for visit in _visits(scan):
        scan.notes.numbers.folders += 1
        if visit.look is not None or visit.unmounted:
            ahead.append(visit)
            files += len(visit.look.files) if visit.look is not None else 0
        if len(ahead) >= FOLDERS_AT_ONCE or files >= FILES_AT_ONCE:
            _compare(scan, ahead)
            ahead, files = [], 0
        scan.tell()
    _compare(scan, ahead)


def _visits(scan: _Scan) -> Generator[Visit, None, None]:
    with scan.database.autocommit() as db:
        known_before = bool(db.rows("looked_at", volume=scan.volume.id, folders=[b""]))
        mounts = [_text(row.path) for row in db.rows("mounted_folders", volume=scan.volume.id)]
    if scan.full or not known_before:
        yield from every_folder(scan.volume.root, mounts=mounts)
        yield from gone_folders(scan.volume.root, _known(scan), mounts)
    else:
        yield from _known_visits(scan, mounts)


def _known_visits(scan: _Scan, mounts: list[str]) -> Generator[Visit, None, None]:
    def new_ones(folders: list[str]) -> Iterable[str]:
        with scan.database.autocommit() as db:
            known = {_text(row.path) for row in db.rows("looked_at", volume=scan.volume.id, folders=_bytes(folders))}
        return [folder for folder in folders if folder not in known]

    return changed_folders(scan.volume.root, _known(scan), mounts, new_ones)


def _known(scan: _Scan) -> Generator[tuple[str, int], None, None]:
    after = UUID(int=0)
    while True:
        with scan.database.autocommit() as db:
            rows = db.rows("looked_folders", volume=scan.volume.id, after=after, most=LOOKS_AT_ONCE)
        if not rows:
            return
        for row in rows:
            yield _text(row.path), row.modified_ns
        after = rows[-1].path_hash


def _compare(scan: _Scan, visits: list[Visit]) -> None:
    if not visits:
        return
    compared = compare(scan.database, scan.volume, visits, scan.notes, settle=scan.settings.settle_seconds)
    if compared.changed:
        read_again(scan.database, scan.volume, compared.changed, scan.notes, scan.rules, scan.report)


def _decide(scan: _Scan, most_vanished: float, *, accept: bool) -> None:
    """What moved keeps its songs, what vanished is hidden, what is new is planned; then the next scan may go on."""
    database, notes, volume = scan.database, scan.notes, scan.volume
    with database.autocommit() as db:
        fresh = [(_text(row.path), int(row.fresh)) for row in db.rows("fresh_folders", scan=notes.scan)]
        missing = db.value("is_something_missing", scan=notes.scan)
    if missing:
        moved: Counter[str] = Counter()
        for start in range(0, len(fresh), FOLDERS_AT_ONCE):
            folders = [path for path, _ in fresh[start : start + FOLDERS_AT_ONCE]]
            moved.update(map(parent, follow_moved(database, volume, notes, folders, scan.report)))
        fresh = [(path, number - moved[path]) for path, number in fresh if number > moved[path]]
        notes.numbers.new -= moved.total()
        # It may have been unmounted since the scan began.
        require_root(volume)
        if not accept:
            require_most(database, volume, notes, most_vanished)
        hide_vanished(database, volume, notes, scan.report)
    with database.begin() as db:
        for entries in _cut(fresh, scan.settings):
            plan_batch(db, volume.id, entries, again=False, shallow=True)
            notes.numbers.batches += 1
        db.run("settle_folder_looks", scan=notes.scan, volume=volume.id)
        db.run("clear_scan_notes", volume=volume.id)


def _cut(fresh: list[tuple[str, int]], settings: IntakeSettings) -> Generator[list[str], None, None]:
    """Folders batch by batch; the discs of a release stay together."""
    batch: list[str] = []
    files = 0
    for path, number in fresh:
        full = files + number > settings.batch_files or len(batch) >= settings.batch_releases
        if batch and full and not (is_disc_folder(path.rpartition("/")[2]) and batch[-1].startswith(parent(path))):
            yield batch
            batch, files = [], 0
        batch.append(path)
        files += number
    if batch:
        yield batch


@contextmanager
def _claimed(database: Database, volume: int) -> Generator[bool]:
    """Whether the volume is ours to scan until the end of the block."""
    with database.autocommit() as db:
        if not db.value("claim_scan", volume=volume):
            yield False
            return
        try:
            yield True
        finally:
            db.value("release_scan_claim", volume=volume)


@contextmanager
def _told(scan: _Scan, requests: list[Row]) -> Generator[None]:
    """Writes down how the scan ends, for whoever asked for it and for the list of failures."""
    state, message = "cancelled", None
    try:
        yield
        state = "done"
    except MelodeeError as error:
        state, message = "failed", str(error)
        if isinstance(error, (VolumeUnavailable, FatalError)):
            with scan.database.begin() as db:
                record_failures(db, [Failure.of(error, Place(scan.volume.id, ""), STAGE)], batch=None)
        raise
    except Exception as error:  # whatever it is, whoever asked for the scan is told that it ended
        state, message = "failed", f"{type(error).__name__}: {error}"
        raise
    finally:
        scan.notes.numbers.seconds = time.monotonic() - scan.began
        with scan.database.begin() as db:
            db.run(
                "report_volume_scans",
                ids=[request.id for request in requests],
                state=state,
                message=message,
                numbers=Jsonb(msgspec.to_builtins(scan.notes.numbers)),
            )
            if state == "done":
                clear_failures(db, [path_hash(scan.volume.id, "")], STAGE)


def _text(path: bytes) -> str:
    return path.decode("utf-8", "surrogateescape")


def _bytes(paths: Iterable[str]) -> list[bytes]:
    return [path.encode("utf-8", "surrogateescape") for path in paths]
