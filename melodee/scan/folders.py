"""Going through a volume's folders: all of them, or those alone whose time has changed since the last scan."""

import os
import stat
from collections.abc import Callable, Collection, Generator, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from melodee.intake.look import FolderLook, look_at

Known = tuple[str, int]
"""A folder, and its time when it was last listed."""


class Visit(NamedTuple):
    """A folder that was visited."""

    path: str
    modified_ns: int | None
    """Before it was listed; None when it is gone."""
    is_mount: bool
    look: FolderLook | None
    """What is in it; None when its time says that nothing has changed."""
    unmounted: bool = False
    """Something was mounted there, and is not any more."""


def every_folder(root: Path, start: str = "", mounts: Collection[str] = ()) -> Generator[Visit, None, None]:
    """All folders at or below a folder, each before those in it, by name; `mounts` as for `changed_folders`."""
    stack = [start]
    while stack:
        path = stack.pop()
        if path in mounts and not _is_mount(root, path):
            yield Visit(path, None, is_mount=True, look=None, unmounted=True)
            continue
        visit = _listed(root, path)
        if visit.look is not None:
            stack.extend(sorted(visit.look.folders, reverse=True))
        yield visit


def changed_folders(
    root: Path, known: Iterable[Known], mounts: Sequence[str], new_ones: Callable[[list[str]], Iterable[str]]
) -> Generator[Visit, None, None]:
    """The folders that are known, listed where their time has changed, and all of those that are new in them.

    `mounts` are those where another file system was mounted: what lay in one that is not there any more is away, not
    gone. `new_ones` says which of some folders no scan has seen.
    """
    away = [path for path in mounts if not _is_mount(root, path)]
    below = tuple(f"{path}/" for path in away)
    for path, modified_ns in known:
        if path in away:
            yield Visit(path, modified_ns, is_mount=True, look=None, unmounted=True)
        elif below and path.startswith(below):
            continue
        elif _modified(root, path) == modified_ns:
            yield Visit(path, modified_ns, path in mounts, None)
        else:
            visit = _listed(root, path)
            yield visit
            for folder in new_ones(visit.look.folders) if visit.look is not None and visit.look.folders else ():
                yield from every_folder(root, folder)


def gone_folders(root: Path, known: Iterable[Known], mounts: Sequence[str]) -> Generator[Visit, None, None]:
    """Of the folders that are known, those that are not there any more: no walk meets them."""
    below = tuple(f"{path}/" for path in mounts if not _is_mount(root, path))
    for path, _ in known:
        if not (below and path.startswith(below)) and _modified(root, path) is None:
            yield Visit(path, None, is_mount=False, look=FolderLook(path))


def _listed(root: Path, path: str) -> Visit:
    modified_ns = _modified(root, path)
    look = FolderLook(path) if modified_ns is None else look_at(root, path)
    return Visit(path, modified_ns, _is_mount(root, path), look)


def _modified(root: Path, path: str) -> int | None:
    """The folder's time; None when it is gone, or is no folder any more. 0 for what may not be looked at."""
    try:
        # The root may be a link: that is the operator's choice.
        found = os.lstat(os.path.join(root, path)) if path else root.stat()  # noqa: PTH118 - Path refuses what bytes allow
    except (FileNotFoundError, NotADirectoryError):
        return None
    except PermissionError:
        return 0
    return found.st_mtime_ns if stat.S_ISDIR(found.st_mode) else None


def _is_mount(root: Path, path: str) -> bool:
    """Whether another file system begins at the folder."""
    if not path:
        return False
    place = os.path.join(root, path)  # noqa: PTH118
    try:
        return os.lstat(place).st_dev != os.stat(os.path.dirname(place)).st_dev  # noqa: PTH116, PTH120
    except OSError:
        return False
