"""What becomes of the files of rejected releases: back to their volume by the journal, and after a time deleted.

The release is rejected first, then its files follow, each by the protocol that loses none. So a crash leaves files of a
rejected release on staging, which the ledger knows as such, and whoever comes next goes on.
"""

import os
import stat
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from datetime import datetime
from typing import NamedTuple

from melodee.database import Database, Row, Session
from melodee.errors import DependencyError, MelodeeError
from melodee.file_errors import NameTaken, Vanished
from melodee.intake.gone import make_way
from melodee.intake.look import join
from melodee.intake.plan import note_taken
from melodee.intake.returned import TIME_NOT_KNOWN
from melodee.intake.stage import Followed, follow
from melodee.journal import Mover
from melodee.ledger import Failure, Place, clear_failures, record_failures
from melodee.moves import Moved, Refused, Wish
from melodee.observed import observe
from melodee.transfer import remove_empty_folders
from melodee.volume_path import VolumePath, opened_folder, status, sync_folder
from melodee.volumes import Volume, volumes

REJECTED = ".rejected"
"""Hidden, so that intake passes over it."""

STAGE = "review"

PURGE_AT_ONCE = 500


class Brought(NamedTuple):
    """Where the files of a rejected release are now."""

    folder: str | None
    """On their volume; None when they stayed where they were."""
    moved: int
    left: int
    """Files that could not be moved, and stay on staging; the list of failures says why."""


class Purged(NamedTuple):
    """What a purge did."""

    files: int = 0
    bytes: int = 0
    kept: int = 0
    """Files that somebody has changed since, or that could not be deleted."""
    away: tuple[str, ...] = ()
    """Names of volumes that were not there."""


def claim(holder: Session, release: int, until: ExitStack) -> bool:
    """Whether nobody else moves the release's files, until the stack is left; for a session of `autocommit`."""
    if not holder.value("claim_release", release=release):
        return False
    until.callback(holder.value, "release_release_claim", release=release)
    return True


def bring_home(database: Database, release: int) -> Brought:
    """Moves what is left on staging of a rejected release to where it was to go. The release is claimed.

    Raises `DependencyError`.
    """
    with database.autocommit() as db:
        row = db.one("release_to_review", release=release)
        every = volumes(db)
    if row is None or row.state != "rejected" or row.rejected_to is None:
        return Brought(None, 0, 0)
    return _Homeward(database, every, row).bring()


def finish_rejections(database: Database) -> int:
    """Goes on with rejections that were cut short; returns how many. What is busy or away is left for the next time."""
    with database.autocommit() as db:
        open_ = [row.release_id for row in db.rows("open_rejections")]
    finished = 0
    for release in open_:
        with database.autocommit() as holder, ExitStack() as until_moved:
            if claim(holder, release, until_moved):
                with suppress(DependencyError):
                    finished += bring_home(database, release).left == 0
    return finished


