"""Opening a folder several levels down in one call of the kernel, which refuses every symbolic link on the way.

Linux has `openat2` since 5.6. Elsewhere, or where a sandbox forbids it, there is no answer, and the folders are opened
one from the other.
"""

import ctypes
import os
import sys
from collections.abc import Callable

_SYS_OPENAT2 = 437  # on every architecture that Python runs on, but alpha
_NO_MAGIC_LINKS, _NO_SYMLINKS, _BENEATH = 0x02, 0x04, 0x08  # linux/openat2.h


class _How(ctypes.Structure):
    _fields_ = (("flags", ctypes.c_uint64), ("mode", ctypes.c_uint64), ("resolve", ctypes.c_uint64))


_syscall: Callable[..., int] | None = ctypes.CDLL(None).syscall if sys.platform == "linux" else None
_how = _How(os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC, 0, _NO_MAGIC_LINKS | _NO_SYMLINKS | _BENEATH)
_size = ctypes.c_size_t(ctypes.sizeof(_How))


def open_beneath(root: int, folder: str) -> int | None:
    """A descriptor of a folder below one that is open; None where that cannot be had in one go, for whatever reason.

    `folder` has neither empty parts nor `..`. Why it failed is for those to say who then go step by step.
    """
    if _syscall is None:
        return None
    descriptor = _syscall(_SYS_OPENAT2, root, os.fsencode(folder), ctypes.byref(_how), _size)
    return descriptor if descriptor >= 0 else None
