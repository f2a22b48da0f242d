"""Whether a folder can be a volume, and how folders lie to each other: inside, apart, on one file system."""

import os
import pwd
import stat
from pathlib import Path

from melodee.volume_probe import VolumeUnusable


def checked_folder(path: Path, *, writable: bool = True) -> Path:
    """The path as it is stored: absolute, without `..`, of a folder that we may read and, if `writable`, write.

    Raises `VolumeUnusable` with the mend.
    """
    place = str(path)
    if not path.is_absolute():
        raise VolumeUnusable("Its path must be absolute", path=place)
    try:
        if ".." in path.parts:
            path = path.resolve(strict=True)
        str(path).encode()
        status = path.stat()
    except ValueError:
        raise VolumeUnusable("Its path is not UTF-8: rename it", path=place) from None
    except FileNotFoundError:
        raise VolumeUnusable("It is not there: make it, or mount it", path=place) from None
    except OSError as error:
        raise VolumeUnusable(error.strerror or str(error), path=place) from error
    if not stat.S_ISDIR(status.st_mode):
        raise VolumeUnusable("It is not a folder", path=place)
    if not os.access(path, os.R_OK | os.X_OK):
        who = current_user()
        raise VolumeUnusable(f"{who} may not read there: give {who} the right to", path=place)
    if writable and not os.access(path, os.W_OK):
        who = current_user()
        reason = f"{who} may not read and write there: give {who} the right to, or mount it writable"
        raise VolumeUnusable(reason, path=place)
    return path


def is_there(folder: Path) -> bool:
    """Whether the folder can be seen; what lies in a folder that we may not enter is as good as away."""
    try:
        return stat.S_ISDIR(folder.stat().st_mode)
    except OSError:
        return False


def current_user() -> str:
    """The name of the user that we run as."""
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return f"user {os.geteuid()}"


def resolved(path: Path) -> Path:
    """Without links as far as it exists; loops of links stay as they are."""
    return Path(os.path.realpath(path))


def holds(outer: Path, inner: Path) -> bool:
    """Whether `inner` is `outer` or below it. By inode where both exist: links, mounts and case make paths differ."""
    outer, inner = resolved(outer), resolved(inner)
    if inner.is_relative_to(outer):
        return True
    try:
        wanted = outer.stat()
    except OSError:
        return False
    for folder in (inner, *inner.parents):
        try:
            if os.path.samestat(folder.stat(), wanted):
                return True
        except OSError:
            continue
    return False


def same_folder(one: Path, other: Path) -> bool:
    """Whether both paths lead to one folder."""
    return holds(one, other) and holds(other, one)


def overlaps(one: Path, other: Path) -> bool:
    """Whether one folder is the other or lies inside it."""
    return holds(one, other) or holds(other, one)


def same_file_system(one: Path, other: Path) -> bool:
    """Whether both are on one file system; not when either is away."""
    try:
        return one.stat().st_dev == other.stat().st_dev
    except OSError:
        return False
