"""Planning: what has settled on the inbound volumes becomes batches, and batches become runs.

A sensor calls this every few seconds, so it takes a bounded look: the top entries of each volume, and a bounded number
of files in each. Deep changes in trees beyond that bound are found by a requested scan, whose walk is the discover
asset's. Everything that a run is asked for is derived from rows, because a tick that is cut short loses its requests.
"""

import os
import random
import time
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from math import ceil
from uuid import UUID

from melodee.audio.formats import is_not_a_file_yet
from melodee.database import Database, Row, Session
from melodee.intake.look import look_at_entry
from melodee.ledger import Failure, Place, clear_failures, path_hash, record_failures
from melodee.settings import IntakeSettings
from melodee.text import count
from melodee.volumes import Volume, volumes

TICK_ENTRIES = 10_000
"""Top entries of one volume that a call considers; of more than that, each call takes another stretch."""

TICK_BUDGET = 20_000
"""Files and folders of one volume that a call looks at."""

LAUNCH_SECONDS = 3.0
"""What passes at least between planning a batch and its first step, which looks again: settling may end in between."""


@dataclass
class PlanReport:
    """What one look found."""

    entries: int = 0
    settling: int = 0
    planned: list[str] = field(default_factory=list[str])
    unavailable: list[str] = field(default_factory=list[str])
    """Names of inbound volumes whose folder is not there."""

    def __str__(self) -> str:
        parts = [f"looked at {count(self.entries, 'entry', 'entries')} of the inbound volumes"]
        if self.settling:
            parts.append(f"{self.settling} still settling")
        if self.unavailable:
            parts.append(f"not available: {', '.join(self.unavailable)}")
        return "; ".join(parts)


def plan_batches(database: Database, settings: IntakeSettings | None = None) -> PlanReport:
    """Looks at every inbound volume and writes a batch for what has settled or was asked for."""
    settings = settings or IntakeSettings.from_environment()
    report = PlanReport()
    with database.begin() as db:
        if not db.value("claim_planning"):
            return report
        request = db.value("open_scan_request")
        for volume in volumes(db, kind="inbound"):
            names = _top_entries(volume)
            if names is None:
                report.unavailable.append(volume.name)
                record_failures(db, [_unavailable(volume)], batch=None)
                continue
            clear_failures(db, [path_hash(volume.id, "")], stage="plan")
            _plan_volume(db, volume, names, settings=settings, request=request, report=report)
        db.run("plan_scan_requests", request=request)
        db.run("finish_scan_requests")
    return report


def _unavailable(volume: Volume) -> Failure:
    reason = (
        f"The folder of the volume {volume.name} is not there or cannot be read; mount it, or mend its permissions."
    )
    return Failure(Place(volume.id, ""), "plan", "volume_unavailable", reason)


