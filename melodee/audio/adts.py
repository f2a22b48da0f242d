"""AAC in ADTS frames: its properties, its length, and whether its last frame is there.

ADTS has neither length nor table: each frame has its own header, and the length is that of all frames. Frame header:
ISO/IEC 13818-7, 6.2.
"""

from typing import BinaryIO, NamedTuple

from melodee.audio import edges
from melodee.audio.errors import TruncatedAudio, UnreadableAudio
from melodee.audio.stream import Stream, average_bit_rate, is_blank, read_at

SEARCHED = 1 << 18
"""Bytes in which the first frame must begin, after ID3 tags."""

_RATES = (96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350)
_CHANNELS = (2, 1, 2, 3, 4, 5, 6, 8)
"""By their configuration; 0 says that the stream describes them itself, which is rare, and mostly stereo."""
_SAMPLES = 1024
_LARGEST_FRAME = 1 << 13
_SAME = 0x23F7
"""Of the first 26 bits: version, profile, sampling rate and channels. Whether there is a checksum may change."""
_COUNTED = 1 << 20
"""Bytes up to which all frames are counted; of a longer file, those at some places."""
_PLACES = 12
_PIECE = 1 << 15


class _Frame(NamedTuple):
    """One frame's header. `kind` is what all frames of a stream have in common."""

    kind: int
    length: int
    samples: int
    sampling_rate: int
    channels: int


def begins_with_frames(file: BinaryIO, offset: int) -> bool:
    """Whether ADTS frames begin right at `offset`."""
    data = read_at(file, offset, 2 * _LARGEST_FRAME)
    return _follows(data, 0, whole=len(data) < 2 * _LARGEST_FRAME)


def read_stream(file: BinaryIO, size: int) -> Stream:
    """The stream's properties. Raises `UnreadableAudio` without frames, `TruncatedAudio` when its end is missing."""
    start, end = edges.after_id3(file), edges.before_tags(file, size)
    head = read_at(file, start, max(min(end - start, SEARCHED), 0))
    at = _find(head, whole=start + len(head) >= end)
    first = _frame_at(head, at) if at >= 0 else None
    if first is None:
        raise UnreadableAudio("There are no AAC frames in it.")
    start += at
    if is_blank(file, start, end):
        raise TruncatedAudio("Its end is filled with zero bytes.")
    if end - start <= _COUNTED:
        samples, length = _count(read_at(file, start, end - start), first.kind)
        rest = end - start - length
    else:
        counted, length = _sampled(file, start, end, first.kind)
        samples = counted / max(length, 1) * (end - start)
        rest = _rest(file, end, first.kind)
    if rest > 0 and _is_cut(read_at(file, end - rest, min(rest, 7)), first.kind):
        raise TruncatedAudio("Its last frame is cut.")
    if not samples:
        raise UnreadableAudio("There are no AAC frames in it.")
    seconds = samples / first.sampling_rate
    return Stream(
        codec="aac",
        duration_ms=round(seconds * 1000),
        bit_rate=average_bit_rate(end - start, seconds),
        sampling_rate=first.sampling_rate,
        channels=first.channels,
        bit_depth=None,
    )


def _frame_at(data: bytes, at: int) -> _Frame | None:
    head = int.from_bytes(data[at : at + 7])
    if at + 7 > len(data) or head >> 44 != 0xFFF or head >> 41 & 3:
        return None
    rate, length = head >> 34 & 15, head >> 13 & 0x1FFF
    if rate >= len(_RATES) or length < 7:
        return None
    return _Frame(head >> 30 & _SAME, length, _SAMPLES * ((head & 3) + 1), _RATES[rate], _CHANNELS[head >> 30 & 7])


def _find(data: bytes, *, whole: bool) -> int:
    at = data.find(b"\xff")
    while at >= 0:
        if _follows(data, at, whole=whole):
            return at
        at = data.find(b"\xff", at + 1)
    return -1


def _follows(data: bytes, at: int, *, whole: bool) -> bool:
    """Whether a frame at `at` is followed by three of its kind, or by as many as there is room for."""
    first = _frame_at(data, at)
    if first is None:
        return False
    at += first.length
    for count in range(3):
        if at + 7 > len(data):
            return whole and (count > 0 or at <= len(data))
        following = _frame_at(data, at)
        if following is None or following.kind != first.kind:
            return False
        at += following.length
    return True


def _count(data: bytes, kind: int) -> tuple[int, int]:
    """Samples and bytes of the whole frames at the beginning of `data`."""
    at = samples = 0
    while (frame := _frame_at(data, at)) is not None and frame.kind == kind and at + frame.length <= len(data):
        at, samples = at + frame.length, samples + frame.samples
    return samples, at


def _sampled(file: BinaryIO, start: int, end: int, kind: int) -> tuple[int, int]:
    """Samples and bytes of frames at a dozen places."""
    samples = length = 0
    for place in range(_PLACES):
        data = read_at(file, start + (end - start) * place // _PLACES, _PIECE)
        at = _find(data, whole=False)
        if at >= 0:
            more, taken = _count(data[at:], kind)
            samples, length = samples + more, length + taken
    return samples, length


def _rest(file: BinaryIO, end: int, kind: int) -> int:
    """Bytes behind the last whole frame."""
    data = read_at(file, end - _PIECE, _PIECE)
    at = _find(data, whole=True)
    return len(data) - at - _count(data[at:], kind)[1] if at >= 0 else 0


def _is_cut(head: bytes, kind: int) -> bool:
    """Whether a piece at the end is a frame's beginning rather than something else."""
    frame = _frame_at(head, 0)
    return (frame is not None and frame.kind == kind) or (len(head) < 7 and head.startswith(b"\xff"))
