"""What follows files that were moved, or could not be: the ledger, their releases, and the inventory of failures."""

import os
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from melodee.database import Row, Session
from melodee.errors import MelodeeError
from melodee.intake.look import parent
from melodee.intake.outcome import Outcome
from melodee.ledger import Failure, NewPath, Place, follow_files, record_failures
from melodee.moves import Moved, Refused, Wish

POLICY = "policy"
"""Who decided where no person did."""


class NoMusicLeft(MelodeeError):
    """All music of its release failed; it goes with that when it is tried again."""

    code = "no_music_left"


class Followed(NamedTuple):
    """A moved file, and what it is at its new place."""

    moved: Moved
    state: str
    song: int | None = None
    album: int | None = None


def follow(db: Session, files: Sequence[Followed]) -> None:
    """Lets the ledger, the releases and the inventory of failures follow files to their new places."""
    stayed = [each for each in files if each.moved.wish.source == each.moved.wish.target]
    if stayed:
        db.run(
            "settle_files",
            hashes=[each.moved.wish.target.hash for each in stayed],
            states=[each.state for each in stayed],
            songs=[each.song for each in stayed],
            albums=[each.album for each in stayed],
        )
    follow_files(
        db,
        [
            NewPath(
                each.moved.wish.source.hash,
                each.moved.wish.target,
                each.state,
                each.moved.observed.ctime_ns,
                each.moved.content_hash,
                each.song,
                each.album,
                each.moved.wish.release,
            )
            for each in files
            if each.moved.wish.source != each.moved.wish.target
        ],
    )
    await_looks(db, (each.moved.wish.target for each in files if each.state == "published"))


def await_looks(db: Session, places: Iterable[Place]) -> None:
    """Has the next scan of their volumes list the folders of published files: no scan has seen them yet.

    Otherwise it would not miss what is taken away before.
    """
    folders: dict[Place, None] = {}
    for place in places:
        folder = Place(place.volume, parent(place.path))
        while folder.path and folder not in folders:
            folders[folder] = None
            folder = Place(folder.volume, parent(folder.path))
    if folders:
        db.run(
            "await_look",
            volumes=[folder.volume for folder in folders],
            paths=[os.fsencode(folder.path) for folder in folders],
        )


def refuse(db: Session, batch: str, stage: str, refused: Sequence[Refused], outcome: Outcome) -> None:
    """Enters files that could not be moved: they stay where they are, and are no longer part of the release."""
    failures: list[Failure] = []
    for wish, error in refused:
        failures.append(Failure.of(error, wish.source, stage))
        db.run("set_file_states", hashes=[wish.source.hash], state="failed", reason=error.code)
        db.run("delete_release_file", release=wish.release, path_hash=wish.source.hash)
        outcome.fail(error.code)
    record_failures(db, failures, batch)


def set_aside(db: Session, batch: str, release: int, files: Sequence[Row], outcome: Outcome, *, stage: str) -> None:
    """Ends a release that has lost all its music: pictures and sidecars left of it have nothing to go with."""
    left = [Place(file.volume_id, os.fsdecode(file.path)) for file in files]
    refuse(db, batch, stage, [Refused(Wish(release, place, place), NoMusicLeft()) for place in left], outcome)
    db.run("set_release_state", release=release, state="failed", decided_by=POLICY, reason="no_music_left", album=None)
