"""Cue sheets: which tracks a file holds, and where each begins.

Source: the CDRWIN user's guide, appendix A, and what rippers write besides (REM GENRE, DATE, DISCNUMBER, REPLAYGAIN_*).
Times are minutes, seconds and frames of 1/75 s, the sectors of an audio CD.
"""

import re
from dataclasses import dataclass, field

from melodee.sidecars.decoding import decoded, lines_of
from melodee.sidecars.errors import UnreadableSidecar

FRAMES = 75
"""Frames a second."""

MOST_LINES = 20_000
MOST_TRACKS = 999

_TIME = re.compile(r"(\d{1,5}):(\d{1,2}):(\d{1,2})", re.ASCII)
_TYPES = frozenset({"WAVE", "MP3", "AIFF", "BINARY", "MOTOROLA", "FLAC", "APE"})


@dataclass
class CueTrack:
    """A track as the sheet describes it. Positions are frames, by number of index: 0 is the gap before it."""

    number: int
    audio: bool
    file: int
    """Which of the sheet's files holds its index 1."""
    title: str = ""
    performer: str = ""
    songwriter: str = ""
    isrc: str = ""
    flags: list[str] = field(default_factory=list[str])
    indexes: dict[int, int] = field(default_factory=dict[int, int])
    index_files: dict[int, int] = field(default_factory=dict[int, int])
    pregap: int = 0
    """Frames of silence that a CD has before it and the file has not."""
    postgap: int = 0
    remarks: dict[str, str] = field(default_factory=dict[str, str])

    @property
    def start(self) -> int | None:
        """Where it begins: at index 1, else at the first that there is."""
        later = [number for number in self.indexes if number > 0] or list(self.indexes)
        return self.indexes[min(later)] if later else None


@dataclass
class CueSheet:
    """A whole sheet. `files` are the names as they are written."""

    files: list[str] = field(default_factory=list[str])
    tracks: list[CueTrack] = field(default_factory=list[CueTrack])
    title: str = ""
    performer: str = ""
    songwriter: str = ""
    catalog: str = ""
    remarks: dict[str, str] = field(default_factory=dict[str, str])
    """By word in upper case: GENRE, DATE, DISCID …"""

    def tracks_of(self, file: int) -> list[CueTrack]:
        """The audio tracks of one of its files, in order."""
        return [track for track in self.tracks if track.file == file and track.audio]


def parse_cue(data: bytes) -> CueSheet:
    """Reads a cue sheet. Raises `UnreadableSidecar` when it is none."""
    return parse_cue_text(decoded(data))


def parse_cue_text(text: str) -> CueSheet:
    """The same, of text: from a tag. Lines that nobody understands are passed over."""
    sheet = CueSheet()
    for line in lines_of(text)[:MOST_LINES]:
        word, rest = _apart(line)
        _take(sheet, word.upper(), rest)
    if not sheet.tracks:
        raise UnreadableSidecar("It is no cue sheet: no track is in it.")
    return sheet


def _take(sheet: CueSheet, word: str, rest: str) -> None:
    track = sheet.tracks[-1] if sheet.tracks else None
    match word:
        case "FILE":
            sheet.files.append(_file_name(rest))
        case "TRACK":
            sheet.tracks.append(_track(sheet, rest))
        case "TITLE" | "PERFORMER" | "SONGWRITER":
            setattr(track or sheet, word.lower(), _unquoted(rest))
        case "CATALOG":
            sheet.catalog = _unquoted(rest)
        case "REM":
            name, value = _apart(rest)
            (track or sheet).remarks.setdefault(name.upper(), _unquoted(value))
        case "INDEX" | "ISRC" | "FLAGS" | "PREGAP" | "POSTGAP" if track is not None:
            _take_of_track(sheet, track, word, rest)
        case _:
            pass


def _take_of_track(sheet: CueSheet, track: CueTrack, word: str, rest: str) -> None:
    match word:
        case "INDEX":
            number, time = _apart(rest)
            if number.isdecimal() and len(number) <= 2:
                index = int(number)
                track.indexes[index] = _frames(time)
                track.index_files[index] = max(len(sheet.files) - 1, 0)
                if index == 1 or (index > 0 and 1 not in track.indexes):
                    track.file = track.index_files[index]
        case "ISRC":
            track.isrc = _unquoted(rest)
        case "FLAGS":
            track.flags = rest.upper().split()[:8]
        case "PREGAP":
            track.pregap = _frames(rest)
        case _:
            track.postgap = _frames(rest)


def _track(sheet: CueSheet, rest: str) -> CueTrack:
    number, kind = _apart(rest)
    if not number.isdecimal() or len(number) > 3:
        raise UnreadableSidecar(f"A track has the number {number[:20]!r}.")
    if len(sheet.tracks) >= MOST_TRACKS:
        raise UnreadableSidecar(f"It has more than {MOST_TRACKS} tracks.")
    return CueTrack(int(number), kind.upper() in ("AUDIO", ""), max(len(sheet.files) - 1, 0))


def _file_name(rest: str) -> str:
    if rest.startswith('"') and rest.rfind('"') > 0:
        return rest[1 : rest.rfind('"')]
    name, *kind = rest.rsplit(None, 1)
    return name if kind and kind[0].upper() in _TYPES else rest


def _apart(text: str) -> tuple[str, str]:
    """The first word and what follows the blanks or tabs behind it."""
    first, *rest = text.split(None, 1) or [""]
    return first, rest[0].rstrip() if rest else ""


def _unquoted(text: str) -> str:
    """Without the quotes around it; those within stay, as `TITLE "The "Real" Thing"` is how they are written."""
    if len(text) >= 2 and text[0] == text[-1] == '"':
        return text[1:-1]
    return text.strip('"') if text.count('"') == 1 else text


def _frames(time: str) -> int:
    match = _TIME.match(time)
    if match is None or int(match[2]) > 59 or int(match[3]) >= FRAMES:
        raise UnreadableSidecar(f"It holds the time {time[:20]!r}.")
    return (int(match[1]) * 60 + int(match[2])) * FRAMES + int(match[3])


def milliseconds(frames: int) -> int:
    """Frames as whole milliseconds; `frames_of` finds them again."""
    return round(frames * 1000 / FRAMES)


def frames_of(ms: int) -> int | None:
    """The frame that these milliseconds were made of; None when they were made of none."""
    frames = round(ms * FRAMES / 1000)
    return frames if milliseconds(frames) == ms else None
