"""Loading a whole catalogue at once, into an instance that goes on answering.

Narrow tables are filled and indexed aside, under names of their own, and put in place together at the end: readers
see the old tables, with their indexes, until they see the new ones. Leaves are made as always, and filled in the
transaction that makes them. In both cases nobody else sees a row before its table is complete, so rows are written as
frozen, with the visibility map: a vacuum of the whole would read and write everything a second time.

Promotions wait meanwhile: `hold` takes the locks that they queue at.
"""

import time
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, ParamSpec, Self, TypeVar

import psycopg

from melodee.catalogue.leaf_care import care_for_leaf, leaf_keys
from melodee.database import Database, Session
from melodee.errors import FatalError

P = ParamSpec("P")
T = TypeVar("T")

CONNECTIONS = 2
"""Statements at once: what is copied or built is bounded by one process of the server each."""

SORT_MEMORY = "768MB"
"""What the server may take to build one index."""

LARGE_TABLES = (
    "song_credit", "song_index", "song_genre", "album_key", "album_index", "album_credit", "release_group",
    "album_genre", "list_stretch", "list_block", "artist_folder", "artist_key", "artist_index", "lyrics",
)  # fmt: skip
"""Tables that are filled aside, the largest first."""


_REWRITTEN = (
    "artists", "song_annotation", "album_annotation", "artist_annotation", "song_rating", "album_rating", "scrobble",
    "playlist", "playlist_entry",
)  # fmt: skip
"""Tables whose rows could not be written as frozen."""


class LeafTaken(FatalError):
    """Somebody else makes leaves while a catalogue is being loaded."""

    code = "leaf_taken"


@dataclass(frozen=True)
class LeafRows:
    """What goes into one leaf."""

    number: int
    """Leaves are made one after the other, from 1."""
    next_album: int
    """The number after the last that its albums and their later songs take."""
    songs: int
    full: bool
    opened: datetime
    closed: datetime
    albums_text: Callable[[], Iterable[bytes]]
    songs_text: Callable[[], Iterable[bytes]]


class Filled(NamedTuple):
    """What `fill` did."""

    rows: int
    copying: float
    """Seconds until the last row was copied."""
    indexing: float
    """Seconds from then on."""


@contextmanager
def hold(database: Database) -> Generator[None]:
    """Keeps promotions waiting within the block, which must not take the catalogue's lock in another connection."""
    with database.autocommit() as db:
        db.value("hold_catalogue")
        try:
            db.value("hold_artists")
            yield
        finally:
            db.value("release_holds")


def fill_leaf(database: Database, rows: LeafRows) -> int:
    """Makes a leaf with these rows; returns how many there are."""
    with database.begin() as db:
        if db.value("prepare_leaf") != rows.number:
            raise LeafTaken(f"The next leaf is not {rows.number}")
        number = rows.number
        copied = db.copy_text("copy_albums", rows.albums_text(), leaf=f"albums_{number:04}")
        copied += db.copy_text("copy_songs", rows.songs_text(), leaf=f"songs_{number:04}")
        db.run(
            "leaf_filled",
            number=number,
            state="closed" if rows.full else "open",
            opened=rows.opened,
            closed=rows.closed if rows.full else None,
            next=rows.next_album,
            songs=rows.songs,
        )
    return copied


def open_last_leaf(db: Session, opened: datetime) -> None:
    """Sees to it that one leaf is open and the next one prepared."""
    db.run("open_leaf", number=db.value("prepare_leaf"), opened=opened)
    db.value("prepare_leaf")


def fill(
    database: Database,
    leaves: Iterable[LeafRows],
    text_of: Callable[[str], Iterable[bytes]],
) -> Filled:
    """Fills the leaves, and aside the large tables, whose indexes follow as soon as a connection is free.

    `text_of` gives the rows of a table. Leaves are filled by one connection, since making one excludes making another;
    that is what takes longest.
    """
    with database.begin() as db:
        indexes = db.rows("indexes_of", tables=list(LARGE_TABLES))
    began = time.monotonic()
    ended: list[float] = []

    def fill_leaves() -> int:
        rows = sum(fill_leaf(database, leaf) for leaf in leaves)
        ended.append(time.monotonic())
        return rows

    def fill_table(table: str) -> int:
        rows = fill_aside(database, table, text_of(table))
        ended.append(time.monotonic())
        return rows

    def build(index: str, filled: Future[int]) -> None:
        filled.result()
        with database.begin() as db:
            db.one("prepare_load", memory=SORT_MEMORY, workers="1")
            db.run("build_load_index", index=index)

    def analyse(table: str, filled: Future[int]) -> None:
        filled.result()
        with database.begin() as db:
            db.run("analyze_load", table=table)

    with _Workers() as workers:
        leaves_filled = workers.do(fill_leaves)
        filled = {table: workers.do(fill_table, table) for table in LARGE_TABLES}
        for index in indexes:
            workers.do(build, index.name, filled[index.table])
        for table in LARGE_TABLES:
            workers.do(analyse, table, filled[table])
    copying = max(ended) - began
    rows = leaves_filled.result() + sum(table.result() for table in filled.values())
    return Filled(rows, copying, time.monotonic() - began - copying)


def fill_aside(database: Database, table: str, rows: Iterable[bytes]) -> int:
    """Fills a table that `put_in_place` will put in the place of `table`; returns the number of rows."""
    with database.begin() as db:
        db.run("begin_load", table=table)
        return db.copy_text(f"copy_{table}", rows)


def empty(db: Session) -> None:
    """Takes out all that the catalogue holds, leaves too. Waits for whoever reads it."""
    _lock(db, "lock_what_is_emptied")
    db.run("empty_catalogue")


def put_in_place(db: Session) -> None:
    """Replaces the large tables by those that were filled aside. Waits for whoever reads the old ones."""
    _lock(db, "lock_what_is_replaced")
    for table in LARGE_TABLES:
        db.run("finish_load", table=table)
    db.value("recount_blocks")


def _lock(db: Session, query: str) -> None:
    """Takes tables from readers, all at once and between two statements of theirs.

    They never wait long, and none is given up for a ring of waiters.
    """
    while True:
        try:
            with db.connection.begin_nested():
                db.value("wait_for_locks", time="300ms")
                db.run(query)
                db.value("wait_for_locks", time="0")
        except psycopg.errors.LockNotAvailable:
            # Readers that queued behind us go first; there is nothing to be told by when they are through.
            time.sleep(0.1)
        else:
            return


def settle(database: Database, report: Callable[[str], object]) -> None:
    """What is left after `put_in_place`: care for the new leaves, and for rows that could not be written as frozen."""
    for leaf in leaf_keys(database):
        care_for_leaf(database, leaf.number, report=report)
    with database.autocommit() as db:
        for table in _REWRITTEN:
            db.vacuum(table)


class _Workers:
    """Does work in the order in which it is given, some at a time; after the first error it begins no more.

    What waits for a result waits for work that was given before it, which has begun.
    """

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(CONNECTIONS)
        self._given: list[Future[Any]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        try:
            done = wait(self._given, return_when=FIRST_EXCEPTION).done
        finally:
            self._pool.shutdown(cancel_futures=True)
        for each in done:
            each.result()

    def do(self, work: Callable[P, T], *arguments: P.args, **keywords: P.kwargs) -> Future[T]:
        """Gives work; an error of it is raised at the end of the block."""
        given = self._pool.submit(work, *arguments, **keywords)
        self._given.append(given)
        return given
