"""Late pictures and sidecars that do not fit, or come at a bad time: nothing is replaced, and nothing is lost."""

from dataclasses import replace
from pathlib import Path

import pytest

from melodee.catalogue.changes import remove_songs
from melodee.file_errors import VolumeUnavailable
from melodee.review.deciding import approve, reject
from melodee.review.listing import releases
from melodee.scan.scan import scan_volume
from melodee.settings import DataDirectory
from tests.audio import make_picture
from tests.intake.red_album import drop_album, ignored, in_storage, put, widths
from tests.library import Library


def test_a_name_that_the_album_has_already_is_not_replaced(library: Library) -> None:
    drop_album(library)
    put(library.inbound, "Ann - Red/cover.jpg", make_picture(640, 640))
    library.ingest()

    put(library.inbound, "Ann - Red/cover.jpg", make_picture(800, 800))
    library.ingest()

    assert widths(library) == [640]
    assert [failure.code for failure in library.failures()] == ["name_taken"]
    assert library.states() == {"published": 3, "failed": 1}
    assert (library.inbound / "Ann - Red/cover.jpg").is_file()


def test_two_folders_of_one_album_may_each_have_something_for_it(library: Library) -> None:
    drop_album(library, "here", (1, 2))
    drop_album(library, "there", (3, 4))
    library.ingest()

    put(library.inbound, "here/cover.jpg", make_picture(640, 640))
    put(library.inbound, "there/back.jpg", make_picture(620, 620))
    library.ingest()

    assert library.states() == {"published": 6}
    assert widths(library) == [640]
    assert [name for name in in_storage(library) if name.endswith(".jpg")] == ["back.jpg", "cover.jpg"]


def test_of_two_pictures_of_one_name_in_one_batch_one_gets_it_and_no_byte_is_lost(library: Library) -> None:
    drop_album(library, "here", (1, 2))
    drop_album(library, "there", (3, 4))
    library.ingest()
    put(library.inbound, "here/cover.jpg", make_picture(640, 640))
    put(library.inbound, "there/cover.jpg", make_picture(620, 620))
    before = library.hashes()

    library.ingest()

    assert library.hashes() == before
    assert [failure.code for failure in library.failures()] == ["name_taken"]
    assert library.states() == {"published": 5, "failed": 1}


def test_of_two_editions_in_one_folder_the_larger_has_the_picture_and_each_its_lyrics(library: Library) -> None:
    drop_album(library, "Ann - Red", (1, 2))
    drop_album(library, "Ann - Red", (5, 6, 7), album="Red (Deluxe Edition)")
    library.ingest()
    assert len(library.query("select 1 from albums")) == 2

    put(library.inbound, "Ann - Red/cover.jpg", make_picture(640, 640))
    put(library.inbound, "Ann - Red/01 Song 1.lrc", "[00:01.00]La")
    put(library.inbound, "Ann - Red/05 Song 5.lrc", "[00:01.00]Le")
    library.ingest()

    assert widths(library) == []
    rows = library.query("select a.name from albums as a where a.cover_id is not null")
    assert [row.name for row in rows] == ["Red (Deluxe Edition)"]
    rows = library.query("select s.title from lyrics as l join songs as s on s.id = l.song_id order by 1")
    assert [row.title for row in rows] == ["Song 1", "Song 5"]
    assert library.states() == {"published": 8}


def test_a_folder_that_has_held_many_albums_tells_by_names_alone(library: Library) -> None:
    for number in range(1, 6):
        drop_album(library, "new", (number,), album=f"Album {number}", artist=f"Artist {number}")
    library.ingest()

    put(library.inbound, "new/cover.jpg", make_picture(640, 640))
    put(library.inbound, "new/03 Song 3.lrc", "[00:01.00]La")
    library.ingest()

    assert ignored(library) == [("new/cover.jpg", "no_music_beside")]
    rows = library.query("select s.album from lyrics as l join songs as s on s.id = l.song_id")
    assert [row.album for row in rows] == ["Album 3"]


def test_a_picture_above_several_albums_is_no_albums_unless_it_is_the_artists(library: Library) -> None:
    drop_album(library, "Ann/Red", (1, 2))
    drop_album(library, "Ann/Blue", (3, 4), album="Blue")
    library.ingest()

    put(library.inbound, "Ann/cover.jpg", make_picture(640, 640))
    put(library.inbound, "Ann/artist.jpg", make_picture(660, 660))
    library.ingest()

    assert ignored(library) == [("Ann/cover.jpg", "no_music_beside")]
    assert library.query("select 1 from albums where cover_id is not null") == []
    assert widths(library, "select c.width from artists a join cover c on c.id = a.cover_id") == [660]
    assert library.states() == {"published": 5, "ignored": 1}


