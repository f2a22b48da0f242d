"""Which song a line of a playlist file means.

A line names a file as it was called on some machine, and often says artist, title and length besides. A song is known
by the path under which it was dropped. Pure functions; nothing is opened by what a line says.
"""

import os
import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from melodee.sidecars.m3u import Entry
from melodee.sidecars.references import parts_of, same, stem_of
from melodee.text import comparable, fold

SECONDS_OFF = 3
"""How far a line's length may be from the song's: players round, and count gaps."""

_NUMBERED = re.compile(r"(?:\d{1,2}[-.])?\d{1,3}\s*[-._)\]]*\s+(?=\S)|\d{1,3}\s*[-._)\]]\s*(?=\S)")


class Candidate(NamedTuple):
    """A song that a line may mean."""

    id: int
    origin: str
    """The path below its volume under which its file was dropped, or is."""
    artist: str
    title: str
    duration_ms: int


class _Score(NamedTuple):
    """How well a line fits a song; more is better."""

    folders: int
    """Names of its path that are the same, from the file's backwards."""
    near: bool
    """The song is of the playlist's own release."""
    told: int
    """What artist, title and length say: 2 for all, 1 for the title alone, 0 for nothing, -1 against."""


class Songs:
    """Candidates, found by the names of their files and by their titles."""

    def __init__(self, candidates: Iterable[Candidate], near: Iterable[Candidate] = ()) -> None:
        """`near` are the songs of the playlist's own release: of these, the name of a file says enough.

        Elsewhere its folder must be the same too, or the title that the line tells: every album has a `01.mp3`.
        """
        near = list(near)
        self._near = {song.id for song in near}
        self._by_file: dict[str, list[Candidate]] = {}
        self._by_title: dict[str, list[Candidate]] = {}
        for song in dict.fromkeys([*near, *candidates]):
            self._by_file.setdefault(file_key(song.origin), []).append(song)
            self._by_title.setdefault(comparable(song.title), []).append(song)

    def find(self, entry: Entry, folder: str) -> int | None:
        """The song that the line means, in a playlist that lay in `folder`; None when that is nobody's guess."""
        return self._by_path(entry, folder) or self._by_words(entry)

    def _by_path(self, entry: Entry, folder: str) -> int | None:
        parts = [same(stem_of(part) if last else part) for part, last in _marked(parts_of(entry.reference))]
        if not parts:
            return None
        where = [same(part) for part in folder.split("/") if part]
        found: list[tuple[_Score, Candidate]] = []
        for song in self._by_file.get(parts[-1], ()):
            names = [same(stem_of(part) if last else part) for part, last in _marked(song.origin.split("/"))]
            alike = _alike(parts, names)
            if alike == len(parts):
                # Beside it, where the folders go on as those of the playlist do.
                alike = max(alike, _alike([*where, *parts], names))
            told, near = _told(entry, song), song.id in self._near
            if near or alike >= 2 or (alike == len(parts) and told > 0):
                found.append((_Score(alike, near, told), song))
        return _best(found)

    def _by_words(self, entry: Entry) -> int | None:
        """By artist and title, where both are told and the length does not speak against it."""
        if not entry.title:
            return None
        told = [
            (_Score(0, song.id in self._near, _told(entry, song)), song)
            for song in self._by_title.get(comparable(entry.title), ())
        ]
        return _best([(score, song) for score, song in told if score.told == 2])


def file_key(path: str) -> str:
    """The name of the file without its suffix, in the form that is compared: a song may have been converted since."""
    # A name may be any bytes; the database takes UTF-8.
    stem = os.fsencode(stem_of(path.rpartition("/")[2])).decode("utf-8", "replace")
    return same(stem.replace("\0", ""))[:500]


def reference_key(reference: str) -> str:
    """The same of what a line says; empty when it names no file."""
    parts = parts_of(reference)
    return file_key(parts[-1]) if parts else ""


def title_key(entry: Entry) -> str:
    """The title that a line tells, in the form that is compared; empty when it tells none."""
    return comparable(entry.title)[:500] if entry.title else ""


def likely_titles(entry: Entry) -> list[str]:
    """What the song may be called: as the line tells, and as the file's name does, in the form that is compared."""
    parts = parts_of(entry.reference)
    name = stem_of(parts[-1]).replace("_", " ") if parts else ""
    bare = _NUMBERED.sub("", name, count=1) if _NUMBERED.match(name) else name
    guesses = [entry.title, name, bare, bare.rpartition(" - ")[2]]
    return list(dict.fromkeys(key for guess in guesses if guess and (key := comparable(guess))))


def _marked(parts: Sequence[str]) -> list[tuple[str, bool]]:
    """Each part, and whether it is the last one."""
    return [(part, index == len(parts) - 1) for index, part in enumerate(parts)]


def _alike(first: Sequence[str], second: Sequence[str]) -> int:
    """How many names are the same from the end."""
    count = 0
    for one, other in zip(reversed(first), reversed(second), strict=False):
        if one != other:
            break
        count += 1
    return count


def _told(entry: Entry, song: Candidate) -> int:
    if entry.seconds is not None and abs(entry.seconds * 1000 - song.duration_ms) > SECONDS_OFF * 1000:
        return -1
    if not entry.title:
        return 0
    if comparable(entry.title) != comparable(song.title):
        return 0
    artist, told = fold(song.artist), fold(entry.artist)
    return 2 if told and (told == artist or told in artist or artist in told) else 1


def _best(found: Sequence[tuple[_Score, Candidate]]) -> int | None:
    """The one that fits best; none where two fit equally well."""
    if not found:
        return None
    best = max(score for score, _ in found)
    songs = {song.id for score, song in found if score == best}
    return songs.pop() if len(songs) == 1 else None
