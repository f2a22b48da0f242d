"""Windows Media (ASF): its objects, its sound's properties, and whether the sound is all there.

Advanced Systems Format Specification, Microsoft, revision 01.20.05: sections 2 (objects), 3.2 (file properties), 3.3
(stream properties), 5 (data). Only the header is read, never the sound.
"""

from collections.abc import Iterator
from typing import BinaryIO, NamedTuple
from uuid import UUID

from melodee.audio.errors import TruncatedAudio, UnreadableAudio
from melodee.audio.stream import Stream, average_bit_rate, read_at

LARGEST_HEADER = 48 << 20
"""Bytes; pictures stand in it."""
_MOST_OBJECTS = 1000
_LARGEST_STREAM = 4096


def _guid(text: str) -> bytes:
    return UUID(text).bytes_le


HEADER = _guid("75B22630-668E-11CF-A6D9-00AA0062CE6C")
_DATA = _guid("75B22636-668E-11CF-A6D9-00AA0062CE6C")
_FILE = _guid("8CABDCA1-A947-11CF-8EE4-00C00C205365")
_STREAM = _guid("B7DC0791-A9B7-11CF-8EE6-00C00C205365")
_SOUND = _guid("F8699E40-5B4D-11CF-A8FD-00805F5C442B")
_ENCRYPTED = frozenset(
    {
        _guid("2211B3FB-BD23-11D2-B4B7-00A0C955FC6E"),
        _guid("298AE614-2622-4C17-B935-DAE07EE9289C"),
        _guid("43058533-6981-49E6-9B74-AD12CB86D58C"),
    }
)
_CODECS = {0x0A: "wmavoice", 0x160: "wmav1", 0x161: "wmav2", 0x162: "wmapro", 0x163: "wmalossless", 0x55: "mp3"}
_EXTENSION = _guid("5FBF03B5-A92E-11CF-8EE3-00C00C205365")
_EXTENSION_HEAD = 22
_BROADCAST = 1


class _Object(NamedTuple):
    name: bytes
    start: int
    end: int


class _Header(NamedTuple):
    properties: bytes
    sound: bytes


def read_stream(file: BinaryIO, size: int) -> Stream:
    """The sound's properties.

    Raises `TruncatedAudio` when an object ends beyond the file, and `UnreadableAudio` for what is encrypted, has no
    sound, or makes no sense.
    """
    whole = _object_at(file, 0)
    if whole is None or whole.name != HEADER or whole.end < 30 or whole.end > LARGEST_HEADER:
        raise UnreadableAudio("Its header makes no sense.")
    if whole.end > size:
        raise TruncatedAudio("It ends within its header.")
    header = _read_header(file, whole.end)
    data = _object_at(file, whole.end)
    if data is None or data.name != _DATA:
        raise TruncatedAudio("It ends with its header.")
    streamed = len(header.properties) > 68 and header.properties[64] & _BROADCAST
    if data.end > size and not streamed:
        raise TruncatedAudio(f"Its sound ends {data.end - size:,} bytes beyond the end of the file.")
    return _stream(header, (min(data.end, size) if data.end > data.start else size) - data.start)


def _read_header(file: BinaryIO, end: int) -> _Header:
    properties = sound = b""
    for each in _objects(file, 30, end):
        if each.end > end:
            raise UnreadableAudio("Its header makes no sense.")
        if each.name in _ENCRYPTED:
            raise UnreadableAudio("Its sound is encrypted (DRM).")
        if each.name == _EXTENSION:
            _check_extension(file, each)
        elif each.name == _FILE:
            properties = read_at(file, each.start, min(each.end - each.start, 80))
        elif each.name == _STREAM and not sound:
            found = read_at(file, each.start, min(each.end - each.start, _LARGEST_STREAM))
            sound = found if found.startswith(_SOUND) else b""
    if len(properties) < 80:
        raise UnreadableAudio("Its header makes no sense.")
    if len(sound) < 70:
        raise UnreadableAudio("There is no sound in it.")
    return _Header(properties, sound)


def _check_extension(file: BinaryIO, extension: _Object) -> None:
    """Objects of metadata stand in it; further ones like itself would be read into each other without end."""
    last = extension.start + _EXTENSION_HEAD
    for each in _objects(file, last, extension.end):
        if each.name == _EXTENSION or each.end > extension.end:
            raise UnreadableAudio("Its header makes no sense.")
        last = each.end
    if last + 24 <= extension.end and read_at(file, last, 24).strip(b"\0"):
        raise UnreadableAudio("Its header makes no sense.")


def _objects(file: BinaryIO, start: int, end: int) -> Iterator[_Object]:
    for _ in range(_MOST_OBJECTS):
        found = _object_at(file, start) if start + 24 <= end else None
        if found is None or found.end < found.start:
            return
        yield found
        start = found.end


def _object_at(file: BinaryIO, start: int) -> _Object | None:
    """The object that begins there; its end lies before its content when it does not know its size (a broadcast)."""
    head = read_at(file, start, 24)
    if len(head) < 24:
        return None
    length = int.from_bytes(head[16:], "little")
    return _Object(head[:16], start + 24, start + length)


def _stream(header: _Header, length: int) -> Stream:
    properties, wave = header.properties, header.sound[54:]
    # The play duration holds the time that is buffered first, in another unit.
    played, buffered = int.from_bytes(properties[40:48], "little"), int.from_bytes(properties[56:64], "little")
    seconds = max(played / 10_000_000 - buffered / 1000, 0.0)
    kind, channels = int.from_bytes(wave[0:2], "little"), int.from_bytes(wave[2:4], "little")
    rate, byte_rate = int.from_bytes(wave[4:8], "little"), int.from_bytes(wave[8:12], "little")
    codec, depth = _CODECS.get(kind, f"wma-{kind:04x}"), int.from_bytes(wave[14:16], "little")
    if not rate or not channels:
        raise UnreadableAudio("Its format makes no sense.")
    if not seconds and byte_rate:
        seconds = length / byte_rate
    if length <= 0 or not seconds:
        raise UnreadableAudio("There is no sound in it.")
    return Stream(
        codec=codec,
        duration_ms=round(seconds * 1000),
        bit_rate=round(byte_rate * 8 / 1000) or average_bit_rate(length, seconds),
        sampling_rate=rate,
        channels=channels,
        bit_depth=depth if codec == "wmalossless" and depth else None,
    )