def test_a_cue_sheet_and_checksums_that_come_alone_stay(library: Library) -> None:
    drop_album(library)
    library.ingest()
    put(library.inbound, "Ann - Red/red.cue", 'FILE "01 Song 1.mp3" MP3\n')
    put(library.inbound, "Ann - Red/red.sfv", "01 Song 1.mp3 00000000\n")

    library.ingest()

    assert ignored(library) == [
        ("Ann - Red/red.cue", "no_music_beside"), ("Ann - Red/red.sfv", "no_music_beside"),
    ]  # fmt: skip
    assert library.failures() == []


def test_a_late_track_and_its_late_picture_come_together(library: Library) -> None:
    drop_album(library)
    library.ingest()

    drop_album(library, "more", (3,))
    put(library.inbound, "more/cover.jpg", make_picture(640, 640))
    (batch,) = library.ingest()

    assert batch.discovered.releases == 1
    assert widths(library) == [640]
    assert library.states() == {"published": 4}


def test_what_is_no_picture_or_empty_harms_nothing(library: Library) -> None:
    drop_album(library)
    library.ingest()
    put(library.inbound, "Ann - Red/cover.jpg", b"not a picture")
    put(library.inbound, "Ann - Red/01 Song 1.lrc", b"")
    put(library.inbound, "Ann - Red/album.nfo", b"\x00\xff\x00")

    library.ingest()

    assert widths(library) == []
    assert library.query("select 1 from lyrics") == []
    assert "broken_image" in {failure.code for failure in library.failures()}
    assert sum(library.states().values()) == 5


def test_a_companion_of_an_album_whose_volume_is_away_waits_for_it(library: Library) -> None:
    drop_album(library)
    library.ingest()
    put(library.inbound, "Ann - Red/cover.jpg", make_picture(640, 640))
    (key,) = library.plan()
    away = library.folder / "away"
    library.storage.rename(away)
    library.storage.mkdir()

    with pytest.raises(VolumeUnavailable):
        library.run(key)

    library.storage.rmdir()
    away.rename(library.storage)
    library.run(key)
    assert library.states() == {"published": 3}
    assert widths(library) == [640]


def test_a_companion_of_an_album_whose_files_vanished_stays_alone(library: Library) -> None:
    drop_album(library)
    library.ingest()
    for path in library.storage.rglob("*.mp3"):
        path.unlink()
    scan_volume(library.database, library.volumes["storage"].id, accept=True, full=True)
    assert library.songs() == []

    put(library.inbound, "Ann - Red/cover.jpg", make_picture(640, 640))
    library.ingest()

    assert ignored(library) == [("Ann - Red/cover.jpg", "no_music_beside")]


def test_an_album_that_goes_while_its_companion_is_on_the_way_makes_it_wait(library: Library) -> None:
    drop_album(library)
    library.ingest()
    library.settings = replace(library.settings, review="all")
    put(library.inbound, "Ann - Red/cover.jpg", make_picture(640, 640))
    library.ingest()
    (release,) = releases(library.database).releases
    with library.database.begin() as db:
        remove_songs(db, [song.id for song in library.songs()])
    approve(library.database, release.id, "Ann")

    library.ingest()

    (release,) = releases(library.database).releases
    assert release.reason == "album_gone"
    reject(library.database, release.id, "Ann", "no album")
    assert library.states() == {"published": 2, "rejected": 1}


def test_a_rule_that_keeps_a_release_out_keeps_its_late_pictures_out(
    library: Library, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("MELODEE_DATA", str(tmp_path / "data"))
    monkeypatch.setattr("melodee.settings.source._chosen", [])
    (tmp_path / "data").mkdir()
    rule = '[[rule]]\nname = "no demos"\nwhen.comment = "demo"\nignore_release = "Demos stay out."\n'
    DataDirectory(tmp_path / "data").rules.write_text(rule)
    drop_album(library, comment="demo")
    library.ingest()
    assert library.states() == {"ignored": 2}

    put(library.inbound, "Ann - Red/cover.jpg", make_picture(640, 640))
    library.ingest()

    assert ignored(library)[-1] == ("Ann - Red/cover.jpg", "no_music_beside")
    assert library.states() == {"ignored": 3}


def test_a_batch_run_twice_enters_nothing_twice(library: Library) -> None:
    drop_album(library)
    library.ingest()
    put(library.inbound, "Ann - Red/cover.jpg", make_picture(640, 640))
    (batch,) = library.ingest()

    again = library.run(batch.key)

    assert (again.discovered.releases, again.published.published) == (0, 0)
    assert library.states() == {"published": 3}
