"""Whether an Ogg file's last page is there. Page layout: RFC 3533, section 6."""

from typing import BinaryIO

from melodee.audio.errors import TruncatedAudio
from melodee.audio.stream import read_at

_LARGEST_PAGE = 27 + 255 + 255 * 255
_END_OF_STREAM = 4
_UNFINISHED = (1 << 64) - 1


def check(file: BinaryIO, size: int) -> None:
    """Raises `TruncatedAudio` when the last page is cut, or ends within a packet that never goes on.

    A whole last page without the end-of-stream flag is accepted: recordings of radio streams end so.
    """
    start = max(size - 2 * _LARGEST_PAGE, 0)
    data = read_at(file, start, size - start)
    at = data.rfind(b"OggS")
    if at < 0:
        raise TruncatedAudio("Its end holds no Ogg page.")
    header = data[at : at + 27]
    segments = data[at + 27 : at + 27 + header[26]] if len(header) == 27 else b""
    if len(header) < 27 or len(segments) < header[26]:
        raise TruncatedAudio("Its last page is cut.")
    rest = len(data) - (at + 27 + len(segments) + sum(segments))
    if rest < 0:
        raise TruncatedAudio(f"Its last page lacks {-rest:,} bytes.")
    if header[5] & _END_OF_STREAM:
        return
    if int.from_bytes(header[6:14], "little") == _UNFINISHED or segments.endswith(b"\xff"):
        raise TruncatedAudio("It ends within a packet.")
    if rest and (data.endswith((b"O", b"Og", b"Ogg")) or not data[-rest:].strip(b"\0")):
        raise TruncatedAudio("Its last page is cut.")
