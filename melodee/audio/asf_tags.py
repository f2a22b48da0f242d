"""Attributes of a Windows Media file (ASF), as mutagen has parsed them."""

from typing import Any, NamedTuple

from melodee.audio.native import Native, PictureInfo

_TEXT, _BYTES, _FLAG, _GUID = 0, 1, 2, 6
_PICTURE = "wm/picture"
_LONGEST_TEXT = 4096


class Picture(NamedTuple):
    """What is in an attribute `WM/Picture`."""

    kind: int
    mime: str
    size: int
    start: int
    """Where its bytes begin in the attribute."""


def from_asf(tags: Any) -> Native:
    """From `mutagen.asf.ASFTags`; names in lower case."""
    native = Native()
    for name, value in tags:
        key = name.lower()
        if key == _PICTURE:
            if (picture := _picture(value.value)) is not None:
                native.pictures.append(PictureInfo(picture.kind, picture.mime, picture.size))
        elif value.TYPE == _FLAG:
            native.add(key, str(int(value.value)))
        elif value.TYPE == _TEXT:
            native.add(key, *(text for text in value.value.split("\0") if text))
        elif value.TYPE not in (_BYTES, _GUID):
            native.add(key, str(value.value))
    return native


def pictures(tags: Any) -> list[tuple[int, bytes]]:
    """Kinds and bytes of the pictures."""
    found = [(value.value, _picture(value.value)) for name, value in tags if name.lower() == _PICTURE]
    return [(picture.kind, data[picture.start : picture.start + picture.size]) for data, picture in found if picture]


def _picture(data: Any) -> Picture | None:
    """A kind, a length of four bytes, the media type and a description in UTF-16 with an end of zero, and the picture.

    `WM_PICTURE` of Microsoft's Windows Media Format SDK.
    """
    if not isinstance(data, bytes) or len(data) < 9:
        return None
    mime_end = _end_of_text(data, 5)
    text_end = _end_of_text(data, mime_end + 2) if mime_end > 0 else 0
    if text_end <= 0:
        return None
    at = text_end + 2
    mime = data[5:mime_end].decode("utf-16-le", errors="replace")
    return Picture(data[0], mime, min(int.from_bytes(data[1:5], "little"), max(len(data) - at, 0)), at)


def _end_of_text(data: bytes, start: int) -> int:
    """Where the UTF-16 text from `start` ends with a zero; 0 when it does not."""
    end = data.find(b"\0\0", start, start + _LONGEST_TEXT)
    while end >= 0 and (end - start) % 2:
        end = data.find(b"\0\0", end + 1, start + _LONGEST_TEXT)
    return max(end, 0)
