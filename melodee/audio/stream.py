"""The audio properties of a file, and small help for reading binary files."""

from typing import BinaryIO, NamedTuple

_LARGEST_OFFSET = (1 << 63) - 1


class Stream(NamedTuple):
    """One audio stream. Milliseconds, kbps, Hz."""

    codec: str
    duration_ms: int
    bit_rate: int
    sampling_rate: int
    channels: int
    bit_depth: int | None


def average_bit_rate(size: int, seconds: float) -> int:
    """Kbps of `size` bytes that last that long; 0 when they last no time."""
    return round(size * 8 / seconds / 1000) if seconds > 0 else 0


def is_blank(file: BinaryIO, start: int, end: int) -> bool:
    """Whether the last twentieth, at least 4 KB, holds nothing: a download that was given its full size at once."""
    for at in (end - 4096, end - (end - start) // 20):
        piece = read_at(file, max(at, start), 4096)
        if piece.count(0) != len(piece):
            return False
    return True


def read_at(file: BinaryIO, offset: int, length: int) -> bytes:
    """At most `length` bytes from `offset`; fewer at the end of the file, none where no file reaches."""
    if offset > _LARGEST_OFFSET:
        return b""
    file.seek(offset)
    return file.read(length)
