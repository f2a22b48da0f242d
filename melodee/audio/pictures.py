"""Pictures inside songs. Those beside them are the business of `melodee.sidecars.art`."""

import base64
import os
from typing import Any, BinaryIO

from mutagen import MutagenError
from mutagen.flac import Picture

from melodee.audio import ape_tags, asf_tags, chunks, dsf, integrity, parsing
from melodee.audio.native import FRONT_COVER

LARGEST_PICTURE = 32 << 20
"""Bytes of an embedded picture; a larger one is passed over."""


def embedded_picture(path: str | os.PathLike[str]) -> bytes | None:
    """The embedded front cover, else the first embedded picture; None when there is none of at most 32 MB.

    Raises `UnreadableAudio` and `MislabelledAudio` as `read_track` does.
    """
    name = os.fspath(path)
    with parsing.opened(name) as (file, size):
        container = integrity.check_container(file, os.path.basename(name), size)  # noqa: PTH119 (as in tags)
        found = [(kind, data) for kind, data in _pictures(file, container, size) if 0 < len(data) <= LARGEST_PICTURE]
    return min(found, key=lambda picture: picture[0] != FRONT_COVER)[1] if found else None


def _pictures(file: BinaryIO, container: str, size: int) -> list[tuple[int, bytes]]:
    match container:
        case "flac":
            found = [(picture.type, picture.data) for picture in parsing.flac(file).pictures]
            found = found or _of_id3(parsing.id3(file))
        case "wav" | "aiff" | "dsf":
            read = {"wav": chunks.read_wav, "aiff": chunks.read_aiff, "dsf": dsf.read}[container]
            chunk = read(file, size).id3
            found = _of_id3(parsing.id3_chunk(file, chunk)) if chunk else []
        case "mp4":
            tags = parsing.mp4(file).tags
            found = [(FRONT_COVER, bytes(cover)) for cover in tags["covr"]] if tags and "covr" in tags else []
        case "asf":
            found = asf_tags.pictures(parsing.asf(file).tags)
        case "ape" | "wavpack" | "musepack":
            found = ape_tags.pictures(file, size) or _of_id3(parsing.id3(file))
        case "ogg":
            found = _of_vorbis(parsing.ogg(file).file.tags)
        case _:  # mpeg, tta, adts
            found = _of_id3(parsing.id3(file)) or ape_tags.pictures(file, size)
    return found


def _of_id3(tags: Any) -> list[tuple[int, bytes]]:
    return [(int(frame.type), frame.data) for frame in tags.getall("APIC")] if tags is not None else []


def _of_vorbis(tags: Any) -> list[tuple[int, bytes]]:
    found: list[tuple[int, bytes]] = []
    for name, value in tags or ():
        key, text = name.lower(), value[: LARGEST_PICTURE * 3 // 2]
        try:
            if key == "coverart":
                found.append((FRONT_COVER, base64.b64decode(text)))
            elif key == "metadata_block_picture":
                picture: Any = Picture(base64.b64decode(text))
                found.append((picture.type, picture.data))
        except (ValueError, MutagenError):
            continue
    return found
