"""Deflated pieces that can be stored, joined and replaced one by one, and gzip's frame around them.

A piece ends with a full flush: it ends at a byte, and nothing after it refers back into it, so pieces that were made at
different times follow each other in one stream (RFC 1951; zlib's manual, `Z_FULL_FLUSH`). The checksum of a text
follows from those of its parts without another look at the bytes. That this can be done is said in zlib's manual
(`crc32_combine`); how, in what a CRC is: the remainder of a polynomial over GF(2), so that a text followed by n bytes
is the text's polynomial times x to the power of 8n.
"""

import struct
import zlib
from functools import cache

LEVEL = 6
"""Of compression. Measured on artists: 4 makes 3 % more bytes in half the time, 9 saves 2 % in twice the time."""

_RAW = -15
"""Window bits that ask zlib for no frame of its own."""

_POLYNOMIAL = 0xEDB88320
"""CRC-32 of gzip (RFC 1952), bits reversed: the highest bit is the coefficient of x to the power of 0."""
_ONE, _X = 1 << 31, 1 << 30

_DIGIT_BITS = 10

GZIP_HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
"""Without a time, a name or a system, so that equal texts are equal files (RFC 1952)."""
_LAST_BLOCK = b"\x03\x00"


class Deflater:
    """Makes pieces, each by itself; one object for many, because making one costs as much as a small piece."""

    def __init__(self, level: int = LEVEL) -> None:
        self._zlib = zlib.compressobj(level, zlib.DEFLATED, _RAW)

    def piece(self, text: bytes) -> bytes:
        """The text as a piece."""
        return self._zlib.compress(text) + self._zlib.flush(zlib.Z_FULL_FLUSH)


def inflate(pieces: bytes | memoryview) -> bytes:
    """The text of one piece or of several in a row. Raises `zlib.error`."""
    return zlib.decompressobj(_RAW).decompress(pieces)


def combined_crc32(first: int, second: int, length: int) -> int:
    """The checksum of a text followed by another of `length` bytes, from their checksums."""
    place = 0
    while length:
        if digit := length & ((1 << _DIGIT_BITS) - 1):
            first = _times(first, _power(digit, place))
        length >>= _DIGIT_BITS
        place += 1
    return first ^ second


@cache
def _power(digit: int, place: int) -> int:
    """The power of x by which so many bytes move a text; a few thousand different ones in all."""
    exponent = 8 * digit << (_DIGIT_BITS * place)
    result, square = _ONE, _X
    while exponent:
        if exponent & 1:
            result = _times(result, square)
        square = _times(square, square)
        exponent >>= 1
    return result


def _times(a: int, b: int) -> int:
    """The product of two polynomials modulo the checksum's."""
    product = 0
    while a:
        if a & _ONE:
            product ^= b
        a = (a << 1) & 0xFFFFFFFF
        b = b >> 1 ^ _POLYNOMIAL if b & 1 else b >> 1
    return product


class GzipMember:
    """Keeps account of a gzip file of one member that is sent piece by piece, after `GZIP_HEADER`."""

    def __init__(self) -> None:
        self.crc32 = 0
        self.size = 0

    def add(self, crc32: int, size: int) -> None:
        """Pieces of that checksum and that many bytes of text were sent."""
        self.crc32 = combined_crc32(self.crc32, crc32, size)
        self.size += size

    def end(self) -> bytes:
        """What follows the last piece."""
        return _LAST_BLOCK + struct.pack("<II", self.crc32, self.size & 0xFFFFFFFF)
