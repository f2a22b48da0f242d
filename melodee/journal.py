"""The journal: files on their way from one place to another, each step committed before the next begins.

The file system's half is `melodee.transfer`. A row says how far a file has come, so that after a crash the same call
goes on where the last one stopped: whoever moves files asks again for the same moves.
"""

import os
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple, TypeVar

from melodee.database import Database, Row, Session
from melodee.errors import DependencyError, MelodeeError
from melodee.file_errors import ChangedWhileCopying, NameTaken, NotLinkable, Vanished
from melodee.ledger import Place
from melodee.transfer import (
    Observed,
    Standing,
    copy_to_temporary,
    link_to_temporary,
    observe,
    publish,
    recognise,
    remove_empty_folders,
    remove_source,
    remove_temporary,
    sync_folder_of,
    sync_temporary,
    temporary_beside,
)
from melodee.volume_path import VolumePath, folders_kept_open
from melodee.volume_presence import require_there
from melodee.volumes import Volume

COPIES = 4
"""Threads that copy: waiting for the disk is most of the work, and it takes several as it takes one."""

PART_FILES, PART_BYTES = 50, 32 << 20
"""What a thread copies before it waits for it: the first file's wait does most of the work of all."""

G = TypeVar("G")
T = TypeVar("T")


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
class _Move:
    id: int
    state: str
    wish: Wish
    source: VolumePath
    target: VolumePath
    temporary: VolumePath
    expected: Observed
    linked: bool
    content_hash: bytes | None


Commit = Callable[[Session, Sequence[Moved], Sequence[Refused]], None]
"""Writes what the moves and the refusals mean, in the transaction that declares the moves published."""


