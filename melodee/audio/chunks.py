"""WAV and AIFF: chunks of RIFF and IFF, their sound's properties, and whether the sound is all there.

RIFF WAVE: IBM and Microsoft, 1991, and WAVEFORMATEXTENSIBLE; RF64: EBU Tech 3306; AIFF and AIFF-C: Apple, 1989/1991.
"""

from collections.abc import Iterator
from typing import BinaryIO, Literal, NamedTuple

from melodee.audio.errors import TruncatedAudio, UnreadableAudio
from melodee.audio.stream import Stream, average_bit_rate, read_at
from melodee.errors import MelodeeError

LARGEST_TEXT = 1 << 16
_UNKNOWN_SIZE = 0x7FFFF000
"""Writers to a pipe leave 0, 0xFFFFFFFF or, as SoX does, nearly 2 GB, for they cannot go back."""
_MOST_CHUNKS = 10_000

_WAV_CODECS = {1: "pcm", 3: "pcm", 2: "adpcm", 6: "alaw", 7: "ulaw", 0x11: "adpcm", 0x50: "mp2", 0x55: "mp3"}
_EXTENSIBLE = 0xFFFE
_AIFF_PCM = frozenset({b"NONE", b"sowt", b"twos", b"raw ", b"in24", b"in32", b"42ni", b"23ni"})
_AIFF_FLOAT = {b"fl32": 32, b"FL32": 32, b"fl64": 64, b"FL64": 64}


class Chunk(NamedTuple):
    """One chunk; `end` may lie beyond the file when it is cut."""

    name: bytes
    start: int
    end: int


class Chunks(NamedTuple):
    """What was found in a file of chunks."""

    stream: Stream
    id3: Chunk | None
    texts: dict[str, list[str]]
    """RIFF's INFO list, or AIFF's text chunks, by chunk name."""


def chunks(file: BinaryIO, start: int, end: int, order: Literal["little", "big"]) -> Iterator[Chunk]:
    """The chunks between two offsets; the walk stops at what is no chunk."""
    for _ in range(_MOST_CHUNKS):
        header = read_at(file, start, 8)
        if start + 8 > end or len(header) < 8 or not header[:4].isascii() or not header[:4].decode().isprintable():
            return
        length = int.from_bytes(header[4:], order)
        yield Chunk(header[:4], start + 8, start + 8 + length)
        start += 8 + length + length % 2


def _whole(file: BinaryIO, size: int, order: Literal["little", "big"], sound: bytes) -> Iterator[Chunk]:
    """The chunks after the file's head with their true ends. Raises `TruncatedAudio` for one that is cut."""
    large = 0
    for chunk in chunks(file, 12, size, order):
        length = chunk.end - chunk.start
        if chunk.name == b"ds64":
            large = int.from_bytes(read_at(file, chunk.start + 8, 8), "little")
        streamed = chunk.name == sound and (length == 0 or length >= _UNKNOWN_SIZE)
        end = chunk.end
        if streamed:
            end = chunk.start + large if large else size
        if end > size:
            name = chunk.name.decode().strip()
            raise TruncatedAudio(f"Its '{name}' chunk ends {end - size:,} bytes beyond the end of the file.")
        yield Chunk(chunk.name, chunk.start, end)
        if streamed:
            return


def read_wav(file: BinaryIO, size: int) -> Chunks:
    """Raises `UnreadableAudio` without format or sound, `TruncatedAudio` when a chunk ends beyond the file."""
    form, data, id3, samples = b"", None, None, 0
    texts: dict[str, list[str]] = {}
    for chunk in _whole(file, size, "little", b"data"):
        if chunk.name == b"data":
            data = chunk
        elif chunk.name == b"fmt ":
            form = read_at(file, chunk.start, min(chunk.end - chunk.start, 40))
        elif chunk.name == b"fact":
            samples = int.from_bytes(read_at(file, chunk.start, 4), "little")
        elif chunk.name in (b"id3 ", b"ID3 "):
            id3 = chunk
        elif chunk.name == b"LIST" and read_at(file, chunk.start, 4) == b"INFO":
            for text in chunks(file, chunk.start + 4, chunk.end, "little"):
                _add_text(file, text, texts)
    if len(form) < 16 or data is None:
        raise _incomplete(file, size, "little")
    return Chunks(_wav_stream(form, data.end - data.start, samples), id3, texts)


