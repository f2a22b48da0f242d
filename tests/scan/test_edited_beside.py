"""Lyrics, notes and pictures that are edited, renamed or taken away: the catalogue says what they say now."""

import os
from pathlib import Path

import pytest

from melodee.scan.scan import scan_volume
from tests.audio import make_picture
from tests.intake.red_album import drop_album
from tests.library import Library
from tests.scan.conftest import Shelf
from tests.scan.test_late_pictures import COVER, lyrics, put


def scan_storage(library: Library) -> None:
    scan_volume(library.database, library.volumes["storage"].id, full=True, intake=library.settings)


def stored(library: Library, name: str) -> Path:
    (path,) = library.storage.rglob(name)
    return path


def notes(library: Library) -> list[tuple[str, str]]:
    rows = library.query(
        "select coalesce(a.name, b.name) as name, n.text from note as n left join artists as a on a.id = n.subject_id "
        "left join albums as b on b.id = n.subject_id order by 1, n.position"
    )
    return [(row.name, row.text) for row in rows]


@pytest.mark.parametrize(
    ("suffix", "before", "after"),
    [
        ("lrc", "[00:01.00]La", "[00:01.00]Lo"),
        ("txt", "La", "Lo"),
        ("srt", "1\n00:00:01,000 --> 00:00:02,000\nLa\n", "1\n00:00:01,000 --> 00:00:02,000\nLo\n"),
        (
            "ttml",
            '<tt xmlns="http://www.w3.org/ns/ttml"><body><div><p begin="1s">La</p></div></body></tt>',
            '<tt xmlns="http://www.w3.org/ns/ttml"><body><div><p begin="1s">Lo</p></div></body></tt>',
        ),
    ],
)
def test_lyrics_that_are_edited_in_place_are_told_anew(
    library: Library, shelf: Shelf, suffix: str, before: str, after: str
) -> None:
    shelf.put("A/B/1.mp3", 1)
    shelf.put("A/B/2.mp3", 2)
    put(shelf.root, f"A/B/1.{suffix}", before)
    shelf.scan()
    told = lyrics(library)
    assert [text.endswith("La") for _, text in told] == [True]

    put(shelf.root, f"A/B/1.{suffix}", after)
    numbers = shelf.scan(full=True)

    assert lyrics(library) == [(told[0][0], told[0][1].replace("La", "Lo"))]
    assert (numbers.changed, numbers.new, numbers.vanished) == (1, 0, 0)


def test_on_storage_a_sheet_is_known_by_the_name_that_its_song_was_dropped_with(library: Library) -> None:
    for disc in (1, 2):
        library.drop(f"Drop/CD{disc}/track.mp3", title=f"Of {disc}", artist="Ann", album="Red", disc=disc, seed=disc)
        put(library.inbound, f"Drop/CD{disc}/track.lrc", "[00:01.00]La")
        put(library.inbound, f"Drop/CD{disc}/lyrics/track.de.txt", "Tra")
    library.ingest()
    assert sorted(lyrics(library)) == [
        ("Of 1", "Tra"), ("Of 1", "[00:01.000]La"), ("Of 2", "Tra"), ("Of 2", "[00:01.000]La"),
    ]  # fmt: skip

    (sheet,) = library.storage.rglob("CD2/track.lrc")
    sheet.write_text("[00:01.00]Lo")
    scan_storage(library)

    assert sorted(lyrics(library)) == [
        ("Of 1", "Tra"), ("Of 1", "[00:01.000]La"), ("Of 2", "Tra"), ("Of 2", "[00:01.000]Lo"),
    ]  # fmt: skip


def test_lyrics_inside_a_song_stay_whatever_becomes_of_those_beside_it(library: Library) -> None:
    drop_album(library, numbers=(1,), lyrics="Inside")
    put(library.inbound, "Ann - Red/01 Song 1.lrc", "[00:01.00]La")
    library.ingest()

    stored(library, "01 Song 1.lrc").write_text("[00:01.00]Lo")
    scan_storage(library)
    assert lyrics(library) == [("Song 1", "Inside"), ("Song 1", "[00:01.000]Lo")]

    stored(library, "01 Song 1.lrc").unlink()
    scan_storage(library)
    assert lyrics(library) == [("Song 1", "Inside")]
    assert library.states() == {"published": 1}


