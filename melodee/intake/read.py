"""Reading many files' tags, in processes of their own: as many as there are processors, and expendable.

A file that makes its reader die, or hang, or take all memory, costs that reader, and is named.
"""

import os
import queue
import subprocess
import sys
import threading
from collections.abc import Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import msgspec

from melodee.audio.track import Track
from melodee.intake.look import FileLook
from melodee.intake.reader import Answer, Job, Music, Problem, receive, send

CHUNK = 25

SECONDS = 120
"""What a chunk may take: a disk that hangs must not hold a batch for ever."""


class Read(NamedTuple):
    """A file that was read."""

    file: FileLook
    result: Track | Problem | None
    """Its tags, what is wrong with it, or nothing when it is neither music nor a broken picture."""
    sample: str
    """Its sample hash (`melodee.audio.sample`) as 32 hexadecimal digits; empty where it could not be read at all."""
    cue_sheet: str = ""
    """The cue sheet inside the file; empty without one."""
    parts: Sequence[Track] = ()
    """The tracks that a cue sheet cuts the file into."""


_ENCODER = msgspec.msgpack.Encoder()
_DECODER: "msgspec.msgpack.Decoder[list[Answer]]" = msgspec.msgpack.Decoder(list[Answer])

READER_DIED = Problem("unreadable", f"The program that reads tags died of it, or was not done after {SECONDS} s.")


def read_files(root: Path, files: Sequence[FileLook], readers: int = 0) -> Generator[Read, None, None]:
    """Reads tags and probes pictures, in the given order; an item's error is a value, not an exception."""
    base = os.fsencode(root)
    jobs = [Job(os.path.join(base, os.fsencode(file.path)), file.kind.value) for file in files]  # noqa: PTH118 - bytes
    number = min(readers or os.cpu_count() or 1, -(-len(jobs) // CHUNK))
    answers = _read_in_processes(jobs, number) if jobs else []
    for file, answer in zip(files, answers, strict=True):
        track = answer.track if isinstance(answer, Music) else answer if isinstance(answer, Problem) else None
        yield Read(file, track, answer.sample, answer.cue_sheet if isinstance(answer, Music) else "")


def _read_in_processes(jobs: Sequence[Job], number: int) -> list[Answer]:
    chunks = [jobs[start : start + CHUNK] for start in range(0, len(jobs), CHUNK)]
    idle: queue.SimpleQueue[_Reader] = queue.SimpleQueue()
    readers = [_Reader() for _ in range(number)]
    for reader in readers:
        idle.put(reader)

    def work(chunk: Sequence[Job]) -> list[Answer]:
        reader = idle.get()
        try:
            return reader.read(chunk)
        finally:
            idle.put(reader)

    try:
        with ThreadPoolExecutor(number) as pool:
            return [answer for answers in pool.map(work, chunks) for answer in answers]
    finally:
        for reader in readers:
            reader.stop()


class _Reader:
    """One reading process. One that dies of a file is replaced, and the file is named."""

    def __init__(self) -> None:
        self._process = self._start()

    @staticmethod
    def _start() -> "subprocess.Popen[bytes]":
        # -P: what lies in the working directory must not be imported in place of our own modules.
        command = [sys.executable, "-P", "-m", "melodee.intake.reader"]
        return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def read(self, jobs: Sequence[Job]) -> list[Answer]:
        answers = self._ask(jobs)
        if answers is not None:
            return answers
        self.stop()
        self._process = self._start()
        if len(jobs) == 1:
            return [READER_DIED]
        return [answer for job in jobs for answer in self.read([job])]

    def _ask(self, jobs: Sequence[Job]) -> list[Answer] | None:
        assert self._process.stdin is not None and self._process.stdout is not None  # noqa: S101 - both are pipes
        alarm = threading.Timer(SECONDS, self._process.kill)
        alarm.start()
        try:
            send(self._process.stdin, _ENCODER.encode(jobs))
            frame = receive(self._process.stdout)
        except OSError:
            return None
        finally:
            alarm.cancel()
        return _DECODER.decode(frame) if frame else None

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
