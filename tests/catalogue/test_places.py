"""Pages of lists: each is a piece of the list as it is when read in one piece, wherever it begins, whatever came in."""

import itertools
from collections.abc import Iterator, Sequence
from typing import Any, LiteralString

import psycopg
import pytest

from melodee.audio.track import Track
from melodee.catalogue.artists import resolve_artists
from melodee.catalogue.release import Credit, ReleaseDescription
from melodee.catalogue.rows import Names, NewAlbum, NewSong
from melodee.catalogue.writer import TakeNumbers, resolve_genres, write_albums
from melodee.database import Database, queries
from tests import catalogue_rows
from tests.conftest import PostgresServer

SHAPE = catalogue_rows.Shape(songs=24_000, leaf_rows=4_000, accounts=1, genres=2)

FOLDERS = {"all": [1, 2, 3], "some": [2, 3], "one": [1], "one that holds little": [3], "none": []}

ALBUMS: LiteralString = "select id from album_index where volume_id = any(%(folders)s) "
YEARS = {"from_year": 1960, "to_year": 2010}
LISTS: dict[str, tuple[LiteralString, dict[str, int]]] = {
    "newest_albums": (ALBUMS + "order by entry desc", {}),
    "albums_by_name": (ALBUMS + "order by sort_name, id", {}),
    "albums_by_artist_name": (ALBUMS + "order by artist_sort_name, sort_name, id", {}),
    "albums_by_year": (ALBUMS + "and year between 1960 and 2010 order by year, id", YEARS),
    "albums_by_year_descending": (ALBUMS + "and year between 1960 and 2010 order by year desc, id desc", YEARS),
    "albums_by_genre": (
        "select album_id from album_genre where genre_id = 1 and volume_id = any(%(folders)s) order by 1 desc",
        {"genre": 1},
    ),
    "songs_by_genre": (
        "select song_id from song_genre where genre_id = 1 and volume_id = any(%(folders)s) order by 1",
        {"genre": 1},
    ),
    "all_artists": (
        """
        select id from artist_index as i
        where exists (select from artist_folder where artist_id = i.id and volume_id = any(%(folders)s))
        order by entry
        """,
        {"after": 0},
    ),
    "all_albums": (ALBUMS + "order by entry", {"after": 0}),
    "all_songs": ("select id from song_index where volume_id = any(%(folders)s) order by entry", {"after": 0}),
}
"""Each query with the plainest way to say which ids it gives, and its parameters besides the page."""

CUT = "select cut_name_stretches(list, 100) from unnest(array['albums_by_name', 'albums_by_artist']) as list"

FORGET_ARTISTS = """
    with gone as (
        delete from artist_index as i
        where not exists (select from artist_folder where artist_id = i.id)
        returning i.entry
    )
    update list_stretch as l set entries = l.entries - g.entries
    from (select entry >> 10 as stretch, count(*) as entries from gone group by 1) as g
    where l.list = 'artists' and l.volume_id = 0 and l.stretch = g.stretch
"""
"""Those without any album are not shown."""


EDGES = (332, 333, 334, 499, 500, 501, 999, 1000, 1001)
"""Up to 1000 entries are walked from the beginning; with several folders, as many in all."""


