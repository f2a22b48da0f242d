"""Moving one file, step by step: the file system's half of the protocol that never loses a file.

The journal (`melodee.journal`) commits a row between the steps, so each can be repeated after a crash and finds what
the last attempt left. The order is the whole of it: a name is given only to what is whole and on the disk, and the
source goes only when its bytes have their name. Nothing is replaced, nothing passes through a symbolic link
(`melodee.volume_path`), and names may be any bytes.

| step | of a copy | of a link, within one file system |
| --- | --- | --- |
| planned | `observe` | `observe` |
| copied | `copy_to_temporary`, `sync_temporary` | `link_to_temporary`, `sync_temporary` |
| published | `publish` | `publish` |
| done | `remove_source`, `remove_temporary` | `remove_source`, `remove_temporary` |
| after a crash | `recognise` | `recognise` |
"""

import errno
import hashlib
import os
import re
import stat
from contextlib import suppress
from enum import StrEnum
from pathlib import Path

from melodee import no_replace
from melodee.file_errors import (
    ChangedWhileCopying,
    FileTrouble,
    NameTaken,
    NotLinkable,
    PermissionDenied,
    Vanished,
    file_error,
    file_errors,
)
from melodee.no_replace import Way
from melodee.observed import READ_FLAGS, Observed, content_hash, observe, observe_in, open_observed, read_blocks
from melodee.volume_path import VolumePath, opened_folder, regular, status, sync_folder
from melodee.volume_probe import Abilities
from melodee.writeback import begin_writing

_TEMPORARY_NAME = re.compile(r"\.melodee-[A-Za-z0-9-]{1,64}\.part")
_NOT_LINKABLE = no_replace.NO_LINKS | {errno.EXDEV}


def temporary_beside(final: VolumePath, operation: int | str) -> VolumePath:
    """Where the bytes of an operation are until they get their name: `.melodee-<operation>.part` beside it."""
    return final.beside(f".melodee-{operation}.part")


def copy_to_temporary(source: VolumePath, temporary: VolumePath, expected: Observed, *, wait: bool = True) -> bytes:
    """Copies the source, with its mtime, to the temporary name; returns the SHA-256 of its bytes once on the disk.

    Without `wait` the caller waits, once some files are written (`sync_temporary`): the first wait does most of the
    work of all.

    What a crash left under the temporary name is thrown away, once the source is seen to be there. Raises
    ChangedWhileCopying when the source is not what was expected, before or after; then no temporary file is left.
    """
    with opened_folder(source) as from_folder, opened_folder(temporary, create=True) as to_folder:
        _require_writable(from_folder, source)
        reader = open_observed(from_folder, source, expected)
        try:
            _unlink_temporary(to_folder, temporary)
            with file_errors(temporary.full):
                flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
                writer = os.open(temporary.name, flags, 0o666, dir_fd=to_folder)
            try:
                digest = _copy(reader, source, writer, temporary, expected, wait=wait)
                _require_unchanged(from_folder, source, expected)
            except BaseException:
                with suppress(OSError):
                    os.unlink(temporary.name, dir_fd=to_folder)
                raise
        finally:
            os.close(reader)
    return digest


def link_to_temporary(source: VolumePath, temporary: VolumePath, expected: Observed, *, wait: bool = True) -> None:
    """Gives the source's file the temporary name as well: a move within one file system, without copying bytes.

    Without `wait` the caller waits for its bytes, as in `copy_to_temporary`, or knows that they are on the disk.

    Raises NotLinkable where it has to be copied (another file system, no hard links, a foreign file) and
    ChangedWhileCopying when the source is not what was expected. Repeating it is harmless.
    """
    with opened_folder(source) as from_folder, opened_folder(temporary, create=True) as to_folder:
        _require_writable(from_folder, source)
        _require_unchanged(from_folder, source, expected, linked=True)
        # The kernel finds out too, but has the folder to itself meanwhile, and others wait who copy into it.
        if os.fstat(from_folder).st_dev != os.fstat(to_folder).st_dev:
            raise NotLinkable("It lies on another file system.", path=source.full)
        _unlink_temporary(to_folder, temporary)
        try:
            os.link(source.name, temporary.name, src_dir_fd=from_folder, dst_dir_fd=to_folder, follow_symlinks=False)
        except OSError as error:
            if error.errno in _NOT_LINKABLE:
                raise NotLinkable(f"{error.strerror}.", path=source.full) from error
            raise file_error(error, source.full) from error
        # The link was made by name: what had the name just then may be another file.
        found = status(to_folder, temporary.name, temporary.full)
        if found is None or not stat.S_ISREG(found.st_mode) or not expected.unchanged(Observed.of(found), linked=True):
            os.unlink(temporary.name, dir_fd=to_folder)
            raise ChangedWhileCopying(path=source.full)
        # Whoever dropped it may not have waited for the disk; its old name is about to go.
        if wait:
            _sync_file(to_folder, temporary)


