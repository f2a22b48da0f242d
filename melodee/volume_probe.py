"""What the file system of a volume can do, tried out in a hidden folder of its own when the volume is added.

Documentation and `statfs` types do not tell: the same ext4 may fold case, and a share answers for the server behind it.
"""

import errno
import os
import shutil
import tempfile
import time
import unicodedata
from pathlib import Path

import msgspec

from melodee import no_replace
from melodee.errors import MelodeeError
from melodee.file_errors import PermissionDenied, ReadOnlyVolume, file_errors
from melodee.volume_path import open_root

PROBE_PREFIX = ".melodee-probe-"

_LONGEST_NAME = 255


class VolumeUnusable(MelodeeError):
    """Melodee cannot work in this folder."""

    code = "volume_unusable"


class Abilities(msgspec.Struct, frozen=True, kw_only=True):
    """What a volume can do. Stored with the volume as JSON."""

    hard_links: bool = True
    """A move is a link and an unlink."""
    rename_noreplace: bool = True
    """A file can be renamed without replacing another."""
    case_sensitive: bool = True
    """`A` and `a` are two names."""
    unicode_normalising: bool = False
    """Composed and decomposed spellings are one name, or names come back spelled otherwise."""
    any_bytes: bool = True
    """Names may be bytes that are no UTF-8."""
    fsync_folder: bool = True
    """A folder's entries can be waited for."""
    max_name_bytes: int = _LONGEST_NAME
    device: int = 0
    """The file system's number while the machine is up: equal numbers can link to each other."""
    free_bytes: int = 0
    total_bytes: int = 0


def probe(root: Path) -> Abilities:
    """Tries out a volume's root. Raises VolumeUnavailable, VolumeUnusable, or DiskFull.

    What a killed probe left is removed by one an hour later.
    """
    os.close(open_root(root))
    own: Path | None = None
    try:
        with file_errors(str(root)):
            own = Path(tempfile.mkdtemp(prefix=PROBE_PREFIX, dir=root))
            return _probe_in(own)
    except PermissionDenied as error:
        reason = "Give the account that runs Melodee the right to write in it."
        raise VolumeUnusable(reason, path=str(root)) from error
    except ReadOnlyVolume as error:
        raise VolumeUnusable("Its file system is read-only: mount it for writing.", path=str(root)) from error
    finally:
        if own:
            shutil.rmtree(own, ignore_errors=True)
        _remove_left_over(root)


def seen(root: Path) -> Abilities:
    """What can be known of a file system without writing to it; it is taken to be able to do nothing else."""
    with file_errors(str(root)):
        space = os.statvfs(root)
        return Abilities(
            hard_links=False,
            rename_noreplace=False,
            max_name_bytes=min(space.f_namemax, _LONGEST_NAME),
            device=root.stat().st_dev,
            free_bytes=space.f_bavail * space.f_frsize,
            total_bytes=space.f_blocks * space.f_frsize,
        )


def _remove_left_over(root: Path) -> None:
    for left in root.glob(f"{PROBE_PREFIX}*"):
        if left.is_dir() and not left.is_symlink() and left.lstat().st_mtime < time.time() - 3600:
            shutil.rmtree(left, ignore_errors=True)


def _probe_in(own: Path) -> Abilities:
    space = os.statvfs(own)
    composed, decomposed = "é", unicodedata.normalize("NFD", "é")
    (own / "case").touch()
    (own / composed).touch()
    return Abilities(
        hard_links=_can_link(own),
        rename_noreplace=_can_rename_noreplace(own),
        case_sensitive=not (own / "CASE").exists(),
        unicode_normalising=(own / decomposed).exists() or composed not in os.listdir(own),  # noqa: PTH208 - names
        any_bytes=_takes(own, os.fsdecode(b"\xff\xe9")),
        fsync_folder=_can_sync_folder(own),
        max_name_bytes=_longest_name(own, space.f_namemax),
        device=own.stat().st_dev,
        free_bytes=space.f_bavail * space.f_frsize,
        total_bytes=space.f_blocks * space.f_frsize,
    )


def _can_link(own: Path) -> bool:
    one, other = own / "one", own / "other"
    one.touch()
    try:
        os.link(one, other)
    except OSError:
        return False
    # A share may answer that it did, and have copied.
    return one.samefile(other)


def _can_rename_noreplace(own: Path) -> bool:
    for name in ("from", "to"):
        (own / name).write_text(name)
    folder = os.open(own, os.O_RDONLY | os.O_DIRECTORY)
    try:
        no_replace.rename(folder, "from", "free")
        no_replace.rename(folder, "free", "to")
    except FileExistsError:
        return (own / "to").read_text() == "to"
    except OSError:
        return False
    finally:
        os.close(folder)
    return False  # It knows the call, and replaced all the same.


def _can_sync_folder(own: Path) -> bool:
    folder = os.open(own, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    except OSError as error:
        if error.errno in {errno.EINVAL, errno.ENOTSUP}:
            return False
        raise
    finally:
        os.close(folder)
    return True


def _longest_name(own: Path, claimed: int) -> int:
    """The longest name in bytes, 255 at most; what is claimed counts characters on some file systems."""
    for length in (min(claimed, _LONGEST_NAME), 143):  # 143: eCryptfs
        if _takes(own, "n" * length):
            return length
    return 100


def _takes(own: Path, name: str) -> bool:
    try:
        (own / name).touch()
    except (OSError, ValueError):
        return False
    return True
