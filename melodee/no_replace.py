"""Giving a file its name without ever replacing another: the three ways, best first.

| way | needs | a crash in between leaves |
| --- | --- | --- |
| link | hard links | both names, of one inode |
| rename | renameat2 with RENAME_NOREPLACE (Linux) | one name or the other |
| placeholder | nothing but O_EXCL | a small file that says whose place it keeps |

The last is weaker than the others: between the placeholder's creation and its content a crash leaves an empty file that
nobody dares replace, so the name counts as taken and a person decides.

A way that the file system does not know answers with one of the errors below, and the next one is tried.
"""

import ctypes
import errno
import os
from collections.abc import Callable
from enum import StrEnum

RENAME_NOREPLACE = 1  # linux/fs.h

NO_LINKS = frozenset({errno.EPERM, errno.EOPNOTSUPP, errno.ENOTSUP, errno.EMLINK, errno.ENOSYS})
NO_RENAME_NOREPLACE = frozenset({errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOTSUP})


class Way(StrEnum):
    """How a file got its name."""

    LINK = "link"
    RENAME = "rename"
    PLACEHOLDER = "placeholder"


def _find_renameat2() -> Callable[[int, bytes, int, bytes, int], int] | None:
    try:
        function = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError):
        return None  # macOS, or a C library that lacks it
    function.argtypes = (ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_uint)
    function.restype = ctypes.c_int
    return function


_renameat2 = _find_renameat2()


def link(folder: int, name: str, new_name: str) -> None:
    """A second name for a file, in one folder.

    Raises OSError: EEXIST when taken, one of NO_LINKS where not possible.
    """
    os.link(name, new_name, src_dir_fd=folder, dst_dir_fd=folder, follow_symlinks=False)


def rename(folder: int, name: str, new_name: str) -> None:
    """Another name for a file, in one folder.

    Raises OSError: EEXIST when taken, one of NO_RENAME_NOREPLACE where not possible.
    """
    if _renameat2 is None:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))
    if _renameat2(folder, os.fsencode(name), folder, os.fsencode(new_name), RENAME_NOREPLACE) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), name)


def rename_over_placeholder(folder: int, name: str, new_name: str) -> None:
    """Another name for a file, in one folder, kept free by a placeholder until the file is renamed over it.

    Raises OSError: EEXIST when the name is taken, also when something took the placeholder's place.
    """
    if not is_placeholder(folder, new_name, name):
        descriptor = os.open(new_name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600, dir_fd=folder)
        try:
            os.write(descriptor, _content(name))
            os.fsync(descriptor)
        except OSError:
            os.unlink(new_name, dir_fd=folder)
            raise
        finally:
            os.close(descriptor)
        if not is_placeholder(folder, new_name, name):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), new_name)
    os.rename(name, new_name, src_dir_fd=folder, dst_dir_fd=folder)


def is_placeholder(folder: int, new_name: str, name: str) -> bool:
    """Whether `new_name` is the placeholder that a crash left before `name` was renamed over it."""
    content = _content(name)
    try:
        descriptor = os.open(new_name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
    except OSError:
        return False
    try:
        return os.fstat(descriptor).st_size == len(content) and os.read(descriptor, len(content) + 1) == content
    except OSError:
        return False
    finally:
        os.close(descriptor)


def _content(name: str) -> bytes:
    # The temporary name has the operation's number in it, so no other operation takes the placeholder for its own.
    return b"A place kept by Melodee for " + os.fsencode(name) + b"\n"
