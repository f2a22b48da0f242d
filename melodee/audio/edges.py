"""Where the audio of an MPEG or FLAC file begins and ends between the tags that are glued to it.

Layouts: ID3v2 (id3.org/id3v2.4.0-structure), ID3v1 (128 bytes at the end), APEv2
(wiki.hydrogenaudio.org/index.php?title=APEv2_specification), Lyrics3v2 (id3.org/Lyrics3v2).
"""

from collections.abc import Iterator
from typing import BinaryIO

from melodee.audio.stream import read_at

_FOOTER_FLAG = 0x10
_APE = b"APETAGEX"
_APE_HAS_HEADER = 0x80000000


def syncsafe(four: bytes) -> int:
    """The number in four bytes of seven bits each."""
    return (four[0] & 0x7F) << 21 | (four[1] & 0x7F) << 14 | (four[2] & 0x7F) << 7 | (four[3] & 0x7F)


def after_id3(file: BinaryIO, offset: int = 0) -> int:
    """The offset after all ID3v2 tags that follow one another from `offset`; it may lie beyond the end of the file."""
    for _ in range(16):
        header = read_at(file, offset, 10)
        if len(header) < 10 or not header.startswith(b"ID3"):
            break
        offset += 10 + syncsafe(header[6:10]) + (10 if header[5] & _FOOTER_FLAG else 0)
    return offset


def before_tags(file: BinaryIO, size: int) -> int:
    """The offset where the tags at the end of the file begin: `size` when there are none."""
    return min((start for start, _ in _tags_at_end(file, size)), default=size)


def ape_items(file: BinaryIO, size: int) -> tuple[int, int] | None:
    """Where the items of the APEv2 tag at the end of the file begin and end; None without one."""
    for start, tail in _tags_at_end(file, size):
        if tail[-32:-24] == _APE:
            begin = start + (32 if _has_header(tail) else 0)
            return begin, begin + int.from_bytes(tail[-20:-16], "little") - 32
    return None


def _tags_at_end(file: BinaryIO, size: int) -> Iterator[tuple[int, bytes]]:
    """Tags from the last to the first: where each begins, and its last bytes, up to 128."""
    end = size
    for _ in range(8):
        tail = read_at(file, max(end - 128, 0), min(end, 128))
        length = _tag_before(tail)
        if length <= 0 or length > end:
            return
        end -= length
        yield end, tail


def _tag_before(tail: bytes) -> int:
    """The length of the tag that `tail`, up to 128 bytes, ends with; 0 when there is none."""
    # First, for an APE tag of 131 bytes has `TAG` where an ID3v1 tag would begin.
    if tail[-32:-24] == _APE:
        return int.from_bytes(tail[-20:-16], "little") + (32 if _has_header(tail) else 0)
    if len(tail) == 128 and tail.startswith(b"TAG"):
        return 128
    if tail[-9:] == b"LYRICS200" and tail[-15:-9].isdigit():
        return int(tail[-15:-9]) + 15
    if tail[-10:-7] == b"3DI":
        return syncsafe(tail[-4:]) + 20
    return 0


def _has_header(tail: bytes) -> bool:
    return bool(int.from_bytes(tail[-12:-8], "little") & _APE_HAS_HEADER)
