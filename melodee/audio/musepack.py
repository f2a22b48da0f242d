"""Musepack, stream versions 7 and 8: properties, gains in the header, and whether the end is there.

Layout: "SV8 specification" and "SV7 specification" at musepack.net.
"""

from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from melodee.audio import edges
from melodee.audio.errors import TruncatedAudio, UnreadableAudio
from melodee.audio.stream import Stream, average_bit_rate, is_blank, read_at

_RATES = (44_100, 48_000, 37_800, 32_000)
_SV7, _SV8 = 7, 8
_FRAME = 1152
_MOST_PACKETS = 200_000
_LARGEST_HEAD = 32
_REFERENCE = 64.82
"""dB: what version 8 measures a loudness against."""


class Gains(NamedTuple):
    """ReplayGain as tags have it; empty where the header says nothing."""

    track_gain: str = ""
    track_peak: str = ""
    album_gain: str = ""
    album_peak: str = ""


class Musepack(NamedTuple):
    """What was found."""

    stream: Stream
    gains: Gains


def read(file: BinaryIO, size: int) -> Musepack:
    """Properties and gains. Raises `UnreadableAudio`, and `TruncatedAudio` when its end is missing.

    Version 7 does not say how long the file is; there only an end of zero bytes is noticed.
    """
    start, end = edges.after_id3(file), edges.before_tags(file, size)
    if read_at(file, start, 4) == b"MPCK":
        return _read_8(file, start, end)
    return _read_7(file, start, end)


def _read_7(file: BinaryIO, start: int, end: int) -> Musepack:
    head = read_at(file, start, 28)
    if len(head) < 28:
        raise TruncatedAudio("It ends within its header.")
    if head[3] & 15 != _SV7:
        raise UnreadableAudio("Its version is not one that Melodee reads.")
    if is_blank(file, start, end):
        raise TruncatedAudio("Its end is filled with zero bytes.")
    frames, flags = int.from_bytes(head[4:8], "little"), int.from_bytes(head[8:12], "little")
    gains = [int.from_bytes(head[at : at + 2], "little", signed=True) for at in (14, 18)]
    peaks = [int.from_bytes(head[at : at + 2], "little") for at in (12, 16)]
    stream = _stream(frames * _FRAME - _FRAME // 2, _RATES[flags >> 16 & 3], 2, end - start)
    texts = [f"{gain / 100:.2f}" if gain else "" for gain in gains]
    tops = [f"{peak / 32768:.6f}" if peak else "" for peak in peaks]
    return Musepack(stream, Gains(texts[0], tops[0], texts[1], tops[1]))


def _read_8(file: BinaryIO, start: int, end: int) -> Musepack:
    packets = dict(_packets(file, start + 4, end))
    header = packets.get(b"SH", b"")
    if len(header) < 9:
        raise UnreadableAudio("It has no stream header.")
    if header[4] != _SV8:
        raise UnreadableAudio("Its version is not one that Melodee reads.")
    samples, width = _number(header[5:])
    skipped, more = _number(header[5 + width :])
    rest = header[5 + width + more :]
    if not width or not more or len(rest) < 2 or rest[0] >> 5 >= len(_RATES):
        raise UnreadableAudio("Its stream header makes no sense.")
    return Musepack(
        _stream(samples - skipped, _RATES[rest[0] >> 5], (rest[1] >> 4) + 1, end - start),
        _gains_8(packets.get(b"RG", b"")),
    )


def _packets(file: BinaryIO, at: int, end: int) -> Iterator[tuple[bytes, bytes]]:
    """Names and first bytes of the packets that describe the stream. Raises `TruncatedAudio` without the last one."""
    for _ in range(_MOST_PACKETS):
        head = read_at(file, at, min(_LARGEST_HEAD, max(end - at, 0)))
        name, (length, width) = head[:2], _number(head[2:])
        if not width or length < 2 + width or not (name.isalpha() and name.isupper()):
            if len(head) < _LARGEST_HEAD:
                break
            raise UnreadableAudio("A packet makes no sense.")
        if at + length > end:
            raise TruncatedAudio(f"Its last packet lacks {at + length - end:,} bytes.")
        if name in (b"SH", b"RG"):
            yield name, head[2 + width : length]
        if name == b"SE":
            return
        at += length
    raise TruncatedAudio("Its end is missing.")


def _gains_8(content: bytes) -> Gains:
    if len(content) < 9:
        return Gains()
    gain, peak, album_gain, album_peak = (int.from_bytes(content[at : at + 2]) for at in (1, 3, 5, 7))
    texts = [f"{_REFERENCE - each / 256:.2f}" if each else "" for each in (gain, album_gain)]
    tops = [f"{10 ** (each / 5120) / 32768:.6f}" if each else "" for each in (peak, album_peak)]
    return Gains(texts[0], tops[0], texts[1], tops[1])


def _number(data: bytes) -> tuple[int, int]:
    """A number in bytes of seven bits, the highest first, and how many bytes it takes: 0 when it does not end."""
    value = 0
    for count, byte in enumerate(data[:9], 1):
        value = value << 7 | byte & 0x7F
        if not byte & 0x80:
            return value, count
    return 0, 0


def _stream(samples: int, rate: int, channels: int, length: int) -> Stream:
    if samples <= 0:
        raise UnreadableAudio("There is no sound in it.")
    return Stream(
        codec="musepack",
        duration_ms=round(samples / rate * 1000),
        bit_rate=average_bit_rate(length, samples / rate),
        sampling_rate=rate,
        channels=channels,
        bit_depth=None,
    )
