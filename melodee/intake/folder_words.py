"""What a folder's name tells of the music in it: `Artist - Album (Year)`, `Artist/Album`, `1999 - Album`."""

import re
from functools import lru_cache
from typing import NamedTuple

from melodee.intake.disc_words import Disc, disc_of_folder, disc_of_title
from melodee.intake.look import is_disc_folder, parent
from melodee.text import clean_text, fold

UNKNOWN_ALBUM = "Unknown Album"
UNKNOWN_ARTIST = "Unknown Artist"
VARIOUS_ARTISTS = "Various Artists"

VARIOUS = frozenset({"various artists", "various", "va", "v.a.", "v/a", "diverse", "varios artistas", "various artist"})
"""Folded names that stand for nobody in particular."""

_HEAPS = frozenset(
    {
        "albums", "artists", "audio", "cds", "desktop", "discography", "download", "downloads", "files", "flac",
        "flacs", "inbound", "incoming", "itunes", "itunes media", "loose", "loose tracks", "lossless", "media", "misc",
        "miscellaneous", "mixed", "mp3", "mp3s", "music", "musik", "musique", "my music", "new folder", "new music",
        "others", "random", "singles", "songs", "stuff", "temp", "tmp", "torrents", "tracks", "unknown",
        "unknown album", "unknown artist", "unsorted", "untitled folder", "upload", "uploads",
    }
)  # fmt: skip
"""Folded names of folders in which anything may lie."""

_YEAR = r"(?P<year>(?:19|20)\d\d)"
_YEAR_FIRST = re.compile(
    rf"(?:\({_YEAR}\)|\[(?P<year2>(?:19|20)\d\d)\]|(?P<year3>(?:19|20)\d\d)\s?[-–—.])\s?(?P<rest>\S.*)"
)
_YEAR_LAST = re.compile(rf"(?P<rest>.*\S)\s?(?:\({_YEAR}(?:-\d\d-\d\d)?\)|\[(?P<year2>(?:19|20)\d\d)\])")
_YEAR_BETWEEN = re.compile(rf"(?P<left>\S.*?)\s[-–—]\s[(\[]?{_YEAR}[)\]]?\s[-–—]\s(?P<right>\S.*)")
_BETWEEN = re.compile(r"(?P<left>\S.*?)\s[-–—]\s(?P<right>\S.*)")
_LAST_BRACKET = re.compile(r"(?P<rest>.*\S)\s?[\[({](?P<inside>[^\[\](){}]+)[\])}]")
_BITS = frozenset({"16", "24", "44", "48", "88", "96"})
_QUALITY = _BITS | {
    "128", "16bit", "176", "192", "192k", "192kbps", "24bit", "256", "256k", "256kbps", "320", "320k", "320kbps",
    "44khz", "48khz", "96khz", "aac", "alac", "bit", "cbr", "cdrip", "cue", "flac", "hires", "kbps", "khz", "log",
    "lossless", "mp3", "ogg", "opus", "v0", "v1", "v2", "vbr", "wav", "web", "webflac",
}  # fmt: skip
_PART = re.compile(r"[^\s.,+/&_-]+")


class FolderWords(NamedTuple):
    """What a folder tells. Empty and None where it says nothing."""

    whole: str
    """The name without year and disc; empty for a heap, and where there is no folder."""
    left: str = ""
    """Before the dash: perhaps the artist."""
    right: str = ""
    """After the dash: then the album."""
    above: str = ""
    """The name of the folder around it, which may be the artist's; empty for a heap."""
    year: int | None = None
    disc: int | None = None
    disc_subtitle: str = ""
    disc_total: int | None = None


@lru_cache(maxsize=8192)
def folder_words(folder: str) -> FolderWords:
    """What the path of a folder tells; one of a disc (`Album/CD1`) counts as part of that around it."""
    name = folder.rpartition("/")[2]
    if not is_disc_folder(name):
        return _words(folder, in_box=True)
    around = _words(parent(folder), in_box=False) if "/" in folder else FolderWords(readable(name))
    return _with_disc(around, disc_of_folder(readable(name)))


def _words(folder: str, *, in_box: bool) -> FolderWords:
    """What a folder tells that is no disc's; `in_box`: it may be one disc's of the album around it for all that."""
    above = readable(parent(folder).rpartition("/")[2])
    above = "" if is_heap(above) else above
    whole, year = _without_year(_without_quality(readable(folder.rpartition("/")[2])))
    told = disc_of_title(whole)
    if told.number is not None and told.name:
        whole, year = _without_year(told.name) if year is None else (told.name, year)
        if in_box and (box := _box(parent(folder), whole)) is not None:
            return _with_disc(box._replace(year=box.year or year), told)
    else:
        told = Disc(whole, None)
    if is_heap(whole):
        return _with_disc(FolderWords("", above=above), told)
    if year is None and (found := _YEAR_BETWEEN.fullmatch(whole)):
        return _with_disc(FolderWords(whole, found["left"], found["right"], above, int(found["year"])), told)
    found = _BETWEEN.fullmatch(whole)
    left, right = (found["left"], found["right"]) if found else ("", "")
    return _with_disc(FolderWords(whole, left, right, above, year), told)


def _box(above: str, album: str) -> FolderWords | None:
    """What the folder above tells where it is the album's: `Box CD1` lies in `Artist/Box` or `Artist - Box (1999)`.

    An artist's folder may be called as his album is, but says nothing more, and what is around it is nobody's.
    """
    words = _words(above, in_box=False)
    is_albums = words.above or words.left or words.year
    return words if is_albums and fold(album) in (fold(words.whole), fold(words.right)) else None


def _with_disc(words: FolderWords, told: Disc) -> FolderWords:
    """The words of an album with what the name of a disc adds. Of two that name a disc, the inner one knows."""
    if told.number is None:
        return words
    subtitle = _without_quality(told.subtitle)
    return words._replace(
        disc=told.number, disc_subtitle="" if _is_quality(subtitle) else subtitle, disc_total=told.total
    )


def readable(name: str) -> str:
    """A name of the disk as a text; underscores stand for blanks."""
    return clean_text(name.replace("_", " "))


def is_heap(name: str) -> bool:
    """Whether a folder's name says nothing of what lies in it: `Downloads`, `New folder`, the volume itself."""
    return not name or fold(name) in _HEAPS


def _without_quality(name: str) -> str:
    """`Album [FLAC 24-96]` is `Album`."""
    found = _LAST_BRACKET.fullmatch(name)
    return found["rest"] if found and _is_quality(found["inside"]) else name


def _is_quality(words: str) -> bool:
    parts: set[str] = set(_PART.findall(words.lower()))
    return parts <= _QUALITY and not parts <= _BITS


def _without_year(name: str) -> tuple[str, int | None]:
    for pattern in (_YEAR_LAST, _YEAR_FIRST):
        if found := pattern.fullmatch(name):
            years = [found[group] for group in pattern.groupindex if group.startswith("year")]
            return found["rest"].strip(), int(next(year for year in years if year))
    return name, None
