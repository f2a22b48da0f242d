"""What a file system can answer, as errors of ours: whether one file is at fault, or the volume that all files need."""

import errno
from typing import ClassVar

from melodee.errors import DependencyError, MelodeeError


class FileTrouble(MelodeeError):
    """The file system refused."""

    code: ClassVar[str] = "file_system"


class Vanished(FileTrouble):
    """It is no longer there."""

    code = "vanished"


class PermissionDenied(FileTrouble):
    """Melodee may not read or write here."""

    code = "permission_denied"


class SymlinkInTheWay(FileTrouble):
    """A symbolic link is not followed: put the file or folder itself there."""

    code = "symlink"


class SpecialFile(FileTrouble):
    """It is no regular file."""

    code = "special_file"


class NameTaken(FileTrouble):
    """Another file has this name already."""

    code = "name_taken"


class NameRefused(FileTrouble):
    """The file system does not take this name."""

    code = "name_refused"


class FileTooLarge(FileTrouble):
    """The file is larger than the file system takes."""

    code = "too_large"


class UnsafePath(FileTrouble):
    """The path leads out of its volume."""

    code = "unsafe_path"


class ReadFailed(FileTrouble):
    """The disk could not read the file's bytes."""

    code = "read_failed"


class ChangedWhileCopying(FileTrouble):
    """The file changed while it was being moved."""

    code = "changed_while_copying"


class NotLinkable(FileTrouble):
    """The file cannot have a second name there; it has to be copied."""

    code = "not_linkable"


class VolumeUnavailable(DependencyError):
    """The volume is not there, or its disk does not answer."""

    code = "volume_unavailable"


class DiskFull(DependencyError):
    """The volume has no room left."""

    code = "disk_full"


class ReadOnlyVolume(DependencyError):
    """The volume is read-only."""

    code = "read_only"


class MachineShort(DependencyError):
    """This machine is short of memory or of open files."""

    code = "machine_short"


def _table(*rows: tuple[type[MelodeeError], tuple[str, ...]]) -> dict[int, type[MelodeeError]]:
    # By name, since not every system has all of them.
    return {getattr(errno, name): kind for kind, names in rows for name in names if hasattr(errno, name)}


_KINDS = _table(
    (Vanished, ("ENOENT",)),
    (PermissionDenied, ("EACCES", "EPERM")),
    (SymlinkInTheWay, ("ELOOP",)),
    (SpecialFile, ("ENOTDIR", "EISDIR")),
    (NameTaken, ("EEXIST",)),
    (NameRefused, ("ENAMETOOLONG", "EILSEQ", "EINVAL")),
    (FileTooLarge, ("EFBIG",)),
    (DiskFull, ("ENOSPC", "EDQUOT")),
    (ReadOnlyVolume, ("EROFS",)),
    (MachineShort, ("EMFILE", "ENFILE", "ENOMEM")),
    (VolumeUnavailable, ("EIO", "ENOTCONN", "ESTALE", "ENODEV", "ENXIO", "ENOMEDIUM", "ETIMEDOUT", "EHOSTDOWN")),
    (VolumeUnavailable, ("EHOSTUNREACH", "ENETDOWN", "ENETUNREACH", "ECONNRESET", "ESHUTDOWN")),
)


def file_error(error: OSError, path: str) -> MelodeeError:
    """The error of ours for what the system answered about a path."""
    kind = _KINDS.get(error.errno or 0, FileTrouble)
    return kind("" if kind in _SAYS_ALL else f"{error.strerror or type(error).__name__}.", path=path)


_SAYS_ALL = {Vanished, SymlinkInTheWay, NameTaken, DiskFull, ReadOnlyVolume}


class file_errors:  # noqa: N801 - a context manager, called as a function; as a generator it takes thrice as long
    """Raises what the system answers in a `with` block as an error of this module, about `path`."""

    __slots__ = ("_path",)

    def __init__(self, path: str) -> None:
        self._path = path

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, OSError):
            raise file_error(error, self._path) from error
