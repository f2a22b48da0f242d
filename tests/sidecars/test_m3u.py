"""Playlists as players write them, and what their lines mean."""

import pytest

from melodee.sidecars.errors import UnreadableSidecar
from melodee.sidecars.m3u import MOST_ENTRIES, parse_m3u
from melodee.sidecars.references import Files, parts_of


def test_an_extended_playlist_names_itself_and_its_songs():
    playlist = parse_m3u(
        b"\xef\xbb\xbf#EXTM3U\r\n#PLAYLIST:Road Trip\r\n\r\n#EXTINF:215,The Band - One - Live\r\n01 One.mp3\r\n"
        b"#EXTINF:-1,Radio\r\nCD1\\02.mp3\r\n# a remark\r\n03.mp3"
    )
    assert playlist.name == "Road Trip"
    assert [(e.line, e.reference, e.artist, e.title, e.seconds) for e in playlist.entries] == [
        (5, "01 One.mp3", "The Band", "One - Live", 215),
        (7, "CD1\\02.mp3", "", "Radio", None),
        (9, "03.mp3", "", "", None),
    ]


@pytest.mark.parametrize(
    ("encoding", "name"), [("cp1252", "Motörhead.mp3"), ("utf-8", "Кино.mp3"), ("utf-16", "Кино.mp3")]
)
def test_its_encoding_is_guessed(encoding: str, name: str):
    assert [entry.reference for entry in parse_m3u(f"#EXTM3U\n{name}\n".encode(encoding)).entries] == [name]


def test_an_empty_playlist_has_no_entries():
    assert parse_m3u(b"#EXTM3U\n").entries == []


@pytest.mark.parametrize(
    "data", [b"\0\1\2" * 100, b"#EXTM3U\n#EXT-X-TARGETDURATION:10\na.ts", b"a\n" * (MOST_ENTRIES + 1)]
)
def test_what_is_no_playlist_of_songs_is_refused(data: bytes):
    with pytest.raises(UnreadableSidecar):
        parse_m3u(data)


@pytest.mark.parametrize(
    ("reference", "parts"),
    [
        ("01.mp3", ["01.mp3"]),
        ("./CD1/../CD2/01.mp3", ["CD2", "01.mp3"]),
        ("..\\..\\..\\etc\\passwd", ["etc", "passwd"]),
        ("/etc/passwd", ["etc", "passwd"]),
        ("C:\\Music\\Rip\\01.mp3", ["Music", "Rip", "01.mp3"]),
        ("\\\\server\\share\\01.mp3", ["server", "share", "01.mp3"]),
        ("file:///mnt/a%20b/01.mp3", ["mnt", "a b", "01.mp3"]),
        ("file:///C:/a/01.mp3", ["a", "01.mp3"]),
        ("http://radio.example/stream", []),
        ("a\0b.mp3", ["ab.mp3"]),
        ("..", []),
        ("", []),
    ],
)
def test_a_reference_is_taken_apart_and_leads_nowhere(reference: str, parts: list[str]):
    assert parts_of(reference) == parts


@pytest.mark.parametrize(
    ("reference", "folder", "found"),
    [
        ("01 One.mp3", "Band/Album", "Band/Album/01 One.mp3"),
        ("01 ONE.MP3", "Band/Album", "Band/Album/01 One.mp3"),
        ("Album/01 One.mp3", "Band", "Band/Album/01 One.mp3"),
        ("../Album/01 One.mp3", "Band/Lists", "Band/Album/01 One.mp3"),
        ("C:\\Old\\Place\\01 One.mp3", "Band/Album", "Band/Album/01 One.mp3"),
        ("01%20One.mp3", "Band/Album", "Band/Album/01 One.mp3"),
        ("100%.mp3", "Band/Album", "Band/Album/100%.mp3"),
        ("../../../../etc/passwd", "Band/Album", None),
        ("02 Two.mp3", "Band/Album", None),
        ("", "Band/Album", None),
        ("..", "Band/Album", None),
    ],
)
def test_a_reference_means_a_file_that_is_known_or_none(reference: str, folder: str, found: str | None):
    assert Files(["Band/Album/01 One.mp3", "Band/Album/100%.mp3"]).find(reference, folder) == found


def test_another_suffix_is_the_same_file_where_there_is_only_one():
    files = Files(["a/image.flac", "b/image.flac", "b/image.mp3"])
    assert files.find_stem("image.wav", "a") == "a/image.flac"
    assert files.find_stem("image.wav", "b") is None
