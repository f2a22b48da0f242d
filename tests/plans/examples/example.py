"""How a query is exampled: the parameters, and what its plan may cost."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import psycopg


@dataclass(frozen=True)
class Example:
    """A call of a query on the synthetic catalogue, and the bounds of its plan."""

    parameters: Mapping[str, object] = field(default_factory=dict[str, object])
    buffers: int = 60
    """Pages of 8 kB that it may read at most."""
    leaves: int = 1
    """Leaves that it may touch at most."""
    scans: frozenset[str] = frozenset()
    """Tables that it may read from end to end, because they stay small whatever the library is."""
    rows: int | None = 1
    """Rows that must come back at least, so that an empty answer does not pass for a good plan."""
    setup: tuple[tuple[str, Mapping[str, object]], ...] = ()
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
    moved: int
    """A song that is not in its album's range."""
    playlist: int
    cover: int
    word: str
    """Of many names."""
    folders: list[int] = field(default_factory=lambda: [1, 2, 3])


def find_ids(db: psycopg.Connection[Any]) -> Ids:
    """Asks the catalogue for examples."""

    def value(statement: str) -> Any:
        row = db.execute(statement).fetchone()  # pyright: ignore[reportArgumentType]
        assert row is not None
        return row[0]

    return Ids(
        account=value("select min(id) from account"),
        album=value("select min(album_id) from song_of_album_elsewhere"),
        song=value("select max(id) from songs"),
        artist=value("select artist_id from artist_folder group by 1 order by sum(album_count) desc limit 1"),
        albums=value("select array_agg(id) from (select id from albums order by md5(id::text) limit 20) as a"),
        songs=value("select array_agg(id) from (select id from songs order by md5(id::text) limit 100) as s"),
        artists=value("select array_agg(artist_id) from (select distinct artist_id from artist_folder limit 50) as a"),
        moved=value("select min(song_id) from song_of_album_elsewhere"),
        playlist=value("select min(id) from playlist where account_id = (select min(id) from account)"),
        cover=value("select max(id) from cover"),
        word=value("select split_part(search_name, ' ', 1) from song_index group by 1 order by count(*) desc limit 1"),
    )
