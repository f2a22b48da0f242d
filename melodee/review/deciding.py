"""Deciding about a release: approved, it is published by its batch's next run; rejected, it goes back to inbound.

A decision is one short transaction on the release's row, so of two people who decide at once the second is told what
the first decided, and a run that works on the same batch holds nobody up: it never touches what waits.
"""

import os
from contextlib import ExitStack
from datetime import UTC
from typing import NamedTuple

from melodee.database import Database, Row, Session
from melodee.file_errors import VolumeUnavailable
from melodee.intake.look import join
from melodee.intake.stage import POLICY
from melodee.path_template import safe_segment
from melodee.review.errors import MusicGone, NotWaiting, ReasonMissing, UnknownRelease
from melodee.review.rejected import REJECTED, Brought, bring_home, claim
from melodee.text import clean_text
from melodee.volume_presence import require_there
from melodee.volumes import Volume, volume_by_id

LONGEST_WHO = 200
LONGEST_TEXT = 2000


class Decided(NamedTuple):
    """What was decided."""

    id: int
    artist: str
    album: str
    batch: str


class Rejected(NamedTuple):
    """What was rejected, and what became of its files."""

    decided: Decided
    brought: Brought


def approve(database: Database, release: int, who: str, note: str = "") -> Decided:
    """Lets a release that waits be published: its batch is planned again, and takes in nothing else.

    Raises `UnknownRelease`, `NotWaiting`, `MusicGone`, and `VolumeUnavailable` when staging is not mounted.
    """
    with database.begin() as db:
        row = _locked(db, release)
        _require_waiting(row)
        _require_music(db, row)
        _decide(db, release, "approved", who, note=note)
        db.run("plan_approved", batch=row.batch)
    return _decided(row)


def reject(database: Database, release: int, who: str, reason: str, *, return_: bool = False) -> Rejected:
    """Takes a release that waits out of intake: its files go to the hidden `.rejected` folder of the volume they were
    dropped on. With `return_` they go where they were dropped, and are passed over until one of them changes. Files
    that were found on a storage volume stay where they are.

    The decision is kept before the first file moves; asked again, a rejection that was cut short goes on. Raises
    `UnknownRelease`, `NotWaiting`, `ReasonMissing`, and `VolumeUnavailable` before anything is done when the volume is
    away, or when it goes away meanwhile.
    """
    reason = clean_text(reason, LONGEST_TEXT)
    if not reason:
        raise ReasonMissing
    with database.autocommit() as holder, ExitStack() as until_moved:
        with database.begin() as db:
            row = _locked(db, release)
            home = volume_by_id(db, row.volume_id)
            stays = home.kind == "storage"
            goes_on = row.state == "rejected" and bool(db.value("rejection_is_open", release=release))
            if not goes_on:
                _require_waiting(row)
            if not stays:
                _require_reachable(db, home, release)
            # While the row is locked: whoever decides about it next finds the files in somebody's hands.
            mine = claim(holder, release, until_moved)
            if not mine or (goes_on and not holder.value("rejection_is_open", release=release)):
                _require_waiting(row)  # It was not cut short: who rejected it is at it, or has just done it.
            if not goes_on:
                goes_to = None if stays else os.fsencode(_goes_to(db, row, return_=return_))
                _decide(db, release, "rejected", who, reason=reason, rejected_to=goes_to)
        return Rejected(_decided(row), bring_home(database, release))


def _locked(db: Session, release: int) -> Row:
    """The release's row, held until the end of the transaction. Raises `UnknownRelease`."""
    row = db.one("lock_release", release=release)
    if row is None:
        raise UnknownRelease(f"It was asked for as {release}.")
    return row


def _decide(
    db: Session,
    release: int,
    state: str,
    who: str,
    *,
    reason: str = "",
    note: str = "",
    rejected_to: bytes | None = None,
) -> None:
    """Enters the decision, and what it makes of the release's files."""
    text = {"reason": reason or None, "note": clean_text(note, LONGEST_TEXT) or None}
    db.run("decide_release", release=release, state=state, who=_person(who), rejected_to=rejected_to, **text)
    files = "pending" if state == "approved" else state
    db.run("set_release_file_states", release=release, state=files, reason=None, from_states=["waiting"])


def _require_waiting(row: Row) -> None:
    if row.state == "waiting":
        return
    by = f"by {row.decided_by} on {row.decided_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC" if row.decided_at else ""
    said = {
        "discovered": "It is on its way to be judged: try again in a moment.",
        "staged": "It is being judged: try again in a moment.",
        "approved": f"It was approved {by}; the run of its batch {row.batch} publishes it.",
        "published": "It is published already.",
        "rejected": f"It was rejected {by}: {row.reason}",
        "failed": "All of its music failed; 'melodee failures list' says why.",
    }
    raise NotWaiting(said[row.state])


def _require_music(db: Session, release: Row) -> None:
    """What was taken from staging by hand cannot be published; a person should hear of it now."""
    files = db.rows("files_of_release", release=release.id)
    if release.joins is None:
        files = [file for file in files if file.kind == "audio"]
    homes = {number: volume_by_id(db, number) for number in {file.volume_id for file in files}}
    for volume in homes.values():
        if not volume.in_place:
            require_there(volume)
    # os.path, since names may be what Path would normalise away.
    paths = [os.path.join(os.fsencode(homes[file.volume_id].path), file.path) for file in files]  # noqa: PTH118
    if not any(os.path.isfile(path) for path in paths):  # noqa: PTH113
        raise MusicGone


def _require_reachable(db: Session, home: Volume, release: int) -> None:
    """Both ends of the way, before anything is decided."""
    if not os.access(home.root, os.R_OK | os.W_OK | os.X_OK):
        raise VolumeUnavailable(
            f"It is {home.name}, and the release goes back there: mount it, or make it writable.", path=home.path
        )
    for number in {file.volume_id for file in db.rows("files_of_release", release=release)} - {home.id}:
        require_there(volume_by_id(db, number))


def _goes_to(db: Session, row: Row, *, return_: bool) -> str:
    if return_:
        return os.fsdecode(row.root)
    today = db.value("today")
    name = safe_segment(f"{row.artist} - {row.album}", max_bytes=100)
    return join(REJECTED, f"{today}-{row.id}-{name}")


def _person(who: str) -> str:
    """Nobody decides under the names that intake has for itself."""
    name = clean_text(who, LONGEST_WHO) or "somebody"
    return f"user {name}" if name in (POLICY, "intake") else name


def _decided(row: Row) -> Decided:
    return Decided(row.id, row.artist, row.album, row.batch)
