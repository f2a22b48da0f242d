"""Comparing folders with the ledger: what is new in them, what has changed, and what is not there any more."""

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from melodee.audio.formats import FileKind
from melodee.database import Database, Row
from melodee.intake.look import FileLook, Odd
from melodee.ledger import Failure, Place, clear_failures, path_hash, record_failures
from melodee.scan.folders import Visit
from melodee.scan.notes import Notes, Seen
from melodee.volumes import Volume

STAGE = "scan"

UNREADABLE = frozenset({"permission_denied", "unreadable_folder"})

FOLDERS_AT_ONCE = 400
FILES_AT_ONCE = 4000

COARSE_NS = 2_000_000_000
"""A folder that was changed this lately may change again without its time telling, where clocks tick coarsely."""


@dataclass
class Compared:
    """What some folders hold that the ledger knows otherwise."""

    changed: list[tuple[FileLook, Row]] = field(default_factory=list[tuple[FileLook, Row]])
    """Published files that have another size or time, with what the ledger knows of them."""
    fresh: int = 0
    missing: list[Row] = field(default_factory=list[Row])
    seen: list[Seen] = field(default_factory=list[Seen])


def compare(database: Database, volume: Volume, visits: Sequence[Visit], notes: Notes, *, settle: float) -> Compared:
    """Compares listed folders with the ledger, and notes what there is to note."""
    compared = Compared()
    with database.autocommit() as db:
        folders = [os.fsencode(visit.path) for visit in visits]
        by_path = {os.fsdecode(row.path): row for row in db.rows("files_in_folders", volume=volume.id, folders=folders)}
    known: dict[str, list[str]] = {}
    for path in by_path:
        known.setdefault(path.rpartition("/")[0], []).append(path)
    failures: list[Failure] = []
    readable: list[str] = []
    for visit in visits:
        trouble = _trouble(visit)
        if trouble is not None:
            failures.append(Failure(Place(volume.id, visit.path), STAGE, trouble.code, trouble.reason))
            notes.numbers.unreadable += 1
            continue
        readable.append(visit.path)
        _compare_folder(visit, by_path, known.get(visit.path, []), compared, settle)
    with database.begin() as db:
        notes.note_folders(db, compared.seen)
        notes.note_missing(db, compared.missing)
        clear_failures(db, [path_hash(volume.id, path) for path in readable], STAGE)
        record_failures(db, failures, batch=None)
    numbers = notes.numbers
    numbers.listed += len(visits)
    numbers.files += sum(len(visit.look.files) for visit in visits if visit.look is not None)
    numbers.new += compared.fresh
    return compared


def _trouble(visit: Visit) -> Odd | None:
    if visit.unmounted:
        return Odd(visit.path, "volume_unavailable", "Another file system was mounted here, and is not any more.")
    odd = visit.look.odd if visit.look is not None else []
    return next((each for each in odd if each.path == visit.path and each.code in UNREADABLE), None)


def _compare_folder(
    visit: Visit, by_path: dict[str, Row], known: Sequence[str], compared: Compared, settle: float
) -> None:
    assert visit.look is not None  # noqa: S101 - only folders that were listed are compared
    there = {file.path for file in visit.look.files}
    fresh = 0
    for file in visit.look.files:
        row = by_path.get(file.path)
        if row is None:
            fresh += 1
        elif (row.size_bytes, row.modified_ns, row.changed_ns) == file[1:]:
            # Music may have come to a picture that had none beside it.
            fresh += row.reason == "no_music_beside" and visit.look.has_audio
        elif row.song_id is not None:
            compared.changed.append((file, row))
        elif row.state in ("failed", "ignored"):
            fresh += 1
        elif row.kind != FileKind.AUDIO.value:
            compared.changed.append((file, row))
    compared.missing += [by_path[path] for path in known if path not in there and by_path[path].state != "pending"]
    compared.fresh += fresh
    modified = visit.modified_ns
    if modified is not None and modified > time.time_ns() - max(COARSE_NS, int(settle * 1e9)):
        modified = 0
    compared.seen.append(Seen(visit.path, modified, visit.is_mount, fresh))