class Mover:
    """Moves files between volumes for one purpose: `stage`, `publish`, `reject` or `return`."""

    def __init__(self, database: Database, volumes: Iterable[Volume], purpose: str) -> None:
        self._database = database
        self._volumes: Mapping[int, Volume] = {volume.id: volume for volume in volumes}
        self._purpose = purpose

    def move(self, wishes: Sequence[Wish], commit: Commit) -> None:
        """Moves what can be moved, and commits that together with what could not. Raises `DependencyError`.

        The order is the protocol: temporary file, final name, commit, and only then the source goes.
        """
        for number in {place.volume for wish in wishes for place in (wish.source, wish.target)}:
            if self._volumes[number].kind != "inbound":
                require_there(self._volumes[number])
        refused: list[Refused] = []
        moves = self._planned(wishes, refused)
        moves = self._copied(moves, refused)
        published = self._named(moves, refused)
        with self._database.begin() as db:
            commit(db, [moved for _, moved in published], refused)
            db.run("set_moves_published", ids=[move.id for move, _ in published])
        self._finish([move for move, _ in published])

    def finish(self, releases: Sequence[int]) -> None:
        """Removes the sources of files that were committed before a crash."""
        with self._database.autocommit() as db:
            rows = db.rows("open_moves", releases=list(releases), purpose=self._purpose, states=["published"])
        self._finish([self._move(row) for row in rows])

    def _path(self, place: Place) -> VolumePath:
        return VolumePath(self._volumes[place.volume].root, place.path)

    def _move(self, row: Row) -> _Move:
        wish = _wish(row)
        target = self._path(wish.target)
        seen = Observed(int(row.device), int(row.inode), row.size_bytes, row.modified_ns, row.changed_ns)
        temporary = temporary_beside(target, row.id)
        source = self._path(wish.source)
        return _Move(row.id, row.state, wish, source, target, temporary, seen, row.linked, row.content_hash)

    def _planned(self, wishes: Sequence[Wish], refused: list[Refused]) -> list[_Move]:
        """Journal rows for the wishes: those of an earlier attempt, and new ones."""
        with self._database.autocommit() as db:
            releases = sorted({wish.release for wish in wishes})
            rows = db.rows("open_moves", releases=releases, purpose=self._purpose, states=["planned", "copied"])
        earlier: dict[tuple[int, Place], _Move] = {}
        for move in map(self._move, rows):
            if move.state == "planned":
                # Linking changes a file's ctime, so what was seen before the crash no longer holds: begin again.
                self._abandon(move)
            else:
                # Where the earlier attempt was to put a file counts, not where this one would: it may have got there.
                earlier[move.wish.release, move.wish.source] = move
        fresh: list[tuple[Wish, Observed]] = []
        with folders_kept_open():
            for wish in wishes:
                if (wish.release, wish.source) not in earlier:
                    seen = _tried(observe, self._path(wish.source))
                    if isinstance(seen, MelodeeError):
                        refused.append(Refused(wish, seen))
                    else:
                        fresh.append((wish, seen))
        with self._database.begin() as db:
            rows = db.rows("plan_moves", purpose=self._purpose, **_columns(fresh)) if fresh else []
        moves = earlier | {(move.wish.release, move.wish.source): move for move in map(self._move, rows)}
        refused += [Refused(wish, NameTaken(path=wish.target.path)) for wish, _ in fresh if wish[:2] not in moves]
        return [moves[wish[:2]] for wish in wishes if wish[:2] in moves]

    def _copied(self, moves: Sequence[_Move], refused: list[Refused]) -> list[_Move]:
        done = [move for move in moves if move.state != "planned" and self._still_there(move)]
        whole = {move.id for move in done}
        for move, copied in self._copies([move for move in moves if move.id not in whole]):
            if isinstance(copied, MelodeeError):
                refused.append(self._refuse(move, copied))
            else:
                done.append(copied)
        order = {move.id: number for number, move in enumerate(moves)}
        done.sort(key=lambda move: order[move.id])
        fresh = [move for move in done if move.state == "planned"]
        with self._database.begin() as db:
            db.run(
                "set_moves_copied",
                ids=[move.id for move in fresh],
                linked=[move.linked for move in fresh],
                hashes=[move.content_hash for move in fresh],
            )
        return done

    def _copies(self, moves: Sequence[_Move]) -> Generator[tuple[_Move, _Move | MelodeeError], None, None]:
        """Copies or links some files at a time, so that the disk is waited for together. Raises `DependencyError`."""
        pool = ThreadPoolExecutor(COPIES, thread_name_prefix="copy")
        try:
            for some in pool.map(self._copy_some, _parts(moves)):
                yield from some
        finally:
            pool.shutdown(cancel_futures=True)

    def _copy_some(self, moves: Sequence[_Move]) -> list[tuple[_Move, _Move | MelodeeError]]:
        done: list[tuple[_Move, _Move | MelodeeError]] = []
        with folders_kept_open():
            copied = [(move, _tried(self._copy, move)) for move in moves]
            for move, each in copied:
                done.append((move, each if isinstance(each, MelodeeError) else _tried(self._wait_for_bytes, each)))
        return done

    def _wait_for_bytes(self, move: _Move) -> _Move:
        # What is on a staging volume was waited for when it came there.
        if not (move.linked and self._volumes[move.wish.source.volume].kind == "staging"):
            sync_temporary(move.temporary)
        return move

    def _still_there(self, move: _Move) -> bool:
        """Whether what an earlier attempt copied is there; if not, the move begins again from its source."""
        return recognise(move.temporary, move.target, move.expected, move.content_hash) is not Standing.GONE

    def _copy(self, move: _Move) -> _Move:
        try:
            link_to_temporary(move.source, move.temporary, move.expected, wait=False)
        except NotLinkable:
            digest = copy_to_temporary(move.source, move.temporary, move.expected, wait=False)
            return replace(move, state="planned", linked=False, content_hash=digest)
        return replace(move, state="planned", linked=True, content_hash=None)

    def _named(self, moves: Sequence[_Move], refused: list[Refused]) -> list[tuple[_Move, Moved]]:
        named: list[tuple[_Move, Moved]] = []
        with folders_kept_open():
            for move in moves:
                seen = _tried(self._name, move)
                if isinstance(seen, MelodeeError):
                    refused.append(self._refuse(move, seen))
                else:
                    named.append((move, Moved(move.wish, seen, move.content_hash)))
            _wait_for(move.target for move, _ in named)
        return named

    def _name(self, move: _Move) -> Observed:
        """Gives the file its final name, if an earlier attempt has not; returns how it lies there."""
        standing = Standing.ABSENT
        if move.state != "planned":
            standing = recognise(move.temporary, move.target, move.expected, move.content_hash)
        if standing is Standing.TAKEN:
            raise NameTaken(path=move.target.full)
        if standing is Standing.ABSENT:
            publish(move.temporary, move.target, self._volumes[move.wish.target.volume].abilities, wait=False)
        return observe(move.target)

    def _refuse(self, move: _Move, error: MelodeeError) -> Refused:
        self._abandon(move)
        return Refused(move.wish, error)

    def _abandon(self, move: _Move) -> None:
        """Takes back a move that has not been committed: the source is still there, our other copy goes."""
        remove_temporary(move.temporary)
        with self._database.begin() as db:
            db.run("delete_moves", ids=[move.id])

    def _finish(self, moves: Sequence[_Move]) -> None:
        """Removes sources whose files have their new names, and folders that are empty because of it."""
        done: list[_Move] = []
        with folders_kept_open():
            for move in moves:
                try:
                    remove_source(move.source, move.expected, move.target, linked=move.linked, wait=False)
                except ChangedWhileCopying:
                    pass  # Something else has the old name by now: it is a new file, and stays for the next look.
                except Vanished:
                    continue  # Someone took the file from its new place: what is left of it stays, and so does the row.
                remove_temporary(move.temporary)
                done.append(move)
            _wait_for(move.source for move in done)
        for root, folder in {(move.source.root, move.source.folder) for move in done}:
            remove_empty_folders(root, folder)
        with self._database.begin() as db:
            db.run("delete_moves", ids=[move.id for move in done])


def _columns(moves: Sequence[tuple[Wish, Observed]]) -> dict[str, list[object]]:
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


def _tried(step: Callable[[G], T], given: G) -> T | MelodeeError:
    """What the step returns, or why this file cannot be moved. Raises `DependencyError`: then none can."""
    try:
        return step(given)
    except DependencyError:
        raise
    except MelodeeError as error:
        return error


def _wait_for(places: Iterable[VolumePath]) -> None:
    """Waits until the names in the places' folders are on the disk, once for each folder."""
    for place in {(place.root, place.folder): place for place in places}.values():
        sync_folder_of(place)


def _parts(moves: Sequence[_Move]) -> list[list[_Move]]:
    """What is copied and then waited for together: whole folders, since who makes files in one waits for the others."""
    folders: dict[tuple[Path, str], list[_Move]] = {}
    for move in moves:
        folders.setdefault((move.target.root, move.target.folder), []).append(move)
    parts: list[list[_Move]] = [[]]
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


def _wish(row: Row) -> Wish:
    return Wish(
        row.release_id,
        Place(row.source_volume_id, os.fsdecode(row.source_path)),
        Place(row.target_volume_id, os.fsdecode(row.target_path)),
    )
