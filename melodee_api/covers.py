"""Cover art, made once in each size and kept: `DATA/cache/covers/` by the hash of the picture's bytes and the size.

The cache may be removed at any time. A name says what is in it, so nothing in it ever becomes stale, and several
workers and hosts may share it: who makes the same picture twice replaces a file by its like.
"""

import asyncio
import logging
import os
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from melodee.audio.pictures import embedded_picture
from melodee.cover_art import LARGEST_FILE, LARGEST_SIZE, Placeholder, mime_of, placeholder, resize
from melodee.database import Row
from melodee.errors import MelodeeError
from melodee.file_errors import file_errors
from melodee.settings import DataDirectory
from melodee.volume_path import VolumePath, opened_folder, regular
from melodee_api.ranges import ContentResponse, Representation

logger = logging.getLogger(__name__)

WEBP = "image/webp"
PLACEHOLDER_SIZE = 512
"""Pixels, when the request does not name a size."""

LARGEST_PLACEHOLDER = 1024
"""Pixels; a plain drawing gains nothing from more, and takes seconds to make."""

SECONDS = 3600
"""How long a client need not ask again; then its ETag spares it the bytes."""

PLACEHOLDER_SECONDS = 300
"""A picture may come any day."""


@dataclass(frozen=True, slots=True)
class Cover:
    """A cover and where a copy of its bytes is."""

    digest: bytes
    place: VolumePath
    embedded: bool
    """The place is a song, with the picture inside."""
    longest: int
    """Pixels of its longer edge."""
    since: datetime

    @classmethod
    def of(cls, row: Row) -> "Cover":
        """A row of `cover_place`. Raises `UnsafePath`."""
        place = VolumePath(Path(row.root), os.fsdecode(row.path))
        return cls(bytes(row.digest), place, row.embedded, max(row.width, row.height), row.created_at)


class Covers:
    """Makes pictures in threads of its own; one for each worker."""

    def __init__(self, cache: Path) -> None:
        self._cache = cache
        self._making: dict[str, asyncio.Future[bytes]] = {}
        # Decoding is work for the processor: more threads would only take it from each other.
        self._threads = ThreadPoolExecutor(max_workers=os.cpu_count() or 1, thread_name_prefix="covers")

    @classmethod
    def from_environment(cls) -> "Covers":
        """In the data directory's cache."""
        return cls(DataDirectory.from_environment().cache / "covers")

    async def picture(self, cover: Cover, size: int, *, webp: bool = False) -> ContentResponse:
        """The cover with a longer edge of at most `size` pixels (0: as it is), never enlarged.

        Raises a `MelodeeError` when its bytes are gone, or are no picture any more.
        """
        size = min(size or LARGEST_SIZE, cover.longest, LARGEST_SIZE)
        name = f"{cover.digest.hex()}-{size}{'w' if webp else ''}"
        content = await self._once(name, lambda: self._kept_or_made(name, cover, size, WEBP if webp else ""))
        return _response(content, name, SECONDS, cover.since)

    async def placeholder(self, kind: Placeholder, size: int) -> ContentResponse:
        """What is shown for something without a picture."""
        size = min(size or PLACEHOLDER_SIZE, LARGEST_PLACEHOLDER)
        name = f"no-{kind}-{size}"
        content = await self._once(name, lambda: placeholder(kind, size))
        return _response(content, name, PLACEHOLDER_SECONDS)

    async def _once(self, name: str, make: Callable[[], bytes]) -> bytes:
        """Makes the picture in a thread; who asks for the same one meanwhile waits for it."""
        if name not in self._making:
            task = asyncio.get_running_loop().run_in_executor(self._threads, make)
            self._making[name] = task
            task.add_done_callback(lambda _: self._making.pop(name, None))
        # One request's end must not take the picture from the others.
        return await asyncio.shield(self._making[name])

    def _kept_or_made(self, name: str, cover: Cover, size: int, mime: str) -> bytes:
        file = self._cache / name[:2] / name
        try:
            return file.read_bytes()
        except OSError:
            made = resize(_source(cover), size, mime=mime)
        try:
            _keep(file, made)
        except OSError as error:
            logger.warning("A cover could not be kept: %s", error)
        return made


def _source(cover: Cover) -> bytes:
    """The bytes of the picture, in the size that it has. Raises `FileTrouble` or an error of the audio."""
    with opened_folder(cover.place) as folder, file_errors(cover.place.full):
        descriptor = os.open(
            cover.place.name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=folder
        )
        with os.fdopen(descriptor, "rb") as file:
            regular(os.fstat(descriptor), cover.place.full)
            if not cover.embedded:
                return file.read(LARGEST_FILE + 1)
    picture = embedded_picture(cover.place.full)
    if picture is None:
        raise MissingEmbeddedPicture(path=cover.place.full)
    return picture


class MissingEmbeddedPicture(MelodeeError):
    """The picture is no longer in the song."""

    code = "missing_picture"


def _keep(file: Path, content: bytes) -> None:
    """Writes the file so that nobody ever reads half of it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(dir=file.parent, prefix=".making-")
    try:
        with os.fdopen(descriptor, "wb") as made:
            made.write(content)
        Path(temporary).replace(file)
    except OSError:
        Path(temporary).unlink(missing_ok=True)
        raise


def _response(content: bytes, name: str, seconds: int, since: datetime | None = None) -> ContentResponse:
    headers = {"cache-control": f"private, max-age={seconds}", "vary": "Accept"}
    return ContentResponse(content, mime_of(content), Representation(len(content), f'"{name}"', since), headers)
