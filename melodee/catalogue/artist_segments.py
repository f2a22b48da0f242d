"""Segments of a stored list of artists: deflated in pieces, with the places where a listener's marks are put in.

A list of 300,000 artists has some 60 MB. It is stored and sent in segments, so that nobody holds it as a whole; a
segment consists of pieces of some 40 artists, so that a mark costs the work of one piece and not of the segment.
"""

import struct
import zlib
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby, pairwise

from melodee.database import Row
from melodee.deflate import Deflater, combined_crc32, inflate

PIECE = 8_000
"""Bytes of text in a piece. Measured: a tenth more to send than with large pieces, and 50 µs of work for a mark."""
SEGMENT = 500_000
"""Bytes of text in a segment."""

_FASTEST = 1
"""Level for what is deflated while a client waits."""

Marks = Mapping[int, bytes]
"""What is put into artists, by their ids."""


@dataclass(frozen=True)
class Segment:
    """A part of a list. Numbers are little-endian, without gaps. What was not asked for is empty."""

    start: int
    """Where its text begins in the list."""
    size: int
    """Bytes of text."""
    crc32: int
    """Of the text."""
    deflated: bytes
    pieces: bytes
    """Of each piece, 32 bits each: where it ends in the text and in `deflated`, and the text's checksum up to there."""
    ids: bytes
    """Of the artists, in the order of the text; 64 bits."""
    places: bytes
    """Where a mark is put into each; 32 bits."""

    @classmethod
    def of(cls, row: Row) -> "Segment":
        """A row of `artist_snapshot_segment`."""
        return cls(
            row.start, row.size, row.crc32, row.deflated or b"", row.pieces or b"", row.ids or b"", row.places or b""
        )

    def text(self) -> bytes:
        """The text."""
        return inflate(self.deflated)

    def marked(self, text: bytes, marks: Marks) -> bytes:
        """This text, the segment's, with the marks of those artists that are in it."""
        found = self._found(marks)
        return _with_marks(text, found) if found else text

    def marked_pieces(self, marks: Marks) -> tuple[bytes, int, int]:
        """The same in pieces, with the checksum and the size of their text."""
        found = self._found(marks)
        if not found:
            return self.deflated, self.crc32, self.size
        numbers = struct.unpack(f"<{len(self.pieces) // 4}I", self.pieces)
        # The ends of the pieces, which are also the starts of those that follow.
        texts, ends, sums = [0, *numbers[::3]], [0, *numbers[1::3]], [0, *numbers[2::3]]
        deflater = Deflater(_FASTEST)
        out: list[bytes] = []
        crc32 = done = 0
        for piece, inside in groupby(found, lambda mark: bisect_right(texts, mark[0]) - 1):
            out.append(self.deflated[ends[done] : ends[piece]])
            crc32 = _followed(crc32, sums[done], sums[piece], texts[piece] - texts[done])
            text = inflate(self.deflated[ends[piece] : ends[piece + 1]])
            text = _with_marks(text, [(place - texts[piece], mark) for place, mark in inside])
            out.append(deflater.piece(text))
            crc32 = zlib.crc32(text, crc32)
            done = piece + 1
        out.append(self.deflated[ends[done] :])
        crc32 = _followed(crc32, sums[done], self.crc32, self.size - texts[done])
        return b"".join(out), crc32, self.size + sum(len(mark) for _, mark in found)

    def _found(self, marks: Marks) -> list[tuple[int, bytes]]:
        if not marks:
            return []
        ids = struct.unpack(f"<{len(self.ids) // 8}q", self.ids)
        return [(self._place(at), marks[number]) for at, number in enumerate(ids) if number in marks]

    def _place(self, at: int) -> int:
        return int.from_bytes(self.places[4 * at : 4 * at + 4], "little")


def _followed(crc32: int, start: int, stop: int, length: int) -> int:
    """The checksum after a run of unchanged text, from the stored checksums at its two ends."""
    return combined_crc32(crc32 ^ start, stop, length)


def _with_marks(text: bytes, found: list[tuple[int, bytes]]) -> bytes:
    places = [0, *(place for place, _ in found), len(text)]
    parts = [text[start:stop] for start, stop in pairwise(places)]
    return b"".join(part for pair in zip(parts, [mark for _, mark in found] + [b""], strict=True) for part in pair)


class SegmentWriter:
    """Takes a list bit by bit and gives a segment each time enough has come."""

    def __init__(self) -> None:
        self._deflater = Deflater()
        self._start = 0
        self._clear()

    def _clear(self) -> None:
        self._text = bytearray()
        self._size = self._crc32 = 0
        self._deflated = bytearray()
        self._pieces: list[int] = []
        self._ids: list[int] = []
        self._places: list[int] = []

    def add(self, text: bytes) -> None:
        """Text without a place for marks."""
        self._text += text

    def add_artist(self, number: int, text: bytes, place: int) -> Segment | None:
        """An artist, whose marks are put in at that place of the text. Gives a segment when one is full."""
        self._ids.append(number)
        self._places.append(self._size + len(self._text) + place)
        self._text += text
        if len(self._text) >= PIECE:
            self._end_piece()
            if self._size >= SEGMENT:
                return self.end()
        return None

    def _end_piece(self) -> None:
        self._deflated += self._deflater.piece(bytes(self._text))
        self._crc32 = zlib.crc32(self._text, self._crc32)
        self._size += len(self._text)
        self._pieces += (self._size, len(self._deflated), self._crc32)
        self._text.clear()

    def end(self) -> Segment | None:
        """What has come since the last segment, if anything has."""
        if self._text:
            self._end_piece()
        if not self._size:
            return None
        segment = Segment(
            start=self._start,
            size=self._size,
            crc32=self._crc32,
            deflated=bytes(self._deflated),
            pieces=struct.pack(f"<{len(self._pieces)}I", *self._pieces),
            ids=struct.pack(f"<{len(self._ids)}q", *self._ids),
            places=struct.pack(f"<{len(self._places)}I", *self._places),
        )
        self._start += self._size
        self._clear()
        return segment