class _Homeward:
    """One release on its way back."""

    def __init__(self, database: Database, every: Sequence[Volume], release: Row) -> None:
        self._database, self._every, self._release = database, every, release
        self._folder = os.fsdecode(release.rejected_to)
        self._returns = self._folder.partition("/")[0] != REJECTED
        self._moved = 0

    def bring(self) -> Brought:
        taken = self._move("return" if self._returns else "reject", self._folder)
        if self._returns and taken:
            # Something else has the place by now: the file goes where all rejected ones go.
            kept = f"{self._release.decided_at:%Y-%m-%d}-{self._release.id}-returned"
            self._move("reject", join(REJECTED, kept))
        if self._returns:
            self._remember()
        left = self._waiting_files()
        return Brought(self._folder, self._moved, len(left))

    def _waiting_files(self) -> list[Row]:
        with self._database.autocommit() as db:
            files = db.rows("files_of_release", release=self._release.id)
        return [file for file in files if file.state == "rejected" and file.volume_id != self._release.volume_id]

    def _move(self, purpose: str, folder: str) -> bool:
        """Whether a file's name was taken there."""
        mover = Mover(self._database, self._every, purpose)
        mover.finish([self._release.id])
        wishes = [
            Wish(
                self._release.id,
                Place(file.volume_id, os.fsdecode(file.path)),
                Place(self._release.volume_id, join(folder, os.fsdecode(file.name))),
            )
            for file in self._waiting_files()
        ]
        taken: list[Refused] = []

        def commit(db: Session, moved: Sequence[Moved], refused: Sequence[Refused]) -> None:
            make_way(db, [each.wish.target for each in moved])
            follow(db, [Followed(each, "rejected") for each in moved])
            db.run_many("set_file_times", [_times(each) for each in moved])
            clear_failures(db, [each.wish.target.hash for each in moved], STAGE)
            failures = [Failure.of(error, wish.source, STAGE) for wish, error in refused]
            record_failures(db, failures, self._release.batch)
            taken.extend(each for each in refused if isinstance(each.error, NameTaken))
            self._moved += len(moved)

        if wishes:
            mover.move(wishes, commit)
        return bool(taken)

    def _remember(self) -> None:
        """The files as they lie there now, so that only a later change of one has them taken up again."""
        home = next(volume for volume in self._every if volume.id == self._release.volume_id)
        with self._database.begin() as db:
            entries: set[str] = set()
            for file in db.rows("files_of_release", release=self._release.id):
                path = os.fsdecode(file.path)
                if file.state != "rejected" or file.volume_id != home.id or path.startswith(f"{REJECTED}/"):
                    continue
                entries.add(path.partition("/")[0])
                try:
                    seen = observe(VolumePath(home.root, path))
                except DependencyError:
                    raise
                except MelodeeError:
                    continue  # Somebody was faster: the next look of intake sees what is there.
                if (seen.size, seen.mtime_ns) == (file.size_bytes, file.modified_ns):
                    db.run("set_file_times", path_hash=file.path_hash, modified=seen.mtime_ns, changed=seen.ctime_ns)
            for entry in sorted(entries):
                note_taken(db, home, entry)


def _times(moved: Moved) -> dict[str, object]:
    return {"path_hash": moved.wish.target.hash, "modified": moved.observed.mtime_ns, "changed": TIME_NOT_KNOWN}


def purge_rejected(database: Database, older_than: datetime) -> Purged:
    """Deletes the files of releases that were rejected before, one by one, and only below `.rejected`.

    What somebody has changed or replaced since stays, and so does what lies on a volume that is away; what somebody
    took away is forgotten. Releases that were returned are not touched. The history of a release stays. Rejections that
    were cut short are finished first.
    """
    finish_rejections(database)
    total = Purged()
    with database.autocommit() as db:
        inbound = volumes(db, kind="inbound")
    for volume in inbound:
        if not volume.root.is_dir():
            total = total._replace(away=(*total.away, volume.name))
            continue
        after = b""
        while True:
            with database.autocommit() as db:
                rows = db.rows("rejected_files", volume=volume.id, before=older_than, after=after, most=PURGE_AT_ONCE)
            if not rows:
                break
            gone = [row for row in rows if _deleted(volume, row)]
            for folder in {VolumePath(volume.root, os.fsdecode(row.path)).folder for row in gone}:
                _settle(volume, folder)
            with database.begin() as db:
                db.run("forget_rejected_files", hashes=[row.path_hash for row in gone])
                clear_failures(db, [row.path_hash for row in gone])
            total = total._replace(
                files=total.files + len(gone),
                bytes=total.bytes + sum(row.size_bytes for row in gone),
                kept=total.kept + len(rows) - len(gone),
            )
            after = bytes(rows[-1].path)
    return total


def _deleted(volume: Volume, row: Row) -> bool:
    """Deletes the file when it is the one that was rejected; whether it is gone. Raises `DependencyError`."""
    place = VolumePath(volume.root, os.fsdecode(row.path))
    if not place.path.startswith(f"{REJECTED}/"):
        raise ValueError(f"{place} is not among what was rejected")
    try:
        with opened_folder(place) as folder:
            found = status(folder, place.name, place.full)
            if found is None:
                return True
            if not stat.S_ISREG(found.st_mode) or (found.st_size, found.st_mtime_ns) != (
                row.size_bytes,
                row.modified_ns,
            ):
                return False
            os.unlink(place.name, dir_fd=folder)
    except Vanished:
        return True
    except DependencyError:
        raise
    except (MelodeeError, PermissionError):
        return False
    return True


def _settle(volume: Volume, folder: str) -> None:
    """What was deleted is gone from the disk as well, before the ledger forgets it; empty folders go too."""
    place = VolumePath(volume.root, join(folder, "x"))
    try:
        with opened_folder(place) as opened:
            sync_folder(opened, place.full)
    except Vanished:
        return
    remove_empty_folders(volume.root, folder)
