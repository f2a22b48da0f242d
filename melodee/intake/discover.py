"""Discovery: what lies in a batch's part of an inbound volume becomes releases, and a row in the ledger for every file.

The walk takes what has settled and leaves the rest; it stops at the size of a batch and plans the folders that it did
not reach as further batches, so that memory does not grow with what was dropped.
"""

import os
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

import msgspec
from psycopg.types.json import Jsonb

from melodee.audio.formats import FileKind
from melodee.database import Database, Row, Session
from melodee.errors import MelodeeError
from melodee.file_errors import VolumeUnavailable
from melodee.intake.claim import UnknownBatch, claimed
from melodee.intake.group import Draft, ReadFile, group
from melodee.intake.look import FileLook, FolderLook, Odd, is_disc_folder, look_at, look_at_entry, parent, unit_of
from melodee.intake.outcome import Outcome
from melodee.intake.plan import plan_batch
from melodee.intake.read import Read, read_files
from melodee.intake.reader import Problem
from melodee.journal import Mover
from melodee.ledger import Failure, Place, clear_failures, path_hash, record_failures
from melodee.settings import IntakeSettings
from melodee.volumes import Volume, volume_by_id, volumes

STAGE = "discover"

RELEASE_STATES = ("discovered", "staged", "waiting", "approved", "published", "rejected", "failed")

RETRY_SECONDS = {"permission_denied": 300.0, "unreadable_folder": 300.0, "still_changing": 30.0}
"""Failures that may heal without the file changing, and when intake looks again."""

ENTRIES_A_BATCH = 300
"""Folders that a further batch is given at most; it is cut again when they hold too much."""


class StillChanging(MelodeeError):
    """Something in the folder changed while intake looked; it is left until it has settled."""

    code = "still_changing"


@dataclass
class _Found:
    """What the walk of one batch brought."""

    looks: list[FolderLook] = field(default_factory=list[FolderLook])
    unsettled: list[str] = field(default_factory=list[str])
    beyond: list[str] = field(default_factory=list[str])
    """Folders that did not fit into the batch."""


def discover_batch(
    database: Database,
    batch: str,
    *,
    report: Callable[[str], object],
    settings: IntakeSettings | None = None,
    wait: Callable[[float], object] = time.sleep,
) -> Outcome:
    """Reads what settled of a batch and enters it: releases, their files, and what failed or was ignored.

    Raises `VolumeUnavailable`, `BatchIsBusy`, or `UnknownBatch`. Running it again enters only what is new; a batch that
    is finished and run again, which only a person does, also tries again what failed.
    """
    settings = settings or IntakeSettings.from_environment()
    outcome = Outcome()
    with claimed(database, batch):
        with database.begin() as db:
            row = db.one("batch_by_key", batch=batch)
            if row is None:
                raise UnknownBatch(f"It was asked for as {batch}.")
            volume = volume_by_id(db, row.volume_id)
            entries = [os.fsdecode(entry.path) for entry in db.rows("batch_entries", batch=batch)]
            again = row.again or row.state == "finished"
            db.run("begin_batch", batch=batch)
        if not volume.root.is_dir():
            raise VolumeUnavailable(f"It is {volume.name} at {volume.path}.")
        _finish_earlier_run(database, batch)
        found = _find(database, volume, entries, settings, wait)
        report(f"{sum(len(look.files) for look in found.looks)} files in {len(found.looks)} settled folders")
        with database.begin() as db:
            fresh = _enter_looks(db, volume, batch, found, outcome, again=again)
        started = time.monotonic()
        read = list(read_files(volume.root, fresh, settings.readers))
        report(f"{len(read)} files read in {time.monotonic() - started:.1f} s")
        with database.begin() as db:
            _enter_read(db, volume, batch, read, outcome)
            if found.beyond:
                _plan_beyond(db, volume, batch, found.beyond, again=again)
        outcome.left = len(found.unsettled) + len(found.beyond)
    return outcome


def _finish_earlier_run(database: Database, batch: str) -> None:
    """Removes what a run that died had moved on from, so that the walk does not take it for something new."""
    with database.autocommit() as db:
        every = volumes(db)
        releases = [row.id for row in db.rows("releases_of_batch", batch=batch, states=list(RELEASE_STATES))]
    for purpose in ("stage", "publish"):
        Mover(database, every, purpose).finish(releases)


