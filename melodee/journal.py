"""The journal: files on their way from one place to another, each step committed before the next begins.

The file system's half is `melodee.transfer`. A row says how far a file has come, so that after a crash the same call
goes on where the last one stopped: whoever moves files asks again for the same moves.
"""

from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from melodee.database import Database, Session
from melodee.errors import DependencyError, MelodeeError
from melodee.file_errors import ChangedWhileCopying, NameTaken, NotLinkable, Vanished
from melodee.ledger import Place
from melodee.moves import Move, Moved, Refused, Wish, columns, parts
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
)
from melodee.volume_path import VolumePath, folders_kept_open
from melodee.volume_presence import require_there
from melodee.volumes import Volume

COPIES = 4
"""Threads that copy: waiting for the disk is most of the work, and it takes several as it takes one."""

G = TypeVar("G")
T = TypeVar("T")

Commit = Callable[[Session, Sequence[Moved], Sequence[Refused]], None]
"""Writes what the moves and the refusals mean, in the transaction that declares the moves published."""


class Mover:
    """Moves files between volumes for one purpose: `stage`, `publish`, `reject` or `return`."""

    def __init__(self, database: Database, volumes: Iterable[Volume], purpose: str) -> None:
        self._database = database
        self._volumes: Mapping[int, Volume] = {volume.id: volume for volume in volumes}
        self._purpose = purpose
        self._devices: dict[Path, int] = {}

    def move(self, wishes: Sequence[Wish], commit: Commit) -> None:
        """Moves what can be moved, and commits that together with what could not. Raises `DependencyError`.

        The order is the protocol: temporary file, final name, commit, and only then the source goes.
        """
        for number in {place.volume for wish in wishes for place in (wish.source, wish.target)}:
            if self._volumes[number].kind != "inbound":
                require_there(self._volumes[number])
        self._devices.clear()
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
        self._finish([Move.of(row, self._path) for row in rows])

    def _path(self, place: Place) -> VolumePath:
        return VolumePath(self._volumes[place.volume].root, place.path)

    def _planned(self, wishes: Sequence[Wish], refused: list[Refused]) -> list[Move]:
        """Journal rows for the wishes: those of an earlier attempt, and new ones."""
        with self._database.autocommit() as db:
            releases = sorted({wish.release for wish in wishes})
            rows = db.rows("open_moves", releases=releases, purpose=self._purpose, states=["planned", "copied"])
        earlier: dict[tuple[int, Place], Move] = {}
        for move in (Move.of(row, self._path) for row in rows):
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
            rows = db.rows("plan_moves", purpose=self._purpose, **columns(fresh)) if fresh else []
        moves = earlier | {
            (move.wish.release, move.wish.source): move for move in (Move.of(row, self._path) for row in rows)
        }
        refused += [Refused(wish, NameTaken(path=wish.target.path)) for wish, _ in fresh if wish[:2] not in moves]
        return [moves[wish[:2]] for wish in wishes if wish[:2] in moves]

    def _copied(self, moves: Sequence[Move], refused: list[Refused]) -> list[Move]:
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

    def _copies(self, moves: Sequence[Move]) -> Generator[tuple[Move, Move | MelodeeError], None, None]:
        """Copies or links some files at a time, so that the disk is waited for together. Raises `DependencyError`."""
        if all(self._is_waited_for(move) and self._are_beside(move) for move in moves):
            # Nobody waits for links, and threads would only be in each other's way.
            yield from self._copy_some(moves)
            return
        pool = ThreadPoolExecutor(COPIES, thread_name_prefix="copy")
        try:
            for some in pool.map(self._copy_some, parts(moves)):
                yield from some
        finally:
            pool.shutdown(cancel_futures=True)

    def _is_waited_for(self, move: Move) -> bool:
        """Whether the source's bytes are on the disk: what is on a staging volume was waited for when it came there."""
        return self._volumes[move.wish.source.volume].kind == "staging"

    def _are_beside(self, move: Move) -> bool:
        """Whether source and target are on one file system, as far as the roots of their volumes tell."""
        return self._device(move.source.root) == self._device(move.target.root)

    def _device(self, root: Path) -> int | None:
        if root not in self._devices:
            try:
                self._devices[root] = root.stat().st_dev
            except OSError:
                return None  # Whoever opens a folder there says what is wrong.
        return self._devices[root]

    def _copy_some(self, moves: Sequence[Move]) -> list[tuple[Move, Move | MelodeeError]]:
        done: list[tuple[Move, Move | MelodeeError]] = []
        with folders_kept_open():
            copied = [(move, _tried(self._copy, move)) for move in moves]
            for move, each in copied:
                done.append((move, each if isinstance(each, MelodeeError) else _tried(self._wait_for_bytes, each)))
        return done

    def _wait_for_bytes(self, move: Move) -> Move:
        if not (move.linked and self._is_waited_for(move)):
            sync_temporary(move.temporary)
        return move

    def _still_there(self, move: Move) -> bool:
        """Whether what an earlier attempt copied is there; if not, the move begins again from its source."""
        return recognise(move.temporary, move.target, move.expected, move.content_hash) is not Standing.GONE

    def _copy(self, move: Move) -> Move:
        if self._are_beside(move):
            try:
                link_to_temporary(move.source, move.temporary, move.expected, wait=False)
            except NotLinkable:
                pass  # A file system inside a volume, or one without hard links.
            else:
                return replace(move, state="planned", linked=True, content_hash=None)
        digest = copy_to_temporary(move.source, move.temporary, move.expected, wait=False)
        return replace(move, state="planned", linked=False, content_hash=digest)

    def _named(self, moves: Sequence[Move], refused: list[Refused]) -> list[tuple[Move, Moved]]:
        named: list[tuple[Move, Moved]] = []
        with folders_kept_open():
            for move in moves:
                seen = _tried(self._name, move)
                if isinstance(seen, MelodeeError):
                    refused.append(self._refuse(move, seen))
                else:
                    named.append((move, Moved(move.wish, seen, move.content_hash)))
            _wait_for(move.target for move, _ in named)
        return named

    def _name(self, move: Move) -> Observed:
        """Gives the file its final name, if an earlier attempt has not; returns how it lies there."""
        standing = Standing.ABSENT
        if move.state != "planned":
            standing = recognise(move.temporary, move.target, move.expected, move.content_hash)
        if standing is Standing.TAKEN:
            raise NameTaken(path=move.target.full)
        if standing is Standing.ABSENT:
            publish(move.temporary, move.target, self._volumes[move.wish.target.volume].abilities, wait=False)
        return observe(move.target)

    def _refuse(self, move: Move, error: MelodeeError) -> Refused:
        self._abandon(move)
        return Refused(move.wish, error)

    def _abandon(self, move: Move) -> None:
        """Takes back a move that has not been committed: the source is still there, our other copy goes."""
        remove_temporary(move.temporary)
        with self._database.begin() as db:
            db.run("delete_moves", ids=[move.id])

    def _finish(self, moves: Sequence[Move]) -> None:
        """Removes sources whose files have their new names, and folders that are empty because of it."""
        done: list[Move] = []
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
