"""Cue sheets inside files: as a tag CUESHEET, or as the block that FLAC has for them (RFC 9639, section 8.7)."""

from typing import Any, BinaryIO

from melodee.audio import ape_tags, parsing
from melodee.audio.stream import read_at
from melodee.audio.track import Track
from melodee.errors import MelodeeError
from melodee.sidecars.cue import FRAMES

LIMIT = 1 << 20
"""Characters of a sheet."""

_KEY = "cuesheet"
_CUESHEET_BLOCK = 5
_MOST_BLOCKS = 256
_AUDIO_TRACKS = range(1, 100)
"""Numbers of tracks of a CD; 170 and 255 are the end of the disc."""


def embedded_cue_sheet(path: str, track: Track) -> str:
    """The cue sheet inside a file that was read as `track`, as text; empty when there is none that can be read."""
    tagged = any(key.rpartition(":")[2].lower() == _KEY for key in track.raw)
    if not tagged and track.container != "flac":
        return ""
    try:
        with parsing.opened(path) as (file, size):
            if tagged:
                return _of_tags(file, size, track.container)[:LIMIT]
            return _of_block(parsing.flac(file)) if _has_block(file) else ""
    except MelodeeError:
        return ""


def _of_tags(file: BinaryIO, size: int, container: str) -> str:
    texts: list[str] = []
    match container:
        case "flac":
            texts = [text for key, text in parsing.flac(file).tags or () if key.lower() == _KEY]
        case "ogg":
            texts = [text for key, text in parsing.ogg(file).file.tags or () if key.lower() == _KEY]
        case _:
            if (native := ape_tags.read(file, size)) is not None:
                texts = native.values.get(_KEY, [])
            if not texts and (tags := parsing.id3(file)) is not None:
                frames = tags.getall("TXXX")
                texts = [str(text) for frame in frames if frame.desc.lower() == _KEY for text in frame.text]
    return texts[0] if texts else ""


def _has_block(file: BinaryIO) -> bool:
    """Looks at the heads of the metadata blocks alone: nearly no file has this one."""
    place = 4 if read_at(file, 0, 4) == b"fLaC" else -1
    for _ in range(_MOST_BLOCKS if place > 0 else 0):
        head = read_at(file, place, 4)
        if len(head) < 4 or head[0] & 0x7F == _CUESHEET_BLOCK:
            return len(head) == 4
        if head[0] & 0x80:
            return False
        place += 4 + int.from_bytes(head[1:])
    return False


def _of_block(parsed: Any) -> str:
    """As a sheet in text. Offsets are samples; on a CD they are whole frames."""
    rate = parsed.info.sample_rate
    lines = [f"CATALOG {parsed.cuesheet.media_catalog_number.decode('ascii', 'replace')}", 'FILE "" WAVE']
    for track in parsed.cuesheet.tracks:
        if track.track_number in _AUDIO_TRACKS and track.indexes:
            lines.append(f"TRACK {track.track_number:02} {'AUDIO' if track.type == 0 else 'MODE1/2352'}")
            lines.append(f"ISRC {track.isrc.decode('ascii', 'replace')}")
            for index in track.indexes:
                frames = round((track.start_offset + index.index_offset) * FRAMES / rate)
                time = f"{frames // FRAMES // 60:02}:{frames // FRAMES % 60:02}:{frames % FRAMES:02}"
                lines.append(f"INDEX {index.index_number:02} {time}")
    return "\n".join(lines).replace("\0", "")
