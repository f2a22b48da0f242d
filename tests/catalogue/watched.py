"""Which rows of the catalogue something has written."""

import psycopg

from tests.library import Library

TABLES = ("songs", "albums", "song_index", "album_index", "song_tags", "lyrics", "catalogue_total", "artists")


class Watched:
    """The rows of the catalogue, by the transactions that wrote them last."""

    def __init__(self, library: Library) -> None:
        self.library, self._before = library, self._rows(library)
        self._counted = self._updates(library)

    def written(self) -> dict[str, list[int]]:
        """By table, the keys of the rows that were written since, or are no more."""
        before, self._before = self._before, self._rows(self.library)
        found = {
            table: sorted(key for key, _ in before[table].items() ^ rows.items())
            for table, rows in self._before.items()
        }
        return {table: sorted(set(keys)) for table, keys in found.items() if keys}

    @staticmethod
    def _rows(library: Library) -> dict[str, dict[int, str]]:
        key = {"lyrics": "song_id", "catalogue_total": "1"}
        return {
            table: {
                row.key: row.written
                for row in library.query(f"select {key.get(table, 'id')} as key, xmin::text as written from {table}")
            }
            for table in TABLES
        }

    def updates(self) -> dict[str, int]:
        """By table, how many rows were updated since this was made, as the server counts them; leaves together."""
        now = self._updates(self.library)
        return {table: number - self._counted[table] for table, number in now.items()}

    @staticmethod
    def _updates(library: Library) -> dict[str, int]:
        # Sessions hand in what they count when they end, or after a while.
        library.forget_connections()
        with psycopg.connect(library.database.url, autocommit=True) as other:
            while other.execute(
                "select 1 from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
                " and backend_type = 'client backend'"
            ).fetchone():
                other.execute("select pg_stat_clear_snapshot()")
            other.execute("select pg_stat_clear_snapshot()")
            rows = other.execute(
                """
                select regexp_replace(relname, '_[0-9]{4}$', ''), sum(n_tup_upd)::int
                from pg_stat_user_tables
                where relname ~ '^(songs|song_tags|albums)_[0-9]{4}$' or relname in ('song_index', 'album_index')
                group by 1
                """
            ).fetchall()
        return dict(rows)
