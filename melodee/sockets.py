"""Paths of Unix sockets, which are short and plain."""

import os
import re
import tempfile
from pathlib import Path

_LONGEST = 103
"""Bytes of a socket's path without its final zero: 103 on macOS and the BSDs, 107 on Linux."""


def socket_fits(path: Path) -> bool:
    """Whether this can be a socket's path, for the system, PostgreSQL and gRPC.

    PostgreSQL splits its lists at commas, libpq its hosts, and gRPC reads the path as a URL.
    """
    return len(os.fsencode(path)) <= _LONGEST and re.fullmatch(r"[\w./+@~=-]+", str(path), re.ASCII) is not None


def socket_path(folder: Path, name: str) -> Path:
    """A path for a socket in the folder; where it does not fit, in a new private folder for temporary files."""
    path = folder / name
    return path if socket_fits(path) else Path(tempfile.mkdtemp(prefix="melodee-")) / name
