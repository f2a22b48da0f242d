"""DSF: a DSD stream, its properties, and whether the sound is all there.

Layout: "DSF File Format Specification", Sony, version 1.01. All numbers have their lowest byte first.
"""

import struct
from typing import BinaryIO, NamedTuple

from melodee.audio.chunks import Chunk
from melodee.audio.errors import TruncatedAudio, UnreadableAudio
from melodee.audio.stream import Stream, average_bit_rate, read_at

_HEADS = 28 + 52 + 12


class Dsf(NamedTuple):
    """What was found."""

    stream: Stream
    id3: Chunk | None


def read(file: BinaryIO, size: int) -> Dsf:
    """Properties, and where the ID3 tag is. Raises `UnreadableAudio`, and `TruncatedAudio` when an end is missing."""
    head = read_at(file, 0, _HEADS)
    if len(head) < _HEADS:
        raise TruncatedAudio("It ends within its header.")
    if head[:4] != b"DSD " or head[28:32] != b"fmt " or head[80:84] != b"data":
        raise UnreadableAudio("Its header makes no sense.")
    whole, metadata = struct.unpack("<QQ", head[12:28])
    _, _, _, channels, rate, _, samples = struct.unpack("<IIIIIIQ", head[40:72])
    sound = int.from_bytes(head[84:92], "little") - 12
    if not rate or not 0 < channels <= 16:
        raise UnreadableAudio("Its format makes no sense.")
    missing = max(whole, _HEADS + max(sound, 0)) - size
    if missing > 0:
        raise TruncatedAudio(f"It lacks {missing:,} bytes.")
    if sound <= 0 or not samples:
        raise UnreadableAudio("There is no sound in it.")
    stream = Stream(
        codec="dsd",
        duration_ms=round(samples / rate * 1000),
        bit_rate=average_bit_rate(sound, samples / rate),
        sampling_rate=rate,
        channels=channels,
        bit_depth=1,
    )
    return Dsf(stream, Chunk(b"ID3 ", metadata, size) if 0 < metadata < size else None)
