"""Lists of artists are kept: made when they are wanted and out of date, and at no other time."""

from collections.abc import Iterator
from typing import Any

import msgspec
import psycopg
import pytest

from melodee.catalogue import artist_snapshots
from melodee.catalogue.artist_snapshots import keep_artist_snapshots
from melodee.database import Database, Row
from melodee.deflate import inflate
from tests import artist_rows

ARTISTS = 300


@pytest.fixture
def database(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    monkeypatch.setattr(artist_snapshots, "LEAST_ARTISTS", ARTISTS)
    artist_rows.fill(database_url, ARTISTS)
    database = Database(database_url)
    yield database
    database.close()


@pytest.fixture
def db(database: Database) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(database.url, autocommit=True) as connection:
        yield connection


def current(db: psycopg.Connection[Any]) -> dict[tuple[Any, ...], Row]:
    """The lists that are found, by their keys."""
    rows = db.cursor(row_factory=psycopg.rows.namedtuple_row).execute("select * from artist_snapshot where is_current")
    return {(tuple(row.folders), row.listing, row.format, row.reduced): row for row in rows}


def names(db: psycopg.Connection[Any], snapshot: int) -> list[str]:
    """The artists of a list in JSON."""
    rows = db.execute(
        "select deflated from artist_snapshot_segment where snapshot_id = %s order by number", (snapshot,)
    ).fetchall()
    text = b"".join(inflate(deflated) for (deflated,) in rows)
    return [artist["name"] for index in msgspec.json.decode(b"[" + text + b"]") for artist in index["artist"]]


def want(db: psycopg.Connection[Any], folders: list[int], form: str = "json", *, days_ago: int = 0) -> None:
    db.execute(
        "insert into artist_snapshot_want values (%s, 'artists', %s, false, now() - %s * interval '1 day')",
        (folders, form, days_ago),
    )


def change(db: psycopg.Connection[Any]) -> None:
    db.execute("update catalogue_total set changed_at = clock_timestamp()")


def expected(db: psycopg.Connection[Any], folders: list[int]) -> list[str]:
    rows = db.execute(
        """
        select name from artists as a
        where exists (select from artist_folder where artist_id = a.id and album_count > 0 and volume_id = any(%s))
        """,
        (folders,),
    )
    return sorted(name.translate({1: None, 0x7F: "\x7f", 0xFFFE: None}) for (name,) in rows)


ALL = {((), listing, form, False) for listing in ("artists", "indexes") for form in ("json", "xml")}
JSON = ((), "artists", "json", False)


def test_the_whole_library_is_always_there(database: Database, db: psycopg.Connection[Any]):
    kept = keep_artist_snapshots(database)

    assert set(current(db)) == ALL
    row = current(db)[JSON]
    assert sorted(names(db, row.id)) == expected(db, [1, 2, 3])
    assert row.artists == len(expected(db, [1, 2, 3]))
    assert (row.changed_at,) == db.execute("select changed_at from catalogue_total").fetchone()
    assert kept.as_metadata() == {
        "lists_made": 4,
        "lists_kept": 4,
        "artists": row.artists,
        "megabytes_of_text": round(sum(each.size for each in current(db).values()) / 1e6, 1),
        "megabytes_stored": round(sum(each.deflated_size for each in current(db).values()) / 1e6, 1),
    }


def test_what_is_recorded_of_a_list_is_what_its_segments_have(database: Database, db: psycopg.Connection[Any]):
    keep_artist_snapshots(database)

    for row in current(db).values():
        found = db.execute(
            "select count(*), sum(size), sum(length(deflated)) from artist_snapshot_segment where snapshot_id = %s",
            (row.id,),
        ).fetchone()
        assert found == (row.segments, row.size, row.deflated_size)


def test_nothing_is_made_while_nothing_changes(database: Database, db: psycopg.Connection[Any]):
    keep_artist_snapshots(database)
    before = current(db)

    kept = keep_artist_snapshots(database)

    assert (kept.lists, kept.kept) == (0, 4)
    assert current(db) == before


def test_a_changed_catalogue_has_new_lists(database: Database, db: psycopg.Connection[Any]):
    keep_artist_snapshots(database)
    before = current(db)[JSON]
    db.execute(
        "update artists set name = 'Renamed' "
        "where id = (select min(artist_id) from artist_folder where album_count > 0)"
    )
    change(db)

    keep_artist_snapshots(database)

    after = current(db)[JSON]
    assert after.digest != before.digest
    assert after.changed_at > before.changed_at
    assert names(db, after.id).count("Renamed") == 1


def test_another_way_of_writing_makes_new_lists(database: Database, monkeypatch: pytest.MonkeyPatch):
    keep_artist_snapshots(database)
    monkeypatch.setattr("melodee.subsonic.artist_listing._VERSION", "another")

    assert keep_artist_snapshots(database).lists == 4
    assert keep_artist_snapshots(database).lists == 0


def test_what_was_asked_for_is_made_and_kept(database: Database, db: psycopg.Connection[Any]):
    keep_artist_snapshots(database)
    want(db, [2])
    want(db, [1, 3])

    assert keep_artist_snapshots(database).lists == 2

    lists = current(db)
    assert sorted(names(db, lists[(2,), "artists", "json", False].id)) == expected(db, [2])
    assert sorted(names(db, lists[(1, 3), "artists", "json", False].id)) == expected(db, [1, 3])


def test_albums_are_counted_in_the_folders_of_the_list(database: Database, db: psycopg.Connection[Any]):
    want(db, [2])
    keep_artist_snapshots(database)
    row = current(db)[(2,), "artists", "json", False]
    segments = db.execute(
        "select deflated from artist_snapshot_segment where snapshot_id = %s order by number", (row.id,)
    )
    text = b"".join(inflate(deflated) for (deflated,) in segments)

    counts = {
        int(artist["id"]): artist["albumCount"]
        for index in msgspec.json.decode(b"[" + text + b"]")
        for artist in index["artist"]
    }

    assert counts == dict(
        db.execute(
            "select artist_id, album_count from artist_folder where volume_id = 2 and album_count > 0"
        ).fetchall()
    )


def test_what_nobody_asks_for_any_more_is_neither_kept_nor_found(database: Database, db: psycopg.Connection[Any]):
    want(db, [2], days_ago=artist_snapshots.DAYS - 1)
    keep_artist_snapshots(database)
    assert ((2,), "artists", "json", False) in current(db)
    db.execute("update artist_snapshot_want set asked_at = asked_at - interval '2 days'")

    keep_artist_snapshots(database)

    assert set(current(db)) == ALL
    assert db.execute("select count(*) from artist_snapshot_want").fetchone() == (0,)


def test_no_more_are_kept_than_there_is_room_for(
    database: Database, db: psycopg.Connection[Any], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(artist_snapshots, "MOST", 6)
    for days, folders in enumerate(([3], [2], [1], [1, 2])):
        want(db, folders, days_ago=days)

    keep_artist_snapshots(database)

    # The whole library first, then what was asked for last.
    assert set(current(db)) == ALL | {((3,), "artists", "json", False), ((2,), "artists", "json", False)}


def test_a_small_library_has_no_lists(database: Database, db: psycopg.Connection[Any]):
    keep_artist_snapshots(database)
    db.execute("update catalogue_total set artists = artists - 1")

    kept = keep_artist_snapshots(database)

    assert (kept.lists, kept.kept) == (0, 0)
    assert current(db) == {}


def test_a_list_stays_readable_for_a_while_after_another_took_its_place(
    database: Database, db: psycopg.Connection[Any]
):
    keep_artist_snapshots(database)
    old = current(db)[JSON].id
    change(db)
    keep_artist_snapshots(database)

    keep_artist_snapshots(database)
    assert names(db, old)

    db.execute(
        "update artist_snapshot set replaced_at = replaced_at - %s * interval '1 second'", (artist_snapshots.GRACE,)
    )
    keep_artist_snapshots(database)
    assert db.execute("select count(*) from artist_snapshot where id = %s", (old,)).fetchone() == (0,)
    assert db.execute("select count(*) from artist_snapshot_segment where snapshot_id = %s", (old,)).fetchone() == (0,)


def test_what_a_killed_run_left_is_removed_and_was_never_found(
    database: Database, db: psycopg.Connection[Any], monkeypatch: pytest.MonkeyPatch
):
    with monkeypatch.context() as patch:
        patch.setattr(artist_snapshots._Writing, "publish", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            keep_artist_snapshots(database)
    assert current(db) == {}
    assert db.execute("select count(*) from artist_snapshot").fetchone() == (4,)

    keep_artist_snapshots(database)

    assert set(current(db)) == ALL
    assert db.execute("select count(*) from artist_snapshot").fetchone() == (4,)


def test_two_runs_at_once_do_not_do_the_work_twice(database: Database, db: psycopg.Connection[Any]):
    sentences: list[str] = []
    with db.transaction():
        db.execute("select pg_advisory_xact_lock(hashtextextended('melodee.artist_snapshots', 0))")

        kept = keep_artist_snapshots(database, sentences.append)

    assert kept.lists == 0
    assert sentences == ["Another run makes lists of artists."]
    assert current(db) == {}


def test_a_promotion_in_the_middle_is_for_the_next_time(
    database: Database, db: psycopg.Connection[Any], monkeypatch: pytest.MonkeyPatch
):
    before = expected(db, [1, 2, 3])
    moment = db.execute("select changed_at from catalogue_total").fetchone()
    add = artist_snapshots._Writing.add

    def promote(writing: artist_snapshots._Writing, page: list[Row]) -> None:
        if db.execute("select count(*) from artists where name = 'New'").fetchone() != (1,):
            db.execute("update artists set name = 'New' where id = (select max(id) from artists)")
            db.execute("update artist_folder set album_count = 1 where artist_id = (select max(id) from artists)")
            change(db)
        add(writing, page)

    monkeypatch.setattr(artist_snapshots, "_PAGE", 50)
    monkeypatch.setattr(artist_snapshots._Writing, "add", promote)
    keep_artist_snapshots(database)
    row = current(db)[JSON]

    assert sorted(names(db, row.id)) == before
    assert (row.changed_at,) == moment

    assert keep_artist_snapshots(database).lists == 4
    assert "New" in names(db, current(db)[JSON].id)
