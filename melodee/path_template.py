"""Path templates: where a release's files go on a storage volume.

A volume has a template for folders, `{artist_dir_base}/{artist_dir_code}/{artist}/{year} - {album}` by default, and
one for the names of songs. What they are filled with comes from tags, so it may be anything: what is rendered is a
relative path of segments that every common file system takes, and that cannot leave the volume.

A field without a value goes together with what sets it off: without a year, `{year} - {album}` is `{album}`; without
an edition, `{album} ({edition})` is `{album}`. A segment of which nothing is left is left out.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from melodee.directory_code import code_base
from melodee.errors import MelodeeError
from melodee.text import character_boundary

DEFAULT_FOLDERS = "{artist_dir_base}/{artist_dir_code}/{artist}/{year} - {album}"
DEFAULT_SONG_NAME = "{disc}-{track} {title}"

MAX_SEGMENT_BYTES = 255
MAX_SEGMENTS = 10
MAX_TEMPLATE_LENGTH = 500

RELEASE_FIELDS = frozenset(
    {"artist", "artist_dir_base", "artist_dir_code", "album", "year", "edition", "release_type", "catalogue_number"}
)
SONG_FIELDS = frozenset({"disc", "track", "title", "artist", "album"})


class InvalidTemplate(MelodeeError):
    """The path template cannot be used."""

    code = "invalid_template"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseFields:
    """What the folders of a release are named by."""

    artist: str
    artist_dir_code: str
    album: str
    year: int | None = None
    edition: str = ""
    release_type: str = ""
    catalogue_number: str = ""

    def values(self) -> dict[str, str]:
        """Each field of a template as text, empty where unknown."""
        return {
            "artist": _plain(self.artist) or "Unknown Artist",
            "artist_dir_base": code_base(self.artist_dir_code),
            "artist_dir_code": self.artist_dir_code,
            "album": _plain(self.album) or "Unknown Album",
            "year": f"{self.year:04}" if self.year and self.year > 0 else "",
            "edition": self.edition,
            "release_type": self.release_type,
            "catalogue_number": self.catalogue_number,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class SongFields:
    """What a song's file is named by. `disc` is None in a release of one disc, `artist` the song's own."""

    title: str
    suffix: str
    track: int | None = None
    disc: int | None = None
    artist: str = ""
    album: str = ""

    def values(self) -> dict[str, str]:
        """Each field of a template as text, empty where unknown; tracks with two digits at least."""
        return {
            "disc": str(self.disc) if self.disc is not None else "",
            "track": f"{self.track:02}" if self.track is not None else "",
            "title": _plain(self.title) or "Untitled",
            "artist": self.artist,
            "album": self.album,
        }


@dataclass(frozen=True, slots=True)
class PathTemplate:
    """A template that has been checked. Made by `for_folders` or `for_songs`."""

    text: str

    @classmethod
    def for_folders(cls, text: str = DEFAULT_FOLDERS) -> Self:
        """The template of a volume's folders; raises InvalidTemplate with the mend."""
        names = _check(text, RELEASE_FIELDS)
        if "album" not in names:
            raise InvalidTemplate("Without {album} all of an artist's releases would share one folder.", path=text)
        if not names & {"artist", "artist_dir_code"}:
            raise InvalidTemplate("It needs {artist} or {artist_dir_code}, or artists would share folders.", path=text)
        return cls(text)

    @classmethod
    def for_songs(cls, text: str = DEFAULT_SONG_NAME) -> Self:
        """The template of a song's file name, without the suffix, which is the format's; raises InvalidTemplate."""
        names = _check(text, SONG_FIELDS)
        if "/" in text:
            raise InvalidTemplate("A file name has no folders.", path=text)
        if "title" not in names:
            raise InvalidTemplate("Without {title} songs would share one name.", path=text)
        return cls(text)

    def folder(self, release: ReleaseFields, *, max_bytes: int = MAX_SEGMENT_BYTES) -> str:
        """The folder of a release, relative to its volume."""
        segments = (_fill(segment, release.values()) for segment in self.text.split("/"))
        return "/".join(safe_segment(segment, max_bytes=max_bytes) for segment in segments if segment)

    def song_name(self, song: SongFields, *, max_bytes: int = MAX_SEGMENT_BYTES) -> str:
        """The file name of a song, with its suffix: '1-03 Title.flac', '03 Title.flac', 'Title.flac'."""
        return safe_segment(_fill(self.text, song.values()), suffix=song.suffix, max_bytes=max_bytes)


_FIELD = re.compile(r"\{([^{}]*)\}")
_REFUSED = re.compile('[<>:"\\\\|?*\x00-\x1f\x7f-\x9f\ud800-\udfff]')


def _check(text: str, known: frozenset[str]) -> set[str]:
    """The fields of a template; raises InvalidTemplate."""
    if len(text) > MAX_TEMPLATE_LENGTH:
        raise InvalidTemplate(f"It is longer than {MAX_TEMPLATE_LENGTH} characters.")
    names = set(_FIELD.findall(text))
    literal = _FIELD.sub("", text)
    if unknown := sorted(names - known):
        fields = ", ".join(f"{{{field}}}" for field in sorted(known))
        raise InvalidTemplate(f"There is no field {{{unknown[0]}}}, only {fields}.", path=text)
    if "{" in literal or "}" in literal:
        raise InvalidTemplate("A brace is not closed.", path=text)
    if refused := _REFUSED.search(literal):
        raise InvalidTemplate(f"{refused.group()!r} cannot be part of a name.", path=text)
    if text.startswith("/"):
        raise InvalidTemplate("It must be relative to the volume.", path=text)
    segments = text.split("/")
    if len(segments) > MAX_SEGMENTS:
        raise InvalidTemplate(f"It has more than {MAX_SEGMENTS} levels of folders.", path=text)
    for segment in segments:
        if reason := _segment_trouble(segment):
            raise InvalidTemplate(reason, path=text)
    return names