def test_lyrics_that_are_taken_away_are_gone_and_those_put_back_are_there(library: Library, shelf: Shelf) -> None:
    shelf.put("A/B/1.mp3", 1)
    shelf.put("A/B/2.mp3", 2)
    for number in (1, 2):
        put(shelf.root, f"A/B/{number}.lrc", f"[00:01.00]La {number}")
    shelf.scan()

    (shelf.root / "A/B/1.lrc").unlink()
    shelf.scan()
    assert lyrics(library) == [("Song 2", "[00:01.000]La 2")]

    put(shelf.root, "A/B/1.lrc", "[00:01.00]Again")
    shelf.scan()
    assert lyrics(library) == [("Song 1", "[00:01.000]Again"), ("Song 2", "[00:01.000]La 2")]


def test_a_song_that_comes_back_to_its_lyrics_has_them_again(library: Library, shelf: Shelf) -> None:
    shelf.put("A/B/1.mp3", 1)
    song = shelf.put("A/B/2.mp3", 2)
    put(shelf.root, "A/B/2.lrc", "[00:01.00]La")
    shelf.scan()
    song.rename(library.folder / "aside")
    shelf.scan()
    assert lyrics(library) == []

    (library.folder / "aside").rename(song)
    shelf.scan()

    assert lyrics(library) == [("Song 2", "[00:01.000]La")]


def test_lyrics_that_lay_beside_an_album_before_their_song_are_its(library: Library, shelf: Shelf) -> None:
    shelf.put("A/B/1.mp3", 1)
    put(shelf.root, "A/B/2.lrc", "[00:01.00]La")
    shelf.scan()
    assert lyrics(library) == []

    shelf.put("A/B/2.mp3", 2)
    shelf.scan()

    assert lyrics(library) == [("Song 2", "[00:01.000]La")]


def test_lyrics_that_get_the_name_of_another_song_are_its(library: Library, shelf: Shelf) -> None:
    shelf.put("A/B/1.mp3", 1)
    shelf.put("A/B/2.mp3", 2)
    put(shelf.root, "A/B/1.lrc", "[00:01.00]La")
    shelf.scan()

    (shelf.root / "A/B/1.lrc").rename(shelf.root / "A/B/2.lrc")
    numbers = shelf.scan()

    assert numbers.moved == 1
    assert lyrics(library) == [("Song 2", "[00:01.000]La")]


@pytest.mark.parametrize("content", [b"", b"\0\1\2", b"\xff" * 3_000_000])
def test_lyrics_that_are_none_any_more_are_told_of_and_gone(library: Library, shelf: Shelf, content: bytes) -> None:
    shelf.put("A/B/1.mp3", 1)
    put(shelf.root, "A/B/1.srt", "1\n00:00:01,000 --> 00:00:02,000\nLa\n")
    shelf.scan()

    put(shelf.root, "A/B/1.srt", content)
    shelf.scan(full=True)

    assert lyrics(library) == []
    told = [(row.stage, row.code, row.severity) for row in library.failures()]
    assert told == [("scan", "unreadable_sidecar", "warning")]
    assert library.states() == {"published": 2}
    put(shelf.root, "A/B/1.srt", "1\n00:00:01,000 --> 00:00:02,000\nLo\n")
    shelf.scan(full=True)
    assert lyrics(library) == [("Song 1", "[00:01.000]Lo")]
    assert library.failures() == []