def _top_entries(volume: Volume) -> list[str] | None:
    """Names of the volume's top entries; None when the volume is away."""
    try:
        with os.scandir(volume.path) as entries:
            names = sorted(entry.name for entry in entries if not is_not_a_file_yet(entry.name))
    except OSError:
        return None
    if len(names) > TICK_ENTRIES:
        # Without a memory of where the last call stopped: consecutive stretches by the clock, all within some ticks.
        start = int(time.time() // 5) * TICK_ENTRIES % len(names)
        names = (names + names)[start : start + TICK_ENTRIES]
    return names


def _plan_volume(
    db: Session, volume: Volume, names: list[str], *, settings: IntakeSettings, request: int | None, report: PlanReport
) -> None:
    busy = [os.fsdecode(row.path) for row in db.rows("open_batch_entries", volume=volume.id)]
    kept = {row.path_hash for row in db.rows("backfill_tops", hashes=[path_hash(volume.id, name) for name in names])}
    free = [name for name in names if path_hash(volume.id, name) not in kept and not _is_busy(name, busy)]
    report.entries += len(names)
    entries = dict.fromkeys(free, 0) if request else _settled(db, volume, free, settings, report)
    for part in _parts(entries, settings):
        plan_batch(db, volume.id, part, again=request is not None, report=report)
    if request:
        db.run("link_scan_request", request=request, volume=volume.id)
    _forget_vanished(db, volume, names)


def _parts(entries: Mapping[str, int], settings: IntakeSettings) -> Generator[list[str], None, None]:
    """Entries with their numbers of files, shared out evenly over as few batches as take them: two run at a time."""
    files = sum(entries.values())
    share = files / max(1, ceil(files / settings.batch_files))
    part: list[str] = []
    taken = 0
    for name, number in entries.items():
        # Whatever is nearer to a share: with this entry, or without it.
        if part and (len(part) == settings.batch_releases or taken + number / 2 > share):
            yield part
            part, taken = [], 0
        part.append(name)
        taken += number
    if part:
        yield part


def _is_busy(path: str, busy: Sequence[str]) -> bool:
    """Whether an unfinished batch looks at the path, below it or above it."""
    return any(
        not other or other == path or other.startswith(path + "/") or path.startswith(other + "/") for other in busy
    )


def _settled(
    db: Session, volume: Volume, names: list[str], settings: IntakeSettings, report: PlanReport
) -> dict[str, int]:
    """The entries that have not changed since an earlier look, nor been taken as they are now; with their files."""
    earlier = {
        row.path_hash: row for row in db.rows("entry_looks", hashes=[path_hash(volume.id, name) for name in names])
    }
    settled: dict[str, int] = {}
    budget = TICK_BUDGET
    for name in _in_turn(volume, names, earlier):
        look = look_at_entry(volume.root, name)
        budget -= look.cost
        before = earlier.get(path_hash(volume.id, name))
        if before is None or before.signature != look.signature:
            db.run(
                "note_entry_look", **_look_parameters(volume.id, name), signature=look.signature, complete=look.complete
            )
            report.settling += 1
        elif before.taken_signature == look.signature:
            pass
        elif before.age >= settings.settle_seconds - LAUNCH_SECONDS:
            settled[name] = len(look.files)
        else:
            report.settling += 1
        if budget < 0:
            break
    return settled


def _in_turn(volume: Volume, names: list[str], earlier: Mapping[UUID, Row]) -> list[str]:
    """What is new first, then what may be settling, then what intake has left, in another order each time.

    Large trees of leftovers may use up what a call may look at; they must not hide what was dropped beside them.
    """

    def turn(name: str) -> tuple[int, float]:
        before = earlier.get(path_hash(volume.id, name))
        if before is None:
            return 0, 0
        return (1, 0) if before.taken_signature is None else (2, random.random())  # noqa: S311 - no secret

    return sorted(names, key=turn)


def _look_parameters(volume: int, path: str) -> dict[str, object]:
    return {"path_hash": path_hash(volume, path), "volume": volume, "path": os.fsencode(path)}


def note_taken(db: Session, volume: Volume, entry: str) -> None:
    """Remembers how intake left a top entry: while it looks like that it is not planned again.

    Only when the ledger knows all that is there: what came while the batch ran must be seen at the next look.
    """
    look = look_at_entry(volume.root, entry)
    there = {path_hash(volume.id, file.path): file for file in look.files}
    known = {row.path_hash: row for row in db.rows("known_files", hashes=list(there))}
    for key, file in there.items():
        row = known.get(key)
        if row is None or (row.size_bytes, row.modified_ns, row.changed_ns) != file[1:]:
            return
    db.run("note_entry_taken", **_look_parameters(volume.id, entry), signature=look.signature, complete=look.complete)


def plan_batch(
    db: Session,
    volume: int,
    entries: Sequence[str],
    *,
    again: bool = False,
    shallow: bool = False,
    backfill: int | None = None,
    report: PlanReport | None = None,
) -> str:
    """Writes a batch for the entries and returns its key: the time in UTC, and a number within the second.

    A `shallow` one looks at its entries alone, not at the folders in them; one of a `backfill` is held.
    """
    moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
    db.value("lock_batch_keys")
    key: str = db.value("insert_batch", moment=moment, volume=volume, again=again, shallow=shallow, backfill=backfill)
    db.run("insert_batch_entries", batch=key, paths=[os.fsencode(entry) for entry in entries])
    if report is not None:
        report.planned.append(key)
    return key


def _forget_vanished(db: Session, volume: Volume, names: list[str]) -> None:
    """Drops what the ledger and the inventory hold of top entries that someone took away."""
    if len(names) >= TICK_ENTRIES:
        return
    there = [os.fsencode(name) for name in names]
    for row in db.rows("vanished_entries", volume=volume.id, there=there):
        left = db.rows("left_files_below", volume=volume.id, path=row.path)
        hashes = [file.path_hash for file in left]
        db.run("forget_files", hashes=hashes)
        db.run("clear_failures_below", volume=volume.id, path=row.path)
        db.run("forget_entry_look", path_hash=row.path_hash)
