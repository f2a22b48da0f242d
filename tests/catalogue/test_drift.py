"""Each derived table is broken in turn: the damage is found by name, and mended to exactly what was there."""

import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from melodee.catalogue import drift_numbers
from melodee.catalogue.drift import Look, compare_rows
from melodee.catalogue.drift_numbers import compare_numbers, disagreements
from melodee.database import Database, Session
from tests.catalogue.collection import Changes, Collection, release, song, track
from tests.catalogue.recount import KEPT, differences, kept
from tests.conftest import PostgresServer

Found = dict[tuple[str, str], int]


def look(database: Database, *, mend: bool = False) -> Found:
    """All that is found to be wrong."""
    looks: list[Look] = [*compare_rows(database, mend=mend), compare_numbers(database, mend=mend)]
    found: Found = {}
    for each in looks:
        for key, number in each.found.items():
            found[key] = found.get(key, 0) + number
    return found


def run(database: Database, statement: str) -> None:
    with database.autocommit() as db:
        db.connection.exec_driver_sql(statement)


def whole(database: Database) -> dict[str, Any]:
    """Everything that is kept, entries of lists too."""
    with database.autocommit() as db:
        entries = {
            table: sorted(map(tuple, db.connection.exec_driver_sql(f"select id, entry, popularity from {table}")))
            for table in ("song_index", "album_index", "artist_index")
        }
    return {**kept(database), **{f"{table} entries": rows for table, rows in entries.items()}}


@pytest.fixture(scope="module")
def filled(postgres_server: PostgresServer, template_database: str) -> Iterator[tuple[str, dict[int, set[int]]]]:
    """The name of a database with some albums in several leaves and folders, as changes have left them."""
    name = f"filled_{uuid.uuid4().hex[:12]}"
    database = Database(postgres_server.create(name, template_database))
    collection = Collection(database, leaf_rows=60)
    changes = Changes(collection, 4)
    while len(collection.albums) < 25:
        changes.step()
    changes.move()
    with database.autocommit() as db:
        assert len(db.rows("leaf_numbers")) > 2
        assert db.connection.exec_driver_sql("select count(*) from song_of_album_elsewhere").scalar()
    assert differences(database) == {}
    database.close()
    yield name, collection.albums
    postgres_server.drop(name)


