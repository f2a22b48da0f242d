"""What lies beside music on a volume in place is used where it lies."""

import pytest

from tests.accounts_of import chief_of
from tests.audio import make_picture, make_song
from tests.leaf_work.shelf import retag
from tests.library import Library
from tests.scan.conftest import Shelf, shelf
from tests.sidecars.test_cue_albums import SHEET, TRACKS, labels, told

__all__ = ["shelf"]


def test_an_album_in_one_file_with_all_that_is_beside_it(library: Library, shelf: Shelf):
    chief_of(library)
    make_song(shelf.root / "Ann/One File/image.flac", seconds=5, seed=3)
    beside = {
        "Ann/One File/image.cue": SHEET.format(name="image.wav").encode(),
        "Ann/One File/cover.jpg": make_picture(400, 300),
        "Ann/One File/album.nfo": b"<album><review>Great.</review></album>",
        "Ann/folder.jpg": make_picture(500, 500),
        "Ann/favourites.m3u": b"#EXTM3U\n#EXTINF:2,Ann - First\nOne File/image.flac\n",
    }
    for name, data in beside.items():
        (shelf.root / name).write_bytes(data)
    before = sorted(path for path in shelf.root.rglob("*"))

    shelf.scan()

    assert sorted(path for path in shelf.root.rglob("*")) == before
    assert told(library) == TRACKS
    assert {bytes(song.path) for song in library.songs()} == {b"Ann/One File/image.flac"}
    assert library.states() == {"published": 6}
    assert [row.text for row in library.query("select text from note")] == ["Great."]
    (picture,) = library.query("select c.width from artists a join cover c on c.id = a.cover_id where a.name = 'Ann'")
    assert picture.width == 500
    entries = library.query("select s.title from playlist_entry e join songs s on s.id = e.song_id")
    assert [row.title for row in entries] == ["First"]

    for full in (False, True):
        numbers = shelf.scan(full=full)
        assert (numbers.new, numbers.changed, numbers.moved, numbers.vanished, numbers.batches) == (0, 0, 0, 0, 0)
    assert told(library) == TRACKS


@pytest.mark.parametrize(
    ("setting", "states"), [(None, {"published": 2}), ("all", {"waiting": 2}), ("none", {"published": 2})]
)
def test_lists_of_checksums_in_place_are_compared_when_asked_for(
    library: Library, shelf: Shelf, monkeypatch: pytest.MonkeyPatch, setting: str | None, states: dict[str, int]
):
    if setting is not None:
        monkeypatch.setenv("MELODEE_VERIFY_CHECKSUMS", setting)
    shelf.put("Ann/1.mp3")
    (shelf.root / "Ann/ann.sfv").write_text("1.mp3 00000000\n")

    shelf.scan()

    assert library.states() == states


def test_an_album_in_one_file_that_vanishes_and_comes_back_has_its_ids(library: Library, shelf: Shelf):
    song = make_song(shelf.root / "Ann/One File/image.flac", seconds=5, seed=3)
    (song.parent / "image.cue").write_text(SHEET.format(name="image.wav"))
    make_song(shelf.root / "Ben/1.mp3", seed=9, title="Other", artist="Ben", album="Other")
    shelf.scan()
    before = {each.title: each.id for each in library.songs()}
    song.rename(library.folder / "aside")
    (song.parent / "image.cue").rename(library.folder / "aside.cue")
    shelf.scan()
    assert [each.title for each in library.songs()] == ["Other"]
    song.parent.mkdir(parents=True, exist_ok=True)
    (library.folder / "aside").rename(song)
    (library.folder / "aside.cue").rename(song.parent / "image.cue")
    shelf.scan()
    assert {each.title: each.id for each in library.songs()} == before


def test_of_an_album_in_one_file_that_is_tagged_anew_every_track_is_told_anew(library: Library, shelf: Shelf):
    song = make_song(shelf.root / "Ann/One File/image.flac", seconds=5, seed=3)
    (song.parent / "image.cue").write_text(SHEET.format(name="image.wav"))
    shelf.scan()
    before = [each.id for each in library.songs()]
    retag(song, label="Ours", title="Not theirs")

    shelf.scan()

    assert told(library) == TRACKS
    assert [each.id for each in library.songs()] == before
    assert labels(library) == {"Ours"}
    # A sheet that is gone says nothing: the tracks stay.
    (song.parent / "image.cue").unlink()
    retag(song, label="Theirs")
    shelf.scan(full=True)
    assert (told(library), labels(library)) == (TRACKS, {"Ours"})
