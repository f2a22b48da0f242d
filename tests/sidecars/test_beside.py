"""What lies beside music, taken in with it: lyrics, notes, checksums, pictures."""

import hashlib
import zlib
from pathlib import Path

import pytest

from tests.audio import make_picture
from tests.library import Library

TAGS = {"artist": "Ann", "album": "Album", "date": "1999"}


def drop(library: Library, number: int = 1, folder: str = "Album", **tags: object) -> Path:
    given: dict[str, object] = {"seed": number, "title": f"Song {number}", "track": number, **TAGS}
    return library.drop(f"{folder}/{number:02} Song {number}.mp3", **(given | tags))


def beside(library: Library, name: str, content: bytes | str) -> Path:
    path = library.inbound / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def lyrics(library: Library) -> list[tuple[object, ...]]:
    rows = library.query(
        "select s.title, l.position, l.language, l.synced, l.source, l.text from lyrics as l "
        "join songs as s on s.id = l.song_id order by s.title, l.position"
    )
    return [tuple(row) for row in rows]


def sizes(library: Library, query: str) -> list[int]:
    return [row.width for row in library.query(query)]


ALBUM_COVER = "select c.width from albums as a join cover as c on c.id = a.cover_id"
ARTIST_COVER = "select c.width from artists as a join cover as c on c.id = a.cover_id where a.name = 'Ann'"


def test_lyrics_beside_a_song_come_after_those_inside(library: Library):
    drop(library, 1, lyrics="Inside")
    drop(library, 2)
    drop(library, 3)
    beside(library, "Album/01 Song 1.en.lrc", "[00:01.00]La\n[00:02.00]Li")
    beside(library, "Album/01 Song 1.lrc", "[00:01.50]Lo")
    beside(library, "Album/02 - Song 2.txt", "Plain words")
    beside(library, "Album/lyrics/Song 3.srt", "1\n00:00:01,000 --> 00:00:02,000\nSub\n")
    beside(library, "Album/info.txt", "ripped by somebody")
    library.ingest()
    assert lyrics(library) == [
        ("Song 1", 0, "xxx", False, "embedded", "Inside"),
        ("Song 1", 1, "en", True, "sidecar", "[00:01.000]La\n[00:02.000]Li"),
        ("Song 1", 2, "xxx", True, "sidecar", "[00:01.500]Lo"),
        ("Song 2", 1, "xxx", False, "sidecar", "Plain words"),
        ("Song 3", 1, "xxx", True, "sidecar", "[00:01.000]Sub"),
    ]
    assert library.states() == {"published": 8}


def test_broken_lyrics_are_told_of_and_travel_along(library: Library):
    drop(library)
    beside(library, "Album/01 Song 1.srt", b"\0\1\2")
    library.ingest()
    assert [(row.code, row.severity) for row in library.failures()] == [("unreadable_sidecar", "warning")]
    assert library.states() == {"published": 2}
    assert (library.storage / library.query("select path from files where kind = 'sidecar'")[0].path.decode()).exists()


def test_a_list_of_checksums_that_holds_none_is_told_of(library: Library):
    drop(library)
    beside(library, "Album/album.sfv", "; made by hand\nno sums here\n")
    library.ingest()
    assert [(row.code, row.severity) for row in library.failures()] == [("unreadable_sidecar", "warning")]
    assert library.states() == {"published": 2}


def test_notes_are_kept_for_the_album_and_the_artist(library: Library):
    drop(library)
    beside(library, "Album/album.nfo", "<album><review>Great.</review><rating>9</rating></album>")
    beside(library, "Album/artist.nfo", "<artist><biography>Met in 1966.</biography></artist>")
    beside(library, "Album/x.nfo", "┌──┐".encode("cp437"))
    library.ingest()
    rows = library.query(
        "select coalesce(a.name, b.name) as name, n.position, n.text, n.is_art, n.facts from note as n "
        "left join artists as a on a.id = n.subject_id left join albums as b on b.id = n.subject_id order by 1, 2"
    )
    assert [tuple(row) for row in rows] == [
        ("Album", 0, "Great.", False, {"rating": ["9"]}),
        ("Album", 1, "┌──┐", True, {}),
        ("Ann", 0, "Met in 1966.", False, {}),
    ]