def sync_temporary(temporary: VolumePath) -> None:
    """Waits until the temporary file's bytes are on the disk; when they do not get there, its name goes."""
    with opened_folder(temporary) as folder:
        try:
            _sync_file(folder, temporary)
        except BaseException:
            with suppress(OSError):
                os.unlink(temporary.name, dir_fd=folder)
            raise


def publish(temporary: VolumePath, final: VolumePath, abilities: Abilities, *, wait: bool = True) -> Way:
    """Gives the temporary file its final name beside it, without replacing, and waits until that is on the disk.

    Without `wait` the caller waits, once for all names in a folder (`sync_folder_of`).

    Ways that `abilities` rules out are not tried. After a link the temporary name is still there, `remove_temporary`
    takes it. Repeating it is harmless as long as the temporary file is there. Raises NameTaken.
    """
    if temporary.beside(final.name) != final:
        raise ValueError(f"{temporary} does not lie beside {final}")
    with opened_folder(final) as folder:
        found = status(folder, temporary.name, temporary.full)
        if found is None:
            raise Vanished(path=temporary.full)
        regular(found, temporary.full)
        way = _give_name(folder, temporary, final, abilities)
        if wait:
            sync_folder(folder, final.full)
        return way


def sync_folder_of(place: VolumePath) -> None:
    """Waits until the names in the place's folder are on the disk; one that is gone has none."""
    with suppress(Vanished), opened_folder(place) as folder:
        sync_folder(folder, place.full)


def remove_temporary(temporary: VolumePath) -> bool:
    """Removes the temporary name, whatever is left under it; False when nothing was. Never any other name."""
    try:
        with opened_folder(temporary) as folder:
            return _unlink_temporary(folder, temporary)
    except Vanished:
        return False


def _unlink_temporary(folder: int, temporary: VolumePath) -> bool:
    """`remove_temporary` in a folder that is open."""
    if not _TEMPORARY_NAME.fullmatch(temporary.name):
        raise ValueError(f"{temporary} is no temporary file of Melodee's")
    try:
        os.unlink(temporary.name, dir_fd=folder)
    except FileNotFoundError:
        return False
    except OSError as error:
        raise file_error(error, temporary.full) from error
    return True


def remove_source(
    source: VolumePath, expected: Observed, final: VolumePath, *, linked: bool = False, wait: bool = True
) -> bool:
    """Removes the source's name once its bytes have their final one; False when it was gone already.

    Without `wait` the caller waits for the disk, as in `publish`.

    Raises ChangedWhileCopying when something else has the name by now (it is a new file, and stays), and Vanished
    when the final file is not there to take its place.
    """
    kept = observe(final)
    if not linked and kept.size != expected.size:
        raise Vanished("Another file has its place.", path=final.full)
    try:
        with opened_folder(source) as folder:
            now = observe_in(folder, source)
            same_file = (now.device, now.inode) == (kept.device, kept.inode)
            if not (same_file if linked else expected.unchanged(now)):
                raise ChangedWhileCopying("It stays where it is, as a new file.", path=source.full)
            with file_errors(source.full):
                os.unlink(source.name, dir_fd=folder)
            if wait:
                sync_folder(folder, source.full)
    except Vanished:
        return False
    return True


def remove_empty_folders(root: Path, folder: str) -> int:
    """Removes a folder that a file was moved out of, and those above it, as long as they are empty.

    Never the root, and never what holds anything: the kernel refuses to. Returns how many were removed.
    """
    removed = 0
    while folder:
        place = VolumePath(root, folder)
        try:
            with opened_folder(place) as above:
                os.rmdir(place.name, dir_fd=above)
            removed += 1
        except (Vanished, FileNotFoundError):
            pass  # Another worker removed it; those above may be left to us.
        except (FileTrouble, OSError):
            break  # Not empty, a mount point, or not ours to remove: it stays, and nothing is lost.
        folder = place.folder
    return removed


