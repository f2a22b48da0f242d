"""The tags of a file under the keys of its own format, as text: what `fields` maps to a `Track`.

mutagen has parsed them; its objects are dynamic, hence the `Any`.
"""

import base64
from collections.abc import Callable
from typing import Any, NamedTuple

from mutagen.mp4 import MP4Cover

FRONT_COVER = 3
BACK_COVER = 4
PICTURE_KINDS = (
    "other", "icon", "other icon", "front", "back", "leaflet", "medium", "lead artist", "artist", "conductor", "band",
    "composer", "lyricist", "location", "recording", "performance", "screen capture", "fish", "illustration",
    "band logo", "publisher logo",
)  # fmt: skip
"""Words for the kinds of pictures that ID3 (APIC), FLAC and ASF number alike."""

_PICTURE_HEADER = 4096
_MOST_PICTURES = 100
_ENCODING_LATIN1 = 0
_MILLISECONDS = 2
_WORDS = (1, 2)
"""Of synchronised texts: lyrics and a transcription of them. The others are chords, events and trivia."""


class PictureInfo(NamedTuple):
    """An embedded picture: its kind (3: front cover), media type and number of bytes."""

    kind: int
    mime: str
    size: int


class Native:
    """What one file's tags hold."""

    def __init__(self) -> None:
        self.values: dict[str, list[str]] = {}
        self.people: list[tuple[str, str, str]] = []
        """Of ID3: the frame (TIPL, TMCL, or IPLS before version 2.4), the role or instrument, the name."""
        self.pictures: list[PictureInfo] = []
        self.reencoded: list[str] = []
        """Keys whose text was stored in another encoding than the frame says."""
        self.base_gain: float | None = None
        """Of Opus: dB that decoders add by themselves."""

    def add(self, key: str, *values: str) -> None:
        """Adds values under a key of the format."""
        self.values.setdefault(key, []).extend(values)

    def cover(self) -> PictureInfo | None:
        """The front cover, else the first picture that holds anything."""
        pictures = [picture for picture in self.pictures if picture.size]
        return min(pictures, key=lambda picture: picture.kind != FRONT_COVER, default=None)

    def picture_kinds(self) -> list[str]:
        """A word for each picture that holds anything."""
        kinds = [picture.kind for picture in self.pictures if picture.size][:_MOST_PICTURES]
        return [PICTURE_KINDS[kind] if 0 <= kind < len(PICTURE_KINDS) else PICTURE_KINDS[0] for kind in kinds]


def from_id3(tags: Any) -> Native:
    """From a `mutagen.id3.ID3` that was translated to version 2.4 while loading."""
    native = Native()
    for frame in tags.values():
        name: str = frame.FrameID
        if take := _ID3_FRAMES.get(name):
            take(native, frame)
        elif name.startswith("W"):
            native.add(name, frame.url)
        elif isinstance(getattr(frame, "text", None), list):
            _add_texts(native, name, frame)
    if native.people and tags.version < (2, 4):
        # mutagen has made it TIPL, where instruments have no place.
        native.people = [("IPLS", role, person) for _, role, person in native.people]
    return native


def _take_txxx(native: Native, frame: Any) -> None:
    _add_texts(native, f"TXXX:{frame.desc.lower()}", frame)


def _take_comment(native: Native, frame: Any) -> None:
    _add_texts(native, f"COMM:{frame.desc.lower()}" if frame.desc else "COMM", frame)


def _take_people(native: Native, frame: Any) -> None:
    native.people += [(frame.FrameID, role, person) for role, person in frame.people]


def _take_volume(native: Native, frame: Any) -> None:
    native.add(f"RVA2:{frame.desc.lower()}", str(frame.gain))
    native.add(f"RVA2:{frame.desc.lower()}:peak", str(frame.peak))


def _take_picture(native: Native, frame: Any) -> None:
    native.pictures.append(PictureInfo(int(frame.type), frame.mime, len(frame.data)))


def _take_synced(native: Native, frame: Any) -> None:
    if frame.type in _WORDS:
        native.add("SYLT" if frame.format == _MILLISECONDS else "SYLT:frames", _lrc(frame))


