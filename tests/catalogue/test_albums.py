"""Which album of the catalogue a release becomes: found by its keys, and made once whoever asks."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from melodee.catalogue.album_keys import MOST_ALIKE
from melodee.catalogue.albums import AlbumPlace, Wanted, known_album, place_albums
from melodee.catalogue.artists import resolve_artists
from melodee.catalogue.changes import AlbumEdit, describe_albums
from melodee.catalogue.release import ReleaseDescription, positions_of
from melodee.catalogue.rows import NewAlbum
from melodee.catalogue.writer import TakeNumbers, write_albums
from melodee.database import Database
from melodee.volume_probe import Abilities
from melodee.volumes import Volume
from tests.catalogue.collection import Collection, release, song, track

STORAGE = Volume(1, "Music", "storage", "/nowhere", None, Abilities())


def mbid(number: int) -> str:
    return f"11111111-1111-4111-8111-{number:012}"


def place(database: Database, *descriptions: ReleaseDescription, tracks: int = 1) -> list[AlbumPlace]:
    artists = resolve_artists(database, [each.artists[0] for each in descriptions])
    positions = positions_of((1, number) for number in range(1, tracks + 1))
    wanted = [Wanted(each, artists[each.artists[0]], tracks, positions) for each in descriptions]
    return place_albums(database, wanted, STORAGE, TakeNumbers(database, 1000))


def write(collection: Collection, description: ReleaseDescription, tracks: int = 1) -> int:
    """Places a release and writes it, as intake does."""
    (placed,) = place(collection.database, description, tracks=tracks)
    songs = [song(track(f"T{number}", "Ana", track_number=number)) for number in range(1, tracks + 1)]
    new = NewAlbum(placed.id, 1, placed.folder, description, placed.release_group, songs)
    names = collection.names([new])
    with collection.database.begin() as db:
        write_albums(db, [new], names, TakeNumbers(collection.database, 1000))
    return placed.id


def edit(collection: Collection, album: int, description: ReleaseDescription) -> None:
    new = NewAlbum(album, 1, f"album {album}", description, None, [])
    names = collection.names([new])
    with collection.database.begin() as db:
        describe_albums(db, [AlbumEdit(new, [])], names)


def known(database: Database, title: str, **tags: Any) -> int | None:
    with database.autocommit() as db:
        found = known_album(db, release(title, "Ana", **tags), positions_of([(1, 1)]))
    return found and found.id


def test_parts_of_a_release_that_are_placed_together_are_one_album(database: Database) -> None:
    first, second, third = place(
        database, release("A", "Ana"), release("A", "Ana", mbid=mbid(1)), release("X", "Ana", mbid=mbid(1))
    )
    assert first.id == second.id == third.id


def test_writers_who_meet_make_each_album_once(database: Database) -> None:
    wanted = [release(f"A{number % 20}", "Ana", mbid=mbid(number)) for number in range(40)]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: [each.id for each in place(database, *wanted)], range(4)))
    assert found[1:] == found[:1] * 3
    assert len(set(found[0])) == 40


def test_what_a_writer_claimed_and_never_wrote_is_found_by_its_id_and_not_by_another(database: Database) -> None:
    (claimed,) = place(database, release("A", "Ana", mbid=mbid(1)))
    assert place(database, release("A", "Ana", mbid=mbid(1)))[0].id == claimed.id
    assert place(database, release("A", "Ana", mbid=mbid(2)))[0].id != claimed.id


def test_albums_beyond_those_that_a_title_can_number_are_found_by_their_ids(collection: Collection) -> None:
    made = [write(collection, release("A", "Ana", mbid=mbid(number))) for number in range(MOST_ALIKE + 3)]
    assert len(set(made)) == MOST_ALIKE + 3
    assert [known(collection.database, "A", mbid=mbid(number)) for number in range(MOST_ALIKE + 3)] == made
    assert known(collection.database, "A") == made[0]


def test_an_album_from_before_editions_were_told_apart_is_found_by_its_title(
    collection: Collection, database: Database
) -> None:
    album = write(collection, release("A [Deluxe Edition]", "Ana"))
    with database.begin() as db:
        rows = db.connection.exec_driver_sql(
            "update album_key set key = replace(key, 'a (deluxe)', 'a [deluxe edition]') where key like 'release:%%'"
        )
        assert rows.rowcount == 1
    assert known(database, "A [Deluxe Edition]") == album
    assert known(database, "A (Deluxe)") is None
    assert write(collection, release("A [Deluxe Edition]", "Ana"), tracks=2) == album
    assert known(database, "A (Deluxe)") == album


def test_an_album_that_gets_another_edition_and_id_is_found_by_these_alone(collection: Collection) -> None:
    database = collection.database
    album = write(collection, release("A", "Ana", mbid=mbid(1)))
    edit(collection, album, release("A (Deluxe)", "Ana", edition="Deluxe", mbid=mbid(2)))

    assert known(database, "A (Deluxe)") == album
    assert known(database, "Called otherwise", mbid=mbid(2)) == album
    assert known(database, "A") is None
    assert known(database, "Called otherwise", mbid=mbid(1)) is None


def test_an_album_that_takes_the_title_of_another_that_is_there_stands_beside_it(collection: Collection) -> None:
    database = collection.database
    first = write(collection, release("A", "Ana", year=1990))
    second = write(collection, release("B", "Ana", year=2010))
    edit(collection, second, release("A", "Ana", year=2010))

    assert (known(database, "A", year=1990), known(database, "A", year=2010)) == (first, second)
    edit(collection, first, release("C", "Ana", year=1990))
    assert (known(database, "A", year=2010), known(database, "C")) == (second, first)


def test_an_album_that_was_removed_is_no_album_of_another_id(collection: Collection) -> None:
    album = write(collection, release("A", "Ana", mbid=mbid(1)))
    collection.remove_albums(album)

    assert place(collection.database, release("A", "Ana", mbid=mbid(2)))[0].id != album
    assert place(collection.database, release("A", "Ana", mbid=mbid(1)))[0].id == album
