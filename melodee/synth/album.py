"""An album of a synthetic catalogue, and what all albums share."""

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from melodee.ids import SLOTS
from melodee.path_template import safe_segment
from melodee.synth.credits import CreditSheet
from melodee.synth.kinds import AUDIOBOOK, REAL, Medium, draw_genres, draw_medium
from melodee.synth.names import Name, Titles
from melodee.synth.shape import VOLUMES, Piece, Shape
from melodee.synth.words import Words
from melodee.synth.world import VARIOUS, Artists, Head

FIRST_DAY = datetime(2020, 1, 1, tzinfo=UTC)
DAYS = 2000
"""Within which everything came into the catalogue."""

Rows = dict[str, list[str]]
"""Lines for `copy`, by table."""


@dataclass(frozen=True)
class Recording:
    """A file that real songs share."""

    duration_ms: int
    size_bytes: int


@dataclass
class Setting:
    """What all albums share."""

    shape: Shape
    volumes: list[int]
    """Ids, in the order of `VOLUMES`."""
    words: list[Words]
    artists: Artists
    recordings: list[Recording]

    def __post_init__(self) -> None:
        self.real = frozenset(self.shape.real_albums())
        self.sheet = CreditSheet(self.artists)
        self.titles = Titles(self.words)
        self.step = timedelta(days=DAYS) / self.shape.albums


@dataclass(frozen=True)
class Album:
    """An album while its songs are made."""

    number: int
    """In the catalogue, from 0."""
    id: int
    first_entry: int
    """Of its songs."""
    songs: int
    first_elsewhere: int
    """The id after which songs are numbered that its slots do not hold."""
    owners: list[int]
    """Ranks of its artists."""
    name: Name
    volume: int
    """Its place in `VOLUMES`."""
    year: int
    medium: Medium
    genres: list[int]
    language: int
    created: str
    cover: int | None
    folder: str
    real: bool
    """Whether its songs have files."""

    @property
    def entry(self) -> int:
        """Its entry number."""
        return self.number + 1

    @property
    def compilation(self) -> bool:
        """Whether each song has an artist of its own."""
        return self.owners[0] == VARIOUS

    @property
    def discs(self) -> int:
        """Discs of at most 25 songs; an audiobook is one."""
        return -(-self.songs // 25) if self.songs < 200 else 1

    def song_id(self, place: int) -> int:
        """The id of its song at a place, from 0: in its own range as long as that has slots."""
        if place < SLOTS - 1:
            return self.id + 1 + place
        block, slot = divmod(place - (SLOTS - 1), SLOTS - 1)
        return self.first_elsewhere + block * SLOTS + slot + 1


def draw_album(
    setting: Setting, chance: random.Random, piece: Piece, head: Head, *, place: int, songs: int, song: int, beyond: int
) -> Album:
    """The album at a place in its piece, with that many songs after the `song` first of the catalogue.

    `beyond` is the first id for songs that its slots do not hold.
    """
    number = piece.first_album + place
    artist, second, name = head
    year = 2025 - int(75 * chance.random() ** 1.7)
    draw, volume = chance.random(), 0
    while volume < len(VOLUMES) - 1 and draw >= VOLUMES[volume][1]:
        draw -= VOLUMES[volume][1]
        volume += 1
    book = 0 <= place - piece.first_book < len(piece.books)
    real = number in setting.real and not book
    return Album(
        number=number,
        id=piece.first_id + place * SLOTS,
        first_entry=song + 1,
        songs=songs,
        first_elsewhere=beyond,
        owners=[artist] if second < 0 else [artist, second],
        name=name,
        volume=volume,
        year=year,
        medium=REAL if real else draw_medium(chance),
        genres=[AUDIOBOOK] if book else draw_genres(chance, artist),
        language=setting.artists.languages[artist],
        created=f"{FIRST_DAY + setting.step * number:%Y-%m-%d %H:%M:%S}+00",
        cover=1 + int(setting.shape.covers * chance.random() ** 1.5) if chance.random() < 0.86 else None,
        folder=f"{setting.artists.folders[artist]}/{safe_segment(f'{year} - {name.shown}')}",
        real=real,
    )
