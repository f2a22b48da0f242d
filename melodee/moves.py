"""Moves of files: what is wished for, what came of it, and what the journal remembers of those under way."""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from melodee.database import Row
from melodee.errors import MelodeeError
from melodee.ledger import Place
from melodee.observed import Observed
from melodee.transfer import temporary_beside
from melodee.volume_path import VolumePath

PART_FILES, PART_BYTES = 50, 32 << 20
"""What a thread copies before it waits for it: the first file's wait does most of the work of all."""


class Wish(NamedTuple):
    """A file that is to move."""

    release: int
    source: Place
    target: Place


@dataclass(frozen=True)
class Moved:
    """A file that has its final name; `observed` is the file there, `content_hash` known when bytes were copied."""

    wish: Wish
    observed: Observed
    content_hash: bytes | None


class Refused(NamedTuple):
    """A file that stays where it is, and why."""

    wish: Wish
    error: MelodeeError


@dataclass(frozen=True)
class Move:
    """A row of the journal, with the paths that it means."""

    id: int
    state: str
    wish: Wish
    source: VolumePath
    target: VolumePath
    temporary: VolumePath
    expected: Observed
    linked: bool
    content_hash: bytes | None

    @classmethod
    def of(cls, row: Row, path: Callable[[Place], VolumePath]) -> "Move":
        """Of a row of `file_move`; `path` says where a place is."""
        wish = Wish(
            row.release_id,
            Place(row.source_volume_id, os.fsdecode(row.source_path)),
            Place(row.target_volume_id, os.fsdecode(row.target_path)),
        )
        target = path(wish.target)
        seen = Observed(int(row.device), int(row.inode), row.size_bytes, row.modified_ns, row.changed_ns)
        temporary = temporary_beside(target, row.id)
        return cls(row.id, row.state, wish, path(wish.source), target, temporary, seen, row.linked, row.content_hash)


def columns(moves: Sequence[tuple[Wish, Observed]]) -> dict[str, list[object]]:
    """What a move's row says of each, column by column."""
    return {
        "releases": [wish.release for wish, _ in moves],
        "hashes": [wish.source.hash for wish, _ in moves],
        "source_volumes": [wish.source.volume for wish, _ in moves],
        "source_paths": [os.fsencode(wish.source.path) for wish, _ in moves],
        "devices": [seen.device for _, seen in moves],
        "inodes": [seen.inode for _, seen in moves],
        "sizes": [seen.size for _, seen in moves],
        "modified": [seen.mtime_ns for _, seen in moves],
        "changed": [seen.ctime_ns for _, seen in moves],
        "target_volumes": [wish.target.volume for wish, _ in moves],
        "target_paths": [os.fsencode(wish.target.path) for wish, _ in moves],
    }


def parts(moves: Sequence[Move]) -> list[list[Move]]:
    """What is copied and then waited for together: whole folders, since who makes files in one waits for the others."""
    folders: dict[tuple[Path, str], list[Move]] = {}
    for move in moves:
        folders.setdefault((move.target.root, move.target.folder), []).append(move)
    parts: list[list[Move]] = [[]]
    left = PART_BYTES
    for folder in folders.values():
        if len(parts[-1]) + len(folder) > PART_FILES:
            parts.append([])
            left = PART_BYTES
        for move in folder:
            if left < move.expected.size and parts[-1]:
                parts.append([])
                left = PART_BYTES
            parts[-1].append(move)
            left -= move.expected.size
    return parts
