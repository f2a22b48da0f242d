"""What a person sees of releases: lists with what there is to say about each, and all that is known of one."""

import os
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import msgspec

from melodee.audio.track import Track
from melodee.database import Database, Row
from melodee.findings.codes import CODES, Code
from melodee.ledger import Place
from melodee.review.errors import UnknownRelease

STATES = ("discovered", "staged", "waiting", "approved", "published", "rejected", "failed")
"""What a release passes through; see the table `release_event` for when and why one did."""

PAGE = 50

NO_LONGER_KNOWN = Code("info", "well_tagged", "An earlier version of Melodee found this.", "Judge it by what it says.")


@dataclass(frozen=True)
class Summary:
    """A release in a list."""

    id: int
    batch: str
    artist: str
    album: str
    state: str
    who: str | None
    """Who decided last: `policy`, or a person."""
    decided_at: datetime | None
    reason: str | None
    note: str | None
    files: int
    since: datetime
    """When it came to its state."""
    findings: dict[str, int]
    """How often each code was found."""


class Page(NamedTuple):
    """Some releases, and where the list goes on."""

    releases: list[Summary]
    after: int | None
    """The id to go on after; None at the end."""


def releases(
    database: Database,
    *,
    state: str = "waiting",
    code: str | None = None,
    batch: str | None = None,
    after: int = 0,
    limit: int = PAGE,
) -> Page:
    """Releases in a state, oldest first; those with a finding of the code, those of the batch."""
    with database.autocommit() as db:
        found = db.rows("releases_in_state", state=state, code=code, batch=batch, after=after, most=limit + 1)
    page = [_summary(row) for row in found[:limit]]
    return Page(page, page[-1].id if len(found) > limit else None)


def _summary(row: Row) -> Summary:
    return Summary(
        row.id,
        row.batch,
        row.artist,
        row.album,
        row.state,
        row.decided_by,
        row.decided_at,
        row.reason,
        row.note,
        row.files,
        row.since,
        row.findings,
    )


class FileDetails(NamedTuple):
    """A file of a release."""

    name: str
    """Below the release's root as it was dropped, surrogateescape."""
    kind: str
    """`audio`, `image` or `sidecar`."""
    state: str | None
    """None when the file is gone."""
    volume: str | None
    place: Place | None
    size_bytes: int | None
    tracks: list[Track]
    """The songs in it, each with what was changed of its tags; a cue sheet may make several of one file."""


class FindingDetails(NamedTuple):
    """A finding of a release, with what is known of its code."""

    code: str
    severity: str
    message: str
    path: str | None
    explanation: str
    remedy: str
    harmful: bool


class Event(NamedTuple):
    """A state that the release came to."""

    at: datetime
    who: str
    from_state: str | None
    to_state: str
    reason: str | None
    note: str | None


@dataclass(frozen=True)
class Details:
    """All that is known of one release."""

    summary: Summary
    description: dict[str, Any]
    """A `ReleaseDescription` as plain data."""
    volume: str
    """The inbound volume that it was dropped on."""
    root: str
    """Where on it."""
    rejected_to: str | None
    joins: int | None
    """The published album to which it came later, without music."""
    files: list[FileDetails]
    findings: list[FindingDetails]
    history: list[Event]

    @property
    def art(self) -> list[FileDetails]:
        """Files with a picture: those beside the music, and songs that hold one."""
        return [f for f in self.files if f.kind == "image" or any(track.has_picture for track in f.tracks)]


def details(database: Database, release: int) -> Details:
    """One release. Raises `UnknownRelease`."""
    with database.begin() as db:
        row = db.one("release_to_review", release=release)
        if row is None:
            raise UnknownRelease(f"It was asked for as {release}.")
        files = [_file(each) for each in db.rows("files_to_review", release=release)]
        findings = [_finding(each) for each in db.rows("findings_of_release", release=release)]
        history = [Event(*each) for each in db.rows("events_of_release", release=release)]
    rejected_to = None if row.rejected_to is None else os.fsdecode(row.rejected_to)
    root = os.fsdecode(row.root)
    return Details(_summary(row), row.description, row.volume, root, rejected_to, row.joins, files, findings, history)


def _file(row: Row) -> FileDetails:
    tracks = [] if row.track is None else row.parts or [row.track]
    return FileDetails(
        os.fsdecode(row.name),
        row.kind,
        row.state,
        row.volume,
        None if row.path is None else Place(row.volume_id, os.fsdecode(row.path)),
        row.size_bytes,
        [msgspec.convert(each, Track) for each in tracks],
    )


def _finding(row: Row) -> FindingDetails:
    about = CODES.get(row.code, NO_LONGER_KNOWN)
    path = None if row.path is None else os.fsdecode(row.path)
    return FindingDetails(row.code, row.severity, row.message, path, about.explanation, about.remedy, about.harmful)
