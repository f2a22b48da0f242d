"""True Audio (TTA): its header, and whether the sound is all there.

Layout: "TTA1 format description" (sourceforge.net/projects/tta). All numbers have their lowest byte first.
"""

import struct
from typing import BinaryIO

from melodee.audio import edges
from melodee.audio.errors import TruncatedAudio, UnreadableAudio
from melodee.audio.stream import Stream, average_bit_rate, read_at

_HEADER = 22
_ENCRYPTED = 2
_MOST_FRAMES = 1 << 20
"""Of about a second each."""


def read_stream(file: BinaryIO, size: int) -> Stream:
    """The stream's properties. Raises `UnreadableAudio`, and `TruncatedAudio` when its end is missing."""
    start, end = edges.after_id3(file), edges.before_tags(file, size)
    head = read_at(file, start, _HEADER)
    if len(head) < _HEADER:
        raise TruncatedAudio("It ends within its header.")
    kind, channels, depth, rate, samples = struct.unpack("<HHHII", head[4:18])
    if head[:4] != b"TTA1" or not rate or not 0 < channels <= 64 or not 0 < depth <= 64:
        raise UnreadableAudio("Its format makes no sense.")
    if kind == _ENCRYPTED:
        raise UnreadableAudio("Its sound is encrypted.")
    if not samples:
        raise UnreadableAudio("There is no sound in it.")
    frames = -(-samples * 245 // (rate * 256))
    if frames > _MOST_FRAMES:
        raise UnreadableAudio("Its length makes no sense.")
    table = read_at(file, start + _HEADER, frames * 4)
    if len(table) < frames * 4:
        raise TruncatedAudio("It ends within its table of frames.")
    sound = sum(struct.unpack(f"<{frames}I", table))
    missing = start + _HEADER + frames * 4 + 4 + sound - end
    if missing > 0:
        raise TruncatedAudio(f"It lacks {missing:,} bytes.")
    return Stream(
        codec="tta",
        duration_ms=round(samples / rate * 1000),
        bit_rate=average_bit_rate(sound, samples / rate),
        sampling_rate=rate,
        channels=channels,
        bit_depth=depth,
    )
