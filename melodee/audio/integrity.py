"""Cheap checks of an audio file, without decoding: is anything there, is it what its name says, is its end there."""

from typing import BinaryIO, NamedTuple

from melodee.audio import chunks, containers, edges, flac_frames, mp4_atoms, mpeg, ogg_pages
from melodee.audio.errors import EmptyFile, MislabelledAudio, TruncatedAudio, UnreadableAudio
from melodee.audio.formats import format_of
from melodee.audio.stream import Stream


class Checked(NamedTuple):
    """A file that passed, and what the checks read on their way."""

    container: str
    """mpeg, flac, mp4, ogg, wav or aiff."""
    stream: Stream | None = None
    """None for MP4 and Ogg: the reader of their tags knows it."""
    parts: chunks.Chunks | None = None
    """Of WAV and AIFF."""
    sound_bytes: int = 0
    """Of MP4."""


def check(file: BinaryIO, name: str, size: int) -> Checked:
    """Checks an open file of `size` bytes against its `name`.

    Raises `EmptyFile`, `MislabelledAudio` (which names both containers), `TruncatedAudio` when the end of the sound is
    missing, and `UnreadableAudio` for what is no audio or makes no sense.
    """
    container = check_container(file, name, size)
    match container:
        case "mpeg":
            return Checked(container, mpeg.read_stream(file, size))
        case "flac":
            return Checked(container, flac_frames.read_stream(file, size))
        case "wav" | "aiff":
            found = chunks.read_wav(file, size) if container == "wav" else chunks.read_aiff(file, size)
            return Checked(container, found.stream, found)
        case "mp4":
            return Checked(container, sound_bytes=mp4_atoms.check(file, size))
        case _:
            ogg_pages.check(file, size)
            return Checked(container)


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
    if format_.container == "mpeg":
        return "mpeg"  # frames may begin after some rubbish: reading looks for them
    raise UnreadableAudio(f"It is not {containers.NAMES[format_.container]}.")
