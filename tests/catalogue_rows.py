"""A synthetic catalogue, straight by SQL: as many rows as a plan or a benchmark needs, in seconds.

Ids, leaves and every index table are as the catalogue's own writer makes them; songs have no files. Names are made of
words whose frequencies fall off as in a real library, so that some terms match a few rows and some match thousands. Two
thirds of the albums lie in the first music folder, nearly a third in the second, one in a hundred in the third.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, LiteralString, cast

import psycopg

SONGS_AN_ALBUM = 10
FOLDERS = {1: "Music", 2: "Records", 3: "Children", 4: "Inbound"}
WORDS = 4000

_SCRIPT = cast("LiteralString", Path(__file__).with_suffix(".sql").read_text("utf-8"))

_BARE_FIRST = [
    "album_annotation", "album_index", "files", "release_file", "song_annotation", "song_index",
]  # fmt: skip
"""Tables whose indexes are built after they are filled, as a first import does it."""


@dataclass(frozen=True)
class Shape:
    """How large the catalogue is."""

    songs: int = 200_000
    leaf_rows: int = 20_000
    accounts: int = 20
    genres: int = 60

    @property
    def artists(self) -> int:
        return max(self.songs * 3 // 100, 1)


def fill(url: str, shape: Shape | None = None) -> None:
    """Fills an empty catalogue and analyses it."""
    shape = shape or Shape()
    with psycopg.connect(url, autocommit=True) as db:
        leaves, albums = _take_numbers(db, shape)
        parameters: dict[str, Any] = {
            "songs": SONGS_AN_ALBUM,
            "words": WORDS,
            "genres": shape.genres,
            "artists": shape.artists,
            "accounts": shape.accounts,
            # Of each album: its leaf, its number in the leaf, and its number in all.
            "leaves": leaves,
            "albums": albums,
            "numbers": list(range(len(albums))),
            "folder_ids": list(FOLDERS),
            "folder_names": list(FOLDERS.values()),
            "inbound": 4,
        }
        # Vacuum calls a page visible to all only once the commit behind it is flushed; a lazy one would be too late.
        db.execute("set synchronous_commit = on")
        with db.transaction():
            db.execute("select setseed(0.5)")
            db.execute("set local work_mem = '128MB'")
            indexes = _drop_indexes(db)
            psycopg.ClientCursor(db).execute(_SCRIPT, parameters)
            for definition in indexes:
                db.execute(definition)
        db.execute("vacuum analyze")


def _take_numbers(db: psycopg.Connection[Any], shape: Shape) -> tuple[list[int], list[int]]:
    """The leaf and the number of each album, taken block by block as writers do."""
    leaves: list[int] = []
    numbers: list[int] = []
    left = shape.songs // SONGS_AN_ALBUM
    while left:
        block = min(left, shape.leaf_rows // SONGS_AN_ALBUM)
        row = db.execute(
            "select leaf_number, first_number from take_album_numbers(%s, %s, %s)",
            (block, block * SONGS_AN_ALBUM, shape.leaf_rows),
        ).fetchone()
        assert row is not None
        leaves += [row[0]] * block
        numbers += range(row[1], row[1] + block)
        left -= block
    return leaves, numbers


def _drop_indexes(db: psycopg.Connection[Any]) -> list[LiteralString]:
    """Drops what is built faster afterwards; returns the statements that build it."""
    rows: list[tuple[LiteralString, LiteralString]] = db.execute(
        """
        -- "on only" is how the server writes down the index of a partitioned table, without its parts.
        select format('drop index %%s', i.indexrelid::regclass),
            replace(pg_get_indexdef(i.indexrelid), ' ON ONLY ', ' ON ')
        from pg_index as i join pg_class as c on c.oid = i.indrelid
        where c.relname = any(%s) and not i.indisprimary
        """,
        (_BARE_FIRST,),
    ).fetchall()
    for statement, _ in rows:
        db.execute(statement)
    return [definition for _, definition in rows]
