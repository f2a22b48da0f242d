"""Songs and albums that are removed, told anew, moved, and that come back."""

from collections.abc import Iterator
from typing import Any

import pytest

from melodee.catalogue.albums import Wanted, place_albums
from melodee.catalogue.changes import AlbumEdit, describe_albums
from melodee.catalogue.rows import NewAlbum, Picture
from melodee.catalogue.writer import TakeNumbers, write_albums
from melodee.database import Database, Row
from melodee.volume_probe import Abilities
from melodee.volumes import Volume
from tests.catalogue.collection import Collection, release, song, track
from tests.catalogue.recount import differences

STORAGE = Volume(1, "Music", "storage", "/nowhere", None, Abilities())


@pytest.fixture(autouse=True)
def nothing_is_wrong_afterwards(database: Database) -> Iterator[None]:
    yield
    assert differences(database) == {}


def query(database: Database, statement: str, *values: object) -> list[Row]:
    with database.autocommit() as db:
        found = db.connection.exec_driver_sql(statement, values)
        return list(found.all()) if found.returns_rows else []


def one(database: Database, statement: str, *values: object) -> Any:
    (row,) = query(database, statement, *values)
    return row if len(row) > 1 else row[0]


def songs_of(collection: Collection, album: int) -> list[int]:
    return sorted(collection.albums[album])


def picture(path: str, *, embedded: bool = False, digest: bytes = b"\x01" * 32) -> Picture:
    return Picture(digest, path, embedded, "image/jpeg", 600, 600)


# Removal.


def test_a_song_goes_with_its_lyrics_and_its_places_but_what_listeners_did_stays(
    collection: Collection, database: Database
) -> None:
    album = collection.add(release("A", "Nina"), [song(track("One", "Nina", lyrics="la")), song(track("Two", "Nina"))])
    first, second = songs_of(collection, album)
    query(database, "insert into account (name, key, password_hash) values ('ann', 'ann', '')")
    query(database, "insert into song_annotation (account_id, song_id, starred_at) values (1, %s, now())", first)

    changed = collection.remove(first)

    assert (changed.songs, changed.albums_gone, changed.artists_gone) == ([first], [], 0)
    assert [row.id for row in query(database, "select id from song_index")] == [second]
    assert query(database, "select 1 from lyrics") == []
    assert one(database, "select song_count from albums") == 1
    assert one(database, "select song_id from song_annotation where starred_at is not null") == first


def test_an_album_goes_with_its_last_song_and_the_artist_with_the_last_credit(
    collection: Collection, database: Database
) -> None:
    kept = collection.add(release("A", "Nina"), [song(track("One", "Nina"))])
    gone = collection.add(release("B", "Ana"), [song(track("Two", "Ana", composers=["Nina"]))])

    changed = collection.remove(*songs_of(collection, gone))

    assert (changed.albums_gone, changed.artists_gone) == ([gone], 1)
    assert [row.id for row in query(database, "select id from albums")] == [kept]
    assert one(database, "select search_name from artist_index") == "nina"
    assert one(database, "select array_to_string(roles, ' ') from artists where name = 'Nina'") == "albumartist artist"
    assert one(database, "select array_to_string(roles, ' '), directory_code from artists where name = 'Ana'") == (
        "", "AN",
    )  # fmt: skip
    assert one(database, "select songs, albums, artists from catalogue_total") == (1, 1, 1)


def test_an_artist_who_returns_is_who_they_were_and_comes_last_in_the_walk(
    collection: Collection, database: Database
) -> None:
    album = collection.add(release("A", "Ana"), [song(track("One", "Ana"))])
    ana = one(database, "select id from artists")
    collection.add(release("B", "Nina"), [song(track("Two", "Nina"))])
    collection.remove_albums(album)

    collection.add(release("C", "ANA"), [song(track("Three", "ANA"))])

    assert [row.id for row in query(database, "select id from artist_index order by entry")][-1] == ana


