"""What search reads beside the index tables: chosen, counted and listed on the server, all anew or what came since."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest
from sqlalchemy import text

from melodee.catalogue.search_upkeep import keep_hot_tier, keep_prefixes, keep_search_tiers, keep_vocabulary
from melodee.database import Database, Row
from melodee.spelling import vocabulary_keys

TIER, FOLDER_TIER, FREQUENT = 30, 9, 5

_FILL = """
    insert into song_index (id, volume_id, artist_id, search_name, terms, popularity)
    select (1::bigint << 43) + n, case when n % 10 = 0 then 2 else 1 end, 1025, w.first || w.second,
        array_to_tsvector(array[w.first, w.second]), case when n % 7 = 0 then n else 0 end
    from generate_series(cast(:first as integer), cast(:last as integer)) as n
    cross join lateral (
        select 'ab' || substr('aabbcc', 1 + n % 6, 1) as first,
            (array['night', 'day', 'dusk', 'knight'])[1 + n % 4] as second
    ) as w
"""


@dataclass
class Index:
    """Index tables alone, in two folders."""

    database: Database

    def run(self, statement: str, **parameters: Any) -> list[Row]:
        with self.database.autocommit() as db:
            result = db.connection.execute(text(statement), parameters)
            return list(result.all()) if result.returns_rows else []

    def songs(self, first: int, last: int) -> None:
        """Songs of these numbers; every seventh is played as often as its number says."""
        self.run(_FILL, first=first, last=last)
        self.run("update catalogue_total set songs = (select count(*) from song_index)")
        self.run("delete from folder_total")
        self.run("insert into folder_total (volume_id, songs) select volume_id, count(*) from song_index group by 1")

    def hot(self) -> set[int]:
        return {row.id - (1 << 43) for row in self.run("select id from song_hot")}

    def words(self) -> dict[str, int]:
        return {row.word: row.songs for row in self.run("select word, songs from vocabulary")}

    def lists(self) -> list[tuple[Any, ...]]:
        return [
            tuple(row)
            for row in self.run(
                "select prefix, volume_id, complete, ids, ranks from search_prefix where kind = 'song' order by 1, 2"
            )
        ]

    def keep_hot(self, *, anew: bool = False) -> dict[str, Any]:
        return keep_hot_tier(self.database, anew=anew, tier=TIER, folder_tier=FOLDER_TIER).as_metadata()

    def keep_prefixes(self, *, anew: bool = False) -> dict[str, Any]:
        return keep_prefixes(self.database, anew=anew, frequent=FREQUENT, folder_tier=FOLDER_TIER).as_metadata()


@pytest.fixture
def index(database_url: str) -> Iterator[Index]:
    database = Database(database_url)
    made = Index(database)
    for number in (1, 2):
        made.run(
            "insert into volume (id, name, kind, path) values (:n, :name, 'storage', :name)", n=number, name=str(number)
        )
    yield made
    database.close()


def test_a_library_that_fits_into_the_tier_has_none(index: Index):
    index.songs(1, TIER)

    assert index.keep_hot()["hot_songs"] == 0
    assert index.run("select hot from search_upkeep where kind = 'song'")[0].hot is False


def test_the_tier_holds_what_is_played_most_and_what_came_last_and_each_folders_own_best(index: Index):
    index.songs(1, 400)

    index.keep_hot()

    hot = index.hot()
    played = [n for n in range(400, 0, -1) if n % 7 == 0]
    assert set(played[:20]) <= hot
    assert set(range(391, 401)) <= hot
    in_second = {n for n in hot if n % 10 == 0}
    assert {n for n in played if n % 10 == 0} <= in_second | set(played[20:])
    assert len(in_second) >= FOLDER_TIER - 1
    assert len(hot) <= TIER + 2 * FOLDER_TIER


def test_what_comes_is_appended_and_after_a_tenth_the_tier_is_chosen_anew(index: Index):
    index.songs(1, 400)
    index.keep_hot()
    before = index.hot()

    index.songs(401, 402)
    assert index.keep_hot()["songs_added"] == 2
    assert index.hot() == before | {401, 402}

    index.songs(403, 410)
    kept = index.keep_hot()
    assert kept["songs_removed"] > 0
    assert set(range(401, 411)) <= index.hot()


def test_choosing_anew_changes_only_what_differs(index: Index):
    index.songs(1, 400)
    index.keep_hot()

    assert index.keep_hot(anew=True) | {"seconds": 0} == index.keep_hot(anew=True) | {"seconds": 0}
    index.run("update song_index set popularity = 1000 where id = (1::bigint << 43) + 1")
    index.run("update song_index set popularity = popularity + 1 where id = (1::bigint << 43) + 399")
    kept = index.keep_hot(anew=True)

    assert (kept["songs_added"], kept["songs_changed"]) == (1, 1)
    assert 1 in index.hot()


def test_a_library_that_shrinks_gives_the_tier_up(index: Index):
    index.songs(1, 400)
    index.keep_hot()
    index.run("delete from song_index where id > (1::bigint << 43) + 20")
    index.songs(21, 22)

    assert index.keep_hot()["hot_songs"] == 0
    assert index.hot() == set()


def test_words_are_counted_by_kind_and_what_came_since_is_added(index: Index):
    index.songs(1, 100)
    keep_vocabulary(index.database)
    assert index.words() == {"aba": 33, "abb": 34, "abc": 33, "night": 25, "day": 25, "dusk": 25, "knight": 25}

    index.songs(101, 104)
    kept = keep_vocabulary(index.database)

    assert index.words()["night"] == 26
    assert kept.counts["words_changed"] <= 7
    counted = index.words()
    keep_vocabulary(index.database, anew=True)
    assert index.words() == counted
    assert keep_vocabulary(index.database).counts["words_changed"] == 0


def test_words_have_the_keys_under_which_slips_find_them(index: Index):
    index.songs(1, 100)

    assert keep_vocabulary(index.database).counts["words_with_new_keys"] == 7
    assert keep_vocabulary(index.database).counts["words_with_new_keys"] == 0
    keys = {row.word: row.deletions for row in index.run("select word, deletions from vocabulary")}
    assert {word: vocabulary_keys(word) for word in keys} == keys


def test_counting_anew_forgets_what_nothing_has(index: Index):
    index.songs(1, 100)
    keep_vocabulary(index.database)
    index.run("delete from song_index where search_name like '%knight'")

    keep_vocabulary(index.database)
    assert index.words()["knight"] == 25
    assert keep_vocabulary(index.database, anew=True).counts["words_forgotten"] == 1
    assert "knight" not in index.words()


def test_a_prefix_that_many_have_is_listed_best_first_by_folder(index: Index):
    index.songs(1, 100)

    index.keep_prefixes()

    lists = {(prefix, folder): (complete, ids, ranks) for prefix, folder, complete, ids, ranks in index.lists()}
    assert {prefix for prefix, _ in lists} == {
        "a", "ab", "aba", "abb", "abc", "d", "da", "day", "du", "dus", "dusk",
        *("night"[:n] for n in range(1, 6)), *("knight"[:n] for n in range(1, 7)),
    }  # fmt: skip
    for (prefix, folder), (complete, ids, ranks) in lists.items():
        rows = index.run(
            """select id, search_rank(search_name, popularity, array[:prefix], null) as rank from song_index
            where volume_id = :folder and terms @@ cast(:query as tsquery) order by 2 desc, 1""",
            prefix=prefix, folder=folder, query=f"'{prefix}':*",
        )  # fmt: skip
        assert (complete, ids, ranks) == (True, [row.id for row in rows], [row.rank for row in rows])


def test_lists_take_in_what_came_since_as_if_they_were_made_anew(index: Index):
    index.songs(1, 400)
    index.keep_prefixes()
    index.songs(401, 430)

    kept = index.keep_prefixes()
    added = index.lists()

    assert kept["song_lists_changed"] > 0
    assert index.keep_prefixes()["song_lists_changed"] == 0
    index.keep_prefixes(anew=True)
    assert [row[:2] + row[3:] for row in added] == [row[:2] + row[3:] for row in index.lists()]


def test_lists_of_a_large_library_are_made_of_its_hot_tier(index: Index):
    index.songs(1, 400)
    index.keep_hot()
    index.keep_prefixes()

    listed = {number - (1 << 43) for _, _, _, ids, _ in index.lists() for number in ids}
    assert listed <= index.hot()
    assert all(not complete for _, folder, complete, _, _ in index.lists() if folder == 1)


def test_a_library_that_has_grown_by_a_tenth_has_its_lists_made_anew(index: Index):
    index.songs(1, 100)
    index.keep_prefixes()
    index.run("delete from song_index where search_name like '%knight'")
    index.songs(101, 160)

    index.keep_prefixes()
    keep_vocabulary(index.database, anew=True)
    index.keep_prefixes(anew=True)

    gone = index.run("select id from song_index where search_name like '%knight'")
    assert {number for prefix, _, _, ids, _ in index.lists() if prefix == "knight" for number in ids} == {
        row.id for row in gone
    }


def test_another_catalogue_in_its_place_is_noticed(index: Index):
    """A load that replaces everything begins entry numbers anew."""
    index.songs(1, 400)
    keep_vocabulary(index.database)
    index.keep_hot()
    index.keep_prefixes()
    index.run("truncate song_index")
    index.run("alter sequence song_entry restart")
    index.songs(1, 200)

    index.keep_hot()
    keep_vocabulary(index.database)
    index.keep_prefixes()

    assert index.words()["night"] == 50
    assert max(index.hot()) <= 200


def test_nobody_who_searches_waits_for_upkeep_or_finds_the_tier_empty(index: Index):
    index.songs(1, 400)
    index.keep_hot()
    index.keep_prefixes()
    index.songs(401, 500)
    with index.database.begin() as db, psycopg.connect(index.database.url, autocommit=True) as reader:
        db.one("keep_hot_tier", kind="song", tier=TIER, folder_tier=FOLDER_TIER, anew=True)
        db.one(
            "keep_prefixes", kind="song", frequent=FREQUENT, longest=10, folder_tier=FOLDER_TIER, articles=["the"],
            anew=True,
        )  # fmt: skip
        reader.execute("set lock_timeout = '100ms'")
        for table in ("song_hot", "search_prefix", "vocabulary", "search_upkeep"):
            found = reader.execute(f"select count(*) from {table}").fetchone()
            assert found is not None
            assert found[0] > 0


def test_search_tiers_are_kept_together(index: Index):
    index.songs(1, 100)

    metadata = keep_search_tiers(index.database).as_metadata()

    assert {"hot_songs", "song_lists", "seconds"} <= metadata.keys()
