"""Ids, leaves and the numbers that the catalogue's writer keeps."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from melodee.audio.track import Track
from melodee.catalogue.artists import Artist, resolve_artists
from melodee.catalogue.release import Credit, ReleaseDescription
from melodee.catalogue.rows import Names, NewAlbum, NewSong
from melodee.catalogue.writer import TakeNumbers, write_albums
from melodee.database import Database, Row
from melodee.ids import SLOTS, Kind, kind_of, leaf_of


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    made = Database(database_url)
    yield made
    made.close()


def write(database: Database, title: str, songs: range, album: int | None = None, leaf_rows: int = 500_000) -> int:
    """Puts songs into an album, a new one unless its id is given; returns its id."""
    take_numbers = TakeNumbers(database, leaf_rows)
    credit = Credit("Artist")
    number = album or take_numbers(1, len(songs))[0]
    new = NewAlbum(
        number, 1, title, ReleaseDescription([credit], "Artist", title), None,
        [NewSong(track(f"{title} {each}"), f"{title}/{each}.mp3", 1, 0) for each in songs],
    )  # fmt: skip
    artists = resolve_artists(database, [credit])
    with database.begin() as db:
        write_albums(db, [new], Names(artists, {}), take_numbers)
    return number


def track(title: str) -> Track:
    return Track(
        suffix="mp3", container="mpeg", codec="mp3", duration_ms=1000, bit_rate=128, sampling_rate=44100, channels=2,
        title=title, artists=["Artist"],
    )  # fmt: skip


def query(database: Database, statement: str) -> list[Row]:
    with database.autocommit() as db:
        return list(db.connection.execute(text(statement)).all())


def ids_of(database: Database, album: int) -> list[int]:
    with database.autocommit() as db:
        return sorted(row.id for row in db.rows("songs_of_album", album=album))


def test_songs_have_the_ids_behind_their_album_and_no_slot_is_used_twice(database: Database) -> None:
    album = write(database, "A", range(3))
    write(database, "A", range(3, 5), album)

    assert kind_of(album) is Kind.ALBUM
    assert ids_of(database, album) == [album + slot for slot in range(1, 6)]


def test_from_the_1024th_song_on_songs_have_ids_of_their_own(database: Database) -> None:
    album = write(database, "Loose", range(1000))
    write(database, "Loose", range(1000, 3100), album)
    other = write(database, "Other", range(2))

    ids = ids_of(database, album)
    assert len(ids) == len(set(ids)) == 3100
    assert sum(album < number < album + SLOTS for number in ids) == 1023
    assert all(kind_of(number) is Kind.SONG for number in ids)
    assert not set(ids) & set(range(other, other + SLOTS))


def test_a_full_leaf_gives_way_to_the_next_and_a_further_one_is_prepared(database: Database) -> None:
    leaves = [leaf_of(write(database, f"Album {number}", range(4), leaf_rows=10)) for number in range(7)]

    assert leaves == [1, 1, 1, 2, 2, 2, 3]
    states = query(database, "select state from leaf order by number")
    assert [row.state for row in states] == ["closed", "closed", "open", "prepared"]


def test_writers_at_once_never_get_the_same_numbers(database: Database) -> None:
    take_numbers = TakeNumbers(database, 100)
    with ThreadPoolExecutor(8) as pool:
        blocks = list(pool.map(lambda _: take_numbers(3, 20), range(100)))

    taken = [number for block in blocks for number in block]
    assert len(set(taken)) == 300


def test_writers_at_once_make_an_artist_once_with_one_directory_code(database: Database) -> None:
    def resolve(number: int) -> list[Artist]:
        return list(
            resolve_artists(database, [Credit("Beatles"), Credit(f"Band {number % 5}"), Credit("Beyoncé")]).values()
        )

    with ThreadPoolExecutor(6) as pool:
        found = [artist for artists in pool.map(resolve, range(30)) for artist in artists]

    by_name = {artist.name: {other.id for other in found if other.name == artist.name} for artist in found}
    assert {name: len(ids) for name, ids in by_name.items()} == dict.fromkeys(by_name, 1)
    codes = {artist.name: artist.directory_code for artist in found}
    assert len(set(codes.values())) == len(codes)
    assert sorted([codes["Beatles"], codes["Beyoncé"]]) == ["BE", "BE-2"]


def test_promotions_at_once_do_not_wait_for_each_other_for_ever(database: Database) -> None:
    with ThreadPoolExecutor(6) as pool:
        albums = list(pool.map(lambda number: write(database, f"Album {number}", range(5)), range(30)))

    assert len(set(albums)) == 30
    (totals,) = query(database, "select * from catalogue_total")
    assert (totals.songs, totals.albums) == (150, 30)


def test_the_same_artist_by_musicbrainz_id_or_by_name_is_one(database: Database) -> None:
    one, other = "1" * 8 + "-0000-4000-8000-000000000001", "2" * 8 + "-0000-4000-8000-000000000002"
    first = resolve_artists(database, [Credit("Nirvana")])[Credit("Nirvana")]
    known = resolve_artists(database, [Credit("NIRVANA", mbid=one)])[Credit("NIRVANA", mbid=one)]
    renamed = resolve_artists(database, [Credit("Nirvana (US)", mbid=one)])[Credit("Nirvana (US)", mbid=one)]
    namesake = resolve_artists(database, [Credit("Nirvana", mbid=other)])[Credit("Nirvana", mbid=other)]

    assert first.id == known.id == renamed.id
    assert namesake.id != first.id
    assert resolve_artists(database, [Credit("nirvana")])[Credit("nirvana")].id == first.id


def test_totals_and_counters_are_exact(database: Database) -> None:
    album = write(database, "A", range(3))
    write(database, "A", range(3, 5), album)
    write(database, "B", range(2))

    (totals,) = query(database, "select * from catalogue_total")
    (row,) = query(database, "select album_count, song_count from artist_folder")
    assert (totals.songs, totals.albums, totals.artists) == (7, 2, 1)
    assert (row.album_count, row.song_count) == (2, 7)
