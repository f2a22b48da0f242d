"""Pictures, lyrics and notes that come after their album was published join it."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from melodee.catalogue.changes import remove_songs
from melodee.file_errors import VolumeUnavailable
from melodee.retention.batches import forget_batches
from melodee.review.deciding import approve, reject
from melodee.review.listing import details, releases
from melodee.scan.scan import scan_volume
from melodee.settings import DataDirectory, IntakeSettings, RetentionSettings
from melodee.volume_marker import MARKER
from tests.audio import make_picture
from tests.library import Library, hashes_below

COVER = "select c.width from albums as a join cover as c on c.id = a.cover_id where a.name = 'Red'"


def drop_album(library: Library, folder: str = "Ann - Red", numbers: tuple[int, ...] = (1, 2), **tags: object) -> None:
    for number in numbers:
        given: dict[str, object] = {
            "title": f"Song {number}", "artist": "Ann", "album": "Red", "track": number, "seed": number, "date": "1999",
        }  # fmt: skip
        library.drop(f"{folder}/{number:02} Song {number}.mp3", **(given | tags))


def put(root: Path, name: str, content: bytes | str) -> Path:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def widths(library: Library, query: str = COVER) -> list[int]:
    return [row.width for row in library.query(query)]


def ignored(library: Library) -> list[tuple[str, str]]:
    rows = library.query("select path, reason from files where state = 'ignored' order by path")
    return [(os.fsdecode(bytes(row.path)), row.reason) for row in rows]


def in_storage(library: Library) -> list[str]:
    below = [path.relative_to(library.storage) for path in library.storage.rglob("*") if path.is_file()]
    return sorted("/".join(path.parts[4:]) for path in below if path.name != MARKER)


def test_an_album_without_a_cover_gets_the_one_that_is_dropped_in_the_same_folder(library: Library) -> None:
    drop_album(library)
    library.ingest()
    assert [each.findings for each in releases(library.database, state="published").releases] == [
        {"missing_cover_art": 1, "too_short": 2}
    ]
    assert widths(library) == []
    (before,) = library.query("select updated_at, (select changed_at from catalogue_total) as changed_at from albums")

    put(library.inbound, "Ann - Red/cover.jpg", make_picture(640, 640))
    (batch,) = library.ingest()

    assert (batch.discovered.releases, batch.published.releases, batch.published.published) == (1, 1, 1)
    assert in_storage(library) == ["01 Song 1.mp3", "02 Song 2.mp3", "cover.jpg"]
    assert library.states() == {"published": 3}
    assert hashes_below(library.inbound) == hashes_below(library.staging) == []
    assert widths(library) == [640]
    assert library.query("select 1 from songs where cover_id is null") == []
    assert widths(library, "select c.width from artists a join cover c on c.id = a.cover_id") == [640]
    (after,) = library.query("select updated_at, (select changed_at from catalogue_total) as changed_at from albums")
    assert after.updated_at > before.updated_at
    assert after.changed_at > before.changed_at
    first, second = releases(library.database, state="published").releases
    assert (first.findings, second.findings) == ({"too_short": 2}, {})
    assert (second.artist, second.album, second.files) == ("Ann", "Red", 1)
    assert details(library.database, second.id).joins == library.songs()[0].album_id
    assert library.failures() == []


def test_what_lies_in_the_folders_of_an_album_goes_to_the_same_places_beside_it(library: Library) -> None:
    drop_album(library, "Ann - Red/CD1", (1, 2), disc=1)
    drop_album(library, "Ann - Red/CD2", (3, 4), disc=2)
    library.ingest()

    put(library.inbound, "Ann - Red/CD2/cover.jpg", make_picture(520, 520))
    put(library.inbound, "Ann - Red/cover.jpg", make_picture(640, 640))
    put(library.inbound, "Ann - Red/Scans/inside/front.png", make_picture(700, 700, format="PNG"))
    put(library.inbound, "Ann - Red/album.nfo", "<album><review>Great.</review></album>")
    put(library.inbound, "Ann - Red/CD1/01 Song 1.lrc", "[00:01.00]La")
    library.ingest()

    assert [name for name in in_storage(library) if not name.endswith(".mp3")] == [
        "CD1/01 Song 1.lrc", "CD2/cover.jpg", "Scans/inside/front.png", "album.nfo", "cover.jpg",
    ]  # fmt: skip
    assert library.states() == {"published": 9}
    assert widths(library) == [640]
    assert widths(library, "select c.width from disc_cover d join cover c on c.id = d.cover_id where disc = 2") == [520]
    assert [row.text for row in library.query("select text from note")] == ["Great."]
    rows = library.query("select s.title, l.synced, l.text from lyrics as l join songs as s on s.id = l.song_id")
    assert [tuple(row) for row in rows] == [("Song 1", True, "[00:01.000]La")]


def test_lyrics_find_their_song_by_its_title_too_and_come_after_those_that_are_there(library: Library) -> None:
    drop_album(library, lyrics="Inside")
    put(library.inbound, "Ann - Red/01 Song 1.en.lrc", "[00:01.00]La")
    library.ingest()

    put(library.inbound, "Ann - Red/Song 1.txt", "Plain")
    put(library.inbound, "Ann - Red/lyrics/02 Song 2.lrc", "[00:01.00]Li")
    put(library.inbound, "Ann - Red/03 Nothing.lrc", "")
    library.ingest()

    rows = library.query(
        "select s.title, l.position, l.language, l.text from lyrics as l join songs as s on s.id = l.song_id "
        "order by 1, 2"
    )
    assert [tuple(row) for row in rows] == [
        ("Song 1", 0, "xxx", "Inside"),
        ("Song 1", 1, "en", "[00:01.000]La"),
        ("Song 1", 2, "xxx", "Plain"),
        ("Song 2", 0, "xxx", "Inside"),
        ("Song 2", 1, "xxx", "[00:01.000]Li"),
    ]


def test_the_better_of_two_covers_is_shown_whichever_came_first(library: Library) -> None:
    drop_album(library)
    put(library.inbound, "Ann - Red/cover.jpg", make_picture(640, 640))
    library.ingest()

    put(library.inbound, "Ann - Red/back.jpg", make_picture(700, 700))
    put(library.inbound, "Ann - Red/booklet.jpg", make_picture(710, 710))
    library.ingest()

    assert widths(library) == [640]
    assert library.states() == {"published": 5}


def test_a_picture_is_found_again_when_the_batch_is_long_forgotten(library: Library) -> None:
    drop_album(library)
    library.ingest()
    library.execute("update batch set finished_at = now() - interval '1 year'")
    forget_batches(library.database, RetentionSettings())
    assert library.query("select 1 from release") == []

    put(library.inbound, "Ann - Red/cover.jpg", make_picture(640, 640))
    library.ingest()

    assert widths(library) == [640]


def test_a_cover_dropped_while_its_album_waits_joins_it_once_it_is_approved(library: Library) -> None:
    library.settings = replace(library.settings, review="all")
    drop_album(library)
    library.ingest()
    put(library.inbound, "Ann - Red/cover.jpg", make_picture(640, 640))
    library.ingest()
    assert ignored(library) == [("Ann - Red/cover.jpg", "no_music_beside")]

    library.settings = replace(library.settings, review="errors")
    (release,) = releases(library.database).releases
    approve(library.database, release.id, "Ann")
    library.ingest()

    assert widths(library) == [640]
    assert library.states() == {"published": 3}


def test_a_companion_waits_for_a_person_as_others_do(library: Library) -> None:
    drop_album(library)
    library.ingest()
    library.settings = replace(library.settings, review="all")
    put(library.inbound, "Ann - Red/cover.jpg", make_picture(640, 640))
    library.ingest()
    (release,) = releases(library.database).releases
    assert (release.artist, release.album, release.files, release.findings) == ("Ann", "Red", 1, {})
    assert library.states() == {"published": 2, "waiting": 1}
    assert len(hashes_below(library.staging)) == 1

    approve(library.database, release.id, "Ann")
    library.ingest()

    assert library.states() == {"published": 3}
    assert widths(library) == [640]


def test_a_rejected_companion_goes_where_rejected_files_go(library: Library) -> None:
    drop_album(library)
    library.ingest()
    library.settings = replace(library.settings, review="all")
    put(library.inbound, "Ann - Red/CD1/cover.jpg", make_picture(640, 640))
    library.ingest()
    (release,) = releases(library.database).releases

    rejected = reject(library.database, release.id, "Ann", "ugly")

    assert rejected.brought.folder is not None
    assert (library.inbound / rejected.brought.folder / "CD1/cover.jpg").is_file()
    assert library.states() == {"published": 2, "rejected": 1}
    assert widths(library) == []


@pytest.mark.parametrize("policy", ["none", "findings"])
def test_other_policies_have_nothing_against_a_companion(library: Library, policy: str) -> None:
    drop_album(library)
    library.ingest()
    library.settings = IntakeSettings(settle_seconds=0, review=policy)
    put(library.inbound, "Ann - Red/cover.jpg", make_picture(640, 640))
    library.ingest()
    assert library.states() == {"published": 3}


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