@pytest.fixture
def database_url(postgres_server: PostgresServer, filled: tuple[str, dict[int, set[int]]]) -> Iterator[str]:
    """A copy of it for each test."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    yield postgres_server.create(name, filled[0])
    postgres_server.drop(name)


@pytest.fixture
def shelf(database: Database, filled: tuple[str, dict[int, set[int]]]) -> Collection:
    return Collection(database, 60, {album: set(songs) for album, songs in filled[1].items()})


def test_a_catalogue_that_is_right_is_found_so(shelf: Collection) -> None:
    assert look(shelf.database) == {}
    assert disagreements(shelf.database) == []


def test_an_empty_catalogue_is_right(shelf: Collection) -> None:
    shelf.remove_albums(*shelf.albums)

    assert look(shelf.database, mend=True) == {}
    assert disagreements(shelf.database) == []


ONE_SONG = "(select id from songs order by md5(id::text) limit 1)"
ONE_ALBUM = "(select id from albums order by md5(id::text) limit 1)"

DAMAGE: dict[str, tuple[str, tuple[str, str]]] = {
    "a wrong name in song_index": (
        f"update song_index set search_name = 'x' where id = {ONE_SONG}", ("song_index", "wrong"),
    ),
    "a term lost from song_index": (
        f"update song_index set terms = 'x' where id = {ONE_SONG}", ("song_index", "wrong"),
    ),
    "a wrong length in song_index": (
        f"update song_index set duration_ms = -1 where id = {ONE_SONG}", ("song_index", "wrong"),
    ),
    "a stray row of song_index": (
        """insert into song_index (id, volume_id, artist_id, search_name, terms, entry)
        values ((1::bigint << 43) + 5, 1, 1, '', '', 1)""", ("song_index", "stray"),
    ),
    "a stray row beyond all leaves": (
        """insert into song_index (id, volume_id, artist_id, search_name, terms, entry)
        values ((999::bigint << 43) + 5, 1, 1, '', '', 1)""", ("song_index", "stray"),
    ),
    "a wrong artist in album_index": (
        f"update album_index set artist_id = 1 where id = {ONE_ALBUM}", ("album_index", "wrong"),
    ),
    "a stray row of album_index": (
        """insert into album_index (id, volume_id, artist_id, sort_name, artist_sort_name, search_name, terms, entry)
        values ((1::bigint << 43) + (1 << 30), 1, 1, '', '', '', '', 1)""", ("album_index", "stray"),
    ),
    "a lost genre of a song": (
        "delete from song_genre where song_id = (select min(song_id) from song_genre)", ("song_genre", "missing"),
    ),
    "a stray genre of a song": (
        f"insert into song_genre (genre_id, song_id, volume_id) values (99, {ONE_SONG}, 7)", ("song_genre", "stray"),
    ),
    "a wrong year of a song's genre": (
        "update song_genre set year = 1 where song_id = (select min(song_id) from song_genre)", ("song_genre", "wrong"),
    ),
    "a lost genre of an album": (
        "delete from album_genre where album_id = (select max(album_id) from album_genre)", ("album_genre", "missing"),
    ),
    "a stray genre of an album": (
        f"insert into album_genre values (99, {ONE_ALBUM}, 1)", ("album_genre", "stray"),
    ),
    "a lost credit of a song": (
        "delete from song_credit where song_id = (select min(song_id) from song_credit)", ("song_credit", "missing"),
    ),
    "a stray credit of a song": (
        f"insert into song_credit values (999999, 1, {ONE_SONG})", ("song_credit", "stray"),
    ),
    "a stray credit with a role of an artist": (
        """insert into song_credit select artist_id, (select id from credit_role where name = 'remixer'), song_id
        from song_credit where role_id = 1 and artist_id not in (
            select artist_id from song_credit where role_id = (select id from credit_role where name = 'remixer')
        ) limit 1""", ("song_credit", "stray"),
    ),
    "a lost credit of an album": (
        "delete from album_credit where album_id = (select min(album_id) from album_credit)",
        ("album_credit", "missing"),
    ),
    "a stray credit of an album": (
        f"insert into album_credit values (999999, {ONE_ALBUM}, 'appearance')", ("album_credit", "stray"),
    ),
    "a song elsewhere that is not listed": (
        "delete from song_of_album_elsewhere where song_id = (select min(song_id) from song_of_album_elsewhere)",
        ("song_of_album_elsewhere", "missing"),
    ),
    "a song listed elsewhere that is not there": (
        f"insert into song_of_album_elsewhere values ({ONE_ALBUM}, 77)", ("song_of_album_elsewhere", "stray"),
    ),
    "a wrong number of songs of an album": (
        f"update albums set song_count = 99 where id = {ONE_ALBUM}", ("albums", "wrong"),
    ),
    "lyrics of a song that is gone": (
        "insert into lyrics (song_id, source, text) values ((1::bigint << 43) + 5, 'tag', 'la')", ("lyrics", "stray"),
    ),
    "an artist who does not show": (
        "delete from artist_index where id = (select min(id) from artist_index)", ("artist_index", "missing"),
    ),
    "an artist who shows without a credit": (
        "insert into artist_index (id, index_letter, sort_name, search_name, terms) values (77, 'A', 'a', 'a', 'a')",
        ("artist_index", "stray"),
    ),
    "an artist under a wrong letter": (
        "update artist_index set index_letter = 'X' where id = (select min(id) from artist_index)",
        ("artist_index", "wrong"),
    ),
    "a role that an artist does not have": (
        "update artists set roles = '{clown}' where id = (select min(id) from artists)", ("artists", "wrong"),
    ),
    "a wrong entry of an artist in a folder": (
        "update artist_folder set entry = 0 where artist_id = (select min(artist_id) from artist_folder)",
        ("artist_folder", "wrong"),
    ),
    "an artist lost from a folder": (
        "delete from artist_folder where artist_id = (select min(artist_id) from artist_folder)",
        ("artist_folder", "wrong"),
    ),
    "an artist in a folder that has nothing of them": (
        "insert into artist_folder (volume_id, artist_id, entry) values (9, 77, 5)", ("artist_folder", "wrong"),
    ),
    "a wrong number of an artist's songs": (
        "update artist_folder set song_count = song_count + 1 where album_count > 0", ("artist_folder", "wrong"),
    ),
    "a wrong number of a genre": (
        "update genre_folder set album_count = album_count - 1 where genre_id = 1", ("genre_folder", "wrong"),
    ),
    "a wrong size of a folder": (
        "update folder_total set size_bytes = 0 where volume_id = 2", ("folder_total", "wrong"),
    ),
    "a folder's total that is lost": ("delete from folder_total where volume_id = 1", ("folder_total", "wrong")),
    "a wrong number of all artists": ("update catalogue_total set artists = 5", ("catalogue_total", "wrong")),
    **{
        f"a wrong stretch of {name}": (
            f"update list_stretch set entries = entries + 7 where list = '{name}'", (f"list_stretch, {name}", "wrong"),
        )
        for name in (
            "songs", "albums", "artists", "genre_songs", "genre_albums", "years", "year_albums", "albums_by_name",
            "albums_by_artist",
        )
    },
    "a wrong block of stretches": (
        "update list_block set entries = entries + 1 where list = 'genre_songs'", ("list_block, genre_songs", "wrong"),
    ),
    "stretches that are lost": ("delete from list_stretch where list = 'songs'", ("list_stretch, songs", "wrong")),
}  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGE)
def test_damage_is_found_by_name_and_mended_to_what_was_there(shelf: Collection, damage: str) -> None:
    statement, what = DAMAGE[damage]
    database, before = shelf.database, whole(shelf.database)
    run(database, statement)
    broken = whole(database)

    found = look(database)
    assert what in found, found
    assert whole(database) == broken, "only looked at"

    mended = look(database, mend=True)
    assert what in mended, mended
    assert whole(database) == before
    assert look(database) == {}


@pytest.mark.parametrize("table", ["song_index", "album_index"])
def test_what_lost_its_place_gets_a_new_one_at_the_end_as_popular_as_it_was_played(
    shelf: Collection, table: str
) -> None:
    database, kind = shelf.database, table.partition("_")[0]
    with database.autocommit() as db:
        (lost,) = db.connection.exec_driver_sql(f"select min(id) from {table}").one()
        db.connection.exec_driver_sql(f"""
            insert into account (name, key, password_hash) values ('a', 'a', ''), ('b', 'b', '');
            insert into {kind}_annotation (account_id, {kind}_id, play_count) select id, {lost}, 3 from account;
            delete from {table} where id = {lost}
        """)

    assert look(database)[table, "missing"] == 1
    assert look(database, mend=True)[table, "missing"] == 1

    assert differences(database) == {}
    with database.autocommit() as db:
        last = db.connection.exec_driver_sql(f"select id, popularity from {table} order by entry desc limit 1").one()
    assert tuple(last) == (lost, 6)


def test_everything_that_is_derived_can_be_lost_at_once(shelf: Collection) -> None:
    database, before = shelf.database, kept(shelf.database)
    derived = [name for name in KEPT if name not in {"albums", "artists", "catalogue_total", "list_block"}]
    run(database, f"truncate {', '.join(derived)}")
    run(
        database,
        "update artists set roles = '{}'; update albums set song_count = 0; update catalogue_total set songs = 0",
    )

    look(database, mend=True)

    assert differences(database) == {}
    # Entry numbers were lost with the index tables: places in lists that go by them are new.
    places = {name: before[name] for name in ("list_stretch", "list_block")}
    assert {**kept(database), **places} == before
    assert look(database) == {}


def test_what_cannot_be_derived_is_named_and_left_alone(shelf: Collection) -> None:
    album = shelf.add(release("Lost", "Nina"), [song(track("One", "Nina"))])
    other = shelf.add(release("Silent", "Nina"), [song(track("Two", "Nina"))])
    run(shelf.database, f"delete from albums where id = {album}; delete from songs where album_id = {other}")

    found = look(shelf.database, mend=True)

    assert found["songs", "orphaned"] == found["albums", "empty"] == 1
    assert set(look(shelf.database)) == {("songs", "orphaned"), ("albums", "empty")}


def test_an_artist_whose_row_is_lost_goes_on_showing_in_lists(shelf: Collection) -> None:
    before = kept(shelf.database)
    run(shelf.database, "delete from artists where id = (select min(artist_id) from albums)")

    assert look(shelf.database, mend=True) == {("artist_index", "orphaned"): 1}

    assert {**kept(shelf.database), "artists": before["artists"]} == before


def test_numbers_are_right_though_somebody_promoted_and_removed_while_they_were_counted(
    shelf: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(shelf.database, "update genre_folder set song_count = song_count + 5, duration_ms = 1")
    run(shelf.database, "delete from list_stretch where list in ('songs', 'artists')")
    run(shelf.database, "update catalogue_total set songs = songs - 3, size_bytes = 9")
    changes = Changes(shelf, 11)

    def mend_after_changes(db: Session, *, blocks: bool) -> None:
        for _ in range(8):
            changes.step()
        mend(db, blocks=blocks)

    mend = drift_numbers._mend
    monkeypatch.setattr(drift_numbers, "_mend", mend_after_changes)
    look(shelf.database, mend=True)

    assert differences(shelf.database) == {}


def test_a_look_at_counts_alone_sees_most_of_it(shelf: Collection) -> None:
    run(shelf.database, f"delete from song_index where id = {ONE_SONG}")
    run(shelf.database, "update list_stretch set entries = entries + 1 where list = 'albums'")

    seen = disagreements(shelf.database)

    assert [line.partition(":")[0] for line in seen] == ["song_index", "list_stretch, albums"]
    assert "instead of" in seen[0]
