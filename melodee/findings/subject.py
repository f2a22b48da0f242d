"""What is judged: a release as it will be in the catalogue, with all that the judges go by.

`gather` makes it from the database and the disk; the judges see nothing else.
"""

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from melodee.audio.track import Track
from melodee.catalogue.release import ReleaseDescription


class JudgedTrack(NamedTuple):
    """A track of the release, and its path below the release's root."""

    name: str
    track: Track


class Published(NamedTuple):
    """A song that the release's album has already."""

    disc: int
    number: int | None


class Cover(NamedTuple):
    """The picture that would become the album's cover."""

    name: str
    """The file's path below the release's root: the picture, or the song that holds it."""
    width: int
    """Pixels, as the height."""
    height: int
    bytes: int


class Trouble(NamedTuple):
    """A file and what is wrong with it: one that failed beside the release, or a song that cannot be decoded."""

    code: str
    message: str
    name: str


class Double(NamedTuple):
    """A file of the release whose very bytes are elsewhere too."""

    name: str
    other: str
    """Where, for people to read."""
    published: bool


class Checksum(NamedTuple):
    """What a list of checksums (.sfv, .md5, .ffp) says of a file, where it is not so."""

    path: str
    """Below the release's root, surrogateescape."""
    expected: str
    """As in the list."""
    found: str | None
    """Of the file that is there; None where none is."""


@dataclass(frozen=True)
class Subject:
    """A release as it will be: its tracks, and the songs that its album has already."""

    description: ReleaseDescription
    tracks: Sequence[JudgedTrack]
    published: Sequence[Published] = ()
    cover: Cover | None = None
    has_picture: bool = False
    """Whether there is any, readable or not; the album's may have one."""
    trouble: Sequence[Trouble] = ()
    checksums: Sequence[Checksum] = ()
    doubles: Sequence[Double] = field(default=())


def checksums_to_store(found: Iterable[Checksum]) -> list[dict[str, Any]]:
    """What goes into `release.checksums`: names may be any bytes, and JSON takes text only."""
    return [{"path": os.fsencode(each.path).hex(), "expected": each.expected, "found": each.found} for each in found]


def stored_checksums(rows: Iterable[Mapping[str, Any]]) -> list[Checksum]:
    """The other half of `checksums_to_store`."""
    return [Checksum(os.fsdecode(bytes.fromhex(row["path"])), row["expected"], row["found"]) for row in rows]
