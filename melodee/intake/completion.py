"""Completion: what a file's tags leave out is taken from its path, and from the album's title what belongs elsewhere.

It looks at one file alone, so it can be done again from the tags as they were read and the path as it was dropped. What
it gives is recorded (`melodee.audio.provenance`): by `path`, or by `album` for the disc that the album's title names.
"""

import re
from typing import NamedTuple

import msgspec

from melodee.audio.provenance import changed
from melodee.audio.track import Mend, Track
from melodee.catalogue.edition import split_edition
from melodee.intake.disc_words import disc_of_title
from melodee.intake.folder_words import UNKNOWN_ALBUM, VARIOUS, VARIOUS_ARTISTS, FolderWords, folder_words, readable
from melodee.intake.look import is_disc_folder, join, parent
from melodee.intake.main_artist import main_artists
from melodee.text import fold

_NUMBER = r"(?:(?P<disc>\d{1,2})[-.](?=\d))?(?P<track>\d{1,3})"
_NUMBERED = re.compile(rf"{_NUMBER}(?:\s*[-._)\]]\s*|\s+)(?P<title>\S.*)")
_NUMBERED_WITHIN = re.compile(rf"(?P<before>\S.*?)\s[-–—]\s{_NUMBER}(?:\s[-–—]|\.)\s(?P<title>\S.*)")
_BY = re.compile(r"(?P<artist>\S.*?)\s[-–—]\s(?P<title>\S.*)")


class _FileWords(NamedTuple):
    """What the name of a file tells."""

    named: str
    """The title, perhaps behind the artist."""
    track: int | None = None
    disc: int | None = None
    by: str = ""
    """Whose the song may be, where the folder does not say."""


def completed(track: Track, path: str) -> Track:
    """The track with what its tags leave out: title, artist, numbers, disc, album and year.

    A song without an album in a folder that is none (`Downloads`, the volume itself) is on `Unknown Album`.
    """
    words = folder_words(parent(path))
    track = _disc_apart(track, words)
    stem = readable(path.rpartition("/")[2].rpartition(".")[0])
    if track.span_start_ms is not None:
        words = _with_disc_of_image(track, stem, parent(path), words)
    given = _from_path(track, *_file_words(stem, words))
    if not given:
        return track
    track = changed(track, "path", **given)
    mends = [
        Mend("missing_tag", name, f"taken from the path: {', '.join(value) if isinstance(value, list) else value}")
        for name, value in given.items()
    ]
    return msgspec.structs.replace(track, mended=[*track.mended, *(mend for mend in mends if mend not in track.mended)])


def _disc_apart(track: Track, words: FolderWords) -> Track:
    """`Album (Disc 2)` is `Album`, and disc 2 unless a tag says so: of discs that are each tagged 1/1 it says more."""
    told = disc_of_title(track.album)
    if told.number is None:
        return track
    values: dict[str, object] = {"album": told.name or _album(track, words)}
    if track.disc_number is None or (track.disc_number, track.disc_total or 1) == (1, 1):
        values["disc_number"] = told.number
        values["disc_total"] = track.disc_total if (track.disc_total or 0) >= told.number else told.total
    if told.subtitle and not track.disc_subtitle:
        values["disc_subtitle"] = told.subtitle
    return changed(track, "album", **values)


def _with_disc_of_image(track: Track, stem: str, folder: str, words: FolderWords) -> FolderWords:
    """`Album CD2.flac`, which a cue sheet cuts, is disc 2 where the rest of its name is the album's or its folder's."""
    own = folder_words(join(folder, stem))
    if words.disc or not own.disc:
        return words
    names = _bases(track.album, words.whole, words.right)
    same = is_disc_folder(stem) or not names.isdisjoint(_bases(own.whole, own.right))
    return _with_disc(words, own) if same else words


def _with_disc(words: FolderWords, own: FolderWords) -> FolderWords:
    return words._replace(disc=own.disc, disc_subtitle=own.disc_subtitle, disc_total=own.disc_total)


def _bases(*titles: str) -> set[str]:
    """Folded titles without the words of their editions."""
    return {fold(split_edition(title).base) for title in titles if title}


