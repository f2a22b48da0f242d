"""Reading a file: the checks of `integrity`, then its tags by mutagen, mapped by `fields` and cleaned.

What is wrong with a file's sound is an error of the file; what is wrong with a tag is mended and said in `mended`.
A CPU-second reads 1,000 (m4a) to 2,500 files with 65 tags and a cover each, on a machine that is busy with other things
besides, and some 6,000 mp3 with the ten tags that most have (tests/benchmarks/bench_reading.py).
"""

import os
from collections.abc import Sequence
from typing import Any, BinaryIO, NamedTuple

from melodee.audio import ape_tags, asf_tags, id3_frames, id3_rescue, integrity, native, parsing
from melodee.audio.chunks import Chunk, Chunks
from melodee.audio.errors import UnreadableAudio
from melodee.audio.formats import suffix_of
from melodee.audio.integrity import Checked
from melodee.audio.mapping import Column, fill, map_tags
from melodee.audio.native import Native
from melodee.audio.stream import Stream, average_bit_rate, read_at
from melodee.audio.track import Mend, Track
from melodee.text import clean_text

READER_VERSION = 1
"""Raised when the same file would be read to other values than before: `leaf_tags` then reads what it finds again."""

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
        stream, tags = _read(file, size, checked)
    pictures = next((tag.native for tag in tags if tag.native.pictures), Native())
    cover = pictures.cover()
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
        picture_kinds=pictures.picture_kinds(),
        base_gain=tags[0].native.base_gain,
        **_mapped(tags),
    )


class _Tag(NamedTuple):
    native: Native
    column: Column
    mended: Sequence[Mend] = ()


class _Found(NamedTuple):
    stream: Stream
    tags: list[_Tag]
    """At least one; what an earlier one is silent about, a later one fills in."""


def _mapped(tags: Sequence[_Tag]) -> dict[str, Any]:
    first, *others = tags
    mapped = map_tags(first.native, first.column, list(first.mended))
    for tag in others:
        if tag.native.values or tag.native.people or tag.mended:
            fill(mapped, map_tags(tag.native, tag.column, list(tag.mended)))
    return mapped


def _read(file: BinaryIO, size: int, checked: Checked) -> _Found:
    match checked.container:
        case "mp4":
            parsed = parsing.mp4(file)
            return _Found(_mp4_stream(parsed.info, checked.sound_bytes), [_Tag(native.from_mp4(parsed.tags), "mp4")])
        case "ogg":
            parsed = parsing.ogg(file)
            tags = native.from_vorbis(parsed.file.tags)
            tags.base_gain = parsed.base_gain
            return _Found(_ogg_stream(parsed, size, tags), [_Tag(tags, "vorbis")])
        case _:
            assert checked.stream is not None  # noqa: S101 - the checks of all others read it
            return _Found(checked.stream, _tags(file, size, checked))


def _tags(file: BinaryIO, size: int, checked: Checked) -> list[_Tag]:
    match checked.container:
        case "flac":
            parsed = parsing.flac(file)
            tags = native.from_vorbis(parsed.tags, parsed.pictures)
            # Some old files carry an ID3 tag instead.
            found = [_Tag(tags, "vorbis")] if tags.values or tags.pictures else [_id3(file, size)]
        case "wav" | "aiff":
            found = [_id3(file, size, checked.id3)] if checked.id3 else []
            found += [_from_chunks(checked.parts)] if checked.parts else []
        case "asf":
            found = [_asf(file)]
        case "dsf":
            found = [_id3(file, size, checked.id3)] if checked.id3 else []
        case "ape" | "wavpack" | "musepack":
            found = [*_ape(file, size), *_id3_at_the_edges(file, size), *_gains(checked)]
        case _:  # mpeg, tta, adts
            found = [_id3(file, size), *_ape(file, size)]
    return found or [_NO_TAG]


_NO_TAG = _Tag(Native(), "ape")


def _id3(file: BinaryIO, size: int, chunk: Chunk | None = None) -> _Tag:
    """The ID3 tag of a file whose sound is good: a tag that can't be parsed is no reason to lose the sound."""
    try:
        if (quick := id3_frames.read(file, size, chunk)) is not None:
            return _Tag(quick, "id3")
        parsed = parsing.id3_chunk(file, chunk) if chunk else parsing.id3(file)
    except UnreadableAudio as error:
        return _Tag(Native(), "id3", [_unreadable_tag("ID3", error)])
    tags = native.from_id3(parsed) if parsed is not None else Native()
    lost = id3_rescue.lost_texts(file, chunk.start if chunk else 0, set(tags.values))
    tags.values.update(lost)
    tags.reencoded += lost
    return _Tag(tags, "id3")


def _id3_at_the_edges(file: BinaryIO, size: int) -> list[_Tag]:
    there = read_at(file, 0, 3) == b"ID3" or read_at(file, max(size - 128, 0), 3) == b"TAG"
    return [_id3(file, size)] if there else []


def _ape(file: BinaryIO, size: int) -> list[_Tag]:
    tags = ape_tags.read(file, size)
    return [_Tag(tags, "ape")] if tags is not None else []


def _gains(checked: Checked) -> list[_Tag]:
    """What a Musepack file's header says of its volume."""
    gains = Native()
    for field, text in checked.gains._asdict().items() if checked.gains else ():
        if text:
            gains.add(f"replaygain_{field}", text)
    return [_Tag(gains, "ape")] if gains.values else []


def _asf(file: BinaryIO) -> _Tag:
    try:
        return _Tag(asf_tags.from_asf(parsing.asf(file).tags), "asf")
    except UnreadableAudio as error:
        return _Tag(Native(), "asf", [_unreadable_tag("ASF", error)])


def _unreadable_tag(name: str, error: UnreadableAudio) -> Mend:
    return Mend("unreadable_tag", "", f"Its {name} tag could not be read. {error.reason}")


def _from_chunks(parts: Chunks) -> _Tag:
    tags = Native()
    tags.values = parts.texts
    return _Tag(tags, "chunk")


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
