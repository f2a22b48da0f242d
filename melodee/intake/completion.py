"""Completion: what a file's tags leave out is taken from its path, and from the album's title what belongs elsewhere.

It looks at one file alone, so it can be done again from the tags as they were read and the path as it was dropped. What
it gives is recorded (`melodee.audio.provenance`): by `path`, or by `album` for the disc that the album's title names.
"""

import re

import msgspec

from melodee.audio.provenance import changed
from melodee.audio.track import Mend, Track
from melodee.catalogue.edition import split_edition
from melodee.intake.disc_words import disc_of_title
from melodee.intake.folder_words import UNKNOWN_ALBUM, VARIOUS, VARIOUS_ARTISTS, FolderWords, folder_words, readable
from melodee.intake.look import parent
from melodee.intake.main_artist import main_artists
from melodee.text import fold

_NUMBERED = re.compile(r"(?:(?P<disc>\d{1,2})[-.](?=\d))?(?P<track>\d{1,3})(?:\s*[-._)\]]\s*|\s+)(?P<title>\S.*)")
_BY = re.compile(r"(?P<artist>\S.*?)\s[-–—]\s(?P<title>\S.*)")


def completed(track: Track, path: str) -> Track:
    """The track with what its tags leave out: title, artist, numbers, disc, album and year.

    A song without an album in a folder that is none (`Downloads`, the volume itself) is on `Unknown Album`.
    """
    words = folder_words(parent(path))
    track = _disc_apart(track, words)
    given = _from_path(track, path.rpartition("/")[2].rpartition(".")[0], words)
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
        values["disc_total"] = track.disc_total if (track.disc_total or 0) >= told.number else None
    if told.subtitle and not track.disc_subtitle:
        values["disc_subtitle"] = told.subtitle
    return changed(track, "album", **values)


def _from_path(track: Track, stem: str, words: FolderWords) -> dict[str, str | int | list[str]]:
    """The fields that the path gives to a track."""
    given: dict[str, str | int | list[str]] = {}
    numbered = _NUMBERED.fullmatch(stem)
    named = readable(numbered["title"] if numbered else stem)
    named_by_path: dict[str, list[str]] = {}
    if not _says(track.artists) and not _says(track.album_artists):
        named_by_path = _artists(words, named, titled=bool(track.title))
        given |= named_by_path
    if not track.title:
        artists = [*track.album_artists, *(named_by_path.get("artists") or track.artists)]
        given["title"] = _title(named, artists) or "Untitled"
    # Programs write 0 where nobody has given a number.
    if not track.track_number and numbered and (track.track_number is None or int(numbered["track"])):
        given["track_number"] = int(numbered["track"])
    if not track.disc_number:
        if words.disc:
            given["disc_number"] = words.disc
        elif numbered and numbered["disc"] and track.track_number in (None, 0, int(numbered["track"])):
            given["disc_number"] = int(numbered["disc"])
    if words.disc_subtitle and not track.disc_subtitle and words.disc == given.get("disc_number", track.disc_number):
        given["disc_subtitle"] = words.disc_subtitle
    if not _says([track.album]):
        given["album"] = _album(track, words)
    if not track.year and words.year and _is_of_folder(str(given.get("album", track.album)), words):
        given["year"] = words.year
    return given


def _says(names: list[str]) -> bool:
    # The start of a name tells, as a rule: folding a thousand characters takes a millisecond.
    return any(fold(name[:50]) or fold(name) for name in names)


def _artists(words: FolderWords, named: str, *, titled: bool) -> dict[str, list[str]]:
    """Whose it is, where the tags name nobody: by `Artist - Album`, else `Artist/Album`, else `Artist - Title`."""
    folder = words.left or (words.above if words.whole else "")
    own = _BY.fullmatch(named)
    if fold(folder) in VARIOUS:
        guest = {"artists": [own["artist"]]} if own and not titled else {}
        return {"album_artists": [VARIOUS_ARTISTS]} | guest
    if folder:
        return {"artists": [folder]}
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
