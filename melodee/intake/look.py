"""Looking at an inbound volume: what lies there, and whether it is still being copied.

`cp -p`, rsync and mv keep a file's mtime, so nothing in a single look says that a copy is complete. A folder has
settled when two looks some seconds apart are the same in size, mtime and ctime of everything in it.
"""

import hashlib
import os
import re
import stat
from collections.abc import Generator, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from melodee.audio.formats import FileKind, classify, is_not_a_file_yet

LOOK_BUDGET = 2_000
"""Files and folders of one top entry that a sensor's look reads at most."""

NUMBER_WORDS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")

_MEDIUM = r"cd|dis[ck]|disque|диск"
_DISC_FOLDER = re.compile(
    r"[\[({]?(?:"
    rf"(?:{_MEDIUM}|dvd|vol(?:ume)?|lp|side)[\s._#-]*(?P<number>\d{{1,3}})"
    r"|(?:cd|dis[ck]|vol(?:ume)?|lp|side)[\s._-]*(?P<letter>[a-d])"
    rf"|(?:{_MEDIUM})[\s._-]+(?P<word>{'|'.join(NUMBER_WORDS)})"
    rf"|(?P<bonus>bonus[\s._-]*(?:{_MEDIUM}|dvd)s?)"
    r")(?![^\W_])(?P<rest>.*)",
    re.IGNORECASE,
)


class FileLook(NamedTuple):
    """A regular file as it lies there; times in nanoseconds, as the file system has them."""

    path: str
    size: int
    modified_ns: int
    changed_ns: int

    @property
    def name(self) -> str:
        """Without folders."""
        return self.path.rpartition("/")[2]

    @property
    def kind(self) -> FileKind:
        """As far as the name tells."""
        return classify(self.name)


class Odd(NamedTuple):
    """What is neither a regular file nor a folder, or could not be looked at."""

    path: str
    code: str
    reason: str


@dataclass
class FolderLook:
    """One folder's own files, without those of its folders. Paths are relative to the volume, surrogateescape."""

    path: str
    files: list[FileLook] = field(default_factory=list[FileLook])
    folders: list[str] = field(default_factory=list[str])
    odd: list[Odd] = field(default_factory=list[Odd])
    signature: bytes = b""

    @property
    def has_audio(self) -> bool:
        """Whether a file here has an audio suffix."""
        return any(file.kind is FileKind.AUDIO for file in self.files)


def join(folder: str, name: str) -> str:
    """`folder/name`; the volume's root is the empty string."""
    return f"{folder}/{name}" if folder else name


def parent(path: str) -> str:
    """The folder that holds the path."""
    return path.rpartition("/")[0]


def look_at(root: Path, path: str) -> FolderLook:
    """Looks at one folder, or at one file as if it were a folder of its own. What vanished meanwhile is empty."""
    look = FolderLook(path)
    digest = hashlib.blake2b(digest_size=16)
    place = os.path.join(root, path) if path else os.fspath(root)  # noqa: PTH118 - Path refuses what bytes allow
    try:
        own = os.lstat(place)
        if stat.S_ISDIR(own.st_mode):
            with os.scandir(place) as entries:
                found = sorted((entry.name, entry.stat(follow_symlinks=False)) for entry in entries)
        else:
            found = [(path.rpartition("/")[2], own)]
            path = parent(path)
    except FileNotFoundError:
        look.signature = digest.digest()
        return look
    except OSError as error:
        code = "permission_denied" if isinstance(error, PermissionError) else "unreadable_folder"
        look.odd.append(Odd(path, code, f"The folder could not be read: {error.strerror or error}."))
        look.signature = digest.digest()
        return look
    for name, status in found:
        _note(look, join(path, name), name, status)
        if not stat.S_ISDIR(status.st_mode):
            digest.update(os.fsencode(name))
            digest.update(b"\0%d %d %d\n" % (status.st_size, status.st_mtime_ns, status.st_ctime_ns))
    look.signature = digest.digest()
    return look


def _note(look: FolderLook, path: str, name: str, status: os.stat_result) -> None:
    if is_not_a_file_yet(name):
        return
    mode = status.st_mode
    if stat.S_ISDIR(mode):
        look.folders.append(path)
    elif stat.S_ISREG(mode):
        look.files.append(FileLook(path, status.st_size, status.st_mtime_ns, status.st_ctime_ns))
    elif stat.S_ISLNK(mode):
        look.odd.append(Odd(path, "symlink", "A link is not followed: put the file or folder itself here."))
    else:
        look.odd.append(Odd(path, "special_file", "It is a device, a socket or a pipe."))


def walk(root: Path, entries: Iterable[str]) -> Generator[FolderLook, None, None]:
    """Every folder at or below the entries, depth first, by name; a file among the entries is a folder of its own."""
    stack = sorted(set(entries), reverse=True)
    while stack:
        look = look_at(root, stack.pop())
        stack.extend(reversed(look.folders))
        yield look


class EntryLook(NamedTuple):
    """A bounded look at all that lies at or below one top entry."""

    signature: bytes
    complete: bool
    files: list[FileLook]
    """The files that were reached."""
    cost: int
    """Files and folders that were read."""


def look_at_entry(root: Path, entry: str, budget: int = LOOK_BUDGET) -> EntryLook:
    """The entry's signature: it changes with every file in reach; `complete` says whether all were."""
    digest = hashlib.blake2b(digest_size=16)
    files: list[FileLook] = []
    cost = 0
    for look in walk(root, [entry]):
        digest.update(os.fsencode(look.path) + b"\0" + look.signature)
        files += look.files
        cost += 1 + len(look.files) + len(look.odd)
        if cost >= budget:
            return EntryLook(digest.digest(), complete=False, files=files, cost=cost)
    return EntryLook(digest.digest(), complete=True, files=files, cost=cost)


def unit_of(look: FolderLook) -> str:
    """The folder with which this one settles: the album's for a disc's folder or for one without music in it."""
    name = look.path.rpartition("/")[2]
    if "/" in look.path and (is_disc_folder(name) or not look.has_audio):
        return parent(look.path)
    return look.path


def is_disc_folder(name: str) -> bool:
    """Whether a folder's name says that it is a disc of the release around it: `CD1`, `[Disc Two]`, `Bonus CD`."""
    return disc_folder(name) is not None


def disc_folder(name: str) -> re.Match[str] | None:
    """What names the disc in such a folder's name: one of `number`, `letter`, `word` and `bonus`, and the `rest`."""
    return _DISC_FOLDER.fullmatch(name.strip())


def without_disc(folder: str) -> str:
    """The folder of the album: discs are part of what is around them."""
    return parent(folder) if "/" in folder and is_disc_folder(folder.rpartition("/")[2]) else folder
