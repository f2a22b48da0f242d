"""Looking at one regular file and reading it: what is remembered of a file, and how its bytes are known again."""

import errno
import hashlib
import os
import stat
from collections.abc import Callable

import msgspec

from melodee.file_errors import ChangedWhileCopying, ReadFailed, SpecialFile, Vanished, file_error, file_errors
from melodee.volume_path import VolumePath, opened_folder, regular, status

BLOCK_BYTES = 1 << 20

# A pipe or a link that takes the name between the look and the opening must neither block us nor be followed.
READ_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


class Observed(msgspec.Struct, frozen=True):
    """A regular file as it lay there. Size in bytes, times in nanoseconds since 1970."""

    device: int
    inode: int
    size: int
    mtime_ns: int
    ctime_ns: int

    @classmethod
    def of(cls, found: os.stat_result) -> "Observed":
        """What a status says."""
        return cls(found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)

    def unchanged(self, now: "Observed", *, linked: bool = False) -> bool:
        """Whether it is the same file with the same bytes, as far as the file system tells.

        The device does not count: numbers of network and logical volumes change when the machine starts. Of a file
        that was linked the ctime does not count either, since linking changes it.
        """
        same = (self.inode, self.size, self.mtime_ns) == (now.inode, now.size, now.mtime_ns)
        return same and (linked or self.ctime_ns == now.ctime_ns)


def observe(place: VolumePath) -> Observed:
    """A regular file as it lies there; raises Vanished, SymlinkInTheWay, SpecialFile, PermissionDenied."""
    with opened_folder(place) as folder:
        return observe_in(folder, place)


def content_hash(place: VolumePath) -> bytes:
    """The SHA-256 of a file's bytes; raises as `observe` does, and ReadFailed."""
    with opened_folder(place) as folder:
        reader = open_observed(folder, place)
    try:
        digest = hashlib.sha256()
        read_blocks(reader, place, digest.update)
        return digest.digest()
    finally:
        os.close(reader)


def observe_in(folder: int, place: VolumePath) -> Observed:
    """`observe` in a folder that is open."""
    found = status(folder, place.name, place.full)
    if found is None:
        raise Vanished(path=place.full)
    return Observed.of(regular(found, place.full))


def open_observed(folder: int, place: VolumePath, expected: Observed | None = None) -> int:
    """A descriptor to read a file in an open folder. Raises as `observe` does, and ChangedWhileCopying."""
    observe_in(folder, place)  # Before it is opened: opening a device can have effects, and a socket says ENXIO.
    with file_errors(place.full):
        reader = os.open(place.name, READ_FLAGS, dir_fd=folder)
    found = os.fstat(reader)
    if not stat.S_ISREG(found.st_mode):
        os.close(reader)
        raise SpecialFile(path=place.full)
    if expected and not expected.unchanged(Observed.of(found)):
        os.close(reader)
        raise ChangedWhileCopying("It was another one before.", path=place.full)
    return reader


def read_blocks(reader: int, place: VolumePath, use: Callable[[memoryview], object], limit: int | None = None) -> int:
    """Reads to the end, or just past `limit` bytes of a file that grows meanwhile; returns the number of bytes."""
    # No larger than the file: to clear a megabyte takes as long as to copy a small one.
    buffer = memoryview(bytearray(BLOCK_BYTES if limit is None else min(BLOCK_BYTES, limit + 1)))
    total = 0
    while limit is None or total <= limit:
        try:
            count = os.readv(reader, [buffer])
        except OSError as error:
            # One bad sector is this file's own trouble; a volume that is away says so at the next file's first step.
            if error.errno == errno.EIO:
                raise ReadFailed(path=place.full) from error
            raise file_error(error, place.full) from error
        if count == 0:
            break
        use(buffer[:count])
        total += count
    return total
