"""One synthetic catalogue for all plans of a session, with the planner's settings of production."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from melodee.catalogue.artist_snapshots import keep_artist_snapshots
from melodee.catalogue.search_upkeep import keep_hot_tier, keep_prefixes, keep_vocabulary
from melodee.database import Database
from melodee.settings import DatabaseSettings
from tests import catalogue_rows
from tests.conftest import PostgresServer
from tests.plans.examples.example import Ids, find_ids


@pytest.fixture(scope="session")
def catalogue_url(postgres_server: PostgresServer, template_database: str) -> Iterator[str]:
    """200,000 songs in ten leaves."""
    url = postgres_server.create("catalogue_plans", template_database)
    catalogue_rows.fill(url)
    _store_artists(url)
    _keep_search(url)
    _keep_sidecars(url)
    yield url
    postgres_server.drop("catalogue_plans")


def _store_artists(url: str) -> None:
    """Lists of artists, with as many segments as those of a large library have."""
    database = Database(url)
    keep_artist_snapshots(database)
    database.close()
    with psycopg.connect(url, autocommit=True) as db:
        db.execute(
            """
            insert into artist_snapshot_segment (snapshot_id, number, start, size, crc32, deflated, pieces, ids, places)
            select id, number, 0, 0, 0, '', '', '', ''
            from artist_snapshot cross join generate_series(1000, 1200) as number
            """
        )
        db.execute("vacuum analyze artist_snapshot, artist_snapshot_segment")


def _keep_sidecars(url: str) -> None:
    """Playlists that came as files, most of whose lines have songs, pictures of discs, and where albums came from."""
    with psycopg.connect(url, autocommit=True) as db:
        db.execute(
            """
            insert into playlist_import (key, volume_id, path, place_volume_id, place_path, digest, name)
            select gen_random_uuid(), (select min(id) from volume), convert_to(n::text, 'utf8'),
                (select min(id) from volume), convert_to(n::text, 'utf8'), '', 'list ' || n
            from generate_series(1, 2000) as n
            """
        )
        db.execute(
            """
            insert into playlist_import_line (import_id, line, text, artist, title, file_key, title_key, song_id)
            select i.id, n, n || '.mp3', '', '', 'file ' || i.id + n, 'title' || i.id,
                case when n % 10 = 0 then null else n end
            from playlist_import as i cross join generate_series(1, 20) as n
            """
        )
        db.execute(
            "insert into disc_cover (album_id, disc, cover_id) "
            "select id, 1, cover_id from albums where cover_id is not null"
        )
        db.execute(
            """
            insert into dropped_folder (folder, album_id)
            select folder_key(v.id, convert_to(folder, 'utf8')), a.id
            from (select id, row_number() over (order by id) as n from albums) as a
            cross join (select id from volume where kind = 'inbound') as v
            cross join lateral (
                select 'folder ' || a.n as folder union all select 'heap' where a.n <= 1000
            ) as f
            """
        )
        db.execute("vacuum analyze playlist_import, playlist_import_line, disc_cover, dropped_folder")


def _keep_search(url: str) -> None:
    """What search reads beside the index tables, with a hot tier of a twentieth of the songs and half of the albums."""
    database = Database(url)
    keep_hot_tier(database, tier=10_000, folder_tier=5000)
    keep_vocabulary(database)
    keep_prefixes(database, frequent=500, folder_tier=5000)
    database.close()
    with psycopg.connect(url, autocommit=True) as db:
        db.execute("vacuum analyze song_hot, album_hot, vocabulary, search_prefix, search_upkeep")


@pytest.fixture(scope="session")
def planner(catalogue_url: str) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(catalogue_url, options=DatabaseSettings().server_options()) as db:
        # A function is compiled and its statements are planned when it is first called: that reads system tables.
        db.execute("select stretch_at('songs', 0, '{1}', 5000, 1), year_at('{1}', 5000, 1900, 2100, 1)")
        yield db


@pytest.fixture(scope="session")
def ids(planner: psycopg.Connection[Any]) -> Ids:
    found = find_ids(planner)
    planner.rollback()
    return found