def test_a_sheet_that_becomes_a_link_is_not_followed(library: Library, shelf: Shelf, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("root:x:0")
    shelf.put("A/B/1.mp3", 1)
    put(shelf.root, "A/B/1.txt", "La")
    shelf.scan()

    (shelf.root / "A/B/1.txt").unlink()
    (shelf.root / "A/B/1.txt").symlink_to(tmp_path / "secret")
    shelf.scan(full=True)

    assert lyrics(library) == []


def test_other_times_alone_write_nothing(library: Library, shelf: Shelf) -> None:
    shelf.put("A/B/1.mp3", 1)
    put(shelf.root, "A/B/1.lrc", "[00:01.00]La")
    put(shelf.root, "A/B/album.nfo", "<album><review>Great.</review></album>")
    shelf.scan()
    state = "select l.xmin::text, n.xmin::text, t.xmin::text from lyrics as l, note as n, catalogue_total as t"
    before = library.query(state)

    for name in ("1.lrc", "album.nfo"):
        os.utime(shelf.root / "A/B" / name, (1, 1))
    assert shelf.scan(full=True).changed == 2
    for name in ("1.lrc", "album.nfo"):
        (shelf.root / "A/B" / name).chmod(0o600)
    assert shelf.scan(full=True).changed == 2

    assert library.query(state) == before


def test_notes_that_are_edited_or_taken_away_are_told_anew(library: Library) -> None:
    drop_album(library)
    put(library.inbound, "Ann - Red/album.nfo", "<album><review>Great.</review><rating>9</rating></album>")
    put(library.inbound, "Ann - Red/artist.nfo", "<artist><biography>Met.</biography></artist>")
    put(library.inbound, "Ann - Red/x.nfo", "Ripped by somebody")
    library.ingest()
    assert notes(library) == [("Ann", "Met."), ("Red", "Great."), ("Red", "Ripped by somebody")]

    stored(library, "album.nfo").write_text("<album><review>Poor.</review></album>")
    stored(library, "artist.nfo").write_text("<artist><biography>Met again.</biography></artist>")
    scan_storage(library)
    assert notes(library) == [("Ann", "Met again."), ("Red", "Poor."), ("Red", "Ripped by somebody")]
    assert library.query("select facts from note where facts <> '{}'") == []

    stored(library, "album.nfo").unlink()
    stored(library, "artist.nfo").unlink()
    scan_storage(library)
    assert notes(library) == [("Red", "Ripped by somebody")]


def test_notes_on_an_artist_that_another_album_has_too_stay(library: Library) -> None:
    drop_album(library)
    drop_album(library, "Ann - Blue", (3,), album="Blue")
    put(library.inbound, "Ann - Red/artist.nfo", "<artist><biography>Old.</biography></artist>")
    put(library.inbound, "Ann - Blue/artist.nfo", "<artist><biography>New.</biography></artist>")
    library.ingest()

    (old,) = library.storage.rglob("*Red/artist.nfo")
    old.write_text("<artist><biography>Newest.</biography></artist>")
    scan_storage(library)
    assert notes(library) == [("Ann", "Newest.")]

    old.unlink()
    scan_storage(library)
    assert notes(library) == [("Ann", "New.")]


def test_a_cover_that_is_taken_away_gives_way_to_the_next(library: Library, shelf: Shelf) -> None:
    shelf.put("A/B/1.mp3", 1)
    put(shelf.root, "A/B/cover.jpg", make_picture(640, 640))
    put(shelf.root, "A/B/front.jpg", make_picture(500, 500))
    shelf.scan()

    (shelf.root / "A/B/cover.jpg").unlink()
    shelf.scan()
    assert [row.width for row in library.query(COVER)] == [500]

    put(shelf.root, "A/B/front.jpg", b"no picture")
    shelf.scan(full=True)
    assert library.query(COVER) == []
    assert [row.code for row in library.failures()] == ["broken_image"]


def test_of_an_album_that_vanishes_with_all_that_is_beside_it_nothing_is_left(library: Library, shelf: Shelf) -> None:
    for number in (1, 2):
        shelf.put(f"A/{number}/1.mp3", number, album=f"B{number}")
        put(shelf.root, f"A/{number}/1.lrc", "[00:01.00]La")
        put(shelf.root, f"A/{number}/album.nfo", "<album><review>Great.</review></album>")
        put(shelf.root, f"A/{number}/cover.jpg", make_picture(640, 640 + number))
    shelf.scan()
    aside = library.folder / "aside"
    (shelf.root / "A/1").rename(aside)

    shelf.scan()
    assert lyrics(library) == [("Song 2", "[00:01.000]La")]
    assert notes(library) == [("B2", "Great.")]

    aside.rename(shelf.root / "A/1")
    shelf.scan()
    assert lyrics(library) == [("Song 1", "[00:01.000]La"), ("Song 2", "[00:01.000]La")]
    assert notes(library) == [("B1", "Great."), ("B2", "Great.")]
    assert len(library.query(COVER)) == 2
