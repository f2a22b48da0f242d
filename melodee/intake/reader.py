"""The other end of `melodee.intake.read`: reads tags and probes pictures for its parent, frame by frame, until its end.

A frame is four bytes of length and a msgpack message. The process is started as `python -m melodee.intake.reader`
rather than by multiprocessing, whose children import the parent's main module first: in a run of Dagster's that is
Dagster itself, 1.3 seconds of processor time and 100 MB for each reader.
"""

import os
import resource
import sys
from typing import IO

import msgspec

from melodee.audio import parsing
from melodee.audio.formats import FileKind
from melodee.audio.sample import sample_hash
from melodee.audio.tags import read_track
from melodee.audio.track import Track
from melodee.cover_art import probe
from melodee.errors import MelodeeError
from melodee.sidecars.embedded import embedded_cue_sheet

MEMORY_BYTES = 2 << 30
"""What one reader may take: a tag of some kilobytes can be packed so that it unpacks to more than a machine has."""


class Job(msgspec.Struct, array_like=True):
    """A file to read: its path as bytes, and what its name says that it is."""

    path: bytes
    kind: str


class Problem(msgspec.Struct, tag=True):
    """What is wrong with a file: an item's error, as its code and its reason in words."""

    code: str
    message: str
    sample: str = ""
    """The file's sample hash (`melodee.audio.sample`); empty where it cannot be read at all."""


class Music(msgspec.Struct, tag=True):
    """A file's tags."""

    track: Track
    sample: str = ""
    cue_sheet: str = ""
    """The cue sheet inside the file; empty without one."""


class Nothing(msgspec.Struct, tag=True):
    """The file is neither music nor a broken picture."""

    sample: str = ""


Answer = Music | Problem | Nothing


def read(job: Job) -> Answer:
    """Reads one file."""
    path = os.fsdecode(job.path)
    sample = ""
    try:
        with parsing.opened(path) as (file, size):
            sample = sample_hash(file, size)
        if job.kind == FileKind.AUDIO.value:
            track = read_track(path)
            return Music(msgspec.structs.replace(track, sample_hash=sample), sample, embedded_cue_sheet(path, track))
        if job.kind == FileKind.IMAGE.value:
            probe(path)
    except MelodeeError as error:
        return Problem(error.code, error.sentence, sample)
    except MemoryError:
        return Problem("unreadable", "Its tags or its picture need more memory than any music does.", sample)
    return Nothing(sample)


def receive(stream: IO[bytes]) -> bytes:
    """The next frame; empty at the end of the stream."""
    head = stream.read(4)
    return stream.read(int.from_bytes(head)) if len(head) == 4 else b""


def send(stream: IO[bytes], frame: bytes) -> None:
    """Writes one frame."""
    stream.write(len(frame).to_bytes(4) + frame)
    stream.flush()


def main() -> None:
    """Answers each list of jobs with a list of answers."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    decoder, encoder = msgspec.msgpack.Decoder(list[Job]), msgspec.msgpack.Encoder()
    while frame := receive(sys.stdin.buffer):
        send(sys.stdout.buffer, encoder.encode([read(job) for job in decoder.decode(frame)]))


if __name__ == "__main__":
    main()