_ID3_FRAMES: dict[str, Callable[[Native, Any], None]] = {
    "TXXX": _take_txxx,
    "COMM": _take_comment,
    "TIPL": _take_people,
    "TMCL": _take_people,
    "RVA2": _take_volume,
    "APIC": _take_picture,
    "USLT": lambda native, frame: native.add("USLT", frame.text),
    "SYLT": _take_synced,
    "UFID": lambda native, frame: native.add(f"UFID:{frame.owner}", frame.data.decode("latin-1")),
    "POPM": lambda native, frame: native.add(f"POPM:{frame.email}", str(frame.rating)),
}
"""Frames that are not just a list of texts."""


def _add_texts(native: Native, key: str, frame: Any) -> None:
    texts = [str(text) for text in frame.text]
    if frame.encoding == _ENCODING_LATIN1:
        repaired = [repair_latin1(text) for text in texts]
        if repaired != texts:
            native.reencoded.append(key)
            texts = repaired
    native.add(key, *texts)


def repair_latin1(text: str) -> str:
    """Text of a Latin-1 frame that holds UTF-8, or Windows' quotes and dashes where Latin-1 has control characters."""
    if text.isascii():
        return text
    try:
        data = text.encode("latin-1")
    except UnicodeEncodeError:
        return text
    try:
        return data.decode()
    except UnicodeDecodeError:
        if not any(0x80 <= byte < 0xA0 for byte in data):
            return text
        return data.decode("cp1252", errors="replace")


def _lrc(frame: Any) -> str:
    """Synchronised lyrics in milliseconds as LRC lines; those counted in frames without times."""
    if frame.format != _MILLISECONDS:
        return "".join(text for text, _ in frame.text)
    lines: list[str] = []
    for text, at in frame.text:
        words = text.strip("\n")
        if text.startswith("\n") or not lines:
            lines.append(f"[{at // 60000:02}:{at % 60000 / 1000:05.2f}]{words}")
        else:
            lines[-1] += words
    return "\n".join(lines)


def from_vorbis(tags: Any, pictures: Any = ()) -> Native:
    """From Vorbis comments and, for FLAC, its picture blocks."""
    native = Native()
    native.pictures = [PictureInfo(picture.type, picture.mime, len(picture.data)) for picture in pictures]
    for name, value in tags or ():
        key = name.lower()
        if key == "metadata_block_picture":
            info = picture_block_info(value)
            if info is not None:
                native.pictures.append(info)
        elif key == "coverart":
            native.pictures.append(PictureInfo(FRONT_COVER, "image/jpeg", len(value) * 3 // 4))
        else:
            native.add(key, value)
    return native


def picture_block_info(encoded: str) -> PictureInfo | None:
    """About a picture in a Vorbis comment: a FLAC picture block (RFC 9639, section 8.8) in base64."""
    try:
        head = base64.b64decode(encoded[:_PICTURE_HEADER])
    except ValueError:
        return None
    kind, mime_length = int.from_bytes(head[0:4]), int.from_bytes(head[4:8])
    mime, at = head[8 : 8 + mime_length], 8 + mime_length
    at += 4 + int.from_bytes(head[at : at + 4]) + 16  # a description, then width, height, depth and colours
    length = head[at : at + 4]
    if len(length) < 4:
        return None
    return PictureInfo(kind, mime.decode("latin-1"), min(int.from_bytes(length), len(encoded) * 3 // 4))


def from_mp4(tags: Any) -> Native:
    """From `mutagen.mp4.MP4Tags`."""
    native = Native()
    items: list[tuple[str, Any]] = list(tags.items()) if tags else []
    for name, value in items:
        if name == "covr":
            # MP4 does not say which picture is the front cover: the first one is.
            native.pictures = [PictureInfo(FRONT_COVER, mp4_mime(cover), len(cover)) for cover in value]
        elif name.startswith("----:"):
            native.add(
                f"----:{name.rpartition(':')[2].lower()}", *(bytes(each).decode(errors="replace") for each in value)
            )
        elif name in ("trkn", "disk"):
            native.add(name, *(f"{number or ''}/{total or ''}" for number, total in value))
        elif isinstance(value, bool):
            native.add(name, str(int(value)))
        else:
            native.add(name, *(str(item) for item in value))
    return native


def mp4_mime(cover: Any) -> str:
    """The media type that a `mutagen.mp4.MP4Cover` says it has."""
    return "image/png" if cover.imageformat == MP4Cover.FORMAT_PNG else "image/jpeg"
