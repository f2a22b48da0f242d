"""Cue sheets that are edited beside the file that they cut."""

from tests.audio import make_song
from tests.library import Library
from tests.scan.conftest import Shelf
from tests.sidecars.test_cue_albums import SHEET


def titles(library: Library) -> dict[str, int]:
    return {song.title: song.id for song in library.songs()}


def test_a_sheet_that_is_edited_tells_the_tracks_of_its_file_anew(library: Library, shelf: Shelf) -> None:
    make_song(shelf.root / "Ann/One File/image.flac", seconds=5, seed=3)
    sheet = shelf.root / "Ann/One File/image.cue"
    sheet.write_text(SHEET.format(name="image.wav"))
    shelf.put("Ann/One File/CD2/9.mp3", 9, artist="Ann")
    shelf.scan()
    before = titles(library)
    assert "First" in before

    sheet.write_text(SHEET.format(name="image.wav").replace("First", "The very first"))
    numbers = shelf.scan(full=True)

    after = titles(library)
    assert after["The very first"] == before["First"]
    assert {song for title, song in after.items() if title != "The very first"} == set(before.values()) - {
        before["First"]
    }
    assert (numbers.changed, numbers.new, numbers.vanished) == (1, 0, 0)
    again = shelf.scan(full=True)
    assert (again.changed, again.retagged) == (0, 0)


def test_a_sheet_that_cuts_elsewhere_or_not_at_all_changes_nothing(library: Library, shelf: Shelf) -> None:
    make_song(shelf.root / "Ann/One File/image.flac", seconds=5, seed=3)
    sheet = shelf.root / "Ann/One File/image.cue"
    sheet.write_text(SHEET.format(name="image.wav"))
    shelf.scan()
    before = titles(library)

    for content in ("", "TITLE \x00", SHEET.format(name="other.wav").replace("INDEX 01 00:0", "INDEX 01 00:1")):
        sheet.write_text(content)
        shelf.scan(full=True)
        assert titles(library) == before
