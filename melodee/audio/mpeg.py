"""MPEG audio (mp3, mp2, mp1): its frames, its length, and whether its end is there.

An mp3 has no length of its own: the first frame may be a silent one with a Xing, Info or VBRI table that counts frames
and bytes. Where there is none, the length comes from the bit rate, sampled over the file because a quiet beginning of a
VBR file lies. Frame header: ISO/IEC 11172-3, 2.4.1.3; Xing and LAME: gabriel.mp3-tech.org/mp3infotag.html; VBRI:
Fraunhofer's, as described at codeproject.com/Articles/8295.
"""

from functools import lru_cache
from typing import BinaryIO, NamedTuple

from melodee.audio import edges
from melodee.audio.errors import TruncatedAudio, UnreadableAudio
from melodee.audio.stream import Stream, average_bit_rate, is_blank, read_at

SEARCHED = 1 << 20
"""Bytes in which the first frame must begin, after ID3 tags: some writers declare a tag shorter than it is."""

_TAIL = 8192
_SAMPLES_OF_BIT_RATE = 12
_V1L1 = (0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448)
_V1L2 = (0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384)
_V1L3 = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_V2L1 = (0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256)
_V2L23 = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
_RATES = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}
_VERSION_1 = 3


class Frame(NamedTuple):
    """One frame's header. `kind` is what all frames of a stream have in common: version, layer and sampling rate."""

    kind: int
    layer: int
    length: int
    """Bytes, header included."""
    samples: int
    bit_rate: int
    sampling_rate: int
    channels: int
    side_info: int
    """Bytes between the header and where layer III may hold a Xing table."""


class Table(NamedTuple):
    """What a Xing, Info or VBRI table says; -1 where it does not."""

    frames: int
    bytes: int
    padding: int
    """Samples that the encoder added, at the beginning and the end."""


def frame_at(data: bytes, offset: int) -> Frame | None:
    """The frame whose header stands at `offset`, if one does. Free-format streams are not read."""
    return _frame(int.from_bytes(data[offset : offset + 4])) if offset + 4 <= len(data) else None


