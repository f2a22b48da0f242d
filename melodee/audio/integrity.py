"""Cheap checks of an audio file, without decoding: is anything there, is it what its name says, is its end there."""

from collections.abc import Callable
from typing import BinaryIO, NamedTuple

from melodee.audio import (
    adts,
    asf,
    chunks,
    containers,
    dsf,
    edges,
    flac_frames,
    monkeys,
    mp4_atoms,
    mpeg,
    musepack,
    ogg_pages,
    trueaudio,
    wavpack,
)
from melodee.audio.errors import EmptyFile, MislabelledAudio, TruncatedAudio, UnreadableAudio
from melodee.audio.formats import format_of
from melodee.audio.stream import Stream


class Checked(NamedTuple):
    """A file that passed, and what the checks read on their way."""

    container: str
    """A key of `containers.NAMES`."""
    stream: Stream | None = None
    """None for MP4 and Ogg: the reader of their tags knows it."""
    parts: chunks.Chunks | None = None
    """Of WAV and AIFF."""
    id3: chunks.Chunk | None = None
    """Of WAV, AIFF and DSF: where their ID3 tag is."""
    gains: musepack.Gains | None = None
    """Of Musepack."""
    sound_bytes: int = 0
    """Of MP4."""


def check(file: BinaryIO, name: str, size: int) -> Checked:
    """Checks an open file of `size` bytes against its `name`.

    Raises `EmptyFile`, `MislabelledAudio` (which names both containers), `TruncatedAudio` when the end of the sound is
    missing, and `UnreadableAudio` for what is no audio or makes no sense.
    """
    container = check_container(file, name, size)
    if (read_stream := _READERS.get(container)) is not None:
        return Checked(container, read_stream(file, size))
    match container:
        case "wav" | "aiff":
            found = chunks.read_wav(file, size) if container == "wav" else chunks.read_aiff(file, size)
            return Checked(container, found.stream, found, found.id3)
        case "dsf":
            stream, id3 = dsf.read(file, size)
            return Checked(container, stream, id3=id3)
        case "musepack":
            stream, gains = musepack.read(file, size)
            return Checked(container, stream, gains=gains)
        case "mp4":
            return Checked(container, sound_bytes=mp4_atoms.check(file, size))
        case _:
            ogg_pages.check(file, size)
            return Checked(container)


_READERS: dict[str, Callable[[BinaryIO, int], Stream]] = {
    "mpeg": mpeg.read_stream,
    "flac": flac_frames.read_stream,
    "asf": asf.read_stream,
    "ape": monkeys.read_stream,
    "wavpack": wavpack.read_stream,
    "tta": trueaudio.read_stream,
    "adts": adts.read_stream,
}
"""Of containers about whose sound there is nothing to know beyond the stream."""


def check_container(file: BinaryIO, name: str, size: int) -> str:
    """The container that both the name and the content are of. Raises as `check` does, but for missing ends."""
    if size == 0:
        raise EmptyFile
    format_ = format_of(name)
    if format_ is None:
        raise UnreadableAudio("Its name has no suffix of an audio format that Melodee reads.")
    found = containers.sniff(file)
    if found == format_.container:
        return format_.container
    if found is not None:
        content = containers.NAMES.get(found) or containers.OTHER_AUDIO[found]
        raise MislabelledAudio(f"It is named .{format_.suffix} and holds {content}.")
    if edges.after_id3(file) > size:
        raise TruncatedAudio("Its ID3 tag alone is longer than the file.")
    if what := containers.describe_other(file):
        raise UnreadableAudio(f"It is {what}.")
    if format_.container in ("mpeg", "adts"):
        return format_.container  # frames may begin after some rubbish: reading looks for them
    raise UnreadableAudio(f"It is not {containers.NAMES[format_.container]}.")
