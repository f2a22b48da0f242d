"""Opening a file and having mutagen parse it, with everything that can go wrong turned into the item's error.

mutagen is dynamic, so its objects are `Any` here and in `native`.
"""

import os
import stat
from collections.abc import Callable, Generator
from contextlib import contextmanager
from io import BufferedReader, BytesIO, FileIO
from typing import Any, BinaryIO, NamedTuple

from mutagen.asf import ASF
from mutagen.flac import FLAC
from mutagen.id3 import ID3
from mutagen.id3 import ID3NoHeaderError as NoID3
from mutagen.mp4 import MP4
from mutagen.oggflac import OggFLAC
from mutagen.oggopus import OggOpus
from mutagen.oggvorbis import OggVorbis

from melodee.audio import id3_rescue
from melodee.audio.chunks import Chunk
from melodee.audio.errors import UnreadableAudio, unreadable
from melodee.audio.stream import read_at
from melodee.errors import MelodeeError
from melodee.text import clean_text

_OGG_CODECS: tuple[tuple[bytes, str, Any], ...] = (
    (b"\x01vorbis", "vorbis", OggVorbis),
    (b"OpusHead", "opus", OggOpus),
    (b"\x7fFLAC", "flac", OggFLAC),
)
_OGG_HEAD = 4096
_LARGE = 1 << 20
_REASON_LIMIT = 200


class OggFile(NamedTuple):
    """An Ogg file as mutagen read it."""

    codec: str
    """vorbis, opus or flac."""
    file: Any
    base_gain: float | None = None
    """Of Opus: the output gain of its header in dB (RFC 7845, section 5.1), unless it is 0."""


class _Bounded(BufferedReader):
    """A file of which nobody gets more than is there: a plain one takes the memory for what is asked of it first."""

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > _LARGE:
            size = min(size, max(os.fstat(self.fileno()).st_size - self.tell(), 0))
        return super().read(size)


@contextmanager
def opened(path: str) -> Generator[tuple[BinaryIO, int]]:
    """The open file and its size in bytes. What goes wrong inside is raised as a `MelodeeError` that names the path."""
    try:
        # Not blocking: a pipe in the place of a file must not stop the reader.
        with _Bounded(FileIO(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC))) as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise UnreadableAudio("It is not a regular file.")
            yield file, status.st_size
    except OSError as error:
        raise unreadable(error, path) from error
    except MelodeeError as error:
        if error.path is not None:
            raise
        raise type(error)(error.reason, path=path) from error


def id3(file: BinaryIO) -> Any:
    """The file's ID3v2 tag with what only its ID3v1 tag has, as version 2.4; None without either."""
    id3_rescue.check(file, 0)
    return _parse(ID3, file, absent=NoID3)


def id3_chunk(file: BinaryIO, chunk: Chunk) -> Any:
    """The ID3 tag in a chunk of a WAV or AIFF file; None when there is none."""
    id3_rescue.check(file, chunk.start)
    data = BytesIO(read_at(file, chunk.start, min(chunk.end - chunk.start, id3_rescue.LARGEST_TAG)))
    return _parse(lambda data: ID3(data, load_v1=False), data, absent=NoID3)


def flac(file: BinaryIO) -> Any:
    """A `mutagen.flac.FLAC`."""
    return _parse(FLAC, file)


def mp4(file: BinaryIO) -> Any:
    """A `mutagen.mp4.MP4`."""
    return _parse(MP4, file)


def asf(file: BinaryIO) -> Any:
    """A `mutagen.asf.ASF`."""
    return _parse(ASF, file)


def ogg(file: BinaryIO) -> OggFile:
    """The file's Vorbis, Opus or FLAC stream and its comments."""
    head = read_at(file, 0, _OGG_HEAD)
    for magic, codec, parser in _OGG_CODECS:
        if magic in head:
            return OggFile(codec, _parse(parser, file), _output_gain(head) if codec == "opus" else None)
    raise UnreadableAudio("It holds neither Vorbis nor Opus nor FLAC.")


def _output_gain(head: bytes) -> float | None:
    at = head.index(b"OpusHead") + 16
    return round(int.from_bytes(head[at : at + 2], "little", signed=True) / 256, 2) or None


def _parse(parser: Callable[[BinaryIO], Any], file: BinaryIO, absent: type[Exception] | None = None) -> Any:
    file.seek(0)
    try:
        return parser(file)
    except Exception as error:  # hostile bytes lead mutagen to any error: struct's, index, recursion …
        if absent is not None and isinstance(error, absent):
            return None
        said = clean_text(str(error), _REASON_LIMIT) or type(error).__name__
        raise UnreadableAudio(f"Its headers make no sense: {said}.") from error
