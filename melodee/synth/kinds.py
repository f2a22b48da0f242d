"""What albums are of: genres, formats, roles of those who made them."""

import random
from typing import NamedTuple

_STYLES = (
    "Rock", "Pop", "Jazz", "Electronic", "Folk", "Soul", "Blues", "Country", "Metal", "Classical", "Ambient", "Punk",
    "Reggae", "Funk", "House", "Techno", "Gospel", "Latin", "Disco", "Opera", "Soundtrack", "Swing", "Trance",
    "Chanson", "Dub",
)  # fmt: skip
_SHADES = (
    "", "Indie", "Alternative", "Progressive", "Acoustic", "Experimental", "Modern", "Classic", "Psychedelic", "Nordic",
    "Neo", "Deep", "Free", "Southern", "Symphonic", "Minimal",
)  # fmt: skip
GENRES = (*[f"{shade} {style}".strip() for shade in _SHADES for style in _STYLES][:-1], "Audiobook")
"""400 of them, the commonest first; a genre's id is its place, counted from 1."""

ROLES = (
    "artist", "albumartist", "composer", "conductor", "performer", "remixer", "producer", "lyricist", "arranger",
)  # fmt: skip
"""A role's id is its place, counted from 1; the first three are the catalogue's own."""
INSTRUMENTS = ("violin", "cello", "piano", "guitar", "drums", "bass", "trumpet", "saxophone", "flute", "voice")

LABELS = 2000

AUDIOBOOK = len(GENRES)
"""The genre of audiobooks."""


class Medium(NamedTuple):
    """A format of files."""

    suffix: str
    content_type: str
    codec: str
    bit_rate: int
    """kbit/s."""
    bit_depth: int | None
    sampling_rate: int
    share: float


MEDIUMS = (
    Medium("flac", "audio/flac", "flac", 940, 16, 44100, 0.40),
    Medium("mp3", "audio/mpeg", "mp3", 320, None, 44100, 0.24),
    Medium("mp3", "audio/mpeg", "mp3", 192, None, 44100, 0.14),
    Medium("flac", "audio/flac", "flac", 2800, 24, 96000, 0.06),
    Medium("m4a", "audio/mp4", "aac", 256, None, 44100, 0.09),
    Medium("ogg", "audio/ogg", "vorbis", 192, None, 44100, 0.04),
    Medium("opus", "audio/ogg", "opus", 128, None, 48000, 0.03),
)
REAL = MEDIUMS[1]
"""Of the songs that have a file."""

_SHARES = [medium.share for medium in MEDIUMS]


def draw_medium(chance: random.Random) -> Medium:
    """A format as often as libraries have it."""
    return chance.choices(MEDIUMS, _SHARES)[0]


def draw_genres(chance: random.Random, artist: int) -> list[int]:
    """One to three genres: mostly the artist's own, which follows from the rank."""
    own = int(len(GENRES) ** ((artist * 0.6180339887) % 1.0))
    found = [own if chance.random() < 0.8 else int(len(GENRES) ** chance.random())]
    while len(found) < 3 and chance.random() < 0.38:
        another = int(len(GENRES) ** chance.random())
        if another not in found:
            found.append(another)
    return found


def draw_sizes(chance: random.Random, albums: int, songs: int) -> list[int]:
    """Songs of each album: singles, EPs, albums and boxes, `songs` in all and at least one each."""
    weights = [
        chance.choice((1, 1, 2)) if kind < 0.16 else 3 + 3 * chance.random() if kind < 0.27
        else 8 + 7 * chance.random() if kind < 0.86 else 15 + 10 * chance.random() if kind < 0.96
        else 25 + 55 * chance.random()
        for kind in (chance.random() for _ in range(albums))
    ]  # fmt: skip
    scale = songs / sum(weights) if weights else 0
    sizes = [max(int(weight * scale), 1) for weight in weights]
    left = songs - sum(sizes)
    while left:
        place = int(chance.random() * albums)
        # Singles stay singles, unless there is nothing else.
        if left > 0 and (sizes[place] > 2 or chance.random() < 0.01):
            sizes[place] += 1
            left -= 1
        elif left < 0 and sizes[place] > 1:
            sizes[place] -= 1
            left += 1
    return sizes
