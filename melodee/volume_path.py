"""Paths beneath a volume's root, reached without ever passing through a symbolic link.

Each folder on the way is opened from the one before it, with O_NOFOLLOW, and work is done in the last one by its
descriptor. A `realpath` check would say where a path led a moment ago; a descriptor cannot be redirected any more:
who swaps a folder for a link in between makes the walk fail, or changes nothing. That works wherever POSIX.1-2008 does
and costs some ten microseconds a folder; Linux does the same in one call (`melodee.resolve`), which is tried first and
leaves to the walk what it refuses. The root itself may be a link: that is the operator's choice.

Who works on many files keeps their folders open from one to the next (`folders_kept_open`): to open them again for
each step of each file takes longer than the steps.
"""

import errno
import os
import re
import stat
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path

from melodee.errors import MelodeeError
from melodee.file_errors import SpecialFile, SymlinkInTheWay, UnsafePath, Vanished, VolumeUnavailable, file_error
from melodee.resolve import open_beneath

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC


_UNSAFE = re.compile(r"(?:^|/)\.{0,2}(?:/|$)|\0")
"""An empty part, `.` or `..`, or the end of a name for the kernel."""


@dataclass(frozen=True, slots=True)
class VolumePath:
    """A file or folder beneath a volume's root. `path` is relative, with surrogateescape for bytes that are no UTF-8.

    Raises UnsafePath when the path could lead anywhere else.
    """

    root: Path
    path: str
    folder: str = field(init=False, repr=False, compare=False)
    """The folder's path, relative to the root; '' is the root."""
    name: str = field(init=False, repr=False, compare=False)
    """Without folders."""

    def __post_init__(self) -> None:
        if _UNSAFE.search(self.path):
            raise UnsafePath(path=self.path)
        folder, _, name = self.path.rpartition("/")
        object.__setattr__(self, "folder", folder)
        object.__setattr__(self, "name", name)

    @property
    def full(self) -> str:
        """For messages; what touches the disk uses descriptors."""
        return f"{self.root}/{self.path}"

    def beside(self, name: str) -> "VolumePath":
        """Another name in the same folder."""
        return VolumePath(self.root, f"{self.folder}/{name}" if self.folder else name)


class opened_folder:  # noqa: N801 - a context manager, called as a function; as a generator it takes twice as long
    """A descriptor of the folder that holds the place, in a `with` block.

    With `create`, missing folders are made, and each is on the disk before something is put into it. Raises
    SymlinkInTheWay, SpecialFile, Vanished, PermissionDenied, or a DependencyError.
    """

    __slots__ = ("_close", "_create", "_folder", "_place")

    def __init__(self, place: VolumePath, *, create: bool = False) -> None:
        self._place, self._create = place, create

    def __enter__(self) -> int:
        kept = _kept.get()
        self._close = kept is None
        if kept is None:
            self._folder = _open(self._place, _made if self._create else None)
        else:
            self._folder = kept.folder(self._place, create=self._create)
        return self._folder

    def __exit__(self, *_raised: object) -> None:
        if self._close:
            os.close(self._folder)


@contextmanager
def folders_kept_open() -> Generator[None, None, None]:
    """Has `opened_folder` open each folder once for all that this thread does in the block.

    Folders that it makes are on the disk at the end of the block, not before something is put into them: one wait
    serves all that were made in one folder. What is removed meanwhile is opened, or made, again.
    """
    kept = _Kept()
    token = _kept.set(kept)
    try:
        yield
        kept.wait()
    finally:
        _kept.reset(token)
        kept.close()


class _Kept:
    """Descriptors of one thread's folders, the latest used last."""

    MOST = 32
    """A process may have a thousand open files; two folders are in use at a time."""

    def __init__(self) -> None:
        self._open: dict[str, int] = {}
        """By root and folder."""
        self._with_new: dict[str, VolumePath] = {}
        """Places in folders in which folders were made."""

    def folder(self, place: VolumePath, *, create: bool) -> int:
        key = f"{place.root}\0{place.folder}"
        folder = self._open.pop(key, None)
        if folder is not None and not _is_linked(folder):
            os.close(folder)
            folder = None
        if folder is None:
            while len(self._open) >= self.MOST:
                os.close(self._open.pop(next(iter(self._open))))
            folder = _open(place, self._made if create else None)
        self._open[key] = folder
        return folder

    def _made(self, _within: int, made: VolumePath) -> None:
        self._with_new[f"{made.root}\0{made.folder}"] = made

    def wait(self) -> None:
        """Until the folders that were made are on the disk."""
        for made in self._with_new.values():
            with suppress(Vanished):
                sync_folder(self.folder(made, create=False), made.full)

    def close(self) -> None:
        for folder in self._open.values():
            os.close(folder)


_kept: ContextVar[_Kept | None] = ContextVar("folders kept open", default=None)


def _is_linked(folder: int) -> bool:
    """Whether an open folder still has a name; a network file system forgets one that has none."""
    try:
        return os.fstat(folder).st_nlink > 0
    except OSError:
        return False


def _open(place: VolumePath, made: Callable[[int, VolumePath], None] | None) -> int:
    """A descriptor of the place's folder. Missing folders are made if `made` is to hear of each, and in which one."""
    folder = open_root(place.root)
    try:
        if place.folder and (inner := open_beneath(folder, place.folder)) is not None:
            folder, outer = inner, folder
            os.close(outer)
            return folder
        below = ""
        for part in place.folder.split("/") if place.folder else ():
            below = f"{below}/{part}" if below else part
            inner = _open_part(folder, VolumePath(place.root, below), place, made)
            folder, outer = inner, folder
            os.close(outer)
    except BaseException:
        os.close(folder)
        raise
    return folder


def open_root(root: Path) -> int:
    """A descriptor of a volume's root; raises VolumeUnavailable when there is none."""
    try:
        return os.open(root, _FOLDER)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise VolumeUnavailable("There is no such folder.", path=str(root)) from error
    except OSError as error:
        raise file_error(error, str(root)) from error


def _open_part(within: int, part: VolumePath, place: VolumePath, made: Callable[[int, VolumePath], None] | None) -> int:
    try:
        return os.open(part.name, _FOLDER | os.O_NOFOLLOW, dir_fd=within)
    except FileNotFoundError as error:
        if made is None:
            raise file_error(error, place.full) from error
    except OSError as error:
        raise _not_a_folder(within, part.name, place, error) from error
    try:
        os.mkdir(part.name, dir_fd=within)
    except FileExistsError:
        pass  # Another worker made it meanwhile.
    except OSError as error:
        raise file_error(error, place.full) from error
    else:
        made(within, part)
    return _open_part(within, part, place, None)


def _made(within: int, made: VolumePath) -> None:
    sync_folder(within, made.full)


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
