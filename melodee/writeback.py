"""Having a file's bytes written without waiting for them, so that the wait for some files is one wait.

`fsync` of a file that is not being written yet finds room for it, writes it and commits the file system's journal, all
for this file; where all have been begun, the first commit serves them all. On ext4 that halves the time of small files.
Linux alone has `sync_file_range`; elsewhere nothing is begun, and `fsync` does it all as ever.
"""

import ctypes
import sys
from collections.abc import Callable

_WRITE = 2  # SYNC_FILE_RANGE_WRITE of linux/fs.h


def _find() -> Callable[[int, int, int, int], int] | None:
    if sys.platform != "linux":
        return None
    try:
        function = ctypes.CDLL(None).sync_file_range
    except AttributeError:
        return None  # A C library that lacks it.
    function.argtypes = (ctypes.c_int, ctypes.c_int64, ctypes.c_int64, ctypes.c_uint)
    return function


_sync_file_range = _find()


def begin_writing(descriptor: int) -> None:
    """Has the kernel begin to write what is in memory of an open file. It promises nothing."""
    if _sync_file_range is not None:
        _sync_file_range(descriptor, 0, 0, _WRITE)
