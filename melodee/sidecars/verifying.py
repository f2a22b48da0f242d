"""Lists of checksums put to use: each file of a batch that a list beside it names is read whole and compared."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from melodee.audio.formats import suffix_of
from melodee.errors import DependencyError, MelodeeError
from melodee.file_errors import UnsafePath, Vanished
from melodee.intake.look import join, parent
from melodee.intake.read import Read
from melodee.sidecars.checksums import is_checksums, parse_checksums, sums_of
from melodee.sidecars.reading import sidecar_bytes
from melodee.sidecars.references import Files, parts_of
from melodee.volume_path import VolumePath


class Verified(NamedTuple):
    """A file that does not hold what a list says."""

    path: str
    """Below the volume."""
    expected: str
    found: str | None
    """None: there is no such file."""


class _Wanted(NamedTuple):
    list: str
    kind: str
    path: str
    expected: str


def verify(root: Path, read: Sequence[Read], threads: int = 0) -> dict[str, list[Verified]]:
    """What lists of checksums say that is not so, by the path of the list. A list that cannot be read says nothing.

    Reads every file that is named, several at a time. Raises `DependencyError` when the volume is away.
    """
    lists = [each.file.path for each in read if is_checksums(each.file.name)]
    if not lists:
        return {}
    names = Files(each.file.path for each in read)
    wanted = [each for path in lists for each in _wanted(root, path, names)]
    sums = sums_of(
        [VolumePath(root, each.path) for each in wanted],
        [each.kind for each in wanted],
        threads or os.cpu_count() or 1,
    )
    found: dict[str, list[Verified]] = {}
    for each, got in zip(wanted, sums, strict=True):
        if isinstance(got, Vanished):
            found.setdefault(each.list, []).append(Verified(each.path, each.expected, None))
        elif isinstance(got, DependencyError) or (isinstance(got, BaseException) and not isinstance(got, MelodeeError)):
            raise got
        elif isinstance(got, str) and got and got != each.expected:
            found.setdefault(each.list, []).append(Verified(each.path, each.expected, got))
    return found


def _wanted(root: Path, path: str, names: Files) -> list[_Wanted]:
    kind = suffix_of(path.rpartition("/")[2])
    try:
        listed = parse_checksums(sidecar_bytes(VolumePath(root, path)), kind)
    except DependencyError:
        raise
    except MelodeeError:
        return []
    wanted: list[_Wanted] = []
    for reference, expected in listed:
        place = names.find(reference, parent(path)) or join(parent(path), "/".join(parts_of(reference)))
        try:
            VolumePath(root, place)
        except UnsafePath:
            continue
        wanted.append(_Wanted(path, kind, place, expected))
    return wanted
