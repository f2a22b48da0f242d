"""Around mutagen's reading of ID3: tags that it must not see, and text frames that it leaves out.

It leaves out frames whose bytes are not in the encoding that they name. A title in Latin-1 whose frame says UTF-8 is
common in old collections; dropped, the song would have no title.
Frame layout: id3.org/id3v2.3.0 section 3.3 and id3.org/id3v2.4.0-structure section 4.
"""

from collections.abc import Callable
from typing import BinaryIO

from melodee.audio import edges
from melodee.audio.errors import UnreadableAudio
from melodee.audio.fields import FIELDS
from melodee.audio.stream import read_at

_UNSYNCHRONISED_OR_EXTENDED = 0xC0
_LARGEST_FRAME = 1 << 16
_MOST_FRAMES = 1000
_V22 = 2
_LARGEST_TEXT = 1 << 20
_TEXTS = (b"T", b"COM", b"ULT", b"USLT", b"SLT", b"SYLT", b"IPL", b"WXX")
LARGEST_TAG = 64 << 20
MOST_FRAMES = 10_000
_MAPPED = frozenset(key for field in FIELDS for key in field.id3 if len(key) == 4 and key.startswith("T"))


def check(file: BinaryIO, start: int) -> None:
    """Raises `UnreadableAudio` for a tag that would keep mutagen busy for minutes.

    It copies the rest of a tag for each frame, and reads UTF-16 by the byte.
    """
    header = read_at(file, start, 10)
    if len(header) < 10 or header[:3] != b"ID3":
        return
    tag = read_at(file, start + 10, min(edges.syncsafe(header[6:10]), LARGEST_TAG + 1))
    if len(tag) > LARGEST_TAG:
        raise UnreadableAudio("It is larger than any tag.")
    if header[3] == _V22:
        _check_frames(tag, 6, lambda head: int.from_bytes(head[3:6]))
    else:
        # Sizes of version 2.4 have seven bits in a byte, but not where old iTunes wrote them.
        _check_frames(tag, 10, lambda head: int.from_bytes(head[4:8]))
        _check_frames(tag, 10, lambda head: edges.syncsafe(head[4:8]))


def _check_frames(tag: bytes, header: int, size: Callable[[bytes], int]) -> None:
    at = 0
    for _ in range(MOST_FRAMES):
        head = tag[at : at + header]
        if len(head) < header or not head.strip(b"\0"):
            return
        length = size(head)
        if length > _LARGEST_TEXT and min(length, len(tag) - at) > _LARGEST_TEXT and head.startswith(_TEXTS):
            raise UnreadableAudio("It has a text that is larger than any.")
        at += header + length
    raise UnreadableAudio(f"It has more than {MOST_FRAMES:,} frames.")


def lost_texts(file: BinaryIO, start: int, known: set[str]) -> dict[str, list[str]]:
    """Texts of frames that are in the ID3v2.3 or 2.4 tag at `start`, have a field of ours and are not `known`."""
    header = read_at(file, start, 10)
    if len(header) < 10 or header[3] not in (3, 4) or header[5] & _UNSYNCHRONISED_OR_EXTENDED:
        return {}
    found: dict[str, list[str]] = {}
    at, end = start + 10, start + 10 + edges.syncsafe(header[6:10])
    for _ in range(_MOST_FRAMES):
        frame = read_at(file, at, 10)
        if at + 10 > end or not frame[:4].isalnum():
            break
        length = edges.syncsafe(frame[4:8]) if header[3] == 4 else int.from_bytes(frame[4:8])
        name = frame[:4].decode("ascii", errors="replace")
        if name in _MAPPED and name not in known and frame[9] == 0 and 1 < length <= _LARGEST_FRAME:
            found[name] = _texts(read_at(file, at + 10, length))
        at += 10 + length
    return {name: texts for name, texts in found.items() if any(texts)}


def _texts(data: bytes) -> list[str]:
    encoding = "utf-16" if data[0] in (1, 2) else "cp1252"
    return [text for text in data[1:].decode(encoding, errors="replace").split("\0") if text]
