"""The text of a stored list of artists with what a listener adds to it, in parts, deflated or not.

Deflated, it goes out as it is stored: one gzip member of the stored pieces, whose checksum follows from theirs. Only
the pieces in which the listener has starred or rated somebody are opened, marked and closed again. A request holds a
few segments, whatever the size of the library, and a connection only while it fetches one.
"""

import asyncio
import hashlib
import os
import zlib
from collections import deque
from collections.abc import AsyncGenerator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from melodee.async_database import AsyncDatabase
from melodee.catalogue.artist_segments import SEGMENT, Marks, Segment
from melodee.database import Row
from melodee.deflate import GZIP_HEADER, Deflater, GzipMember
from melodee_api.plain_texts import PlainTexts, Writing

T = TypeVar("T")

_AHEAD = 3
"""Segments that are made ready while one is sent."""

# Zlib and the file system let go of the interpreter's lock; more threads than processors would gain nothing.
_threads = ThreadPoolExecutor(max_workers=os.cpu_count() or 1, thread_name_prefix="artists")


@dataclass(frozen=True)
class StoredText:
    """A list, what the listener has to add to it, and what stands around it."""

    database: AsyncDatabase
    texts: PlainTexts
    stored: Row
    """`id`, `digest`, number of `segments`, `size` and `deflated_size` of an `artist_snapshot`."""
    marks: Marks
    start: bytes
    end: bytes

    def etag(self, encoding: bytes) -> str:
        """Strong: it covers every byte that is sent."""
        parts: list[bytes] = [self.stored.digest, encoding, self.start, self.end]
        for number, mark in self.marks.items():
            parts += (number.to_bytes(8, "little"), mark)
        # With their lengths, so that no two lists of parts look the same.
        text = b"".join(part for each in parts for part in (len(each).to_bytes(4, "little"), each))
        return f'"{hashlib.blake2b(text, digest_size=16).hexdigest()}"'

    def size(self, *, gzipped: bool) -> int | None:
        """Bytes that will be sent; unknown with marks, of which some may be for artists that are not in the list."""
        if self.marks:
            return None
        if not gzipped:
            return len(self.start) + self.stored.size + len(self.end)
        frame = (GZIP_HEADER, Deflater().piece(self.start), Deflater().piece(self.end), GzipMember().end())
        return self.stored.deflated_size + sum(map(len, frame))

    async def gzip(self) -> AsyncGenerator[bytes]:
        """All of it as a gzip file, in parts."""
        member = GzipMember()
        before = GZIP_HEADER + Deflater().piece(self.start)
        member.add(zlib.crc32(self.start), len(self.start))
        async with aclosing(self._ready(self._marked_pieces, in_thread=bool(self.marks))) as parts:
            async for deflated, crc32, size in parts:
                member.add(crc32, size)
                yield before + deflated
                before = b""
        member.add(zlib.crc32(self.end), len(self.end))
        yield before + Deflater().piece(self.end) + member.end()

    async def plain(self) -> AsyncGenerator[bytes]:
        """All of it as it is, in parts: from a file that an earlier answer left, or leaving one."""
        name, size = self.stored.digest.hex(), self.stored.size
        file = self.texts.open(name, size)
        writing = self.texts.write(name, size) if file is None else None
        before = self.start
        try:
            if file is not None and not self.marks:
                parts = _parts(file, size)
            else:
                parts = self._ready(partial(self._marked_text, file, writing), inflated=file is not None)
            async with aclosing(parts):
                async for text in parts:
                    yield before + text
                    before = b""
            yield before + self.end
        finally:
            if file is not None:
                os.close(file)
            if writing is not None:
                # Until the disk has it: nobody needs to wait for that.
                asyncio.get_running_loop().run_in_executor(_threads, writing.close)

    def _marked_pieces(self, segment: Segment) -> tuple[bytes, int, int]:
        return segment.marked_pieces(self.marks)

    def _marked_text(self, file: int | None, writing: Writing | None, segment: Segment) -> bytes:
        text = segment.text() if file is None else os.pread(file, segment.size, segment.start)
        if writing is not None:
            writing.add(text, segment.start)
        return segment.marked(text, self.marks)

    async def _ready(
        self, make: Callable[[Segment], T], *, inflated: bool = False, in_thread: bool = True
    ) -> AsyncGenerator[T]:
        """What is made of each segment, some of them ahead."""
        loop, one_at_a_time = asyncio.get_running_loop(), asyncio.Lock()

        async def make_ready(number: int) -> T:
            async with one_at_a_time:
                segment = await self._segment(number, inflated=inflated)
            return await loop.run_in_executor(_threads, make, segment) if in_thread else make(segment)

        coming: deque[asyncio.Task[T]] = deque()
        try:
            for number in range(self.stored.segments):
                coming.append(asyncio.create_task(make_ready(number)))
                if len(coming) > _AHEAD:
                    yield await coming.popleft()
            while coming:
                yield await coming.popleft()
        finally:
            # What is under way takes a few milliseconds; cut off in the middle, a query costs its connection.
            await asyncio.gather(*coming, return_exceptions=True)

    async def _segment(self, number: int, *, inflated: bool) -> Segment:
        async with self.database.read() as db:
            rows = await db.rows(
                "artist_snapshot_segment",
                id=self.stored.id,
                number=number,
                marked=bool(self.marks),
                inflated=inflated,
            )
        if not rows:
            raise LookupError("the list was removed while it was sent")
        return Segment.of(rows[0])


async def _parts(file: int, size: int) -> AsyncGenerator[bytes]:
    loop = asyncio.get_running_loop()
    for start in range(0, size, SEGMENT):
        yield await loop.run_in_executor(_threads, os.pread, file, SEGMENT, start)
