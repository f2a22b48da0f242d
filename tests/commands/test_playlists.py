"""`melodee playlists imports`."""

import pytest

from melodee.ledger import Place
from melodee.playlists.imports import PlaylistFile, import_playlist
from melodee.sidecars.m3u import parse_m3u
from melodee.volumes import add_volume


@pytest.fixture
def volume(database, tmp_path):
    (tmp_path / "drop").mkdir()
    return add_volume(database, "Drop", tmp_path / "drop", "inbound")


def test_nothing_came(melodee):
    assert melodee.ok("playlists", "imports").lines == ["No playlist came as a file."]
    assert melodee.ok("playlists", "imports", "--json").json == []


def test_lines_without_a_song_are_listed(melodee, database, volume):
    data = b"#PLAYLIST:Mine\nBand/Album/01.mp3\nhttp://radio.example/"
    place = Place(volume.id, "lists/a\udcff.m3u")
    with database.begin() as db:
        import_playlist(db, PlaylistFile(place, place, data, parse_m3u(data)), (), [], "b1")

    shown = melodee.ok("playlists", "imports")
    assert shown.lines[0].split() == ["PLAYLIST", "SONGS", "OF", "FILE"]
    assert shown.lines[1].split() == ["Mine", "0", "2", "Drop/lists/a\\xff.m3u"]
    assert "  line 2: Band/Album/01.mp3" in shown.lines
    (told,) = melodee.ok("playlists", "imports", "--json").json
    assert (told["name"], told["playlist"], told["lines"], told["matched"]) == ("Mine", None, 2, 0)
    assert told["unmatched"] == [
        {"line": 2, "text": "Band/Album/01.mp3"}, {"line": 3, "text": "http://radio.example/"},
    ]  # fmt: skip
