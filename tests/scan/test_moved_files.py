"""What is moved or taken away behind Melodee's back, where no scan has been before and where one file is many songs."""

import shutil

from melodee.scan.scan import scan_volume
from tests.audio import make_song
from tests.library import Library, check_equation
from tests.scan.conftest import Shelf
from tests.sidecars.test_cue_albums import SHEET


def test_what_was_published_since_the_last_scan_is_missed_and_followed(library: Library) -> None:
    for artist, seed in (("Renamed", 1), ("Removed", 5), ("Left", 9)):
        for number in (1, 2):
            library.drop(
                f"{artist}/{number}.mp3", seed=seed + number, artist=artist, album=f"By {artist}",
                title=f"{artist} {number}", track=number,
            )  # fmt: skip
    library.ingest()
    before = {song.title: song.id for song in library.songs()}
    renamed = next(library.storage.rglob("Renamed"))
    renamed.rename(renamed.parent / "Renamed Again")
    shutil.rmtree(next(library.storage.rglob("Removed")))

    numbers = scan_volume(library.database, library.volumes["storage"].id, intake=library.settings)
    library.ingest()

    assert (numbers.new, numbers.moved, numbers.vanished) == (0, 2, 2)
    assert {song.title: song.id for song in library.songs()} == {
        title: song for title, song in before.items() if not title.startswith("Removed")
    }
    check_equation(library)


def test_the_first_scan_finds_what_lies_beside_what_was_published(library: Library) -> None:
    library.drop("a/1.mp3", title="One", artist="A", album="B", track=1)
    library.ingest()
    make_song(library.storage / "By Hand/New/1.mp3", title="Two", artist="C", album="D", track=1, seed=2)

    numbers = scan_volume(library.database, library.volumes["storage"].id, intake=library.settings)
    library.ingest()

    assert numbers.new == 1
    assert {song.title for song in library.songs()} == {"One", "Two"}
    check_equation(library)


def test_all_tracks_of_a_file_that_a_sheet_cuts_move_with_it(library: Library, shelf: Shelf) -> None:
    song = make_song(shelf.root / "Ann/One File/image.flac", seconds=5, seed=3)
    (song.parent / "image.cue").write_text(SHEET.format(name="image.wav"))
    shelf.scan()
    before = library.query("select id, title, size_bytes from songs order by id")
    assert len(before) > 1

    (shelf.root / "Ann").rename(shelf.root / "Bob")
    numbers = shelf.scan()

    assert (numbers.new, numbers.vanished) == (0, 0)
    assert library.query("select id, title, size_bytes from songs order by id") == before
    assert {bytes(song.path) for song in library.songs()} == {b"Bob/One File/image.flac"}
    check_equation(library)
