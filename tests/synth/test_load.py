"""`melodee synth` as a whole: the same catalogue each time, in the place of nothing that is real."""

import shutil
from itertools import pairwise
from pathlib import Path
from typing import Any

import psycopg
import pytest

from melodee.accounts import BadPassword, NameTaken, add_account, password_matches
from melodee.catalogue import bulk
from melodee.catalogue.upkeep import KINDS, due
from melodee.database import Database, queries
from melodee.file_errors import VolumeUnavailable
from melodee.settings import DataDirectory
from melodee.synth.load import AlreadyLoading, Loader, NotEnoughRoom, RealMusic
from melodee.synth.shape import Shape
from melodee.token_secrets import TokenSecrets
from tests.library import Library
from tests.synth.conftest import PASSWORD, Load
from tests.synth.digest import digests

SMALL = Shape(songs=1000, albums=100, artists=30, users=2, seed=3, leaf_rows=400)
OTHER = Shape(songs=700, albums=90, artists=20, users=1, seed=3, leaf_rows=400)

Db = psycopg.Connection[Any]


def test_the_same_numbers_and_seed_give_the_same_catalogue_whatever_was_there(loads: Load, db: Db) -> None:
    loads(SMALL)
    first = digests(db)
    said = loads(OTHER)
    other = digests(db)
    loads(SMALL)

    assert "The synthetic catalogue of 1,000 songs (seed 3) is replaced." in said
    assert first["songs"][0] == 1000 and other["songs"][0] == 700
    assert digests(db) == first


def test_another_seed_gives_another_catalogue(loads: Load, db: Db) -> None:
    loads(SMALL)
    first = digests(db)
    loads(Shape(**{**vars(SMALL), "seed": 4}))
    other = digests(db)

    content = ("songs", "albums", "artists", "song_index", "cover", "song_annotation", "playlist_entry", "lyrics")
    assert all(first[table] != other[table] for table in content)


def test_real_songs_are_left_alone(loads: Load, db: Db, database_url: str, tmp_path: Path) -> None:
    library = Library(Database(database_url), tmp_path / "library")
    library.drop("album/song.flac", title="Song", artist="Artist", album="Album")
    library.ingest()
    library.database.close()
    before = digests(db)

    with pytest.raises(RealMusic):
        loads(SMALL)

    assert digests(db) == before
    assert before["songs"][0] == 1


def test_real_songs_beside_synthetic_ones_are_left_alone(
    loads: Load, db: Db, database_url: str, tmp_path: Path
) -> None:
    loads(SMALL)
    library = Library(Database(database_url), tmp_path / "library")
    library.drop("album/song.flac", title="Song", artist="Artist", album="Album")
    library.ingest()
    library.database.close()

    with pytest.raises(RealMusic):
        loads(SMALL)

    assert db.execute("select songs from catalogue_total").fetchone() == (1001,)
    assert db.execute("select count(*) from song_index where entry = 1001").fetchone() == (1,)


