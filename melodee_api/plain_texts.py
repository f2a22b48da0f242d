"""Texts of stored lists as they are sent to clients that take no compression: `DATA/cache/artists/`.

Inflating 300,000 artists takes the processor a tenth of a second or two, reading them from a file a tenth of that. So
the first such answer also writes its text down, and those that follow read it. Few clients ask so, so the database need
not hold both. A name says what is in a file: nothing here becomes stale, and all of it may be removed at any time.
"""

import logging
import os
import tempfile
import threading
import time
from pathlib import Path

from melodee.settings import DataDirectory

logger = logging.getLogger(__name__)

KEPT = 8
"""Texts that stay; of more, those that were read last."""

_UNFINISHED = ".part"
_ABANDONED = 86_400
"""Seconds after which what was begun is taken for the rest of a process that was killed."""


class PlainTexts:
    """The folder; one for each worker, and several may share it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._begun: set[str] = set()

    @classmethod
    def from_environment(cls) -> "PlainTexts":
        """In the data directory's cache."""
        return cls(DataDirectory.from_environment().cache / "artists")

    def open(self, name: str, size: int) -> int | None:
        """A descriptor of the text, good also when it is removed meanwhile; nothing when it is not there as a whole."""
        try:
            descriptor = os.open(self.folder / name, os.O_RDONLY | os.O_CLOEXEC)
        except OSError:
            return None
        if os.fstat(descriptor).st_size != size:
            os.close(descriptor)
            return None
        os.utime(descriptor)
        return descriptor

    def write(self, name: str, size: int) -> "Writing | None":
        """What takes a text of that many bytes; nothing when it cannot be kept, or another request is at it."""
        if name in self._begun:
            return None
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._remove_old()
            descriptor, path = tempfile.mkstemp(_UNFINISHED, dir=self.folder)
        except OSError as error:
            logger.warning("A list of artists cannot be kept: %s", error)
            return None
        self._begun.add(name)
        return Writing(self, name, size, descriptor, Path(path))

    def end(self, name: str) -> None:
        """Nobody is writing the text any more."""
        self._begun.discard(name)

    def _remove_old(self) -> None:
        found = sorted(((file.stat().st_mtime, file) for file in self.folder.iterdir()), reverse=True)
        whole = [file for _, file in found if file.suffix != _UNFINISHED]
        old = [file for used, file in found if file.suffix == _UNFINISHED and used < time.time() - _ABANDONED]
        for file in [*whole[KEPT - 1 :], *old]:
            file.unlink(missing_ok=True)


class Writing:
    """A text on its way into its file; parts may come in any order, and from several threads."""

    def __init__(self, texts: PlainTexts, name: str, size: int, descriptor: int, path: Path) -> None:
        self._texts, self._name, self._missing = texts, name, size
        self._descriptor, self._path = descriptor, path
        # A thread may be late with its part: by then the descriptor's number can be another file's.
        self._lock, self._closed = threading.Lock(), False

    def add(self, text: bytes, start: int) -> None:
        """A part of the text, and where it begins."""
        with self._lock:
            if self._closed:
                return
            try:
                self._missing -= os.pwrite(self._descriptor, text, start)
            except OSError as error:
                logger.warning("A list of artists cannot be kept: %s", error)

    def close(self) -> None:
        """Keeps the text if all of it has come."""
        with self._lock:
            self._closed = True
        try:
            if self._missing == 0:
                # Its name must not outlive its bytes when the machine stops now.
                os.fsync(self._descriptor)
                self._path.replace(self._texts.folder / self._name)
            else:
                self._path.unlink(missing_ok=True)
        except OSError as error:
            logger.warning("A list of artists cannot be kept: %s", error)
        finally:
            os.close(self._descriptor)
            self._texts.end(self._name)
