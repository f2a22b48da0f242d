"""APEv2 tags: of Monkey's Audio, WavPack and Musepack, and beside ID3 on many an mp3.

Read here rather than by mutagen, which gives up a whole tag for one bad item, and reads keys byte by byte. Layout:
wiki.hydrogenaudio.org/index.php?title=APEv2_specification. An item is its value's length, flags, its key, a zero byte,
and the value; texts are UTF-8, with zero bytes between several.
"""

from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from melodee.audio import edges
from melodee.audio.native import BACK_COVER, FRONT_COVER, Native, PictureInfo
from melodee.audio.stream import read_at

LARGEST_TAG = 64 << 20
_MOST_ITEMS = 10_000
_LONGEST_KEY = 255
_TEXT, _BINARY = 0, 1
_PICTURE = "cover art ("
_KINDS = {"cover art (front)": FRONT_COVER, "cover art (back)": BACK_COVER}
_MAGIC = ((b"\xff\xd8\xff", "image/jpeg"), (b"\x89PNG", "image/png"), (b"GIF8", "image/gif"))


class Item(NamedTuple):
    """One item; the key is in lower case, for no two may differ by case alone."""

    key: str
    kind: int
    value: bytes


def read(file: BinaryIO, size: int) -> Native | None:
    """The tag at the end of the file; None without one. What comes after a broken item is left out."""
    place = edges.ape_items(file, size)
    if place is None:
        return None
    native = Native()
    for item in _items(file, *place):
        if item.kind == _TEXT:
            native.add(item.key, *_texts(native, item))
        elif item.kind == _BINARY and item.key.startswith(_PICTURE):
            data = _picture(item)
            native.pictures.append(PictureInfo(_KINDS.get(item.key, 0), _mime(data), len(data)))
    return native


def pictures(file: BinaryIO, size: int) -> list[tuple[int, bytes]]:
    """Kinds and bytes of the pictures in the tag at the end of the file."""
    place = edges.ape_items(file, size)
    found = _items(file, *place) if place is not None else iter(())
    return [
        (_KINDS.get(item.key, 0), _picture(item))
        for item in found
        if item.kind == _BINARY and item.key.startswith(_PICTURE)
    ]


def _items(file: BinaryIO, start: int, end: int) -> Iterator[Item]:
    data = read_at(file, start, min(max(end - start, 0), LARGEST_TAG))
    at = 0
    for _ in range(_MOST_ITEMS):
        key_end = data.find(b"\0", at + 8, at + 8 + _LONGEST_KEY + 1)
        if key_end <= at + 8:
            return
        length, flags = int.from_bytes(data[at : at + 4], "little"), int.from_bytes(data[at + 4 : at + 8], "little")
        key, at = data[at + 8 : key_end], key_end + 1 + length
        if at > len(data) or not key.isascii():
            return
        yield Item(key.decode().lower(), flags >> 1 & 3, data[key_end + 1 : at])


def _texts(native: Native, item: Item) -> list[str]:
    try:
        text = item.value.decode()
    except UnicodeDecodeError:
        text = item.value.decode("cp1252", errors="replace")
        native.reencoded.append(item.key)
    return [each for each in text.split("\0") if each]


def _picture(item: Item) -> bytes:
    """A file name and a zero byte come before the picture."""
    _, zero, data = item.value.partition(b"\0")
    return data if zero else item.value


def _mime(data: bytes) -> str:
    return next((mime for magic, mime in _MAGIC if data.startswith(magic)), "")