def test_a_load_that_was_cut_off_is_begun_anew(loads: Load, db: Db, monkeypatch: pytest.MonkeyPatch) -> None:
    def cut_off(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(bulk, "put_in_place", cut_off)
        with pytest.raises(KeyboardInterrupt):
            loads(OTHER)
    assert db.execute("select state from synthetic").fetchone() == ("loading",)
    assert db.execute("select count(*) from song_index").fetchone() == (0,)

    said = loads(SMALL)

    assert "The load of 700 songs that was cut off is cleared and begun anew." in said
    assert db.execute("select state, songs from synthetic").fetchone() == ("loaded", 1000)
    assert db.execute("select count(*) from songs").fetchone() == (1000,)
    assert db.execute("select count(*) from account where name like 'listener %'").fetchone() == (2,)


def test_while_it_loads_readers_go_on_and_promotions_wait(loads: Load, db: Db, monkeypatch: pytest.MonkeyPatch) -> None:
    fill, seen = bulk.fill, []

    def look(*arguments: Any) -> bulk.Filled:
        filled = fill(*arguments)
        db.execute("set statement_timeout = '5s'")
        free = "select pg_try_advisory_xact_lock(hashtextextended(%s, 0))"
        seen.append(
            (
                db.execute("select count(*) from song_index").fetchone(),
                db.execute("select id from songs where id = 0").fetchone(),
                db.execute(free, ("melodee.catalogue",)).fetchone(),
                db.execute(free, ("melodee.artists",)).fetchone(),
            )
        )
        return filled

    monkeypatch.setattr(bulk, "fill", look)
    loads(SMALL)

    assert seen == [((0,), None, (False,), (False,))]
    assert db.execute("select pg_try_advisory_xact_lock(hashtextextended('melodee.catalogue', 0))").fetchone() == (
        True,
    )


def test_upkeep_is_done_at_the_end_and_by_nobody_else_meanwhile(
    loads: Load, db: Db, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle, seen = bulk.settle, []

    def look(database: Database, report: Any) -> None:
        seen.append(due(database))
        settle(database, report)

    monkeypatch.setattr(bulk, "settle", look)
    loads(SMALL)

    assert seen == [[]]
    assert {
        name for (name,) in db.execute("select name from upkeep_task where finished_at > began_at").fetchall()
    } == set(KINDS)
    assert db.execute("select bool_and(reflects = changed_at) from upkeep_task, catalogue_total").fetchone() == (True,)


def test_two_do_not_load_at_once(loads: Load, db: Db) -> None:
    db.execute("select pg_advisory_lock(hashtextextended('melodee.synth', 0))")

    with pytest.raises(AlreadyLoading):
        loads(SMALL)


def test_a_listener_who_is_real_keeps_the_name(loads: Load, db: Db, database_url: str, tmp_path: Path) -> None:
    database = Database(database_url)
    add_account(database, "Listener 2", "own password", TokenSecrets(tmp_path / "key"))
    database.close()

    with pytest.raises(NameTaken):
        loads(SMALL)

    assert db.execute("select name from account").fetchall() == [("Listener 2",)]


def test_what_is_loaded_grows_as_any_catalogue(loads: Load, db: Db, database_url: str, tmp_path: Path) -> None:
    loads(SMALL)
    library = Library(Database(database_url), tmp_path / "library")
    for number in range(3):
        library.drop(f"{number}/song.flac", title="Song", artist=f"Artist {number}", album="Album", genre="Rock")
    library.ingest()
    library.database.close()

    assert db.execute("select songs, albums, artists from catalogue_total").fetchone() == (1003, 103, 33)
    assert db.execute("select array_agg(distinct id >> 43) from songs where duration_ms > 0").fetchone() == ([1, 2, 3],)
    assert db.execute("select count(*) from leaf where state = 'open'").fetchone() == (1,)
    assert db.execute("select count(*) from leaf where state = 'prepared'").fetchone() == (1,)
    assert db.execute("select count(*) from genre where key = 'rock'").fetchone() == (1,)


def test_listeners_log_in_with_the_password_that_was_given(loads: Load, db: Db) -> None:
    loads(SMALL)

    hashes = [row[0] for row in db.execute("select password_hash from account where name like 'listener %'").fetchall()]
    assert len(hashes) == 2
    assert all(password_matches(hashed, PASSWORD) for hashed in hashes)


def test_indexes_keys_and_triggers_are_those_of_the_tables_that_were_replaced(loads: Load, db: Db) -> None:
    described = """
        select tablename, indexname, indexdef from pg_indexes
        where schemaname = 'public' and tablename !~ '^(albums|songs|song_tags)_' order by 2
    """
    more = """
        select c.relname, c.reloptions::text, t.conname, g.tgname, a.attname, a.attstattarget, a.attnotnull,
            pg_get_expr(d.adbin, d.adrelid)
        from pg_class as c
        join pg_attribute as a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
        left join pg_attrdef as d on d.adrelid = c.oid and d.adnum = a.attnum
        left join pg_constraint as t on t.conrelid = c.oid
        left join pg_trigger as g on g.tgrelid = c.oid
        where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace and c.relname !~ '^(albums|songs|song_tags)_'
        order by c.relname, a.attname, t.conname, g.tgname
    """
    before = {query: set(db.execute(query).fetchall()) for query in (described, more)}
    loads(SMALL)

    for query, rows in before.items():
        assert set(db.execute(query).fetchall()) ^ rows == set()


@pytest.mark.parametrize(
    "changed",
    [
        {"songs": 99}, {"songs": 10**9}, {"albums": 0}, {"albums": 2000}, {"albums": 5}, {"artists": 1},
        {"artists": 101}, {"users": 0}, {"users": 10**6},
    ],
)  # fmt: skip
def test_shapes_that_no_catalogue_has_are_refused(changed: dict[str, int]) -> None:
    with pytest.raises(Exception, match="No catalogue has that shape"):
        Shape(**{**vars(SMALL), **changed})


@pytest.mark.parametrize("songs", [100, 101, 999, 10_000, 123_457])
@pytest.mark.parametrize("leaf_rows", [50, 3000, 500_000])
def test_pieces_make_up_the_whole(songs: int, leaf_rows: int) -> None:
    shape = Shape(songs=songs, albums=songs // 10, artists=songs // 40, users=1, seed=1, leaf_rows=leaf_rows)
    pieces = list(shape.pieces())

    assert sum(piece.songs for piece in pieces) == songs
    assert sum(piece.albums for piece in pieces) == shape.albums
    assert all(piece.songs >= piece.albums >= 1 for piece in pieces)
    assert [piece.leaf for piece in pieces] == sorted(piece.leaf for piece in pieces)
    assert sorted({piece.leaf for piece in pieces}) == list(range(1, pieces[-1].leaf + 1))
    taken = [(piece.first_id, piece.first_id + (piece.numbers << 10)) for piece in pieces]
    assert all(end <= start for (_, end), (start, _) in pairwise(taken))


def test_a_password_that_cannot_be_is_refused_at_once(db: Db, database_url: str, tmp_path: Path) -> None:
    database = Database(database_url)
    data = DataDirectory(tmp_path)
    loader = Loader(database, data, TokenSecrets.of(data, {}), SMALL, "two\nlines", print)
    with pytest.raises(BadPassword):
        loader.load()
    database.close()

    assert db.execute("select count(*) from synthetic").fetchone() == (0,)


def test_a_disk_that_would_run_full_is_noticed_before(loads: Load, db: Db, monkeypatch: pytest.MonkeyPatch) -> None:
    loads(SMALL)
    monkeypatch.setattr("melodee.synth.load.TEXT_BYTES", 1 << 60)

    with pytest.raises(NotEnoughRoom):
        loads(OTHER)

    assert db.execute("select songs, state from synthetic").fetchone() == (1000, "loaded")


def test_a_volume_that_is_not_mounted_is_noticed_before(loads: Load, db: Db, tmp_path: Path) -> None:
    loads(SMALL)
    shutil.rmtree(tmp_path / "synthetic" / "Synthetic Archive")

    with pytest.raises(VolumeUnavailable):
        loads(OTHER)

    assert db.execute("select songs, state from synthetic").fetchone() == (1000, "loaded")


def test_a_reader_in_the_middle_of_a_list_is_waited_for_and_others_do_not_wait_behind(
    loads: Load, db: Db, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tables are taken between readers: who waits for one gives way again after a moment."""
    loads(SMALL)
    reader = psycopg.connect(database_url)
    answers: list[Any] = []

    def pause(_: float) -> None:
        answers.append(db.execute("select count(*) from song_index").fetchone())
        reader.rollback()

    monkeypatch.setattr(bulk.time, "sleep", pause)
    reader.execute("select id from song_index limit 1")
    loads(OTHER)
    reader.close()

    assert answers == [(1000,)]
    assert db.execute("select count(*) from song_index").fetchone() == (700,)


def test_what_is_locked_for_a_moment_is_what_is_replaced() -> None:
    statement = queries()["lock_what_is_replaced"]
    locked = statement.partition("lock table")[2].partition("in access exclusive")[0]

    assert {name.strip() for name in locked.split(",")} == set(bulk.LARGE_TABLES)
