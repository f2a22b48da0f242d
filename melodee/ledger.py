"""The ledger: every regular file under a volume, once, in one state, and the inventory of what failed.

A file's row follows the file: its key is a hash of volume and path, and moves with it from inbound to staging to
storage. `seen` is the sum over all states at all times, because nothing but a vanished file removes a row.
"""

import hashlib
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from melodee.database import Session
from melodee.errors import MelodeeError
from melodee.settings import FailureSettings

STATES = ("pending", "published", "waiting", "rejected", "failed", "ignored")


@lru_cache(maxsize=8192)
def path_hash(volume: int, path: str) -> UUID:
    """The key of a path (relative to its volume, surrogateescape) in `files`."""
    # A batch asks a dozen times for each of the files that it has in hand.
    digest = hashlib.blake2b(b"%d\0%b" % (volume, os.fsencode(path)), digest_size=16)
    return UUID(bytes=digest.digest())


class Place(NamedTuple):
    """A path below a volume's root, without a leading slash."""

    volume: int
    path: str

    @property
    def hash(self) -> UUID:
        """The key of the place in `files`."""
        return path_hash(self.volume, self.path)


@dataclass(frozen=True)
class Failure:
    """One item that could not be taken in, or (severity `warning`) was mended on its way."""

    place: Place
    stage: str
    code: str
    message: str
    severity: str = "error"
    retry_after: float | None = None
    """Seconds until intake tries by itself again; None: not before the item changes or an operator asks."""

    @classmethod
    def of(cls, error: MelodeeError, place: Place, stage: str, retry_after: float | None = None) -> "Failure":
        """The failure that an item's error makes."""
        return cls(place, stage, error.code, error.sentence, retry_after=retry_after)


class NewPath(NamedTuple):
    """A file of the ledger that has another place now. What is None stays as it is."""

    old: UUID
    """The key of its path before."""
    place: Place
    state: str
    changed_ns: int
    """The file's ctime there."""
    content_hash: bytes | None = None
    song: int | None = None
    album: int | None = None
    release: int | None = None
    """The release whose file it is; None: of all that know it."""


def follow_files(db: Session, files: Sequence[NewPath]) -> None:
    """Lets the ledger, the releases and the inventory of failures follow files to their new places."""
    if not files:
        return
    # One statement for all: each runs the triggers that count files, and a transaction may move hundreds.
    paths = {"old": [each.old for each in files], "new": [each.place.hash for each in files]}
    places = {
        "volumes": [each.place.volume for each in files],
        "paths": [os.fsencode(each.place.path) for each in files],
    }
    db.run(
        "move_files",
        **paths,
        **places,
        states=[each.state for each in files],
        content_hashes=[each.content_hash for each in files],
        changed_ns=[each.changed_ns for each in files],
        songs=[each.song for each in files],
        albums=[each.album for each in files],
    )
    db.run("move_release_files", **paths, releases=[each.release for each in files])
    db.run("move_failures", **paths, **places)


def record_failures(db: Session, failures: Iterable[Failure], batch: str | None) -> None:
    """Enters failures into the inventory; one that is there already counts another attempt.

    What may heal is given up after as many tries as the setting says.
    """
    most_tries = FailureSettings.from_environment().attempts
    db.run_many(
        "record_failure",
        [
            {
                "item": failure.place.hash,
                "stage": failure.stage,
                "code": failure.code,
                "severity": failure.severity,
                "volume": failure.place.volume,
                "path": os.fsencode(failure.place.path),
                "message": failure.message.replace("\0", ""),
                "batch": batch,
                "retry_after": failure.retry_after,
                "most_tries": most_tries,
            }
            for failure in failures
        ],
    )


def clear_failures(db: Session, items: Sequence[UUID], stage: str | None = None) -> None:
    """Takes items that succeeded or vanished off the inventory, for one stage or all."""
    if items:
        db.run("clear_failures", items=list(items), stage=stage)