def _find(
    database: Database, volume: Volume, entries: list[str], settings: IntakeSettings, wait: Callable[[float], object]
) -> _Found:
    """Walks the entries up to the size of a batch, and looks a second time where the sensor's look is too fresh."""
    found = _Found()
    budget = settings.batch_files
    ahead = sorted(set(entries), reverse=True)
    while ahead:
        if budget <= 0 and not _belongs_to(found.looks[-1], ahead[-1]):
            found.beyond = ahead[::-1]
            break
        look = look_at(volume.root, ahead.pop())
        ahead.extend(reversed(look.folders))
        budget -= len(look.files) + len(look.odd)
        found.looks.append(look)
    if (seconds := _seconds_to_settle(database, volume, entries, settings)) > 0:
        wait(seconds)
        changed = {unit_of(look) for look in found.looks if look_at(volume.root, look.path).signature != look.signature}
        found.unsettled = sorted(changed)
        found.looks = [look for look in found.looks if unit_of(look) not in changed]
    return found


def _belongs_to(last: FolderLook, folder: str) -> bool:
    """Whether a batch that is full still takes this folder: a release is not cut between its discs."""
    inside = folder.startswith(last.path + "/") and last.has_audio
    return inside or (is_disc_folder(folder.rpartition("/")[2]) and parent(folder) in (last.path, parent(last.path)))


def _seconds_to_settle(database: Database, volume: Volume, entries: list[str], settings: IntakeSettings) -> float:
    """How long to wait for the second look: nothing when the sensor's last look saw all of every entry as it is now."""
    with database.autocommit() as db:
        hashes = [path_hash(volume.id, entry) for entry in entries]
        earlier = {row.path_hash: row for row in db.rows("entry_looks", hashes=hashes)}
    seconds = 0.0
    for entry, key in zip(entries, hashes, strict=True):
        before = earlier.get(key)
        if before is None or not before.complete or look_at_entry(volume.root, entry).signature != before.signature:
            return settings.settle_seconds
        seconds = max(seconds, settings.settle_seconds - before.age)
    return seconds


def _enter_looks(
    db: Session, volume: Volume, batch: str, found: _Found, outcome: Outcome, *, again: bool
) -> list[FileLook]:
    """Enters what needs no reading; returns the files that are new, changed, or to be tried again."""
    looked = [file for look in found.looks for file in look.files]
    outcome.files = len(looked)
    known = {row.path_hash: row for row in db.rows("known_files", hashes=[_hash(volume, file) for file in looked])}
    moving = {row.path_hash for row in db.rows("moving_files", volume=volume.id)}
    fresh = [
        file
        for file in looked
        if _hash(volume, file) not in moving and _is_fresh(file, known.get(_hash(volume, file)), again=again)
    ]
    others = [file for file in fresh if file.kind is FileKind.OTHER]
    _enter(db, volume, batch, [_row(volume, file, "ignored", "not_music") for file in others])
    outcome.ignored += len(others)
    failures = [_odd(volume, odd) for look in found.looks for odd in look.odd]
    failures += [
        Failure.of(StillChanging(), Place(volume.id, unit), STAGE, RETRY_SECONDS["still_changing"])
        for unit in found.unsettled
    ]
    # A file among the entries is a look of its own; its failure goes when it has been read.
    # What failed again keeps its row, which counts the tries.
    again_failed = {failure.place.path for failure in failures}
    folders = [look.path for look in found.looks if [look.path] != [file.path for file in look.files]]
    clear_failures(db, [path_hash(volume.id, folder) for folder in folders if folder not in again_failed], STAGE)
    record_failures(db, failures, batch)
    for failure in failures:
        outcome.fail(failure.code)
    _forget_vanished(db, volume, found, {_hash(volume, file) for file in looked})
    return [file for file in fresh if file.kind is not FileKind.OTHER]


def _hash(volume: Volume, file: FileLook) -> UUID:
    return path_hash(volume.id, file.path)


def _is_fresh(file: FileLook, known: Row | None, *, again: bool) -> bool:
    if known is None or (known.size_bytes, known.modified_ns, known.changed_ns) != file[1:]:
        return True
    if known.reason == "dropped":
        return False
    # Music may have come to a picture that had none beside it.
    return known.state in ("failed", "ignored") and (again or known.reason in ("no_music_beside", "no_music_left"))


def _odd(volume: Volume, odd: Odd) -> Failure:
    return Failure(Place(volume.id, odd.path), STAGE, odd.code, odd.reason, retry_after=RETRY_SECONDS.get(odd.code))


