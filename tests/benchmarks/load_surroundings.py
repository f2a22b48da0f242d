"""What goes on beside the load: batches that are promoted, and the memory that is taken."""

import asyncio
import sys
import time
from asyncio.subprocess import PIPE, Process
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self


class Promotion:
    """Promotion in a process of its own; nothing without the URL of a database."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._process: Process | None = None
        self._reading: asyncio.Task[None] | None = None
        self.begin()

    async def __aenter__(self) -> Self:
        if self._url:
            command = [sys.executable, "-m", "tests.benchmarks.promoting", self._url]
            self._process = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE)
            assert self._process.stdout is not None
            await self._process.stdout.readline()
            self._reading = asyncio.create_task(self._read(self._process.stdout))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process is not None and self._reading is not None:
            if kind is None and self._process.stdin is not None:
                self._process.stdin.write(b"stop\n")
                await self._reading
            else:
                self._process.kill()
            await self._process.wait()

    async def _read(self, lines: asyncio.StreamReader) -> None:
        while line := await lines.readline():
            songs, seconds = line.split()
            self._songs += int(songs)
            self._seconds += float(seconds)

    def begin(self) -> None:
        """Counts from now on."""
        self._songs, self._seconds, self._since = 0, 0.0, time.monotonic()

    def figures(self) -> dict[str, Any]:
        """Songs a second of promotion itself, and with the pauses in which the benchmark makes up new ones."""
        if not self._songs:
            return {}
        return {
            "songs": self._songs,
            "songs_a_second": round(self._songs / self._seconds),
            "with_pauses": round(self._songs / (time.monotonic() - self._since)),
        }

    async def rate(self, seconds: float) -> dict[str, Any]:
        """The figures of so many seconds."""
        if self._process is None:
            return {}
        self.begin()
        await asyncio.sleep(seconds)
        return self.figures()


class Memory:
    """MB that groups of processes take: shared pages are divided among those who share them (PSS)."""

    def __init__(self, watched: list[str]) -> None:
        self._groups = {name: int(pid) for name, _, pid in (each.partition("=") for each in watched)}
        self.most: dict[str, float] = dict.fromkeys(self._groups, 0.0)

    async def watch(self) -> None:
        """Looks every ten seconds."""
        while True:
            for name, process in self._groups.items():
                # The kernel walks through all pages for it: not in the way of the clients.
                taken = await asyncio.to_thread(lambda process=process: sum(map(_megabytes, _family(process))))
                self.most[name] = max(self.most[name], round(taken))
            await asyncio.sleep(10)


def _family(parent: int) -> list[int]:
    with suppress(OSError):
        children = Path(f"/proc/{parent}/task/{parent}/children").read_text("ascii").split()
        return [parent, *(each for child in children for each in _family(int(child)))]
    return []


def _megabytes(process: int) -> float:
    with suppress(OSError):
        for line in Path(f"/proc/{process}/smaps_rollup").read_text("ascii").splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024
    return 0.0