@lru_cache(maxsize=4096)
def _frame(word: int) -> Frame | None:
    version, layer = word >> 19 & 3, 4 - (word >> 17 & 3)
    bit_rate_index, rate_index = word >> 12 & 15, word >> 10 & 3
    if word >> 21 != 0x7FF or version == 1 or layer == 4 or bit_rate_index in (0, 15) or rate_index == 3:
        return None
    if version == _VERSION_1:
        bit_rate = (_V1L1, _V1L2, _V1L3)[layer - 1][bit_rate_index]
    else:
        bit_rate = (_V2L1, _V2L23, _V2L23)[layer - 1][bit_rate_index]
    rate = _RATES[version][rate_index]
    padded = word >> 9 & 1
    if layer == 1:
        samples, length = 384, (12000 * bit_rate // rate + padded) * 4
    else:
        samples = 576 if layer == 3 and version != _VERSION_1 else 1152
        length = samples // 8 * 1000 * bit_rate // rate + padded
    channels = 1 if word >> 6 & 3 == 3 else 2
    side_info = (17 if channels == 1 else 32) if version == _VERSION_1 else (9 if channels == 1 else 17)
    return Frame(word & 0x1E0C00, layer, length, samples, bit_rate, rate, channels, side_info)


def find_frame(data: bytes, *, whole: bool) -> int:
    """The offset of the first frame in `data`, or -1. `whole` says that the audio ends where `data` does.

    Two header bytes are found by chance in any noise, so a frame counts when three more of its kind follow, or as many
    as there is room for.
    """
    at = data.find(b"\xff")
    while at >= 0:
        first = frame_at(data, at)
        if first is not None and _followed(data, at, first, whole=whole):
            return at
        at = data.find(b"\xff", at + 1)
    return -1


def _followed(data: bytes, at: int, first: Frame, *, whole: bool) -> bool:
    at += first.length
    for count in range(3):
        if at + 4 > len(data):
            # A very short file: one frame counts only when nothing else is there.
            return whole and (count > 0 or at == len(data))
        following = frame_at(data, at)
        if following is None or following.kind != first.kind:
            return False
        at += following.length
    return True


def begins_with_frames(file: BinaryIO, offset: int) -> bool:
    """Whether MPEG audio begins right at `offset`."""
    data = read_at(file, offset, 4 * 2048)
    frame = frame_at(data, 0)
    return frame is not None and _followed(data, 0, frame, whole=len(data) < 4 * 2048)


def read_stream(file: BinaryIO, size: int) -> Stream:
    """The stream's properties. Raises `UnreadableAudio` without frames, `TruncatedAudio` when its end is missing."""
    start, end = edges.after_id3(file), edges.before_tags(file, size)
    if start > size:
        raise TruncatedAudio("Its ID3 tag alone is longer than the file.")
    start, first, head = _first_frame(file, start, end)
    if is_blank(file, start, end):
        raise TruncatedAudio("Its end is filled with zero bytes.")
    table = _table(head, first)
    if table is not None and table.frames > 0:
        seconds = max(table.frames * first.samples - table.padding, 0) / first.sampling_rate
        declared = table.bytes if table.bytes > 0 else -1
        missing = start + declared - end
        if declared > 0 and missing > first.length:
            if not _ends_with_a_frame(file, end, first):
                raise TruncatedAudio(f"{end - start:,} of {declared:,} bytes of sound are there.")
            # Cut between frames: an editor split the file and left the table of the whole in its first frame.
            seconds *= (end - start) / declared
    else:
        seconds = (end - start) * 8 / _sampled_bit_rate(file, start, end, first) / 1000
    return Stream(
        codec=f"mp{first.layer}",
        duration_ms=round(seconds * 1000),
        bit_rate=average_bit_rate(end - start, seconds) or first.bit_rate,
        sampling_rate=first.sampling_rate,
        channels=first.channels,
        bit_depth=None,
    )


def _first_frame(file: BinaryIO, start: int, end: int) -> tuple[int, Frame, bytes]:
    """Where the first frame between two offsets is, its header and its bytes. Raises `UnreadableAudio`."""
    for window in (16384, SEARCHED):
        data = read_at(file, start, max(min(window, end - start), 0))
        at = find_frame(data, whole=start + len(data) >= end)
        if at >= 0 and (first := frame_at(data, at)) is not None:
            return start + at, first, data[at : at + first.length]
        if len(data) < window:
            break
    raise UnreadableAudio("There are no MPEG audio frames in it.")


def _table(frame: bytes, header: Frame) -> Table | None:
    """The table in the first frame, if it is there instead of sound."""
    if header.layer != 3:
        return None
    for at in (4 + header.side_info, 6 + header.side_info):  # a checksum of two bytes may follow the header
        if frame[at : at + 4] in (b"Xing", b"Info"):
            return _xing(frame[at:])
    if frame[36:40] == b"VBRI" and len(frame) >= 54:
        return Table(int.from_bytes(frame[50:54]), int.from_bytes(frame[46:50]), 0)
    return None


def _xing(table: bytes) -> Table:
    flags, at = int.from_bytes(table[4:8]), 8
    counts = [-1, -1]
    for bit in (0, 1):
        if flags & 1 << bit and len(table) >= at + 4:
            counts[bit] = int.from_bytes(table[at : at + 4])
            at += 4
    at += (100 if flags & 4 else 0) + (4 if flags & 8 else 0)
    encoder = table[at : at + 24]
    padding = 0
    if len(encoder) == 24 and encoder.startswith((b"LAME", b"L3.9", b"Lavf", b"Lavc")):
        padding = (encoder[21] << 4 | encoder[22] >> 4) + ((encoder[22] & 15) << 8 | encoder[23])
    return Table(counts[0], counts[1], padding)


def _ends_with_a_frame(file: BinaryIO, end: int, first: Frame) -> bool:
    """Whether the last frame is whole: two frames or more lead from a header to exactly the end."""
    data = read_at(file, max(end - _TAIL, 0), min(_TAIL, end))
    at = data.find(b"\xff")
    while at >= 0:
        place, frames = at, 0
        while (frame := frame_at(data, place)) is not None and frame.kind == first.kind:
            place, frames = place + frame.length, frames + 1
        if frames >= 2 and place == len(data):
            return True
        at = data.find(b"\xff", at + 1)
    return False


def _sampled_bit_rate(file: BinaryIO, start: int, end: int, first: Frame) -> float:
    """The average kbps of frames at a dozen places."""
    rates: list[int] = []
    for place in range(_SAMPLES_OF_BIT_RATE):
        data = read_at(file, start + (end - start) * place // _SAMPLES_OF_BIT_RATE, 6144)
        at = find_frame(data, whole=False)
        while at >= 0 and (frame := frame_at(data, at)) is not None and frame.kind == first.kind:
            rates.append(frame.bit_rate)
            at += frame.length
    return sum(rates) / len(rates) if rates else first.bit_rate