def _wav_stream(form: bytes, length: int, samples: int) -> Stream:
    kind, channels = int.from_bytes(form[0:2], "little"), int.from_bytes(form[2:4], "little")
    rate, byte_rate = int.from_bytes(form[4:8], "little"), int.from_bytes(form[8:12], "little")
    align, depth = int.from_bytes(form[12:14], "little"), int.from_bytes(form[14:16], "little")
    if kind == _EXTENSIBLE and len(form) >= 26:
        kind = int.from_bytes(form[24:26], "little")
    codec = _WAV_CODECS.get(kind, f"wav-{kind:04x}")
    if codec == "pcm":
        byte_rate = rate * align
    if not byte_rate or not rate or not channels:
        raise UnreadableAudio("Its format chunk makes no sense.")
    if not length:
        raise UnreadableAudio("There is no sound in it.")
    seconds = length / byte_rate
    if codec != "pcm" and 0 < samples < _UNKNOWN_SIZE:
        seconds = samples / rate  # old versions of ffmpeg write a wrong byte rate for ADPCM
    return Stream(
        codec=codec,
        duration_ms=round(seconds * 1000),
        bit_rate=average_bit_rate(length, seconds),
        sampling_rate=rate,
        channels=channels,
        bit_depth=depth if codec == "pcm" and depth else None,
    )


def read_aiff(file: BinaryIO, size: int) -> Chunks:
    """Raises `UnreadableAudio` without format or sound, `TruncatedAudio` when a chunk ends beyond the file."""
    common, sound, id3 = b"", None, None
    texts: dict[str, list[str]] = {}
    for chunk in _whole(file, size, "big", b"SSND"):
        if chunk.name == b"SSND":
            sound = chunk
        elif chunk.name == b"COMM":
            common = read_at(file, chunk.start, min(chunk.end - chunk.start, 64))
        elif chunk.name in (b"ID3 ", b"id3 "):
            id3 = chunk
        elif chunk.name in (b"NAME", b"AUTH", b"ANNO", b"(c) "):
            _add_text(file, chunk, texts)
    if len(common) < 18 or sound is None:
        raise _incomplete(file, size, "big")
    return Chunks(_aiff_stream(common, sound.end - sound.start - 8), id3, texts)


def _aiff_stream(common: bytes, length: int) -> Stream:
    channels, frames = int.from_bytes(common[0:2]), int.from_bytes(common[2:6])
    depth, rate = int.from_bytes(common[6:8]), _extended(common[8:18])
    kind = common[18:22] or b"NONE"
    depth = _AIFF_FLOAT.get(kind, depth)
    pcm = kind in _AIFF_PCM or kind in _AIFF_FLOAT
    width = channels * ((depth + 7) // 8)
    if not rate or not channels or (pcm and not width):
        raise UnreadableAudio("Its format chunk makes no sense.")
    if length <= 0:
        raise UnreadableAudio("There is no sound in it.")
    if pcm:
        # A stream's writer could not go back to count the frames.
        frames = length // width if not frames or frames >= _UNKNOWN_SIZE else frames
    seconds = frames / rate
    return Stream(
        codec="pcm" if pcm else kind.decode("latin-1").strip().lower(),
        duration_ms=round(seconds * 1000),
        bit_rate=average_bit_rate(length, seconds),
        sampling_rate=rate,
        channels=channels,
        bit_depth=depth if pcm else None,
    )


def _extended(ten: bytes) -> int:
    """The whole part of an 80-bit IEEE number, as sampling rates are in AIFF; 0 for what is no sampling rate."""
    exponent, mantissa = (int.from_bytes(ten[:2]) & 0x7FFF) - 16383, int.from_bytes(ten[2:])
    return mantissa >> 63 - exponent if 0 <= exponent < 32 else 0


def _add_text(file: BinaryIO, chunk: Chunk, texts: dict[str, list[str]]) -> None:
    data = read_at(file, chunk.start, max(min(chunk.end - chunk.start, LARGEST_TEXT), 0)).rstrip(b"\0")
    try:
        text = data.decode()
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    if text and len(texts) < 64:
        texts.setdefault(chunk.name.decode().strip(), []).append(text)


def _incomplete(file: BinaryIO, size: int, order: Literal["little", "big"]) -> MelodeeError:
    declared = int.from_bytes(read_at(file, 4, 4), order) + 8
    if size < declared < _UNKNOWN_SIZE:
        return TruncatedAudio(f"{size:,} of {declared:,} bytes are there.")
    return UnreadableAudio("It has no format or no sound chunk.")