def test_an_album_that_comes_back_has_its_id_and_its_songs_have_new_ones(
    collection: Collection, database: Database
) -> None:
    album = collection.add(release("A", "Ana"), [song(track("One", "Ana")), song(track("Two", "Ana"))])
    before = songs_of(collection, album)
    collection.remove_albums(album)

    collection.add(release("A", "Ana"), [song(track("One", "Ana"))], album=album)

    assert songs_of(collection, album) == [max(before) + 1]
    assert query(database, "select 1 from removed_album") == []


def test_what_is_not_there_is_removed_without_a_word(collection: Collection) -> None:
    album = collection.add(release("A", "Ana"), [song(track("One", "Ana"))])
    (only,) = songs_of(collection, album)

    changed = collection.remove(only, only, only + 1, 12345)

    assert changed.songs == [only]
    assert collection.remove(only).songs == []
    assert collection.remove_albums(album, 7).albums_gone == []


def test_songs_beyond_their_album_s_range_are_removed_with_it(collection: Collection, database: Database) -> None:
    album = collection.add(release("Loose", "Ana"), [song(track(f"Song {number}", "Ana")) for number in range(1030)])
    assert one(database, "select count(*) from song_of_album_elsewhere") == 7

    collection.remove(*songs_of(collection, album)[1020:])
    assert one(database, "select song_count from albums") == 1020

    collection.remove_albums(album)
    assert one(database, "select songs, albums, artists, duration_ms from catalogue_total") == (0, 0, 0, 0)


# Descriptions.


def test_an_album_told_anew_keeps_its_id_its_entry_and_its_popularity(
    collection: Collection, database: Database
) -> None:
    album = collection.add(release("Wrng", "Ana", year=1999), [song(track("One", "Ana", genres=["Rock"]))])
    (number,) = songs_of(collection, album)
    collection.add(release("B", "Ana"), [song(track("Two", "Ana"))])
    query(database, "update song_index set popularity = 7 where id = %s", number)
    query(database, "update album_index set popularity = 5 where id = %s", album)
    query(database, "update songs set created_at = '2001-01-01' where id = %s", number)
    entries = "select i.entry, i.random_key, i.popularity from {} as i where id = %s"
    before = [
        one(database, entries.format(table), id_) for table, id_ in (("album_index", album), ("song_index", number))
    ]

    changed = collection.edit(
        album, release("Right", "Nina", year=2001, genres=["Jazz"]),
        {number: song(track("Uno", "Nina", genres=["Jazz"], year=2002, lyrics="new"))}, folder=2,
    )  # fmt: skip

    assert (changed.songs, changed.artists_come, changed.artists_gone) == ([number], 1, 0)
    after = [
        one(database, entries.format(table), id_) for table, id_ in (("album_index", album), ("song_index", number))
    ]
    assert after == before
    assert one(database, "select name, year, volume_id, display_artist from albums where id = %s", album) == (
        "Right", 2001, 2, "Nina",
    )  # fmt: skip
    row = one(
        database,
        "select title, album, display_album_artist, year, created_at::date::text from songs where id = %s",
        number,
    )
    assert row == ("Uno", "Right", "Nina", 2002, "2001-01-01")
    assert one(database, "select text from lyrics") == "new"


def test_songs_that_are_not_told_anew_take_over_what_they_repeat_of_their_album(
    collection: Collection, database: Database
) -> None:
    album = collection.add(
        release("A", "Ana"),
        [song(track("One", "Ana", "Guest", composers=["Bach"])), song(track("Two", "Ana"))],
    )
    first, _ = songs_of(collection, album)

    changed = collection.edit(album, release("B", "Nina"), {})

    assert (changed.songs, changed.artists_come, changed.artists_gone) == ([], 1, 0)
    assert one(database, "select album, display_album_artist, display_artist from songs where id = %s", first) == (
        "B", "Nina", "Ana, Guest",
    )  # fmt: skip
    roles = (
        "select string_agg(c ->> 'name' || ' ' || (c ->> 'role'), ', ') from songs, jsonb_array_elements(credits) as c"
    )
    assert one(database, f"{roles} where id = %s", first) == "Ana artist, Guest artist, Nina albumartist, Bach composer"
    assert one(database, "select array_to_string(roles, ' ') from artists where name = 'Ana'") == "artist"


