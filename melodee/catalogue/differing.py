"""Which rows a change would alter: what is told as it is already is not written again.

The server compares: a row with the told columns put over it is the row itself, or it is not. So a column that the
catalogue gets later is compared as well, without being named here.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from psycopg.types.json import Jsonb

from melodee.database import Row, Session

COUNTED_OF_ALBUMS = frozenset({"id", "volume_id", "artist_id", "sort_name", "year", "genre_ids", "credits"})
"""Columns of albums from which lists, numbers and credits are derived."""

COUNTED_OF_SONGS = frozenset(
    {"id", "album_id", "volume_id", "year", "genre_ids", "credits", "duration_ms", "size_bytes"}
)
"""Those of songs."""

RESTYLING = frozenset({"id", "name", "display_artist", "artist_id", "cover_id", "credits"})
"""What songs repeat of their album."""

Rows = Sequence[dict[str, Any]]


@dataclass(frozen=True)
class Differing:
    """The told rows that differ from what is there."""

    albums: Mapping[int, frozenset[str]]
    """By id, the columns that do."""
    songs: Mapping[int, frozenset[str]]

    @classmethod
    def find(cls, db: Session, albums: Rows, songs: Rows) -> "Differing":
        """Compares rows as `album_row` and `song_row` make them. Under the catalogue's lock."""
        return cls(
            _columns(db.rows("albums_that_differ", albums=Jsonb(albums)) if albums else []),
            _columns(db.rows("songs_that_differ", songs=Jsonb(songs)) if songs else []),
        )

    @property
    def restyling(self) -> set[int]:
        """Albums whose other songs have something to take over."""
        return {number for number, columns in self.albums.items() if columns & RESTYLING}

    def counted(self, songs: Rows, before: Mapping[int, Row]) -> set[int]:
        """Albums of which something that is derived changes, those too that lose songs; `before` has the songs."""
        found = {number for number, columns in self.albums.items() if columns & COUNTED_OF_ALBUMS}
        for row in songs:
            if self.songs.get(row["id"], frozenset()) & COUNTED_OF_SONGS:
                found.add(row["album_id"])
                if row["id"] in before:
                    found.add(before[row["id"]].album_id)
        return found

    def of_albums(self, rows: Rows) -> list[dict[str, Any]]:
        """Those of the albums' rows that differ."""
        return _only(rows, self.albums)

    def of_songs(self, rows: Rows) -> list[dict[str, Any]]:
        """Those of the songs' rows that differ."""
        return _only(rows, self.songs)


def tags_that_differ(db: Session, rows: Rows) -> list[dict[str, Any]]:
    """Those rows of `tags_row` that are not what their songs say of themselves."""
    if not rows:
        return []
    differ = {row.id for row in db.rows("song_tags_that_differ", tags=Jsonb(rows))}
    return _only(rows, differ)


def _columns(rows: Iterable[Row]) -> dict[int, frozenset[str]]:
    return {row.id: frozenset(row.columns) for row in rows}


def _only(rows: Rows, ids: Collection[int]) -> list[dict[str, Any]]:
    return [row for row in rows if row["id"] in ids]
