"""Discovery: what lies in a batch's part of an inbound volume becomes releases, and a row in the ledger for every file.

The walk takes what has settled and leaves the rest; it stops at the size of a batch and plans the folders that it did
not reach as further batches, so that memory does not grow with what was dropped.
"""

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from melodee.audio.formats import FileKind
from melodee.database import Database, Row, Session
from melodee.errors import MelodeeError
from melodee.file_errors import VolumeUnavailable
from melodee.intake import returned
from melodee.intake.claim import UnknownBatch, claimed
from melodee.intake.enter import RETRY_SECONDS, STAGE, enter_files, enter_read, file_hash, file_row
from melodee.intake.look import FileLook, FolderLook, Odd, is_disc_folder, look_at, look_at_entry, parent, unit_of
from melodee.intake.outcome import Outcome
from melodee.intake.plan import plan_batch
from melodee.intake.read import read_files
from melodee.journal import Mover
from melodee.ledger import Failure, Place, clear_failures, path_hash, record_failures
from melodee.review.rejected import finish_rejections
from melodee.rules.load import load as load_rules
from melodee.rules.rule import Rules
from melodee.settings import IntakeSettings, SidecarSettings
from melodee.sidecars.beside import beside_music
from melodee.volume_presence import require_files
from melodee.volumes import Volume, volume_by_id, volumes

RELEASE_STATES = ("discovered", "staged", "waiting", "approved", "published", "rejected", "failed")

LEFT = ("failed", "ignored", "pending")
"""States of files that intake has left where they lie."""

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
    shallow: bool = False
    """Whether the batch names each of its folders, and was planned by a walk of the whole."""


def discover_batch(
    database: Database,
    batch: str,
    *,
    report: Callable[[str], object],
    settings: IntakeSettings | None = None,
    wait: Callable[[float], object] = time.sleep,
    asked_at: datetime | None = None,
    patience: float = 0.0,
    rules: Rules | None = None,
    instance: str | None = None,
) -> Outcome:
    """Reads what settled of a batch and enters it: releases, their files, and what failed or was ignored.

    Raises `VolumeUnavailable`, `BatchIsBusy`, `BadRules`, or `UnknownBatch`. Running it again enters only what is new;
    a batch that is finished and run again, which only a person does, also tries again what failed. One that another
    instance has finished since this run was `asked_at` is left as it is; while another works on it, this waits for
    `patience` seconds. From then on this `instance` has it.
    """
    settings = settings or IntakeSettings.from_environment()
    outcome = Outcome()
    with claimed(database, batch, patience):
        with database.begin() as db:
            row = db.one("batch_by_key", batch=batch)
            if row is None:
                raise UnknownBatch(f"It was asked for as {batch}.")
            if asked_at is not None and row.finished_at is not None and row.finished_at > asked_at:
                report("another run has finished the batch since this one was asked for")
                return outcome
            volume = volume_by_id(db, row.volume_id)
            entries = [os.fsdecode(entry.path) for entry in db.rows("batch_entries", batch=batch)]
            again = row.again or (row.state == "finished" and not row.review_only)
            db.run("begin_batch", batch=batch, instance=instance)
        if row.review_only and not again:
            report("the batch was finished before: what was approved since is published")
            return outcome
        if not volume.root.is_dir():
            raise VolumeUnavailable(f"It is {volume.name} at {volume.path}.")
        _finish_earlier_run(database, batch)
        # What a rejection that was cut short has half put back is neither new nor known.
        finish_rejections(database)
        rules = rules or load_rules()
        found = _find(volume, entries, settings, deep=not row.shallow)
        _settle(database, volume, entries, found, settings, wait)
        report(f"{sum(len(look.files) for look in found.looks)} files in {len(found.looks)} settled folders")
        with database.begin() as db:
            if volume.kind == "storage":
                require_files(db, volume)
            fresh = _enter_looks(db, volume, batch, found, outcome, again=again)
        started = time.monotonic()
        read = list(read_files(volume.root, fresh, settings.readers))
        report(f"{len(read)} files read in {time.monotonic() - started:.1f} s")
        verified = SidecarSettings.from_environment().verify_checksums
        checksums = verified == "all" or (verified == "dropped" and not volume.in_place)
        beside = beside_music(volume.root, read, checksums=checksums, threads=settings.readers)
        with database.begin() as db:
            enter_read(db, volume, batch, beside, outcome, rules=rules)
            _plan_beyond(db, volume, batch, found.beyond, again=again, shallow=row.shallow)
        outcome.left = len(found.unsettled) + len(found.beyond)
    return outcome


def _finish_earlier_run(database: Database, batch: str) -> None:
    """Removes what a run that died had moved on from, so that the walk does not take it for something new."""
    with database.autocommit() as db:
        every = volumes(db)
        releases = [row.id for row in db.rows("releases_of_batch", batch=batch, states=list(RELEASE_STATES))]
    for purpose in ("stage", "publish"):
        Mover(database, every, purpose).finish(releases)