def _file_words(stem: str, words: FolderWords) -> tuple[_FileWords, FolderWords]:
    """What the name of a file tells, and the words of its folder with what the name adds to them."""
    if found := _NUMBERED.fullmatch(stem):
        return _FileWords(found["title"], int(found["track"]), int(found["disc"] or 0) or None), words
    found = _NUMBERED_WITHIN.fullmatch(stem)
    if found is None:
        return _FileWords(stem), words
    before = found["before"]
    own = FolderWords("") if is_disc_folder(before) else folder_words(before)
    of_folder = {fold(name) for name in (words.whole, words.left, words.right, words.above) if name}
    parts = {fold(name) for name in (own.left, own.right) if name} or {fold(own.whole)}
    # `Blink - 182 - Dammit` has no number, while `Artist - Album - 07 - Title` has one wherever it lies.
    if len(found["track"]) != 2 and not parts <= of_folder:
        return _FileWords(stem), words
    by = own.left or (own.whole if fold(own.whole) not in (fold(words.whole), fold(words.right)) else "")
    if own.right and not words.whole:
        words = own._replace(above=words.above, disc=words.disc or own.disc)
    elif not words.disc and (told := folder_words(before)).disc:
        words = _with_disc(words, told)
    return _FileWords(found["title"], int(found["track"]), int(found["disc"] or 0) or None, by), words


def _from_path(track: Track, file: _FileWords, words: FolderWords) -> dict[str, str | int | list[str]]:
    """The fields that the path gives to a track."""
    given: dict[str, str | int | list[str]] = {}
    named_by_path: dict[str, list[str]] = {}
    if not _says(track.artists) and not _says(track.album_artists):
        named_by_path = _artists(words, file, titled=bool(track.title))
        given |= named_by_path
    if not track.title:
        artists = [*track.album_artists, *(named_by_path.get("artists") or track.artists)]
        given["title"] = _title(file.named, artists) or "Untitled"
    # Programs write 0 where nobody has given a number.
    if not track.track_number and file.track is not None and (track.track_number is None or file.track):
        given["track_number"] = file.track
    given |= _disc(track, file, words)
    if not _says([track.album]):
        given["album"] = _album(track, words)
    if not track.year and words.year and _is_of_folder(str(given.get("album", track.album)), words):
        given["year"] = words.year
    return given


def _disc(track: Track, file: _FileWords, words: FolderWords) -> dict[str, str | int]:
    """The disc, and what the path tells of that one."""
    given: dict[str, str | int] = {}
    if not track.disc_number:
        if words.disc:
            given["disc_number"] = words.disc
        elif file.disc and track.track_number in (None, 0, file.track):
            given["disc_number"] = file.disc
    if words.disc and words.disc == given.get("disc_number", track.disc_number):
        if words.disc_subtitle and not track.disc_subtitle:
            given["disc_subtitle"] = words.disc_subtitle
        if words.disc_total and not track.disc_total:
            given["disc_total"] = words.disc_total
    return given


def _says(names: list[str]) -> bool:
    # The start of a name tells, as a rule: folding a thousand characters takes a millisecond.
    return any(fold(name[:50]) or fold(name) for name in names)


def _artists(words: FolderWords, file: _FileWords, *, titled: bool) -> dict[str, list[str]]:
    """Whose it is, where the tags name nobody: by `Artist - Album`, else `Artist/Album`, else `Artist - Title`."""
    named = words.left or (words.above if words.whole else "") or file.by
    own = _BY.fullmatch(file.named)
    if fold(named) in VARIOUS:
        guest = {"artists": [own["artist"]]} if own and not titled else {}
        return {"album_artists": [VARIOUS_ARTISTS]} | guest
    if named:
        return {"artists": [named]}
    return {"artists": [own["artist"]]} if own and not titled else {}


def _title(named: str, artists: list[str]) -> str:
    """The file's name without its number, and without the artist where it is known who that is."""
    own = _BY.fullmatch(named)
    if own is None:
        return named
    return own["title"] if fold(own["artist"]) in map(fold, artists) else named


def _album(track: Track, words: FolderWords) -> str:
    """The folder's name, without the artist where that is the track's, or where nobody else says whose it is."""
    if not words.right:
        return words.whole or UNKNOWN_ALBUM
    artists = [*track.album_artists, *main_artists(track.artists, track.artist_credit)]
    left = fold(words.left)
    return words.right if not _says(artists) or left in VARIOUS or left in map(fold, artists) else words.whole


def _is_of_folder(album: str, words: FolderWords) -> bool:
    base = fold(split_edition(album).base)
    return bool(base) and base in (fold(split_edition(name).base) for name in (words.whole, words.right) if name)