@pytest.mark.parametrize("kind", ["sfv", "md5", "ffp"])
def test_a_file_that_is_not_what_its_checksum_says_waits(library: Library, kind: str):
    for number in (1, 2):
        library.drop(f"Album/{number}.flac", seed=number, title=f"Song {number}", track=number, **TAGS)
    files = [library.inbound / f"Album/{number}.flac" for number in (1, 2)]
    good = files[0].read_bytes()
    sums = {
        "sfv": f"1.flac {zlib.crc32(good):08x}\n2.flac 00000000\n3.flac 00000000\n",
        "md5": f"{hashlib.md5(good).hexdigest()} *1.flac\n{'0' * 31}1  2.flac\n{'0' * 31}1  3.flac\n",
        "ffp": f"1.flac:{good[26:42].hex()}\n2.flac:{'0' * 31}1\n3.flac:{'0' * 31}1\n",
    }
    beside(library, f"Album/sums.{kind}", sums[kind])
    library.ingest()
    found = library.query(
        "select code, path from finding where code in ('checksum_mismatch', 'missing_file') order by 1"
    )
    assert [(row.code, bytes(row.path)) for row in found] == [
        ("checksum_mismatch", b"2.flac"),
        ("missing_file", b"3.flac"),
    ]
    assert library.states() == {"waiting": 3}


def test_right_checksums_are_nothing_to_tell(library: Library):
    song = drop(library)
    beside(
        library, "Album/sums.sfv", f"{song.name} {zlib.crc32(song.read_bytes()):08X}\n../../../etc/passwd 00000000\n"
    )
    library.ingest()
    found = {row.code for row in library.query("select code from finding")}
    assert "checksum_mismatch" not in found
    assert library.states() == {"published": 2}


def test_the_setting_says_which_picture_is_the_cover(library: Library, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("MELODEE_ART_PRIORITY", "embedded, front, cover")
    drop(library, picture=make_picture(300, 300))
    beside(library, "Album/cover.jpg", make_picture(400, 400))
    library.ingest()
    assert sizes(library, ALBUM_COVER) == [300]


def test_a_thumbnail_gives_way_to_any_other_picture(library: Library):
    drop(library, picture=make_picture(300, 300))
    beside(library, "Album/cover.jpg", make_picture(100, 100))
    beside(library, "Album/back.jpg", make_picture(900, 900))
    library.ingest()
    assert sizes(library, ALBUM_COVER) == [300]


def test_discs_have_covers_of_their_own(library: Library):
    drop(library, 1, "Album/CD1", disc=1)
    drop(library, 1, "Album/CD2", disc=2, title="Other")
    beside(library, "Album/CD1/cover.jpg", make_picture(301, 301))
    beside(library, "Album/CD2/cover.jpg", make_picture(302, 302))
    beside(library, "Album/cover.jpg", make_picture(400, 400))
    library.ingest()
    assert sizes(library, ALBUM_COVER) == [400]
    discs = library.query("select d.disc, c.width from disc_cover as d join cover as c on c.id = d.cover_id order by 1")
    assert [tuple(row) for row in discs] == [(1, 301), (2, 302)]
    assert library.states() == {"published": 5}


def test_a_picture_above_the_albums_of_an_artist_is_theirs(library: Library):
    for album in ("One", "Two"):
        drop(library, 1, f"Ann/{album}", album=album, seed=len(album) * ord(album[0]))
        beside(library, f"Ann/{album}/cover.jpg", make_picture(400, 300 if album == "One" else 301))
    beside(library, "Ann/folder.jpg", make_picture(500, 500))
    beside(library, "Ann/fanart.jpg", make_picture(900, 500))
    library.ingest()
    assert sizes(library, ARTIST_COVER) == [500]
    assert sizes(library, ALBUM_COVER) == [400, 400]
    assert library.states() == {"published": 5, "ignored": 1}
    names = sorted(path.relative_to(library.storage).as_posix() for path in library.storage.rglob("*.jpg"))
    assert [name.partition("/Ann/")[2] for name in names] == [
        "1999 - One/artist.jpg", "1999 - One/cover.jpg", "1999 - Two/cover.jpg",
    ]  # fmt: skip


def test_a_picture_of_the_artist_above_their_only_album_is_not_its_cover(library: Library):
    drop(library, 1, "Ann/Album")
    beside(library, "Ann/artist.jpg", make_picture(500, 500))
    beside(library, "Ann/Album/front.jpg", make_picture(400, 400))
    library.ingest()
    assert (sizes(library, ALBUM_COVER), sizes(library, ARTIST_COVER)) == ([400], [500])


def test_a_broken_picture_of_an_artist_harms_nothing(library: Library):
    drop(library, 1, "Ann/Album")
    beside(library, "Ann/Album/artist.jpg", b"no picture")
    library.ingest()
    assert [song.title for song in library.songs()] == ["Song 1"]
