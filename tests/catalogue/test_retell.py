"""Songs that say something else from now on: which rows that changes, and which albums they make."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from melodee.audio.provenance import changed
from melodee.audio.track import Track
from melodee.catalogue.changes import Changed, remove_songs
from melodee.catalogue.held import Held, Retold, load_songs
from melodee.catalogue.retell import restore_songs, retell_songs
from melodee.database import Database, Row
from tests.catalogue.recount import differences
from tests.catalogue.watched import Watched
from tests.library import Library, check_equation


@pytest.fixture
def library(database: Database, tmp_path: Path) -> Iterator[Library]:
    """Two albums of three songs each; afterwards each number and list is what the rows make it, and each file known."""
    made = Library(database, tmp_path / "volumes")
    for number in (1, 2, 3):
        made.drop(
            f"a/{number}.mp3", title=f"A{number}", artist="Ana", album="Blue", genre="Rock", date="1999",
            track=number, seed=number,
        )  # fmt: skip
        made.drop(f"b/{number}.mp3", title=f"B{number}", artist="Nina", album="Red", track=number, seed=10 + number)
    made.ingest()
    yield made
    assert differences(database) == {}
    check_equation(made)


def songs(library: Library) -> dict[str, Row]:
    return {song.title: song for song in library.songs()}


def albums(library: Library) -> dict[str, Row]:
    return {album.name: album for album in library.query("select * from albums order by name")}


def retell(library: Library, told: Callable[[Track], Track], *, only: str = "") -> Changed:
    """Tells all songs, or those whose title begins so, what `told` makes of what they say."""
    held = load_songs(library.database, [album.id for album in albums(library).values()])
    anew = {
        song.id: Retold(told(song.track))
        for song in held
        if song.track is not None and song.track.title.startswith(only)
    }
    return retell_songs(library.database, anew)


def test_songs_that_say_what_they_said_touch_no_row(library: Library) -> None:
    watched = Watched(library)

    changed_ = retell(library, lambda track: track)

    assert len(changed_.songs) == 6
    assert (changed_.songs_written, changed_.albums_written) == (set(), set())
    assert watched.written() == {}


def test_another_title_writes_the_rows_of_that_song_alone(library: Library) -> None:
    watched, song = Watched(library), songs(library)["A2"].id

    changed_ = retell(library, lambda track: changed(track, "rule:x", title="Zwei"), only="A2")

    assert (changed_.songs_written, changed_.albums_written) == ({song}, set())
    assert watched.written() == {"songs": [song], "song_index": [song], "song_tags": [song], "catalogue_total": [1]}
    assert songs(library)["Zwei"].id == song


def test_what_is_only_noted_of_a_song_writes_its_note_alone(library: Library) -> None:
    watched, song = Watched(library), songs(library)["A2"].id

    retell(library, lambda track: changed(track, "rule:x", mb_release_group_id="", album_sort="x"), only="A2")

    assert watched.written()["song_tags"] == [song]
    assert "songs" not in watched.written()


def test_another_genre_of_one_song_writes_it_and_its_album(library: Library) -> None:
    watched, song, album = Watched(library), songs(library)["A1"].id, albums(library)["Blue"].id

    changed_ = retell(library, lambda track: changed(track, "rule:x", genres=["Jazz"]), only="A1")

    assert (changed_.songs_written, changed_.albums_written) == ({song}, {album})
    written = watched.written()
    assert (written["songs"], written["albums"], written["song_tags"]) == ([song], [album], [song])
    assert "song_index" not in written
    assert "album_index" not in written
    assert albums(library)["Blue"].genres == ["Rock", "Jazz"]


def test_an_album_that_is_called_otherwise_keeps_its_id_and_its_folder(library: Library) -> None:
    before = albums(library)["Blue"]

    retell(library, lambda track: changed(track, "rule:x", album="Bleu"), only="A")

    after = albums(library)
    assert set(after) == {"Bleu", "Red"}
    assert (after["Bleu"].id, after["Bleu"].folder) == (before.id, before.folder)
    assert {song.album for song in library.songs()} == {"Bleu", "Red"}


def test_it_is_then_found_by_its_new_title_and_no_more_by_its_old_one(library: Library) -> None:
    before = albums(library)["Blue"].id
    retell(library, lambda track: changed(track, "rule:x", album="Bleu"), only="A")

    library.drop("c/4.mp3", title="A4", artist="Ana", album="Bleu", track=4, seed=21)
    library.drop("d/1.mp3", title="C1", artist="Ana", album="Blue", track=1, seed=22)
    library.ingest()

    assert (albums(library)["Bleu"].id, albums(library)["Bleu"].song_count) == (before, 4)
    assert albums(library)["Blue"].id != before


def test_a_song_that_leaves_makes_an_album_with_the_cover_that_it_had(library: Library) -> None:
    before, song = albums(library)["Blue"], songs(library)["A3"]

    retell(library, lambda track: changed(track, "rule:x", album="Single"), only="A3")

    after = albums(library)
    assert (after["Blue"].id, after["Blue"].song_count) == (before.id, 2)
    assert after["Single"].song_count == 1
    assert songs(library)["A3"].id == song.id
    assert songs(library)["A3"].path == song.path
    (file,) = library.query(f"select album_id from files where song_id = {song.id}")
    assert file.album_id == after["Single"].id


def test_a_song_that_belongs_to_an_album_that_is_there_joins_it(library: Library) -> None:
    red = albums(library)["Red"].id

    retell(library, lambda track: changed(track, "rule:x", album="Red", artists=["Nina"], track_number=4), only="A3")

    assert (albums(library)["Red"].id, albums(library)["Red"].song_count) == (red, 4)
    assert albums(library)["Blue"].song_count == 2


def test_an_album_that_turns_out_to_be_another_s_goes_into_it_and_comes_back(library: Library) -> None:
    blue, red = albums(library)["Blue"].id, albums(library)["Red"].id

    def joined(track: Track) -> Track:
        return changed(track, "rule:x", album="Red", artists=["Nina"], track_number=(track.track_number or 0) + 3)

    changed_ = retell(library, joined, only="A")

    assert changed_.albums_gone == [blue]
    assert (list(albums(library)), albums(library)["Red"].song_count) == (["Red"], 6)
    assert [(row.old_id, row.id) for row in library.query("select * from id_alias")] == [(blue, red)]

    retell(
        library,
        lambda track: changed(
            track, "rule:y", album="Blue", artists=["Ana"], track_number=(track.track_number or 0) - 3
        ),
        only="A",
    )

    assert {name: album.id for name, album in albums(library).items()} == {"Blue": blue, "Red": red}
    assert library.query("select * from id_alias") == []


def test_most_of_an_album_keeps_its_id_when_the_rest_keeps_its_title(library: Library) -> None:
    before = albums(library)["Blue"].id

    retell(library, lambda track: changed(track, "rule:x", album="Bleu" if track.title != "A1" else "Blue"), only="A")

    after = albums(library)
    assert (after["Bleu"].id, after["Bleu"].song_count) == (before, 2)
    assert (after["Blue"].song_count, after["Blue"].id == before) == (1, False)


def test_a_song_s_file_that_lies_elsewhere_keeps_what_it_says(library: Library) -> None:
    song = songs(library)["A1"]
    library.execute(f"update files set song_id = null where song_id = {song.id}")

    retell_songs(library.database, {song.id: Retold(path="elsewhere.mp3", size_bytes=77, modified_ns=10**18)})

    after = songs(library)["A1"]
    assert (bytes(after.path), after.size_bytes, after.modified_at.timestamp()) == (b"elsewhere.mp3", 77, 10**9)
    assert (after.title, after.album) == (song.title, song.album)


def test_many_albums_are_told_in_transactions_of_some(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("melodee.catalogue.retell.ALBUMS", 1)
    reported: list[str] = []
    anew = {song.id: Retold() for song in library.songs()}

    retell_songs(library.database, anew, report=reported.append)

    assert reported == ["1 of 2 albums told anew", "2 of 2 albums told anew"]


def test_the_other_songs_of_an_album_are_asked_about(library: Library) -> None:
    """So that work that is cut in the middle of an album does not take it apart."""
    blue, song = albums(library)["Blue"].id, songs(library)["A1"].id

    def told(held: Held) -> Track | None:
        return held.track and changed(held.track, "rule:x", album="Bleu")

    (first,) = [held for held in load_songs(library.database, [blue]) if held.id == song]
    retell_songs(library.database, {song: Retold(told(first))}, others=told)

    assert (albums(library)["Bleu"].id, albums(library)["Bleu"].song_count) == (blue, 3)


def test_songs_that_are_gone_meanwhile_are_passed_over(library: Library) -> None:
    assert retell_songs(library.database, {1 << 50: Retold()}).songs == []


# Songs that are hidden, and come back.


@pytest.fixture
def heard(library: Library) -> Library:
    """A song and an album that a listener has starred, rated, played, and put on a list."""
    song, album = songs(library)["A1"].id, albums(library)["Blue"].id
    library.execute(f"""
        insert into account (id, name, key, password_hash) overriding system value values (1, 'ann', 'ann', 'none');
        insert into song_annotation (account_id, song_id, starred_at, rating, play_count, played_at)
        values (1, {song}, now(), 4, 7, now());
        insert into album_annotation (account_id, album_id, starred_at, rating, play_count, played_at)
        values (1, {album}, now(), 5, 7, now());
        insert into song_rating (song_id, total, votes) values ({song}, 4, 1);
        insert into album_rating (album_id, total, votes) values ({album}, 5, 1);
        insert into playlist (id, account_id, name) values (1026, 1, 'List');
        insert into playlist_entry (playlist_id, position, song_id) values (1026, 0, {song});
    """)
    return library


SHOWN = """
    select s.id, n.starred_at is not null as starred, n.rating, n.play_count, r.total, p.playlist_id
    from songs as s
    left join song_annotation as n on n.song_id = s.id
    left join song_rating as r on r.song_id = s.id
    left join playlist_entry as p on p.song_id = s.id
    order by s.id