def _forget_vanished(db: Session, volume: Volume, found: _Found, there: set[UUID]) -> None:
    """Drops rows of files that someone took out of the folders that were looked at."""
    looked_at = {look.path for look in found.looks}
    gone: list[UUID] = []
    for top in {look.path.partition("/")[0] for look in found.looks}:
        for row in db.rows("left_files_below", volume=volume.id, path=os.fsencode(top)):
            path = os.fsdecode(row.path)
            if row.path_hash not in there and (path in looked_at or parent(path) in looked_at):
                gone.append(row.path_hash)
    if gone:
        db.run("forget_files", hashes=gone)
        clear_failures(db, gone)


def _row(
    volume: Volume, file: FileLook, state: str, reason: str | None = None, release: int | None = None
) -> dict[str, object]:
    return {
        "path_hash": str(_hash(volume, file)),
        "path": os.fsencode(file.path).hex(),
        "kind": file.kind.value,
        "state": state,
        "reason": reason,
        "size_bytes": file.size,
        "modified_ns": file.modified_ns,
        "changed_ns": file.changed_ns,
        "release_id": release,
    }


def _enter(db: Session, volume: Volume, batch: str, rows: Sequence[dict[str, object]]) -> None:
    if rows:
        db.run("enter_files", volume=volume.id, batch=batch, files=Jsonb(rows))


def _enter_read(db: Session, volume: Volume, batch: str, read: Iterable[Read], outcome: Outcome) -> None:
    """Enters releases with their files, and what could not be read."""
    good: list[ReadFile] = []
    failed: list[tuple[FileLook, Problem]] = []
    for file, result, _ in read:
        outcome.bytes += file.size
        if isinstance(result, Problem):
            failed.append((file, result))
        else:
            good.append(ReadFile(file, result))
    drafts, alone = group(good)
    rows = [_row(volume, file, "failed", problem.code) for file, problem in failed]
    rows += [_row(volume, file.look, "ignored", "no_music_beside") for file in alone]
    outcome.ignored += len(alone)
    clear_failures(db, [_hash(volume, file.look) for file in good], STAGE)
    for draft in drafts:
        release = _enter_release(db, volume, batch, draft)
        rows += [_row(volume, file.look, "pending", release=release) for file in draft.files]
        outcome.releases += 1
        outcome.songs += sum(len(file.tracks) for file in draft.files)
    _enter(db, volume, batch, rows)
    failures = [
        Failure(Place(volume.id, file.path), STAGE, bad.code, bad.message, retry_after=RETRY_SECONDS.get(bad.code))
        for file, bad in failed
    ]
    for failure in failures:
        outcome.fail(failure.code)
    record_failures(db, failures + _mended(volume, good), batch)


def _mended(volume: Volume, files: Iterable[ReadFile]) -> list[Failure]:
    """A warning for each kind of mend in a file: it goes its way, and an operator can see what was cut."""
    warnings: list[Failure] = []
    for file in files:
        mends = file.track.mended if file.track else []
        for code in sorted({mend.code for mend in mends}):
            message = "; ".join(f"{mend.field}: {mend.message}" for mend in mends if mend.code == code)
            warnings.append(Failure(Place(volume.id, file.look.path), STAGE, code, message[:1000], severity="warning"))
    return warnings


def _enter_release(db: Session, volume: Volume, batch: str, draft: Draft) -> int:
    description = draft.description
    release: int = db.value(
        "insert_release",
        batch=batch,
        key=description.key.replace("\0", "\n"),
        volume=volume.id,
        root=os.fsencode(draft.root),
        artist=description.display_artist,
        album=description.album,
        description=Jsonb(msgspec.to_builtins(description, str_keys=True)),
    )
    below = len(draft.root) + 1 if draft.root else 0
    db.run(
        "insert_release_files",
        release=release,
        files=Jsonb(
            [
                {
                    "position": position,
                    "path_hash": str(_hash(volume, file.look)),
                    "kind": file.look.kind.value,
                    "name": os.fsencode(file.look.path[below:]).hex(),
                    "track": None if file.track is None else msgspec.to_builtins(file.track),
                    "parts": msgspec.to_builtins(file.parts) or None,
                }
                for position, file in enumerate(draft.files)
            ]
        ),
    )
    return release


def _plan_beyond(db: Session, volume: Volume, batch: str, beyond: Sequence[str], *, again: bool) -> None:
    """Plans what did not fit; whoever waits for this batch waits for those too."""
    for start in range(0, len(beyond), ENTRIES_A_BATCH):
        further = plan_batch(db, volume.id, beyond[start : start + ENTRIES_A_BATCH], again=again)
        db.run("link_further_batch", batch=batch, further=further)