def test_a_song_that_changes_album_keeps_its_id_and_is_found_on_the_new_one(
    collection: Collection, database: Database
) -> None:
    old = collection.add(release("A", "Ana"), [song(track("One", "Ana")), song(track("Two", "Ana"))])
    new = collection.add(release("B", "Ana"), [song(track("Three", "Ana"))])
    moved = songs_of(collection, old)[0]

    collection.edit(new, release("B", "Ana"), {moved: song(track("One", "Ana"))})

    with database.autocommit() as db:
        assert {row.id for row in db.rows("songs_of_album", album=new)} == {new + 1, moved}
        assert {row.id for row in db.rows("songs_of_album", album=old)} == {old + 2}
    assert one(database, "select album_id, song_id from song_of_album_elsewhere") == (new, moved)

    collection.edit(old, release("A", "Ana"), {moved: song(track("One", "Ana"))})

    assert query(database, "select 1 from song_of_album_elsewhere") == []


def test_an_album_that_gives_all_its_songs_away_is_gone(collection: Collection, database: Database) -> None:
    gone = collection.add(release("A", "Ana"), [song(track("One", "Ana"))])
    kept = collection.add(release("B", "Nina"), [song(track("Two", "Nina"))])
    (moved,) = songs_of(collection, gone)

    changed = collection.edit(kept, release("B", "Nina"), {moved: song(track("One", "Nina"))})

    assert (changed.albums_gone, changed.artists_gone) == ([gone], 1)
    assert one(database, "select song_count from albums") == 2


def test_some_songs_become_an_album_of_their_own(collection: Collection, database: Database) -> None:
    old = collection.add(release("A", "Ana"), [song(track("One", "Ana")), song(track("Two", "Ana"))])
    new, moved = collection.take(), songs_of(collection, old)[1]

    collection.edit(new, release("B", "Nina"), {moved: song(track("Two", "Nina"))})
    collection.add(release("B", "Nina"), [song(track("Three", "Nina"))], album=new)

    assert one(database, "select song_count, next_slot from albums where id = %s", new) == (2, 2)


def test_songs_that_somebody_removed_meanwhile_are_left_out(collection: Collection, database: Database) -> None:
    album = collection.add(release("A", "Ana"), [song(track("One", "Ana")), song(track("Two", "Ana"))])
    gone, left = songs_of(collection, album)
    collection.remove(gone)

    changed = collection.edit(
        album, release("B", "Ana"), {gone: song(track("X", "Ana")), left: song(track("Y", "Ana"))}
    )
    assert changed.songs == [left]

    collection.remove(left)
    changed = collection.edit(album, release("C", "Nina"), {left: song(track("Y", "Nina"))})
    assert (changed.songs, changed.artists_come) == ([], 0)
    assert query(database, "select 1 from albums") == []


# Covers.


def test_an_album_keeps_its_cover_until_it_is_given_another_or_none(collection: Collection, database: Database) -> None:
    album = collection.add(release("A", "Ana"), [song(track("One", "Ana"))], cover=picture("a.jpg"))
    cover = """
        select a.cover_id, x.cover_id, s.cover_id
        from albums as a join artists as x on x.id = a.artist_id join songs as s on s.album_id = a.id
    """
    assert one(database, cover) == (1, 1, 1)

    collection.edit(album, release("B", "Ana"), {})
    assert one(database, cover) == (1, 1, 1)

    collection.edit(album, release("B", "Ana"), {}, cover=picture("b.jpg", digest=b"\x02" * 32))
    assert one(database, cover) == (2, 2, 2)

    collection.edit(album, release("B", "Ana"), {}, drop_cover=True)
    assert one(database, cover) == (None, None, None)


def test_an_artist_s_cover_comes_from_another_album_when_its_own_goes(
    collection: Collection, database: Database
) -> None:
    first = collection.add(release("A", "Ana"), [song(track("One", "Ana"))], cover=picture("a.jpg"))
    collection.add(release("B", "Ana"), [song(track("Two", "Ana"))], cover=picture("b.jpg", digest=b"\x02" * 32))
    collection.remove_albums(first)

    assert one(database, "select cover_id from artists") == 2