"""
RATED = """
    select a.id, i.volume_id, r.volume_id
    from albums as a join album_index as i using (id) left join album_rating as r on r.album_id = a.id
    order by 1
"""


def test_songs_that_were_hidden_come_back_under_their_ids_with_all_that_listeners_did(heard: Library) -> None:
    blue = albums(heard)["Blue"].id
    before = (heard.query(SHOWN), heard.query(RATED), albums(heard)["Blue"][:6])
    gone = load_songs(heard.database, [blue])
    with heard.database.begin() as db:
        remove_songs(db, [song.id for song in gone])
    assert set(albums(heard)) == {"Red"}

    restored = restore_songs(heard.database, gone)

    assert sorted(restored.songs) == [song.id for song in gone]
    assert (heard.query(SHOWN), heard.query(RATED), albums(heard)["Blue"][:6]) == before


def test_a_song_comes_back_to_an_album_that_is_there(heard: Library) -> None:
    blue = albums(heard)["Blue"].id
    (gone,) = [song for song in load_songs(heard.database, [blue]) if song.id == songs(heard)["A1"].id]
    before = heard.query(SHOWN)
    with heard.database.begin() as db:
        remove_songs(db, [gone.id])
    assert albums(heard)["Blue"].song_count == 2

    restore_songs(heard.database, [gone])

    assert (albums(heard)["Blue"].id, albums(heard)["Blue"].song_count) == (blue, 3)
    assert heard.query(SHOWN) == before


def test_a_song_that_comes_back_does_not_take_the_id_of_one_that_came_meanwhile(library: Library) -> None:
    blue = albums(library)["Blue"].id
    gone = load_songs(library.database, [blue])
    with library.database.begin() as db:
        remove_songs(db, [song.id for song in gone])
    library.drop("e/4.mp3", title="A4", artist="Ana", album="Blue", track=4, seed=31)
    library.ingest()
    assert albums(library)["Blue"].id == blue

    restore_songs(library.database, gone)

    assert len({song.id for song in library.songs()}) == 7
    assert albums(library)["Blue"].song_count == 4


def test_what_is_back_already_stays_as_it_is(library: Library) -> None:
    held = load_songs(library.database, [albums(library)["Blue"].id])
    watched = Watched(library)

    assert restore_songs(library.database, held).songs_written == set()
    assert watched.written() == {}
