"""Playlists as files: `.m3u` and `.m3u8`, plain or extended.

Source: RFC 8216 for the form of a line, and what players write: `#EXTINF:seconds,Artist - Title`, `#PLAYLIST:name`.
"""

import re
from dataclasses import dataclass, field

from melodee.sidecars.decoding import decoded, lines_of
from melodee.sidecars.errors import UnreadableSidecar
from melodee.text import clean_text

MOST_ENTRIES = 10_000

_INFO = re.compile(r"#EXTINF:\s*(-?\d{1,7})(?:\.\d+)?[^,]{0,500},(.*)", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True)
class Entry:
    """One line that names a file."""

    line: int
    """In the file, from 1."""
    reference: str
    """As it is written."""
    artist: str = ""
    title: str = ""
    seconds: int | None = None


@dataclass
class Playlist:
    """What a file of this kind holds."""

    name: str = ""
    entries: list[Entry] = field(default_factory=list[Entry])


def parse_m3u(data: bytes) -> Playlist:
    """Reads a playlist. Raises `UnreadableSidecar` when it is none, is endless, or holds segments of a stream."""
    text = decoded(data)
    playlist = Playlist()
    info: tuple[str, str, int | None] = ("", "", None)
    for number, line in enumerate(lines_of(text), 1):
        if line.upper().startswith("#EXT-X-"):
            raise UnreadableSidecar("It lists the segments of a stream, not songs.")
        if line.upper().startswith("#PLAYLIST:"):
            playlist.name = playlist.name or clean_text(line[10:])
        elif match := _INFO.match(line):
            info = (*_named(match[2]), int(match[1]) if int(match[1]) > 0 else None)
        elif line and not line.startswith("#"):
            if len(playlist.entries) == MOST_ENTRIES:
                raise UnreadableSidecar(f"It has more than {MOST_ENTRIES:,} entries.")
            playlist.entries.append(Entry(number, clean_text(line, 4096), *info))
            info = ("", "", None)
    return playlist


def _named(text: str) -> tuple[str, str]:
    """Of `Artist - Title` both; of anything else a title."""
    artist, dash, title = text.partition(" - ")
    return (clean_text(artist), clean_text(title)) if dash else ("", clean_text(text))
