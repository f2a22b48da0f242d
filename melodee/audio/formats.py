"""What a file is, as far as its name tells: audio (and in which container), image, sidecar or something else."""

from enum import Enum
from typing import NamedTuple


class FileKind(Enum):
    """What intake does with a file: it reads audio, lets images and sidecars travel along, ignores the rest."""

    AUDIO = "audio"
    IMAGE = "image"
    SIDECAR = "sidecar"
    OTHER = "other"


class Format(NamedTuple):
    """An audio format by its suffix. What the bytes say wins in the end: `codec` of a track is read, never assumed."""

    suffix: str
    container: str
    """A key of `melodee.audio.containers.NAMES`."""
    content_type: str
    """The media type that players know. Opus in Ogg is audio/ogg (RFC 7845, section 9)."""
    lossless: bool
    """Whether every codec that is usual in it is lossless; an m4a may hold either, so it says False."""


FORMATS: dict[str, Format] = {
    each.suffix: each
    for each in (
        Format("mp3", "mpeg", "audio/mpeg", False),
        Format("flac", "flac", "audio/flac", True),
        Format("m4a", "mp4", "audio/mp4", False),
        Format("m4b", "mp4", "audio/mp4", False),
        Format("mp4", "mp4", "audio/mp4", False),
        Format("ogg", "ogg", "audio/ogg", False),
        Format("oga", "ogg", "audio/ogg", False),
        Format("opus", "ogg", "audio/ogg", False),
        Format("wav", "wav", "audio/wav", True),
        Format("wave", "wav", "audio/wav", True),
        Format("aiff", "aiff", "audio/aiff", True),
        Format("aif", "aiff", "audio/aiff", True),
        Format("aifc", "aiff", "audio/aiff", True),
        Format("wma", "asf", "audio/x-ms-wma", False),
        Format("ape", "ape", "audio/x-ape", True),
        Format("wv", "wavpack", "audio/x-wavpack", True),
        Format("mpc", "musepack", "audio/x-musepack", False),
        Format("dsf", "dsf", "audio/x-dsf", True),
        Format("tta", "tta", "audio/x-tta", True),
        Format("aac", "adts", "audio/aac", False),
    )
}

IMAGES: dict[str, str] = {
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "gif": "image/gif",
    "webp": "image/webp",
    "bmp": "image/bmp",
}
"""Content types of the image suffixes."""

SIDECARS = frozenset(
    {
        *("cue", "m3u", "m3u8", "log", "nfo", "txt", "lrc", "srt", "ttml", "sfv", "md5", "ffp", "accurip", "pdf"),
        "wvc",  # what a hybrid WavPack file lacks to be lossless
    }
)

LOSSLESS_CODECS = frozenset({"flac", "alac", "pcm", "ape", "wavpack", "tta", "wmalossless", "dsd"})

_UNFINISHED_SUFFIXES = (".part", ".tmp", ".crdownload")


def suffix_of(name: str) -> str:
    """The last suffix in lower case without its dot; empty when there is none."""
    stem, dot, suffix = name.rpartition(".")
    return suffix.lower() if dot and stem else ""


def format_of(name: str) -> Format | None:
    """The audio format that the name's suffix stands for."""
    return FORMATS.get(suffix_of(name))


def content_type_of(name: str) -> str:
    """The media type of an audio or image file by its name; `application/octet-stream` for anything else."""
    suffix = suffix_of(name)
    if suffix in FORMATS:
        return FORMATS[suffix].content_type
    return IMAGES.get(suffix, "application/octet-stream")


def classify(name: str) -> FileKind:
    """What kind of file the name (without folders) stands for."""
    suffix = suffix_of(name)
    if suffix in FORMATS:
        return FileKind.AUDIO
    if suffix in IMAGES:
        return FileKind.IMAGE
    if suffix in SIDECARS:
        return FileKind.SIDECAR
    return FileKind.OTHER


def is_not_a_file_yet(name: str) -> bool:
    """Whether the name (without folders) belongs to something hidden or still being written by a program."""
    return name.startswith((".", "~$")) or name.lower().endswith(_UNFINISHED_SUFFIXES)
