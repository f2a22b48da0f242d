"""WavPack: its blocks, its sound's properties, and whether its last block is there.

Block header and metadata: "WavPack 4 & 5 Binary File / Block Format" (wavpack.com/WavPack5FileFormat.pdf).
"""

from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from melodee.audio import edges
from melodee.audio.errors import TruncatedAudio, UnreadableAudio
from melodee.audio.stream import Stream, average_bit_rate, read_at

_RATES = (6000, 8000, 9600, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000, 64000, 88200, 96000, 192000)
_HEADER = 32
_LARGEST_BLOCK = 1 << 20
_MOST_SAMPLES = 1 << 17
_TAIL = 2 * _LARGEST_BLOCK
_UNKNOWN = 0xFFFFFFFF
_MOST_CHANNEL_BLOCKS = 128
_MOST_METADATA = 64

_MONO, _HYBRID, _FINAL, _DSD = 1 << 2, 1 << 3, 1 << 12, 1 << 31
_SAMPLE_RATE, _DSD_BLOCK = 0x27, 0x0E


class _Block(NamedTuple):
    """`length` counts the header; numbers are samples."""

    start: int
    length: int
    position: int
    samples: int
    total: int
    flags: int


def read_stream(file: BinaryIO, size: int) -> Stream:
    """The stream's properties. Raises `UnreadableAudio`, and `TruncatedAudio` when its end is missing."""
    start, end = edges.after_id3(file), edges.before_tags(file, size)
    first = _block(read_at(file, start, _HEADER), start)
    if first is None:
        raise UnreadableAudio("Its first block makes no sense.")
    last = _last_block(file, start, end)
    if last is None:
        raise TruncatedAudio("Its last block is cut.")
    known = first.total != _UNKNOWN
    there = last.position + last.samples
    if known and there < first.total:
        raise TruncatedAudio(f"{there:,} of {first.total:,} samples are there.")
    rate, depth = _rate(file, first), max((first.flags & 3) * 8 + 8 - (first.flags >> 13 & 31), 1)
    samples = first.total if known else there - first.position
    if not rate:
        raise UnreadableAudio("Its sampling rate is 0.")
    if samples <= 0:
        raise UnreadableAudio("There is no sound in it.")
    seconds = samples / rate
    return Stream(
        codec="dsd" if first.flags & _DSD else "wavpack",
        duration_ms=round(seconds * 1000),
        bit_rate=average_bit_rate(end - start, seconds),
        sampling_rate=rate,
        channels=sum(1 if block.flags & _MONO else 2 for block in _first_blocks(file, first)),
        bit_depth=1 if first.flags & _DSD else None if first.flags & _HYBRID else depth,
    )


def _block(head: bytes, start: int) -> _Block | None:
    if len(head) < _HEADER or not head.startswith(b"wvpk") or head[9] != 4:
        return None
    numbers = [int.from_bytes(head[at : at + 4], "little") for at in (4, 12, 16, 20, 24)]
    length, total, index, samples, flags = numbers
    if not _HEADER - 8 <= length <= _LARGEST_BLOCK or samples > _MOST_SAMPLES:
        return None
    if total != _UNKNOWN:
        total |= head[11] << 32
    return _Block(start, length + 8, index | head[10] << 32, samples, total, flags)


def _last_block(file: BinaryIO, start: int, end: int) -> _Block | None:
    """The last block with sound; None when a later one is cut, or none is there."""
    base = max(end - _TAIL, start)
    tail = read_at(file, base, end - base)
    at = tail.rfind(b"wvpk")
    while at >= 0:
        block = _block(tail[at : at + _HEADER], base + at)
        if block is not None:
            if block.start + block.length > end:
                return None
            if block.samples:
                return block
        elif len(tail) - at < _HEADER:
            return None
        at = tail.rfind(b"wvpk", 0, at)
    return None


def _first_blocks(file: BinaryIO, first: _Block) -> Iterator[_Block]:
    """The blocks that hold the channels of the first moment: one for each two of them."""
    block: _Block | None = first
    for _ in range(_MOST_CHANNEL_BLOCKS):
        if block is None or block.position != first.position:
            return
        yield block
        if block.flags & _FINAL:
            return
        block = _block(read_at(file, block.start + block.length, _HEADER), block.start + block.length)


def _rate(file: BinaryIO, first: _Block) -> int:
    """Hz. Rates that no player had when the format was made stand in the block's metadata; so does DSD's factor."""
    number = first.flags >> 23 & 15
    rate = _RATES[number] if number < len(_RATES) else 0
    if rate and not first.flags & _DSD:
        return rate
    factor = 0
    at, end = first.start + _HEADER, first.start + first.length
    for _ in range(_MOST_METADATA):
        head = read_at(file, at, 8)
        if at + 2 > end or len(head) < 8:
            break
        large = head[0] & 0x80
        words = int.from_bytes(head[1:4] if large else head[1:2], "little")
        content = head[4:] if large else head[2:]
        if head[0] & 0x3F == _SAMPLE_RATE and words >= 2:
            rate = int.from_bytes(content[:3], "little")
        elif head[0] & 0x3F == _DSD_BLOCK:
            factor = content[0] & 15
        at += (4 if large else 2) + words * 2
    return rate << factor
