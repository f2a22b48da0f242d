"""Upkeep of the stretches in which entries of lists are counted."""

from collections.abc import Iterator

import pytest
from sqlalchemy import text

from melodee.catalogue.stretches import Stretches, keep_stretches
from melodee.database import Database, Row
from tests import catalogue_rows

LISTS = ("albums_by_artist", "albums_by_name")

BLOCKS = "select list, scope, volume_id, block, entries::integer from list_block where entries > 0 order by 1, 2, 3, 4"
COUNTED = """
    select list, scope, volume_id, stretch >> 5, sum(entries)::integer
    from list_stretch group by 1, 2, 3, 4 having sum(entries) > 0 order by 1, 2, 3, 4
"""


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    made = Database(database_url)
    yield made
    made.close()


def query(database: Database, statement: str) -> list[Row]:
    with database.autocommit() as db:
        result = db.connection.execute(text(statement))
        return list(result.all()) if result.returns_rows else []


def keep(database: Database) -> Stretches:
    return keep_stretches(database, lambda _: None)


def lengths(database: Database) -> dict[str, list[int]]:
    """Entries of each stretch of the lists by name."""
    rows = query(
        database,
        f"select list, array_agg(entries order by stretch) from ("
        f"select list, stretch, sum(entries)::integer as entries from list_stretch where list in {LISTS} group by 1, 2"
        f") as s group by 1",
    )
    return dict(map(tuple, rows))


def test_an_empty_catalogue_wants_nothing(database: Database) -> None:
    kept = keep(database)

    assert (kept.cut, kept.removed, kept.longest) == ({}, 0, 0)
    assert kept.as_metadata()["lists_cut"] == ""


def test_lists_are_cut_anew_only_when_a_stretch_is_four_times_too_long(database: Database) -> None:
    catalogue_rows.fill(database.url, catalogue_rows.Shape(songs=12_000, accounts=1))
    wanted = 256

    query(database, f"select cut_name_stretches('albums_by_name', {4 * wanted})")
    query(database, f"select cut_name_stretches('albums_by_artist', {4 * wanted + 1})")
    assert lengths(database)["albums_by_name"] == [1024, 176]
    first = keep(database)
    assert (first.wanted, first.longest, first.cut) == (wanted, 1025, {"albums_by_artist": 5})
    assert lengths(database) == {"albums_by_name": [1024, 176], "albums_by_artist": [256] * 4 + [176]}
    assert first.vacuumed

    again = keep(database)
    assert (again.longest, again.cut, again.vacuumed) == (1024, {}, False)


def test_stretches_that_became_empty_go_when_much_was_counted(database: Database) -> None:
    catalogue_rows.fill(database.url, catalogue_rows.Shape(songs=1000, accounts=1))
    before = query(database, "select * from list_stretch where entries > 0 order by 1, 2, 3, 4")
    query(database, "insert into list_stretch select 'songs', n, 1, 7, 0 from generate_series(1, 1200) as n")
    query(database, "select pg_stat_force_next_flush()")

    assert keep(database).removed == 1200
    assert query(database, "select * from list_stretch order by 1, 2, 3, 4") == before
    assert query(database, BLOCKS) == query(database, COUNTED)
    assert keep(database).removed == 0


def test_blocks_are_what_their_stretches_add_up_to_whatever_happens_to_these(database: Database) -> None:
    for statement in (
        "insert into list_stretch select 'songs', n % 3, 1 + n % 2, n, n from generate_series(1, 200) as n",
        "update list_stretch set entries = entries + 7 where stretch % 5 = 0",
        "update list_stretch set stretch = stretch + 1000, volume_id = 3 where stretch % 7 = 0",
        "delete from list_stretch where stretch % 11 = 0",
        """
        insert into list_stretch select 'songs', 0, 1, n, 1 from generate_series(1, 300) as n
        on conflict (list, scope, volume_id, stretch) do update set entries = list_stretch.entries + excluded.entries
        """,
    ):
        query(database, statement)
        assert query(database, BLOCKS) == query(database, COUNTED), statement
    assert len(query(database, BLOCKS)) > 20
    query(database, "truncate list_stretch")
    assert query(database, BLOCKS) == []


def test_blocks_that_went_wrong_are_counted_anew(database: Database) -> None:
    query(database, "insert into list_stretch select 'songs', 0, 1, n, n from generate_series(1, 200) as n")
    assert not keep(database).recounted

    for wrong in ("update list_block set entries = 1 where block = 2", "delete from list_block where block = 3"):
        query(database, wrong)
        assert keep(database).recounted
        assert query(database, BLOCKS) == query(database, COUNTED)


def test_what_was_counted_a_lot_is_vacuumed(database: Database) -> None:
    query(database, "insert into list_stretch select 'songs', 0, 1, n, 1 from generate_series(1, 2000) as n")
    query(database, "select pg_stat_force_next_flush()")

    assert keep(database).vacuumed
    assert not keep(database).vacuumed


def test_what_operators_see() -> None:
    kept = Stretches(wanted=256, longest=2000, cut={"b": 3, "a": 4}, removed=5, recounted=True, vacuumed=True)

    assert kept.as_metadata() == {
        "wanted_entries": 256,
        "longest_stretch": 2000,
        "lists_cut": "a into 4, b into 3",
        "empty_stretches_removed": 5,
        "blocks_recounted": True,
        "vacuumed": True,
    }
