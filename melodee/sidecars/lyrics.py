"""Lyrics beside a song: `.lrc`, `.srt`, `.ttml` and plain `.txt`.

What has times becomes LRC, whatever it was: a line `[mm:ss.cc]text` for each moment, in order, with the offset of the
sheet applied. Times of words (`<mm:ss.cc>`) stay in the text. Sources: the LRC format as players write it, SubRip,
W3C's TTML 1.
"""

import html
import re
from collections.abc import Iterable
from typing import NamedTuple
from xml.etree.ElementTree import Element

from melodee.audio.formats import suffix_of
from melodee.sidecars.decoding import decoded, lines_of
from melodee.sidecars.errors import UnreadableSidecar
from melodee.sidecars.references import stem_of
from melodee.sidecars.xml import local_name, parse_xml
from melodee.text import clean_text

SUFFIXES = ("lrc", "ttml", "srt", "txt")
"""The best first: those with times."""

LIMIT = 100_000
UNKNOWN_LANGUAGE = "xxx"

_STAMP = re.compile(r"\[(\d{1,3}):(\d{1,2})(?:[.:](\d{1,3}))?\]", re.ASCII)
_STAMPS = re.compile(rf"(?:{_STAMP.pattern}\s*)+", re.ASCII)
_TAG = re.compile(r"\[([A-Za-z#]{1,20}):([^\]]*)\]", re.ASCII)
_CUE = re.compile(r"(\d{1,3}):(\d{2}):(\d{2})[,.](\d{1,3})[ \t]*-->[ \t]*\d{1,3}:\d{2}:\d{2}[,.]\d{1,3}.*", re.ASCII)
_MARKUP = re.compile(r"</?[a-zA-Z][^<>\n]{0,200}>|\{\\[^{}\n]{0,100}\}")
_CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,3}):(\d{1,2})(?:[.,](\d{1,3}))?", re.ASCII)
_UNIT = re.compile(r"(\d{1,8}(?:\.\d{1,6})?)(h|ms|m|s)?", re.ASCII)
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*", re.ASCII)
_UNITS = {"h": 3_600_000.0, "m": 60_000.0, "s": 1000.0, "ms": 1.0, None: 1000.0}


class Lyrics(NamedTuple):
    """The words of a song."""

    text: str
    synced: bool
    language: str = UNKNOWN_LANGUAGE


class Named(NamedTuple):
    """What the name of a file says of the lyrics in it."""

    stem: str
    """Of the song's file."""
    language: str


def parse_lyrics(data: bytes, suffix: str) -> Lyrics | None:
    """Reads lyrics; None when there are none in it. Raises `UnreadableSidecar`."""
    match suffix:
        case "ttml":
            return _timed(*_ttml(data))
        case "srt":
            return _timed(_srt(decoded(data)), "")
        case _:
            # A .txt may hold times too.
            return parse_lrc(decoded(data))


def name_of(name: str) -> list[Named]:
    """Which songs the file may be for: `Song.en.lrc` is for `Song` in English, or for a song called `Song.en`."""
    stem = stem_of(name)
    before, dot, last = stem.rpartition(".")
    found = [Named(stem, UNKNOWN_LANGUAGE)]
    if dot and before and _LANGUAGE.fullmatch(last):
        found.append(Named(before, last))
    return found


def is_lyrics(name: str) -> bool:
    """Whether the name's suffix is one of lyrics."""
    return suffix_of(name) in SUFFIXES


def parse_lrc(text: str) -> Lyrics | None:
    """Lyrics in LRC; text without times is plain."""
    offset, language = 0, ""
    timed: list[tuple[int, str]] = []
    plain: list[str] = []
    for line in lines_of(text):
        if stamps := _STAMPS.match(line):
            words = line[stamps.end() :].strip()
            timed += [(_centre(*stamp), words) for stamp in _STAMP.findall(stamps[0])]
        elif tag := _TAG.fullmatch(line):
            name, value = tag[1].lower(), tag[2].strip()
            if name == "offset" and re.fullmatch(r"[-+]?\d{1,7}", value, re.ASCII):
                offset = int(value)
            elif name in ("la", "lang", "language"):
                language = value
        else:
            plain.append(line)
    if not timed:
        words = clean_text("\n".join(plain), LIMIT, multiline=True)
        return Lyrics(words, synced=False, language=_language(language)) if words else None
    # A positive offset shows the words earlier.
    return _timed([(max(at - offset, 0), words) for at, words in timed], language)


def _centre(minutes: str, seconds: str, fraction: str) -> int:
    return (int(minutes) * 60 + int(seconds)) * 1000 + int((fraction or "0").ljust(3, "0")[:3])


def _timed(lines: Iterable[tuple[int, str]], language: str) -> Lyrics | None:
    ordered = sorted(lines, key=lambda line: line[0])
    if not any(words for _, words in ordered):
        return None
    text = "\n".join(
        f"[{at // 60000:02}:{at // 1000 % 60:02}.{at % 1000:03}]{clean_text(words)}" for at, words in ordered
    )
    return Lyrics(text[:LIMIT].rpartition("\n")[0] if len(text) > LIMIT else text, True, _language(language))


def _language(text: str) -> str:
    return text if _LANGUAGE.fullmatch(text) else UNKNOWN_LANGUAGE


def _srt(text: str) -> list[tuple[int, str]]:
    lines: list[tuple[int, str]] = []
    for block in re.split(r"\n[ \t]*\n", text):
        rows = lines_of(block)
        found = next(((at, times) for at, row in enumerate(rows) if (times := _CUE.fullmatch(row))), None)
        if found is None:
            continue
        at, times = found
        hours, minutes, seconds, fraction = times.groups()
        words = html.unescape(_MARKUP.sub("", " ".join(row for row in rows[at + 1 :] if row)))
        lines.append((_centre(str(int(hours) * 60 + int(minutes)), seconds, fraction), words))
    if not lines:
        raise UnreadableSidecar("It is no SubRip file: no line in it has times.")
    return lines


def _ttml(data: bytes) -> tuple[list[tuple[int, str]], str]:
    root = parse_xml(data)
    if local_name(root) != "tt":
        raise UnreadableSidecar("It is no TTML.")
    language = root.get("{http://www.w3.org/XML/1998/namespace}lang", "")
    lines = [
        (at, " ".join("".join(_texts(line)).split()))
        for line in root.iter()
        if local_name(line) == "p" and (at := _clock(line.get("begin", ""))) is not None
    ]
    if not lines:
        raise UnreadableSidecar("No line in it has times.")
    return lines, language


def _texts(element: Element) -> Iterable[str]:
    if local_name(element) == "br":
        yield " "
    yield element.text or ""
    for child in element:
        yield from _texts(child)
        yield child.tail or ""


def _clock(text: str) -> int | None:
    """`00:01:02.500`, `1:02.5`, `62.5s` or `62500ms` in milliseconds."""
    if match := _CLOCK.fullmatch(text.strip()):
        hours, minutes, seconds, fraction = match.groups()
        return _centre(str(int(hours or 0) * 60 + int(minutes)), seconds, fraction or "0")
    if match := _UNIT.fullmatch(text.strip()):
        return round(float(match[1]) * _UNITS[match[2]])
    return None
