"""Intake from a dropped folder to rows in the catalogue."""

import os
from dataclasses import replace

import pytest

from melodee.volumes import Volume, add_volume
from tests.audio import make_picture
from tests.library import Library, hashes_below


def test_a_dropped_album_is_published(library: Library) -> None:
    for number in (1, 2, 3):
        library.drop(
            f"new/{number}.mp3",
            title=f"Song {number}",
            artist="Kino",
            album="Gruppa krovi",
            track=number,
            seed=number,
            date="1988",
            genre="Rock",
        )
    (library.inbound / "new/cover.jpg").write_bytes(make_picture())
    before = library.hashes()

    (batch,) = library.ingest()

    assert batch.published.songs == 3
    assert library.states() == {"published": 4}
    assert [song.title for song in library.songs()] == ["Song 1", "Song 2", "Song 3"]
    assert hashes_below(library.storage) == before
    folder = library.storage / "KI/KI/Kino/1988 - Gruppa krovi"
    assert sorted(path.name for path in folder.iterdir()) == [
        "01 Song 1.mp3",
        "02 Song 2.mp3",
        "03 Song 3.mp3",
        "cover.jpg",
    ]
    assert list(library.inbound.iterdir()) == []
    assert hashes_below(library.staging) == []
    (album,) = library.query("select * from albums")
    assert (album.song_count, album.year, album.genres, album.cover_id is not None) == (3, 1988, ["Rock"], True)
    (totals,) = library.query("select * from catalogue_total")
    assert (totals.songs, totals.albums, totals.artists) == (3, 1, 1)


def test_two_files_that_want_one_name_are_both_kept(library: Library) -> None:
    library.drop("a/x.mp3", title="Intro", artist="A", album="B", track=1, seed=1)
    library.drop("b/x.mp3", title="Intro", artist="A", album="B", track=1, seed=2)
    before = library.hashes()

    library.ingest()

    assert library.states() == {"published": 1, "failed": 1}
    assert [failure.code for failure in library.failures()] == ["name_taken"]
    assert library.hashes() == before
    assert len(hashes_below(library.inbound)) == 1


def test_who_drops_an_album_twice_is_told_that_it_is_there(library: Library) -> None:
    def drop(number: int, **more: object) -> None:
        given = {"title": f"S{number}", "artist": "A", "album": "B", "track": number, "seed": number} | more
        library.drop(f"again/{number}.mp3", **given)

    for number in (1, 2):
        drop(number)
    library.ingest()
    for number in (1, 2):
        drop(number, **({"seed": 7} if number == 2 else {}))
    library.ingest()

    one, two = (
        f"Music/{os.fsdecode(bytes(row.path))}" for row in library.query("select path from songs order by path")
    )
    assert [failure.message for failure in library.failures()] == [
        f"Another file has this name already. It is {one}, and the same file by its size, beginning and end.",
        f"Another file has this name already. It is {two}.",
    ]


def test_a_late_track_joins_its_album(library: Library) -> None:
    library.drop("a/1.flac", title="One", artist="A", album="B", track=1, seed=1)
    library.ingest()
    library.drop("again/2.flac", title="Two", artist="A", album="B", track=2, seed=2)
    library.ingest()

    (album,) = library.query("select * from albums")
    songs = library.songs()
    assert album.song_count == 2
    assert [song.album_id for song in songs] == [album.id, album.id]
    assert [song.id - album.id for song in songs] == [1, 2]


def test_names_of_any_bytes_come_in(library: Library) -> None:
    library.settings = replace(library.settings, review="none")  # Nothing says who sings, and that would wait.
    names = [
        "quote'\"s.mp3",
        "new\nline.mp3",
        "🎸.mp3",
        "שלום.mp3",
        "x" * 251 + ".mp3",
        os.fsdecode(b"caf\xe9.mp3"),
        "-rf.mp3",
        "a\\b.mp3",
        "%s%(x)s.mp3",
    ]
    for seed, name in enumerate(names):
        library.drop(f"mess\n {seed}/{name}", seed=seed)

    library.ingest()

    assert library.states() == {"published": len(names)}
    assert library.failures() == []


def test_what_is_not_music_is_ignored_where_it_is(library: Library) -> None:
    library.drop("a/1.mp3", title="One", artist="A", album="B", track=1)
    (library.inbound / "a/setup.exe").write_bytes(b"MZ")
    (library.inbound / "alone").mkdir()
    (library.inbound / "alone/cover.jpg").write_bytes(make_picture())

    library.ingest()

    assert library.states() == {"published": 1, "ignored": 2}
    assert (library.inbound / "a/setup.exe").exists()
    assert (library.inbound / "alone/cover.jpg").exists()


def test_a_damaged_file_fails_alone(library: Library) -> None:
    library.drop("a/1.mp3", title="One", artist="A", album="B", track=1)
    (library.inbound / "a/2.mp3").write_bytes(b"")
    (library.inbound / "a/3.flac").write_bytes(b"no music at all" * 100)
    (library.inbound / "a/link.mp3").symlink_to("/etc/passwd")

    library.ingest()

    assert library.states() == {"published": 1, "failed": 2}
    assert sorted(failure.code for failure in library.failures()) == ["empty", "symlink", "unreadable"]


def test_a_mended_file_is_taken_when_it_changes(library: Library) -> None:
    (library.inbound / "a").mkdir()
    (library.inbound / "a/1.mp3").write_bytes(b"")
    library.ingest()
    assert library.states() == {"failed": 1}

    library.drop("a/1.mp3", title="One", artist="A", album="B", track=1)
    library.ingest()

    assert library.states() == {"published": 1}
    assert library.failures() == []


def test_what_is_taken_away_leaves_the_ledger(library: Library) -> None:
    (library.inbound / "a").mkdir()
    (library.inbound / "a/1.mp3").write_bytes(b"")
    library.ingest()
    (library.inbound / "a/1.mp3").unlink()
    (library.inbound / "a").rmdir()

    library.ingest()

    assert library.states() == {}
    assert library.failures() == []


def test_new_albums_go_where_there_is_most_room_and_late_songs_to_their_album(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    (library.folder / "second").mkdir()
    second = add_volume(library.database, "Second", library.folder / "second", "storage")
    rooms = {second.path: 2, str(library.storage): 1}
    monkeypatch.setattr(Volume, "free_bytes", lambda volume: rooms.get(volume.path, 0))
    library.drop("a/1.mp3", title="One", artist="A", album="B", track=1, seed=1)
    library.ingest()
    rooms[str(library.storage)] = 3
    library.drop("a/2.mp3", title="Two", artist="A", album="B", track=2, seed=2)
    library.drop("c/1.mp3", title="One", artist="C", album="D", track=1, seed=3)
    library.ingest()

    assert [(song.album, song.volume_id == second.id) for song in library.songs()] == [
        ("B", True),
        ("B", True),
        ("D", False),
    ]
    (album,) = library.query("select * from albums where name = 'B'")
    assert album.song_count == 2
    assert library.failures() == []


def test_what_a_song_says_of_itself_is_kept_with_where_it_came_from(library):
    library.drop("Some Folder/01.mp3", title="Song", artist="A", album="B", track=1)
    library.ingest()

    (row,) = library.query("select t.track, t.origin from songs as s join song_tags as t on t.id = s.id")
    assert row.track["title"] == "Song"
    assert bytes(row.origin) == b"Some Folder/01.mp3"
