"""Paths beneath a volume's root, reached without ever passing through a symbolic link.

Each folder on the way is opened from the one before it, with O_NOFOLLOW, and work is done in the last one by its
descriptor. A `realpath` check would say where a path led a moment ago; a descriptor cannot be redirected any more:
who swaps a folder for a link in between makes the walk fail, or changes nothing. That works wherever POSIX.1-2008 does
and costs some ten microseconds a folder; Linux does the same in one call (`melodee.resolve`), which is tried first and
leaves to the walk what it refuses. The root itself may be a link: that is the operator's choice.
"""

import errno
import os
import stat
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from melodee.errors import MelodeeError
from melodee.file_errors import SpecialFile, SymlinkInTheWay, UnsafePath, VolumeUnavailable, file_error
from melodee.resolve import open_beneath

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC


@dataclass(frozen=True, slots=True)
class VolumePath:
    """A file or folder beneath a volume's root. `path` is relative, with surrogateescape for bytes that are no UTF-8.

    Raises UnsafePath when the path could lead anywhere else.
    """

    root: Path
    path: str

    def __post_init__(self) -> None:
        if "\0" in self.path or any(part in {"", ".", ".."} for part in self.path.split("/")):
            raise UnsafePath(path=self.path)

    @property
    def name(self) -> str:
        """Without folders."""
        return self.path.rpartition("/")[2]

    @property
    def folder(self) -> str:
        """The folder's path, relative to the root; '' is the root."""
        return self.path.rpartition("/")[0]

    @property
    def full(self) -> str:
        """For messages; what touches the disk uses descriptors."""
        return f"{self.root}/{self.path}"

    def beside(self, name: str) -> "VolumePath":
        """Another name in the same folder."""
        return VolumePath(self.root, f"{self.folder}/{name}" if self.folder else name)


@contextmanager
def opened_folder(place: VolumePath, *, create: bool = False) -> Generator[int, None, None]:
    """A descriptor of the folder that holds the place.

    With `create`, missing folders are made, and each is on the disk before something is put into it. Raises
    SymlinkInTheWay, SpecialFile, Vanished, PermissionDenied, or a DependencyError.
    """
    folder = open_root(place.root)
    try:
        if place.folder and (inner := open_beneath(folder, place.folder)) is not None:
            folder, outer = inner, folder
            os.close(outer)
        else:
            for part in place.folder.split("/") if place.folder else ():
                inner = _open_part(folder, part, place, create=create)
                folder, outer = inner, folder
                os.close(outer)
        yield folder
    finally:
        os.close(folder)


def open_root(root: Path) -> int:
    """A descriptor of a volume's root; raises VolumeUnavailable when there is none."""
    try:
        return os.open(root, _FOLDER)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise VolumeUnavailable("There is no such folder.", path=str(root)) from error
    except OSError as error:
        raise file_error(error, str(root)) from error


def _open_part(within: int, part: str, place: VolumePath, *, create: bool) -> int:
    try:
        return os.open(part, _FOLDER | os.O_NOFOLLOW, dir_fd=within)
    except FileNotFoundError as error:
        if not create:
            raise file_error(error, place.full) from error
    except OSError as error:
        raise _not_a_folder(within, part, place, error) from error
    try:
        os.mkdir(part, dir_fd=within)
    except FileExistsError:
        pass  # Another worker made it meanwhile.
    except OSError as error:
        raise file_error(error, place.full) from error
    else:
        sync_folder(within, place.full)
    return _open_part(within, part, place, create=False)


def _not_a_folder(within: int, part: str, place: VolumePath, error: OSError) -> MelodeeError:
    """Linux answers ENOTDIR for a link as well as for a file."""
    if error.errno in {errno.ENOTDIR, errno.ELOOP}:
        found = status(within, part, place.full)
        if found and stat.S_ISLNK(found.st_mode):
            return SymlinkInTheWay(f"It is {part!r}.", path=place.full)
        return SpecialFile(f"{part!r} is no folder.", path=place.full)
    return file_error(error, place.full)


def status(folder: int, name: str, path: str) -> os.stat_result | None:
    """What has the name in the folder, itself and not what it links to; None when nothing has."""
    try:
        return os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise file_error(error, path) from error


def regular(found: os.stat_result, path: str) -> os.stat_result:
    """The status when it is a regular file's; else raises SymlinkInTheWay or SpecialFile."""
    if stat.S_ISLNK(found.st_mode):
        raise SymlinkInTheWay(path=path)
    if not stat.S_ISREG(found.st_mode):
        raise SpecialFile(path=path)
    return found


def sync_folder(folder: int, path: str) -> None:
    """Waits until the folder's entries are on the disk. Some file systems know no such thing and say EINVAL."""
    try:
        os.fsync(folder)
    except OSError as error:
        if error.errno not in {errno.EINVAL, errno.ENOTSUP}:
            raise file_error(error, path) from error
