"""Songs of the catalogue with what they say of themselves, as they are grouped anew."""

import os
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

import msgspec

from melodee.audio.track import Track
from melodee.catalogue.release import ReleaseDescription
from melodee.catalogue.rows import NewSong
from melodee.database import Database, Row
from melodee.ids import SLOT_BITS
from melodee.intake.drafts import ReadFile
from melodee.intake.group import group
from melodee.intake.look import FileLook

_TRACK = msgspec.json.Decoder(Track)


@dataclass(frozen=True)
class Retold:
    """What of a song is to be told anew; None stays as it is."""

    track: Track | None = None
    """Effective, with its changes."""
    volume: int | None = None
    path: str | None = None
    size_bytes: int | None = None
    modified_ns: int | None = None
    origin: str | None = None
    """The path that rules and grouping go by."""


@dataclass(frozen=True)
class Held:
    """A song as it is in the catalogue, or as it comes back."""

    id: int
    album: int
    volume: int
    path: str
    size_bytes: int
    modified_ns: int
    track: Track | None
    """None for a song that came before tags were kept: it stays as it is."""
    origin: str
    moved: bool = False
    """Its origin is told anew."""
    back: bool = False
    """It was removed, and comes again."""

    @classmethod
    def of(cls, row: Row) -> "Held":
        """A row of `songs_to_retell`."""
        track = None if row.track is None else _TRACK.decode(row.track)
        path = os.fsdecode(row.path)
        origin = path if row.origin is None else os.fsdecode(row.origin)
        return cls(row.id, row.album_id, row.volume_id, path, row.size_bytes, row.modified_ns, track, origin)

    def told(self, anew: Retold) -> "Held":
        """The song with what is told of it."""
        values = {name: value for name in _TOLD if (value := getattr(anew, name)) is not None}
        return replace(self, **values, moved=anew.origin is not None)

    def as_song(self) -> NewSong:
        """What is written of it."""
        assert self.track is not None  # noqa: S101 - only these are told
        origin = self.origin if self.moved or self.back else ""
        return NewSong(self.track, self.path, self.size_bytes, self.modified_ns, origin, self.volume)


_TOLD = ("track", "volume", "path", "size_bytes", "modified_ns", "origin")


@dataclass(frozen=True)
class Part:
    """Songs that are one release by what they say now."""

    description: ReleaseDescription
    songs: list[Held]


def parts_of(songs: Iterable[Held], album: int = 0) -> list[Part]:
    """The releases that songs make: first that with most of the songs that came with the album, then the largest."""
    by_id = {song.id: song for song in songs if song.track is not None}
    # Two songs may have come in under one path: in the place of a time stamp, a look takes along whose it is.
    files = [ReadFile(FileLook(song.origin, song.size_bytes, 0, song.id), song.track) for song in by_id.values()]
    drafts, _ = group(files)
    parts = [Part(draft.description, [by_id[file.look.changed_ns] for file in draft.files]) for draft in drafts]

    def rank(part: Part) -> tuple[int, int, int]:
        own = sum(song.id >> SLOT_BITS == album >> SLOT_BITS for song in part.songs)
        return -own, -len(part.songs), min(song.id for song in part.songs)

    return sorted(parts, key=rank)


def united(songs: Sequence[Held]) -> Part:
    """One release of songs that belong together, described by what most of them say."""
    first, *_ = parts_of(songs)
    return Part(first.description, [song for song in songs if song.track is not None])


def load_songs(database: Database, albums: Collection[int]) -> list[Held]:
    """All songs of albums, with what they say of themselves."""
    if not albums:
        return []
    with database.autocommit() as db:
        return [Held.of(row) for row in db.rows("songs_to_retell", albums=sorted(albums))]
