"""Writes the demo's tags with mutagen, under the first key that `melodee.audio.fields` has for each field."""

import base64
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import mutagen
import mutagen.id3
from mutagen.flac import Picture
from mutagen.id3 import APIC, TXXX, USLT
from mutagen.mp4 import MP4Cover, MP4FreeForm

from melodee.audio.fields import FIELDS
from melodee.audio.native import FRONT_COVER

Tags = Mapping[str, Sequence[str]]
"""Values by the name of a field in `melodee.audio.fields`; numbers as `3/12`."""

_KEYS = {field.name: field for field in FIELDS}
# mutagen is dynamic; what is typed in it is partly unknown.
_open: Any = getattr(mutagen, "File")  # noqa: B009
_frames: Any = getattr(mutagen.id3, "Frames")  # noqa: B009


def write_tags(path: Path, tags: Tags, cover: bytes | None) -> None:
    """Tags an untagged file and puts a JPEG into it as its front cover."""
    file: Any = _open(path)
    if file.tags is None:
        file.add_tags()
    if path.suffix == ".m4a":
        _fill_mp4(file, tags, cover)
    elif hasattr(file.tags, "add"):
        _fill_id3(file.tags, tags, cover)
    else:
        _fill_vorbis(file, tags, cover)
    file.save()


def _fill_id3(frames: Any, tags: Tags, cover: bytes | None) -> None:
    for name, values in tags.items():
        # Lyrics without times have a frame of their own.
        key = next(key for key in _KEYS[name].id3 if key != "SYLT")
        if key == "USLT":
            frames.add(USLT(encoding=3, lang="und", desc="", text=values[0]))
        elif key.startswith("TXXX:"):
            frames.add(TXXX(encoding=3, desc=key.removeprefix("TXXX:").upper(), text=list(values)))
        else:
            frames.add(_frames[key](encoding=3, text=list(values)))
    if cover:
        frames.add(APIC(encoding=3, mime="image/jpeg", type=FRONT_COVER, desc="", data=cover))


def _fill_mp4(file: Any, tags: Tags, cover: bytes | None) -> None:
    for name, values in tags.items():
        key = _KEYS[name].mp4[0]
        if key in ("trkn", "disk"):
            number, _, total = values[0].partition("/")
            file[key] = [(int(number), int(total or 0))]
        elif key == "cpil":
            file[key] = True
        elif key.startswith("----:"):
            own = f"----:com.apple.iTunes:{key.removeprefix('----:').upper()}"
            file[own] = [MP4FreeForm(value.encode()) for value in values]
        else:
            file[key] = list(values)
    if cover:
        file["covr"] = [MP4Cover(cover, MP4Cover.FORMAT_JPEG)]


def _fill_vorbis(file: Any, tags: Tags, cover: bytes | None) -> None:
    for name, values in tags.items():
        file[_KEYS[name].vorbis[0]] = list(values)
    if cover:
        picture: Any = Picture()
        picture.type, picture.mime, picture.data = FRONT_COVER, "image/jpeg", cover
        if hasattr(file, "add_picture"):
            file.add_picture(picture)
        else:
            file["metadata_block_picture"] = [base64.b64encode(picture.write()).decode()]
