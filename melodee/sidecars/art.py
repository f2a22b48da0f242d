"""Which pictures beside music show what: the album, one of its discs, its artist, or nothing that a listener looks for.

Names tell, as tagging programs and players have used them for twenty years; a setting says which go before others.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from melodee.intake.look import is_disc_folder, parent
from melodee.intake.naming import music_folder
from melodee.sidecars.references import stem_of
from melodee.text import fold

EMBEDDED = "embedded"
OTHER = "*"

_LARGE_OR_SMALL = re.compile(r"albumart_\{[0-9a-f-]+\}_(large|small)")
_NUMBERED = re.compile(r"[\s._-]*\(?[0-9]{1,2}\)?$")
_THUMBNAILS = frozenset({"albumartsmall", "thumb", "thumbnail", "small"})
_ARTIST = frozenset({"artist", "artist image", "artist-image", "band"})
_NO_COVERS = frozenset(
    {
        "back", "banner", "backdrop", "booklet", "cd", "cdart", "clearart", "clearlogo", "disc", "disk", "discart",
        "fanart",
        "inlay", "inside", "inner", "insert", "label", "logo", "matrix", "media", "obi", "poster", "rear", "spectrals",
        "spectrum", "spine", "sticker", "tray", "tracklist",
    }
)  # fmt: skip
"""What says that a picture shows something else."""


class Pictures(NamedTuple):
    """The pictures of a release, by their paths."""

    album: list[str]
    discs: dict[int, list[str]]
    artist: list[str]
    above: list[str]
    """Those above the album's folder, which give way to those in it."""
    either: list[str]
    """Of those of the artist, the ones that their folder's name made that: the album's where it has nothing else."""


def sort_pictures(
    paths: Iterable[str], music: Sequence[tuple[str, int | None]], artist: str, of_artist: Collection[str] = ()
) -> Pictures:
    """What the pictures show; `music` are the paths of the songs with their discs, all as they were dropped.

    A picture in the folder of one disc of several is that disc's, and the album's where it has none. `folder.jpg`
    above the album, in a folder of the artist's name, is the artist's, and so are `artist.jpg` wherever it lies, and
    those that are known to be `of_artist`.
    """
    discs_of: dict[str, set[int]] = {}
    for path, disc in music:
        discs_of.setdefault(parent(path), set()).add(disc or 1)
    several = len(set[int]().union(*discs_of.values())) > 1 if discs_of else False
    around = music_folder(path for path, _ in music)
    found = Pictures([], {}, [], [], [])
    for path in sorted(paths):
        folder, word = parent(path), name_of(path)
        discs = discs_of.get(folder, set())
        if path in of_artist:
            found.artist.append(path)
        elif is_artist_image(path, artist) and (folder not in {around, *discs_of} or word in _ARTIST):
            found.artist.append(path)
            found.either.extend([] if word in _ARTIST else [path])
        elif word in _ARTIST:
            continue
        elif several and len(discs) == 1 and is_disc_folder(folder.rpartition("/")[2]):
            found.discs.setdefault(next(iter(discs)), []).append(path)
        elif around and not path.startswith(f"{around}/"):
            found.above.append(path)
        else:
            found.album.append(path)
    found.artist.sort(key=lambda path: name_of(path) not in _ARTIST)
    return found


def is_artist_image(path: str, artist: str) -> bool:
    """Whether the name and the folder of a picture say that it shows this artist."""
    word = name_of(path)
    return word in _ARTIST or (word in ("folder", "cover") and fold(parent(path).rpartition("/")[2]) == fold(artist))


def is_called_artist(path: str) -> bool:
    """Whether a picture is called as those of artists are, or as their folders' are."""
    return name_of(path) in _ARTIST or name_of(path) in ("folder", "cover")


def is_artist_anywhere(path: str) -> bool:
    """Whether a picture is called as those of artists are, wherever it lies."""
    return name_of(path) in _ARTIST


def ranked(paths: Iterable[str], priority: Sequence[str]) -> list[str]:
    """The pictures that may be a cover, the best first; `EMBEDDED` stands where one inside a song has its turn.

    Of two that are equally good the one with the shorter path goes first. Thumbnails go last.
    """
    left = sorted(paths, key=lambda path: (path.count("/"), path))
    found: list[str] = []
    for wanted in priority:
        if wanted == EMBEDDED:
            found.append(EMBEDDED)
        elif wanted != OTHER:
            found += [path for path in left if name_of(path) == wanted.casefold()]
        else:
            named = {word.casefold() for word in priority}
            others = [path for path in left if name_of(path) not in named | _NO_COVERS | _THUMBNAILS]
            # Of several, as in a folder of scans, nobody knows which is the front.
            found += others if len(others) == 1 else []
    found += [path for path in left if name_of(path) in _THUMBNAILS]
    return list(dict.fromkeys(found))


def has_cover(paths: Iterable[str], priority: Sequence[str]) -> bool:
    """Whether one of the pictures may be a cover by its name."""
    return any(path != EMBEDDED for path in ranked(paths, priority))


def name_of(path: str) -> str:
    """What a picture is called, in the form that is compared: `Cover (2).jpg` is a `cover`."""
    stem = stem_of(path.rpartition("/")[2]).casefold()
    if found := _LARGE_OR_SMALL.fullmatch(stem):
        return "albumart" if found[1] == "large" else "albumartsmall"
    return _NUMBERED.sub("", stem) or stem
