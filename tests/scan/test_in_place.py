"""Volumes whose files stay where they are."""

import os
from pathlib import Path

import pytest

from melodee.settings import IntakeSettings
from melodee.volume_probe import VolumeUnusable
from melodee.volumes import add_volume
from tests.audio import make_picture
from tests.library import Library, hashes_below
from tests.scan.conftest import Shelf


def names(root: Path) -> dict[str, tuple[int, int]]:
    """Every name below a folder, with inode and time: what somebody who writes there would change."""
    found = {root, *root.rglob("*")}
    return {str(path): (path.lstat().st_ino, path.lstat().st_mtime_ns) for path in found}


def test_files_are_catalogued_where_they_are_and_nothing_is_written_there(library: Library, shelf: Shelf) -> None:
    for number in (1, 2, 3):
        shelf.put(f"Some One/A Record/{number}.mp3", number)
    (shelf.root / "Some One/A Record/cover.jpg").write_bytes(make_picture())
    (shelf.root / "Some One/A Record/notes.exe").write_bytes(b"MZ")
    before = names(shelf.root)

    numbers = shelf.scan()

    assert names(shelf.root) == before
    assert (numbers.new, numbers.batches) == (5, 1)
    assert library.states() == {"published": 4, "ignored": 1}
    assert sorted(shelf.songs()) == [f"Some One/A Record/{number}.mp3" for number in (1, 2, 3)]
    (album,) = library.query("select * from albums")
    assert (album.volume_id, bytes(album.folder), album.song_count) == (shelf.volume.id, b"Some One/A Record", 3)
    (cover,) = library.query("select * from cover")
    assert (cover.volume_id, bytes(cover.path)) == (shelf.volume.id, b"Some One/A Record/cover.jpg")
    assert library.query("select * from file_move") == []


def test_a_second_scan_finds_nothing_to_do(library: Library, shelf: Shelf) -> None:
    shelf.put("a/1.mp3")
    shelf.scan()

    for full in (False, True):
        numbers = shelf.scan(full=full)
        assert (numbers.new, numbers.changed, numbers.moved, numbers.vanished, numbers.batches) == (0, 0, 0, 0, 0)
    assert len(library.songs()) == 1


def test_samples_are_in_the_ledger(library: Library, shelf: Shelf) -> None:
    shelf.put("a/1.mp3")
    shelf.scan()

    assert [row.sample_hash is not None for row in library.query("select sample_hash from files")] == [True]


def test_what_waits_for_a_person_is_not_in_the_catalogue(library: Library, shelf: Shelf) -> None:
    library.settings = IntakeSettings(settle_seconds=0, review="all")
    shelf.put("a/1.mp3")

    shelf.scan()

    assert library.states() == {"waiting": 1}
    assert library.songs() == []
    assert (shelf.root / "a/1.mp3").exists()


def test_a_drop_that_belongs_to_an_album_in_place_goes_to_a_volume_that_takes_files(
    library: Library, shelf: Shelf
) -> None:
    shelf.put("a/1.mp3", 1)
    shelf.scan()
    before = names(shelf.root)
    library.drop("new/2.mp3", title="Song 2", artist="A", album="B", track=2, seed=2)

    library.ingest()

    assert names(shelf.root) == before
    assert len({song.album_id for song in library.songs()}) == 1
    assert len(hashes_below(library.storage)) == 1
    assert library.states() == {"published": 2}


def test_a_song_in_place_that_belongs_to_an_album_elsewhere_stays(library: Library, shelf: Shelf) -> None:
    library.drop("new/2.mp3", title="Song 2", artist="A", album="B", track=2, seed=2)
    library.ingest()
    shelf.put("a/1.mp3", 1)

    shelf.scan()

    assert (shelf.root / "a/1.mp3").exists()
    assert len({song.album_id for song in library.songs()}) == 1
    assert list(shelf.songs()) == ["a/1.mp3"]


def test_names_of_any_bytes_are_catalogued(shelf: Shelf) -> None:
    wanted = ["new\nline.mp3", "x" * 251 + ".mp3", os.fsdecode(b"caf\xe9.mp3"), "a\\b.mp3", "%s.mp3", "🎸.mp3"]
    for seed, name in enumerate(wanted, 1):
        shelf.put(f"mess\n\\{seed}/{name}", seed)

    shelf.scan()
    assert sorted(path.rpartition("/")[2] for path in shelf.songs()) == sorted(wanted)
    again = shelf.scan(full=True)
    assert (again.new, again.changed, again.vanished) == (0, 0, 0)


def test_links_are_not_followed(library: Library, shelf: Shelf, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    shelf.put("a/1.mp3")
    (shelf.root / "elsewhere").symlink_to(outside)
    (shelf.root / "a/2.mp3").symlink_to("/etc/passwd")
    (shelf.root / "round").symlink_to(shelf.root)

    shelf.scan()

    assert library.states() == {"published": 1}


def test_a_folder_of_ten_thousand_files_is_looked_at_in_bounds(library: Library, shelf: Shelf) -> None:
    (shelf.root / "many").mkdir()
    for number in range(10_000):
        (shelf.root / f"many/{number}.exe").touch()
    # What was changed just now is looked at once more.
    os.utime(shelf.root / "many", (1, 1))
    os.utime(shelf.root, (1, 1))

    numbers = shelf.scan()

    assert (numbers.new, numbers.batches) == (10_000, 1)
    assert library.states() == {"ignored": 10_000}
    assert shelf.scan().listed == 0


def test_only_storage_is_in_place_and_has_no_template(library: Library, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    with pytest.raises(VolumeUnusable):
        add_volume(library.database, "x", tmp_path / "other", "inbound", in_place=True)
    with pytest.raises(VolumeUnusable):
        add_volume(library.database, "x", tmp_path / "other", "storage", "{artist}/{album}", in_place=True)
