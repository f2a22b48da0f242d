"""What all pieces of a synthetic catalogue share: its words, its artists, and which artist each album is by.

Made once, and read by the processes that make the pieces. Albums get their titles here, because an artist never uses
one twice.
"""

import math
import random
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import msgspec

from melodee.directory_code import code_base, directory_code
from melodee.ids import Kind, of_kind
from melodee.path_template import safe_segment
from melodee.synth.names import Name, Namer, described
from melodee.synth.shape import Piece, Shape
from melodee.synth.words import ENGLISH, Words, make_words
from melodee.text import index_letter

VARIOUS = 0
"""The artist of compilations."""

_WORDS, _ARTISTS, _HEADS = "words", "artists", "heads-{:05}"


@dataclass(frozen=True)
class Artists:
    """Artists by rank, the best known first."""

    ids: list[int]
    names: list[str]
    sorts: list[str]
    terms: list[str]
    folded: list[str]
    compared: list[str]
    letters: list[str]
    codes: list[str]
    folders: list[str]
    """The two lower folders of an artist's albums: base/code/name."""
    mbids: list[str]
    """Empty for those without."""
    languages: list[int]
    given: dict[str, int]
    """How many directory codes of each base were given."""


Head = tuple[int, int, Name]
"""Of an album: the ranks of its artist and of a second one (-1: none), and its title."""


def spread(rank: int, count: int) -> int:
    """A permutation of 0 to `count` - 1, so that neighbours by rank are none by number."""
    step = int(count * 0.618) | 1
    while math.gcd(step, count) > 1:
        step += 2
    return (rank * step + count // 3) % count


def make_world(folder: Path, shape: Shape) -> Artists:
    """Makes and writes all of it, and returns the artists."""
    vocabulary = make_words(shape.seed, shape.words)
    _write(folder / _WORDS, vocabulary)
    artists = _make_artists(vocabulary, shape)
    _write(folder / _ARTISTS, artists)
    _make_heads(folder, vocabulary, artists, shape)
    return artists


def read_words(folder: Path) -> list[Words]:
    """What `make_world` made."""
    return msgspec.msgpack.decode((folder / _WORDS).read_bytes(), type=list[Words])


def read_artists(folder: Path) -> Artists:
    """What `make_world` made."""
    return msgspec.msgpack.decode((folder / _ARTISTS).read_bytes(), type=Artists)


def read_heads(folder: Path, piece: Piece) -> list[Head]:
    """What `make_world` made: the albums of one piece."""
    return msgspec.msgpack.decode((folder / _HEADS.format(piece.number)).read_bytes(), type=list[Head])


def _write(file: Path, content: object) -> None:
    file.write_bytes(msgspec.msgpack.encode(content))


def _make_artists(vocabulary: list[Words], shape: Shape) -> Artists:
    chance = random.Random(f"artists {shape.seed}")  # noqa: S311 - names, not secrets
    namer = Namer(vocabulary, chance)
    given: dict[str, int] = {}

    def next_number(base: str) -> int:
        given[base] = given.get(base, 0) + 1
        return given[base]

    various = described("Various Artists")
    taken = {various.folded}
    made = Artists([], [], [], [], [], [], [], [], [], [], [], given)
    codes: dict[int, str] = {}
    languages = [ENGLISH] + [namer.language() for _ in range(shape.artists - 1)]
    names = [various] + [namer.artist(language, taken) for language in languages[1:]]
    # Codes are given in the order of entry, as ids are.
    order = sorted(range(shape.artists), key=lambda rank: spread(rank, shape.artists))
    for rank in order:
        codes[rank] = directory_code(names[rank].shown, next_number)
    for rank, name in enumerate(names):
        _add(made, rank, name, codes[rank], shape.artists)
        made.mbids.append(str(UUID(int=chance.getrandbits(128), version=4)) if chance.random() < 0.6 else "")
        made.languages.append(languages[rank])
    return made


def _add(made: Artists, rank: int, name: Name, code: str, count: int) -> None:
    made.ids.append(of_kind(1 + spread(rank, count), Kind.ARTIST))
    made.names.append(name.shown)
    made.sorts.append(name.sort)
    made.terms.append(name.terms)
    made.folded.append(name.folded)
    made.compared.append(name.compared)
    made.letters.append(index_letter(name.sort))
    made.codes.append(code)
    made.folders.append(f"{code_base(code)}/{code}/{safe_segment(name.shown)}")


def _make_heads(folder: Path, vocabulary: list[Words], artists: Artists, shape: Shape) -> None:
    chance = random.Random(f"albums {shape.seed}")  # noqa: S311
    namer = Namer(vocabulary, chance)
    taken: set[tuple[int, str]] = set()
    count = shape.artists
    for piece in shape.pieces():
        heads: list[Head] = []
        for album in range(piece.first_album, piece.first_album + piece.albums):
            # Everybody has one album; the others fall to ranks as in a real library, a little flatter than Zipf.
            nth = album * count // shape.albums
            if nth < (album + 1) * count // shape.albums:
                artist = spread(nth, count)
            elif chance.random() < 0.04:
                artist = VARIOUS
            else:
                artist = 1 + int((count - 1) * chance.random() ** 2.5)
            second = 1 + int((count - 1) * chance.random() ** 2.5) if chance.random() < 0.03 else -1
            if artist in (second, VARIOUS):
                second = -1
            name = namer.album(artists.languages[artist], artist, taken)
            heads.append((artist, second, name))
        _write(folder / _HEADS.format(piece.number), heads)
