"""What a synthetic catalogue's counters hold, added up while its rows are made.

Each process adds up its own pieces; the sums do not depend on which process made which.
"""

from array import array
from collections import Counter
from dataclasses import dataclass, field
from operator import add
from pathlib import Path

import msgspec

from melodee.synth.kinds import GENRES
from melodee.synth.shape import VOLUMES

Hot = tuple[int, int, int, int, int]
"""A song that listeners know: plays, id, its album's id, its artist's rank, length in ms."""

RealSong = tuple[int, int, int, str, int, int]
"""A song with a file: id, its album's id, volume (its place in `VOLUMES`), path, number of the recording, ms."""

_FOLDERS = len(VOLUMES)


def _zeros(count: int) -> "array[int]":
    return array("q", bytes(8 * count))


_Stretch = tuple[str, int, int, int]
_Kept = tuple[int, dict[str, bytes], list[tuple[_Stretch, int]], list[Hot], list[RealSong]]


@dataclass
class Tally:
    """Counters by place: of artist `rank` in volume `v` at `v * artists + rank`, of genre `id` at `v * genres + id`."""

    artists: int
    artist_albums: "array[int]" = field(init=False)
    artist_songs: "array[int]" = field(init=False)
    artist_credits: "array[int]" = field(init=False)
    artist_ms: "array[int]" = field(init=False)
    roles: "array[int]" = field(init=False)
    """By rank: a bit for each role."""
    popularity: "array[int]" = field(init=False)
    """By rank."""
    covered: "array[int]" = field(init=False)
    """By rank: the first of the artist's albums that has a cover, counted from 1; 0 for none."""
    covers: "array[int]" = field(init=False)
    """By rank: the cover of that album."""
    genre_albums: "array[int]" = field(init=False)
    genre_songs: "array[int]" = field(init=False)
    genre_ms: "array[int]" = field(init=False)
    folder: "array[int]" = field(init=False)
    """Albums, songs, ms and bytes of each volume."""
    stretches: Counter[tuple[str, int, int, int]] = field(default_factory=Counter[tuple[str, int, int, int]])
    """By list, scope, volume and stretch."""
    hot: list[Hot] = field(default_factory=list[Hot])
    real: list[RealSong] = field(default_factory=list[RealSong])

    def __post_init__(self) -> None:
        for name in ("artist_albums", "artist_songs", "artist_credits", "artist_ms"):
            setattr(self, name, _zeros(_FOLDERS * self.artists))
        for name in ("roles", "popularity", "covered", "covers"):
            setattr(self, name, _zeros(self.artists))
        for name in ("genre_albums", "genre_songs", "genre_ms"):
            setattr(self, name, _zeros(_FOLDERS * (len(GENRES) + 1)))
        self.folder = _zeros(4 * _FOLDERS)

    def merge(self, other: "Tally") -> None:
        """Adds what another process counted."""
        for name in (*_SUMS, "folder"):
            setattr(self, name, array("q", map(add, getattr(self, name), getattr(other, name))))
        self.roles = array("q", (one | two for one, two in zip(self.roles, other.roles, strict=True)))
        for rank, album in enumerate(other.covered):
            if album and not 0 < self.covered[rank] <= album:
                self.covered[rank], self.covers[rank] = album, other.covers[rank]
        self.stretches.update(other.stretches)
        self.hot += other.hot
        self.real += other.real

    def write(self, file: Path) -> None:
        """Keeps it for `read`."""
        arrays = {name: getattr(self, name).tobytes() for name in _ARRAYS}
        file.write_bytes(
            msgspec.msgpack.encode((self.artists, arrays, list(self.stretches.items()), self.hot, self.real))
        )

    @classmethod
    def read(cls, file: Path) -> "Tally":
        """What `write` kept."""
        artists, arrays, stretches, hot, real = msgspec.msgpack.decode(file.read_bytes(), type=_Kept)
        tally = cls(artists)
        for name, content in arrays.items():
            kept = array("q")
            kept.frombytes(content)
            setattr(tally, name, kept)
        tally.stretches = Counter(dict(stretches))
        tally.hot, tally.real = hot, real
        return tally


_SUMS = (
    "artist_albums", "artist_songs", "artist_credits", "artist_ms", "popularity", "genre_albums", "genre_songs",
    "genre_ms",
)  # fmt: skip
_ARRAYS = (*_SUMS, "roles", "covered", "covers", "folder")
