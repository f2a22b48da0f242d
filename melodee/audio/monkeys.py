"""Monkey's Audio (APE): its header, and whether the sound is all there.

Layout: the descriptor and header of version 3.98 and later, and the single header before it, as Monkey's Audio's SDK
has them (monkeysaudio.com). All numbers have their lowest byte first.
"""

import struct
from typing import BinaryIO

from melodee.audio import edges
from melodee.audio.errors import TruncatedAudio, UnreadableAudio
from melodee.audio.stream import Stream, average_bit_rate, read_at

_WITH_DESCRIPTOR = 3980
_DESCRIPTOR = 52
_OLD_HEADER = 32
_HIGH_COMPRESSION = 4


def read_stream(file: BinaryIO, size: int) -> Stream:
    """The stream's properties. Raises `UnreadableAudio`, and `TruncatedAudio` when its end is missing.

    Before version 3.98 a file did not say how long it is, and a cut goes unnoticed.
    """
    start, end = edges.after_id3(file), edges.before_tags(file, size)
    head = read_at(file, start, 256)
    if len(head) < _OLD_HEADER:
        raise TruncatedAudio("It ends within its header.")
    if int.from_bytes(head[4:6], "little") >= _WITH_DESCRIPTOR:
        return _read_new(file, start, end, head)
    return _read_old(head, end - start)


def _read_new(file: BinaryIO, start: int, end: int, head: bytes) -> Stream:
    if len(head) < _DESCRIPTOR:
        raise TruncatedAudio("It ends within its header.")
    descriptor, header, seek_table, wave, low, high, terminating = struct.unpack("<7I", head[8:36])
    sound = high << 32 | low
    if not _DESCRIPTOR <= descriptor < 1 << 16:
        raise UnreadableAudio("Its header makes no sense.")
    missing = start + descriptor + header + seek_table + wave + sound + terminating - end
    if missing > 0:
        raise TruncatedAudio(f"It lacks {missing:,} bytes.")
    fields = read_at(file, start + descriptor, 24)
    if len(fields) < 24:
        raise TruncatedAudio("It ends within its header.")
    _, _, frame, last, frames, depth, channels, rate = struct.unpack("<HHIIIHHI", fields)
    return _stream((frames - 1) * frame + last if frames else 0, rate, channels, depth, sound)


def _read_old(head: bytes, length: int) -> Stream:
    version, level, flags, channels, rate = struct.unpack("<HHHHI", head[4:16])
    frames, last = struct.unpack("<II", head[24:32])
    if version >= 3950:
        frame = 73728 * 4
    elif version >= 3900 or (version >= 3800 and level // 1000 == _HIGH_COMPRESSION):
        frame = 73728
    else:
        frame = 9216
    depth = 8 if flags & 1 else 24 if flags & 8 else 16
    return _stream((frames - 1) * frame + last if frames else 0, rate, channels, depth, length)


def _stream(samples: int, rate: int, channels: int, depth: int, length: int) -> Stream:
    if not rate or not 0 < channels <= 32:
        raise UnreadableAudio("Its format makes no sense.")
    if samples <= 0 or length <= 0:
        raise UnreadableAudio("There is no sound in it.")
    return Stream(
        codec="ape",
        duration_ms=round(samples / rate * 1000),
        bit_rate=average_bit_rate(length, samples / rate),
        sampling_rate=rate,
        channels=channels,
        bit_depth=depth or None,
    )