class Standing(StrEnum):
    """What a crash left of a file that was `copied` and not yet `published`."""

    ABSENT = "absent"
    """Only the temporary file is there: publish it."""
    OURS = "ours"
    """The final name has our bytes: commit."""
    TAKEN = "taken"
    """The final name has other bytes: a conflict for a person, whatever is ours is kept."""
    GONE = "gone"
    """Neither is there: begin again from the source, or raise an alarm."""


def recognise(temporary: VolumePath, final: VolumePath, expected: Observed, digest: bytes | None) -> Standing:
    """What has become of a file after a crash. `digest` is that of a copy, None for a file that was linked."""
    try:
        with opened_folder(final) as folder:
            ours = status(folder, temporary.name, temporary.full)
            found = status(folder, final.name, final.full)
            kept = no_replace.is_placeholder(folder, final.name, temporary.name)
    except Vanished:
        return Standing.GONE
    if found is None or (ours is not None and kept):
        return Standing.GONE if ours is None else Standing.ABSENT
    if not stat.S_ISREG(found.st_mode):
        return Standing.TAKEN
    if ours is not None:
        same = (ours.st_dev, ours.st_ino) == (found.st_dev, found.st_ino)
    elif digest is None:
        same = expected.unchanged(Observed.of(found), linked=True)
    else:
        same = expected.size == found.st_size and content_hash(final) == digest
    return Standing.OURS if same else Standing.TAKEN


def _require_writable(folder: int, source: VolumePath) -> None:
    """Before bytes are copied: from a folder that cannot be written no file can be moved, only doubled."""
    if not os.access(".", os.W_OK | os.X_OK, dir_fd=folder, effective_ids=os.access in os.supports_effective_ids):
        raise PermissionDenied("Its folder cannot be written, so the file cannot be moved out of it.", path=source.full)


def _require_unchanged(folder: int, source: VolumePath, expected: Observed, *, linked: bool = False) -> None:
    if not expected.unchanged(observe_in(folder, source), linked=linked):
        raise ChangedWhileCopying(path=source.full)


def _copy(
    reader: int, source: VolumePath, writer: int, temporary: VolumePath, expected: Observed, *, wait: bool
) -> bytes:
    """Copies and verifies; closes `writer`, since some file systems only then say that the disk is full."""
    digest = hashlib.sha256()

    def write(block: memoryview) -> None:
        digest.update(block)
        with file_errors(temporary.full):
            while block:
                block = block[os.write(writer, block) :]

    try:
        copied = read_blocks(reader, source, write, limit=expected.size)
        with suppress(OSError):  # Some network file systems do not keep times.
            os.utime(writer, ns=(expected.mtime_ns, expected.mtime_ns))
        with file_errors(temporary.full):
            if wait:
                os.fsync(writer)
            else:
                begin_writing(writer)
            written = os.fstat(writer).st_size
    except BaseException:
        os.close(writer)
        raise
    with file_errors(temporary.full):
        os.close(writer)
    if not copied == written == expected.size:
        raise ChangedWhileCopying(f"{copied} bytes were read where {expected.size} had been.", path=source.full)
    return digest.digest()


def _sync_file(folder: int, place: VolumePath) -> None:
    with file_errors(place.full):
        descriptor = os.open(place.name, READ_FLAGS, dir_fd=folder)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _give_name(folder: int, temporary: VolumePath, final: VolumePath, abilities: Abilities) -> Way:
    ways = [
        (Way.LINK, abilities.hard_links, no_replace.link, no_replace.NO_LINKS),
        (Way.RENAME, abilities.rename_noreplace, no_replace.rename, no_replace.NO_RENAME_NOREPLACE),
        (Way.PLACEHOLDER, True, no_replace.rename_over_placeholder, frozenset[int]()),
    ]
    for way, possible, give, unknown in ways:
        if not possible:
            continue
        try:
            give(folder, temporary.name, final.name)
        except FileExistsError as error:
            # NFS repeats a request whose answer was lost: the name may be taken by ourselves.
            if _is_one_file(folder, temporary, final):
                return way
            if no_replace.is_placeholder(folder, final.name, temporary.name):
                continue
            raise NameTaken(path=final.full) from error
        except OSError as error:
            if error.errno in unknown:
                continue
            raise file_error(error, final.full) from error
        return way
    raise NameTaken(path=final.full)


def _is_one_file(folder: int, temporary: VolumePath, final: VolumePath) -> bool:
    ours, found = status(folder, temporary.name, temporary.full), status(folder, final.name, final.full)
    return bool(ours and found and os.path.samestat(ours, found))
