"""What is loaded is what promotion would have written: rows that follow from others are compared with those."""

from typing import LiteralString

import psycopg
import pytest

Db = psycopg.Connection[tuple[object, ...]]

DERIVED: dict[str, LiteralString] = {
    "song_credit": "select artist_id, role_id, song_id from song_credit",
    "song_genre": "select genre_id, song_id, volume_id, year from song_genre",
    "album_genre": "select * from album_genre",
    "album_credit": "select * from album_credit",
    "artist_folder": "select volume_id, artist_id, album_count, song_count, credit_count, duration_ms, entry from artist_folder",
    "genre_folder": "select * from genre_folder",
    "folder_total": "select * from folder_total",
    "list_stretch": "select * from list_stretch where entries <> 0",
    "catalogue_total": "select songs, albums, artists, duration_ms, size_bytes from catalogue_total",
}


@pytest.fixture
def derived_again(synth_db: Db) -> dict[str, tuple[list[tuple[object, ...]], list[tuple[object, ...]]]]:
    """Each derived table as it was loaded, and as the catalogue's own functions derive it anew."""
    loaded = {table: sorted(synth_db.execute(query).fetchall()) for table, query in DERIVED.items()}
    synth_db.execute(
        """
        create temporary table artists_total as select artists from catalogue_total;
        truncate song_credit, song_genre, album_genre, album_credit, artist_folder, genre_folder, folder_total, list_stretch;
        update catalogue_total set songs = 0, albums = 0, duration_ms = 0, size_bytes = 0;
        insert into list_stretch (list, volume_id, stretch, entries)
        select 'artists', 0, entry >> 10, count(*) from artist_index group by 3;
        do $$
        declare
            part bigint[];
        begin
            for part in select array_agg(id) from album_index group by id >> 43 loop
                perform index_albums(part);
            end loop;
        end
        $$
        """
    )
    return {table: (loaded[table], sorted(synth_db.execute(query).fetchall())) for table, query in DERIVED.items()}


def test_derived_rows_and_numbers_are_those_of_index_albums(
    derived_again: dict[str, tuple[list[tuple[object, ...]], list[tuple[object, ...]]]],
) -> None:
    for table, (loaded, derived) in derived_again.items():
        missing, beyond = set(derived) - set(loaded), set(loaded) - set(derived)
        assert not missing and not beyond, (table, sorted(missing)[:3], sorted(beyond)[:3])
        assert len(loaded) == len(derived) > 0, table