def _find(volume: Volume, entries: list[str], settings: IntakeSettings, *, deep: bool) -> _Found:
    """Walks the entries up to the size of a batch."""
    found = _Found(shallow=not deep)
    # What a look has shared out is not cut for a little more than was aimed at.
    budget = settings.batch_files + settings.batch_files // 4
    ahead = sorted(set(entries), reverse=True)
    while ahead:
        if budget <= 0 and not _belongs_to(found.looks[-1], ahead[-1]):
            found.beyond = ahead[::-1]
            break
        look = look_at(volume.root, ahead.pop())
        if deep:
            ahead.extend(reversed(look.folders))
        budget -= len(look.files) + len(look.odd)
        found.looks.append(look)
    return found


def _settle(  # noqa: PLR0917 - one call, above
    database: Database,
    volume: Volume,
    entries: list[str],
    found: _Found,
    settings: IntakeSettings,
    wait: Callable[[float], object],
) -> None:
    """Looks a second time where the first look is too fresh, and leaves what has changed."""
    if volume.kind == "storage" or found.shallow:
        looks = _touched_lately(found.looks, settings.settle_seconds)
        seconds = settings.settle_seconds if looks else 0.0
    else:
        looks, seconds = found.looks, _seconds_to_settle(database, volume, entries, settings)
    if seconds > 0:
        wait(seconds)
        changed = {unit_of(look) for look in looks if look_at(volume.root, look.path).signature != look.signature}
        found.unsettled = sorted(changed)
        found.looks = [look for look in found.looks if unit_of(look) not in changed]


def _touched_lately(looks: Sequence[FolderLook], settle_seconds: float) -> list[FolderLook]:
    """Folders with a file whose ctime is not past: the kernel sets it at each write, whatever `cp -p` does to mtime.

    For what a scan found, nobody has looked at before: waiting for a whole library would serve a handful of files.
    """
    since = time.time_ns() - int(settle_seconds * 1e9)
    return [look for look in looks if any(file.changed_ns > since for file in look.files)]


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
    by_key = {file_hash(volume, file): file for file in looked}
    known = {row.path_hash: row for row in db.rows("known_files", hashes=list(by_key))}
    moving = {row.path_hash for row in db.rows("moving_files", volume=volume.id)}
    moving |= {
        path_hash(volume.id, os.fsdecode(row.target_path)) for row in db.rows("arriving_files", volume=volume.id)
    }
    fresh_by_key = {
        key: file
        for key, file in by_key.items()
        if key not in moving and _is_fresh(volume, file, known.get(key), again=again)
    }
    fresh = [*fresh_by_key.values(), *returned.come_back(by_key, known, fresh_by_key)]
    returned.settle(db, by_key, known, fresh)
    others = [file for file in fresh if file.kind is FileKind.OTHER]
    enter_files(db, volume, batch, [file_row(volume, file, "ignored", "not_music") for file in others])
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
    _forget_vanished(db, volume, found, {file_hash(volume, file) for file in looked})
    return [file for file in fresh if file.kind is not FileKind.OTHER]


def _is_fresh(volume: Volume, file: FileLook, known: Row | None, *, again: bool) -> bool:
    if known is not None and volume.kind == "storage" and known.state not in LEFT:
        return False  # What has a song, or waits for a person, is the scan's to compare.
    if known is None or returned.has_changed(file, known):
        return True
    if known.reason == "dropped":
        return False
    # Music may have come to a picture that had none beside it.
    return known.state in ("failed", "ignored") and (again or known.reason in ("no_music_beside", "no_music_left"))


def _odd(volume: Volume, odd: Odd) -> Failure:
    return Failure(Place(volume.id, odd.path), STAGE, odd.code, odd.reason, retry_after=RETRY_SECONDS.get(odd.code))


def _forget_vanished(db: Session, volume: Volume, found: _Found, there: set[UUID]) -> None:
    """Drops rows of files that someone took out of the folders that were looked at."""
    folders = [os.fsencode(look.path) for look in found.looks]
    gone = [row.path_hash for row in db.rows("left_files_in", volume=volume.id, folders=folders)]
    gone += [path_hash(volume.id, look.path) for look in found.looks if not look.files]
    gone = [key for key in gone if key not in there]
    if gone:
        # An entry may have been a file: then its own row goes.
        gone = [row.path_hash for row in db.rows("known_files", hashes=gone) if row.state in (*LEFT, "rejected")]
        db.run("forget_files", hashes=gone)
        clear_failures(db, gone)


def _plan_beyond(db: Session, volume: Volume, batch: str, beyond: Sequence[str], *, again: bool, shallow: bool) -> None:
    """Plans what did not fit; whoever waits for this batch waits for those too."""
    for start in range(0, len(beyond), ENTRIES_A_BATCH):
        further = plan_batch(db, volume.id, beyond[start : start + ENTRIES_A_BATCH], again=again, shallow=shallow)
        db.run("link_further_batch", batch=batch, further=further)