class Catalogue:
    """A database whose lists are read; writers of its own are in `database`."""

    def __init__(self, url: str) -> None:
        self.database = Database(url)
        self.reader = psycopg.connect(url, autocommit=True)

    def close(self) -> None:
        self.reader.close()
        self.database.close()

    def whole(self, name: str, folders: Sequence[int]) -> list[int]:
        return self._ids(LISTS[name][0], {"folders": list(folders)})

    def page(self, name: str, folders: Sequence[int], size: int, offset: int) -> list[int]:
        page = {"folders": list(folders), "size": size, "offset": offset}
        return self._ids(queries()[name], page | LISTS[name][1])

    def _ids(self, statement: LiteralString, parameters: dict[str, Any]) -> list[int]:
        return [row[0] for row in self.reader.execute(statement, parameters)]

    def assert_pages_fit(self, name: str, folders: Sequence[int], step: int = 97) -> None:
        """Pages that follow each other are the whole list, and so is what begins anywhere."""
        whole = self.whole(name, folders)
        size = max(50, len(whole) // 50)
        pages = [self.page(name, folders, size, offset) for offset in range(0, len(whole) + size, size)]
        assert list(itertools.chain(*pages)) == whole
        for offset in [*range(0, len(whole), max(step, len(whole) // 50)), *EDGES, len(whole) - 1]:
            if 0 <= offset < len(whole):
                assert self.page(name, folders, 3, offset) == whole[offset : offset + 3], offset


@pytest.fixture(scope="module")
def filled(postgres_server: PostgresServer, template_database: str) -> Iterator[str]:
    """The name of a database with 2,400 albums in six leaves, its lists by name in stretches of 100."""
    url = postgres_server.create("catalogue_places", template_database)
    catalogue_rows.fill(url, SHAPE)
    with psycopg.connect(url, autocommit=True) as db:
        # Names that a hundred albums share, so that cuts lie between albums that nothing but their ids tells apart.
        db.execute(
            "update album_index set sort_name = left(sort_name, 1), artist_sort_name = left(artist_sort_name, 1)"
        )
        db.execute(CUT)
        db.execute(FORGET_ARTISTS)
    yield "catalogue_places"
    postgres_server.drop("catalogue_places")


@pytest.fixture(scope="module")
def untouched(postgres_server: PostgresServer, filled: str) -> Iterator[Catalogue]:
    """A copy that is only read."""
    yield from copy_of(postgres_server, filled)


@pytest.fixture
def catalogue(postgres_server: PostgresServer, filled: str) -> Iterator[Catalogue]:
    """A copy for one test."""
    yield from copy_of(postgres_server, filled)


_number = itertools.count(1)


def copy_of(server: PostgresServer, filled: str) -> Iterator[Catalogue]:
    name = f"{filled}_{next(_number)}"
    made = Catalogue(server.create(name, filled))
    yield made
    made.close()
    server.drop(name)


def promote(catalogue: Catalogue, songs: dict[str, int], folder: int = 1, album: int | None = None) -> list[int]:
    """New albums by title with so many songs each, or one that is there already gets more; returns their ids."""
    take_numbers = TakeNumbers(catalogue.database, 5000)
    numbers = [album] if album else take_numbers(len(songs), sum(songs.values()))
    artists = {title: Credit(f"Artist of {title}") for title in songs}
    albums = [
        NewAlbum(
            number, folder, f"{title} {next(_number)}",
            ReleaseDescription([artists[title]], title, title, year=1999, genres=["Genre 1"]), None,
            [NewSong(track(f"{title} {song}"), f"{number}/{next(_number)}.mp3", 1, 0) for song in range(count)],
        )
        for number, (title, count) in zip(numbers, songs.items(), strict=True)
    ]  # fmt: skip
    names = Names(
        resolve_artists(catalogue.database, artists.values()), resolve_genres(catalogue.database, ["Genre 1"])
    )
    with catalogue.database.begin() as db:
        write_albums(db, albums, names, take_numbers)
    return numbers


def track(title: str) -> Track:
    return Track(
        suffix="mp3", container="mpeg", codec="mp3", duration_ms=1000, bit_rate=128, sampling_rate=44100, channels=2,
        title=title, year=1999, genres=["Genre 1"],
    )  # fmt: skip


@pytest.mark.parametrize("folders", FOLDERS.values(), ids=FOLDERS)
@pytest.mark.parametrize("name", LISTS)
def test_pages_of_a_list_fit_together_wherever_they_begin(untouched: Catalogue, name: str, folders: list[int]) -> None:
    untouched.assert_pages_fit(name, folders)


@pytest.mark.parametrize("offset", [24_000, 10**6, 10**18, 2**63 - 501])
@pytest.mark.parametrize("name", LISTS)
def test_past_the_end_of_a_list_there_is_nothing(untouched: Catalogue, name: str, offset: int) -> None:
    for folders in FOLDERS.values():
        assert untouched.page(name, folders, 500, offset) == []


def test_a_list_that_nothing_is_in_is_empty_at_any_offset(untouched: Catalogue) -> None:
    nothing = {"genre": 99, "from_year": 2100, "to_year": 2**31 - 1}
    for name in ("albums_by_genre", "songs_by_genre", "albums_by_year", "albums_by_year_descending"):
        for offset in (0, *EDGES, 10**6):
            page = {"folders": [1, 2, 3], "size": 50, "offset": offset}
            assert untouched.reader.execute(queries()[name], page | nothing).fetchall() == [], (name, offset)


def test_a_stretch_that_grew_gives_the_same_list_before_while_and_after_it_is_cut(catalogue: Catalogue) -> None:
    for folder in (1, 2, 3):
        promote(catalogue, {f"m{number}": 1 for number in range(600)}, folder)

    def assert_all_fit() -> None:
        for name, folders in itertools.product(LISTS, FOLDERS.values()):
            catalogue.assert_pages_fit(name, folders, 397)

    assert_all_fit()
    with catalogue.database.begin() as db:
        db.value("lock_catalogue")
        for name in ("albums_by_name", "albums_by_artist"):
            assert db.value("cut_name_stretches", list=name, wanted=150) > 20
        catalogue.assert_pages_fit("albums_by_name", [1, 2, 3])
    assert_all_fit()


def test_what_was_taken_out_leaves_no_hole_in_pages(catalogue: Catalogue) -> None:
    remove = """
        select unindex_albums(%(ids)s);
        delete from song_index where id in (select id from songs_of(%(ids)s));
        delete from album_index where id = any(%(ids)s);
    """
    gone = catalogue.whole("newest_albums", [1, 2, 3])[100:2000:7]
    with psycopg.ClientCursor(catalogue.reader) as cursor:
        cursor.execute(remove, {"ids": gone})
        cursor.execute(FORGET_ARTISTS)

    for name, folders in itertools.product(LISTS, FOLDERS.values()):
        catalogue.assert_pages_fit(name, folders, 397)


def test_the_walk_neither_misses_nor_repeats_anything_while_promotions_go_on(catalogue: Catalogue) -> None:
    everywhere = FOLDERS["all"]
    old = catalogue.whole("newest_albums", everywhere)
    for name in ("all_artists", "all_albums", "all_songs"):
        seen: list[int] = []
        for step in itertools.count():
            page = catalogue.page(name, everywhere, 900, len(seen))
            seen += page
            if step < 5:
                promote(catalogue, {f"{name} {step}": 3}, folder=1 + step % 3)
                promote(catalogue, {f"{name} {step} more": 2}, folder=1 + step % 3, album=old[step * 300])
            if len(page) < 900 and step >= 5:
                break
        assert seen == catalogue.whole(name, everywhere)
        assert len(seen) == len(set(seen))
