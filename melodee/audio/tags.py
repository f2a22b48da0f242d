"""Reading a file: the checks of `integrity`, then its tags by mutagen, mapped by `fields` and cleaned.

What is wrong with a file's sound is an error of the file; what is wrong with a tag is mended and said in `mended`.
A CPU-second reads 900 (mp3) to 2,400 (flac, opus) files with 44 tags and a cover each, on a machine that is busy with
other things besides; more than half of it is mutagen's (tests/benchmarks/bench_reading.py).
"""

import os
from typing import Any, BinaryIO, NamedTuple

from melodee.audio import id3_rescue, integrity, native, parsing
from melodee.audio.chunks import Chunk, Chunks
from melodee.audio.errors import UnreadableAudio
from melodee.audio.formats import suffix_of
from melodee.audio.integrity import Checked
from melodee.audio.mapping import Column, map_tags
from melodee.audio.native import Native
from melodee.audio.stream import Stream, average_bit_rate
from melodee.audio.track import Mend, Track
from melodee.text import clean_text

_LONGEST = (1 << 31) - 1
_NAME_LIMIT = 100
_PROTECTED = ("drms", "enca", "p608")


def read_track(path: str | os.PathLike[str]) -> Track:
    """What the file at `path` says about itself. Reads its headers, its tags and a piece of its end, not its sound.

    Raises `EmptyFile`, `MislabelledAudio`, `TruncatedAudio`, or `UnreadableAudio`, which also stands for a file that is
    gone or may not be read. Each names the path.
    """
    name = os.fspath(path)
    with parsing.opened(name) as (file, size):
        checked = integrity.check(file, os.path.basename(name), size)  # noqa: PTH119 (a pool reads thousands a second)
        stream, tags, column, mended = _read(file, size, checked)
    cover = tags.cover()
    return Track(
        suffix=suffix_of(name),
        container=checked.container,
        codec=clean_text(stream.codec, _NAME_LIMIT),
        duration_ms=min(stream.duration_ms, _LONGEST),
        bit_rate=stream.bit_rate,
        sampling_rate=stream.sampling_rate,
        channels=stream.channels,
        bit_depth=stream.bit_depth,
        has_picture=cover is not None,
        picture_mime=clean_text(cover.mime, _NAME_LIMIT) if cover else "",
        picture_bytes=cover.size if cover else 0,
        picture_kinds=tags.picture_kinds(),
        base_gain=tags.base_gain,
        **map_tags(tags, column, mended),
    )


class _Found(NamedTuple):
    stream: Stream
    tags: Native
    column: Column
    mended: list[Mend]


def _read(file: BinaryIO, size: int, checked: Checked) -> _Found:
    match checked:
        case Checked(container="mpeg", stream=Stream() as stream):
            return _with_id3(file, stream)
        case Checked(container="flac", stream=Stream() as stream):
            parsed = parsing.flac(file)
            tags = native.from_vorbis(parsed.tags, parsed.pictures)
            # Some old files carry an ID3 tag instead.
            return _Found(stream, tags, "vorbis", []) if tags.values or tags.pictures else _with_id3(file, stream)
        case Checked(stream=Stream() as stream, parts=Chunks() as parts):
            found = _with_id3(file, stream, parts.id3) if parts.id3 else _Found(stream, Native(), "id3", [])
            if found.tags.values:
                return found
            found.tags.values = parts.texts
            return found._replace(column="chunk")
        case Checked(container="mp4"):
            parsed = parsing.mp4(file)
            return _Found(_mp4_stream(parsed.info, checked.sound_bytes), native.from_mp4(parsed.tags), "mp4", [])
        case _:
            parsed = parsing.ogg(file)
            tags = native.from_vorbis(parsed.file.tags)
            return _Found(_ogg_stream(parsed, size, tags), tags, "vorbis", [])


def _with_id3(file: BinaryIO, stream: Stream, chunk: Chunk | None = None) -> _Found:
    """With the ID3 tag of a file whose sound is good: a tag that can't be parsed is no reason to lose the sound."""
    try:
        parsed = parsing.id3_chunk(file, chunk) if chunk else parsing.id3(file)
    except UnreadableAudio as error:
        mend = Mend("unreadable_tag", "", f"Its ID3 tag could not be read: {error.reason}")
        return _Found(stream, Native(), "id3", [mend])
    tags = native.from_id3(parsed) if parsed is not None else Native()
    lost = id3_rescue.lost_texts(file, chunk.start if chunk else 0, set(tags.values))
    tags.values.update(lost)
    tags.reencoded += lost
    return _Found(stream, tags, "id3", [])


def _mp4_stream(info: Any, sound_bytes: int) -> Stream:
    codec: str = info.codec
    if not codec:
        raise UnreadableAudio("There is no sound in it.")
    if codec.startswith(_PROTECTED):
        raise UnreadableAudio("Its sound is encrypted (DRM).")
    if codec.startswith("mp4a"):
        codec = "mp3" if codec.lower() in ("mp4a.6b", "mp4a.69") else "aac"
    codec = codec.lower()
    seconds = max(float(info.length), 0.0)
    return Stream(
        codec=codec,
        duration_ms=round(seconds * 1000),
        bit_rate=average_bit_rate(sound_bytes, seconds) or round(info.bitrate / 1000),
        sampling_rate=info.sample_rate,
        channels=info.channels,
        bit_depth=info.bits_per_sample if codec in ("alac", "flac") else None,
    )


def _ogg_stream(parsed: parsing.OggFile, size: int, tags: Native) -> Stream:
    info = parsed.file.info
    seconds = float(info.length)
    if seconds <= 0:
        raise UnreadableAudio("There is no sound in it.")
    pictures = sum(picture.size for picture in tags.pictures) * 4 // 3
    return Stream(
        codec=parsed.codec,
        duration_ms=round(seconds * 1000),
        bit_rate=average_bit_rate(max(size - pictures, 0), seconds),
        sampling_rate=48_000 if parsed.codec == "opus" else info.sample_rate,
        channels=info.channels,
        bit_depth=info.bits_per_sample if parsed.codec == "flac" else None,
    )