def test_a_picture_inside_a_song_follows_its_file_and_is_else_read_from_another_song(
    collection: Collection, database: Database
) -> None:
    album = collection.add(
        release("A", "Ana"), [song(track("One", "Ana"), "1.mp3"), song(track("Two", "Ana"), "2.mp3")],
        cover=picture("1.mp3", embedded=True),
    )  # fmt: skip
    first, _ = songs_of(collection, album)

    collection.edit(album, release("A", "Ana"), {first: song(track("One", "Ana"), "moved.mp3")}, folder=2)
    assert one(database, "select volume_id, convert_from(path, 'UTF8') from cover") == (2, "moved.mp3")

    collection.remove(first)
    assert one(database, "select volume_id, convert_from(path, 'UTF8') from cover") == (1, "2.mp3")


# How albums are found when more of them arrives.


@pytest.fixture
def places(collection: Collection):
    """Where intake would put a release: the album's id and its folder."""

    def place(title: str, artist: str = "Ana", songs: int = 1) -> tuple[int, str]:
        description = release(title, artist)
        artists = collection.names([NewAlbum(0, 1, "", description, None, [])]).artists
        wanted = [Wanted(description, artists[description.artists[0]], songs)]
        (found,) = place_albums(collection.database, wanted, STORAGE, TakeNumbers(collection.database, 1000))
        return found.id, found.folder

    return place


def drop(collection: Collection, title: str, place: tuple[int, str]) -> int:
    """Promotes one song of a release that was placed before."""
    album, folder = place
    new = NewAlbum(album, 1, folder, release(title, "Ana"), None, [song(track(title, "Ana"))])
    names = collection.names([new])
    with collection.database.begin() as db:
        written = write_albums(db, [new], names, TakeNumbers(collection.database, 1000))
    collection.albums.setdefault(album, set()).update(written.songs.values())
    return album


def retitle(collection: Collection, album: int, title: str, folder: str | None = None) -> None:
    new = NewAlbum(album, 1, folder or f"album {album}", release(title, "Ana"), None, [])
    names = collection.names([new])
    with collection.database.begin() as db:
        describe_albums(db, [AlbumEdit(new, [])], names)


def test_an_album_is_found_by_its_new_title_and_no_more_by_its_old_one(collection: Collection, places) -> None:
    album = drop(collection, "Old", places("Old"))

    retitle(collection, album, "New")

    assert places("New")[0] == album
    assert places("Old")[0] != album


def test_a_folder_that_an_album_left_is_free_and_the_one_it_has_is_not(collection: Collection, places) -> None:
    old = places("Old")
    album = drop(collection, "Old", old)

    retitle(collection, album, "New", "A/AN/Ana/New")

    assert places("Old")[1] == old[1]
    assert places("New") == (album, "A/AN/Ana/New")


def test_a_title_that_another_album_has_stays_that_album_s(collection: Collection, places) -> None:
    first, second = drop(collection, "A", places("A")), drop(collection, "B", places("B"))

    retitle(collection, second, "A")

    assert places("A")[0] == first


def test_a_removed_album_comes_back_where_it_was(collection: Collection, places) -> None:
    place = places("A")
    album = drop(collection, "A", place)
    collection.remove_albums(album)

    assert places("A") == place


def test_the_title_of_a_removed_album_goes_to_the_album_that_takes_it(collection: Collection, places) -> None:
    first, second = drop(collection, "A", places("A")), drop(collection, "B", places("B"))
    collection.remove_albums(first)

    retitle(collection, second, "A")

    assert places("A")[0] == second


def test_an_album_that_is_removed_while_more_of_it_is_on_its_way_comes_back(
    collection: Collection, places, database: Database
) -> None:
    album = drop(collection, "A", places("A"))
    place = places("A")
    collection.remove_albums(album)

    drop(collection, "A", place)

    assert songs_of(collection, album) == [album + 2]
    assert one(database, "select next_slot from albums") == 3