def _segment_trouble(segment: str) -> str:
    if not segment.strip():
        return "A level of folders has no name."
    if segment in {".", ".."}:
        return "It must not leave its volume."
    if segment.startswith("."):
        return "A name that begins with a dot is hidden."
    if not _FIELD.search(segment) and safe_segment(segment) != segment:
        return f"Not every file system takes a folder named {segment!r}."
    return ""


_SEPARATORS = r"[\s\-–—_,.;+~&#]*"
_VALUE, _NOTHING = "\x01", "\x00"  # A template holds no control characters.
_AT_START = re.compile(rf"(^|[(\[])(?:{_SEPARATORS}{_NOTHING})+{_SEPARATORS}")
_AT_END = re.compile(rf"(?:{_SEPARATORS}{_NOTHING})+{_SEPARATORS}($|[)\]])")
_BETWEEN = re.compile(rf"({_SEPARATORS}){_NOTHING}({_SEPARATORS})")
_EMPTY_BRACKETS = re.compile(r"\s*(?:\(\s*\)|\[\s*\])")


def _fill(segment: str, values: Mapping[str, str]) -> str:
    """A segment of a template with its values, '' when none has one."""
    filled: list[str] = []

    def mark(match: re.Match[str]) -> str:
        value = _plain(values[match.group(1)])
        if value:
            filled.append(value)
        return _VALUE if value else _NOTHING

    marked = _FIELD.sub(mark, segment)
    if _NOTHING in marked:
        if not filled:
            return ""
        marked = _AT_START.sub(r"\1", marked)
        marked = _AT_END.sub(r"\1", marked)
        marked = _BETWEEN.sub(lambda match: max(match.groups(), key=len), marked)
        marked = _EMPTY_BRACKETS.sub("", marked)
    rest = iter(filled)
    return re.sub(_VALUE, lambda _: next(rest), marked)


_SPELLED_OTHERWISE = str.maketrans({'"': "'", "/": "-", "\\": "-", "|": "-", "<": "_", ">": "_", "?": "_", "*": "_"})
_COLON = re.compile(r"\s*:\s+")
_BLANKS = re.compile(r"\s+")
_NOT_IN_NAMES = re.compile(
    "[\x00-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufdd0-\ufdef"
    + "".join(f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 0x10000))
    + "]"
)
_SURROGATES = re.compile("[\ud800-\udfff]")
# https://learn.microsoft.com/windows/win32/fileio/naming-a-file: reserved with any extension too.
_RESERVED = re.compile(r"(CON|PRN|AUX|NUL|CONIN\$|CONOUT\$|CLOCK\$|(?:COM|LPT)[0-9¹²³])(?=\s*(?:\.|$))", re.IGNORECASE)


def _plain(text: str) -> str:
    """The text of a name: NFC, without what is invisible or no character. Dots alone ('...') become underscores."""
    text = _SURROGATES.sub("_", text[: 4 * MAX_SEGMENT_BYTES])
    text = unicodedata.normalize("NFC", " ".join(_NOT_IN_NAMES.sub("", _BLANKS.sub(" ", text)).split()))
    return text if text.strip(". ") else text.replace(".", "_")


def safe_segment(name: str, *, suffix: str = "", max_bytes: int = MAX_SEGMENT_BYTES) -> str:
    """One name of a file or folder, from any text: NFC, never empty, hidden, '.', '..' or longer than `max_bytes`.

    Characters and names that a common file system refuses are spelled otherwise: AC/DC is AC-DC, CON is CON_. A long
    name is cut before `suffix` ('flac'), which stays whole.
    """
    suffix = re.sub("[^A-Za-z0-9]", "", suffix)[:16]
    ending = f".{suffix}" if suffix else ""
    name = _COLON.sub(" - ", _plain(name)).replace(":", "-").translate(_SPELLED_OTHERWISE).lstrip(". ")
    if name.startswith("~$"):  # An office program's lock file: not a file yet, to an inbound volume.
        name = "_" + name[1:]
    name = _RESERVED.sub(r"\1_", name, count=1) if _RESERVED.match(name) else name
    name = _cut(name, max_bytes - len(ending)).rstrip(". ")
    return (name or "_") + ending


def safe_file_name(name: str, *, max_bytes: int = MAX_SEGMENT_BYTES) -> str:
    """A file's own name (str with surrogateescape) made safe, its extension kept: for cover art and sidecars."""
    stem, dot, extension = name.rpartition(".")
    if dot and stem.strip(". ") and re.fullmatch("[A-Za-z0-9]{1,16}", extension):
        return safe_segment(stem, suffix=extension, max_bytes=max_bytes)
    return safe_segment(name, max_bytes=max_bytes)


def _cut(name: str, max_bytes: int) -> str:
    encoded = name.encode()
    if len(encoded) <= max_bytes:
        return name
    return name[: character_boundary(name, len(encoded[:max_bytes].decode(errors="ignore")))]
