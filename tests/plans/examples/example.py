"""How a query is exampled: the parameters, and what its plan may cost."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import psycopg

Parameters = Mapping[str, object]


@dataclass(frozen=True)
class Example:
    """A call of a query on the synthetic catalogue, and the bounds of its plan."""

    parameters: Parameters = field(default_factory=dict[str, object])
    buffers: int = 60
    """Pages of 8 kB that it may read at most."""
    leaves: int = 1
    """Leaves that it may touch at most."""
    scans: frozenset[str] = frozenset()
    """Tables that it may read from end to end, because they stay small whatever the library is."""
    rows: int = 0
    """Rows that must come back at least, so that an empty answer does not pass for a good plan."""
    setup: Sequence[tuple[str, Parameters]] = ()
    """Queries that run before it in its transaction."""


@dataclass(frozen=True)
class Ids:
    """What there is in the synthetic catalogue to ask for."""

    account: int
    album: int
    """With songs that moved to it from elsewhere."""
    song: int
    artist: int
    """The one with the most albums."""
    albums: list[int]
    """Twenty, from all leaves."""
    songs: list[int]
    """A hundred, from all leaves."""
    artists: list[int]
    """Fifty."""
    playlist: int
    cover: int
    word: str
    """Of many names."""
    folders: list[int]
    inbound: int
    files: list[UUID]
    """Keys of a hundred files."""
    release: int
    """One that is on its way."""
    moves: list[int]
    failure: UUID
    """The item that failed."""
    snapshot: int
    """A stored list of artists."""


def find_ids(db: psycopg.Connection[Any]) -> Ids:
    """Asks the catalogue for examples."""

    def value(statement: str) -> Any:
        row = db.execute(statement).fetchone()  # pyright: ignore[reportArgumentType]
        assert row is not None
        return row[0]

    def many(column: str, source: str, most: int) -> Any:
        return value(f"select array_agg({column}) from (select {column} from {source} limit {most}) as found")

    return Ids(
        account=value("select min(id) from account"),
        album=value("select min(album_id) from song_of_album_elsewhere"),
        song=value("select max(id) from songs"),
        artist=value("select artist_id from artist_folder group by 1 order by sum(album_count) desc limit 1"),
        albums=many("id", "albums order by md5(id::text)", 20),
        songs=many("id", "songs order by md5(id::text)", 100),
        artists=many("artist_id", "artist_folder group by artist_id order by md5(artist_id::text)", 50),
        playlist=value("select min(id) from playlist where account_id = (select min(id) from account)"),
        cover=value("select max(id) from cover"),
        word=value("select split_part(sort_name, ' ', 1) from songs group by 1 order by count(*) desc limit 1"),
        folders=many("id", "volume where kind = 'storage'", 100),
        inbound=value("select id from volume where kind = 'inbound'"),
        files=many("path_hash", "files where song_id is not null order by path_hash", 100),
        release=value("select max(release_id) from file_move"),
        moves=many("id", "file_move order by id", 20),
        failure=value("select min(item::text)::uuid from ingest_failure"),
        snapshot=value("select min(id) from artist_snapshot"),
    )
