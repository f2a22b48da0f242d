"""What scans find: new, changed, moved and vanished files, and what comes back."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from melodee.file_errors import VolumeUnavailable
from melodee.scan import folders
from melodee.scan.scan import VolumeIsBusy, scan_volume
from melodee.scan.vanished import TooMuchGone
from tests.audio import make_song
from tests.library import Library
from tests.scan.conftest import Shelf


def star(library: Library, song: int) -> None:
    library.execute("insert into account (name, key, password_hash) values ('eve', 'eve', 'x') on conflict do nothing")
    library.execute(
        f"insert into song_annotation (account_id, song_id, starred_at) select id, {song}, now() from account"
    )


def starred(library: Library) -> list[int]:
    return [row.song_id for row in library.query("select song_id from song_annotation where starred_at is not null")]


def test_new_files_are_taken_in_by_a_quick_scan(shelf: Shelf) -> None:
    shelf.put("a/1.mp3", 1)
    shelf.scan()
    shelf.put("a/2.mp3", 2)
    shelf.put("deep/down/here/3.mp3", 3, album="C")

    numbers = shelf.scan()

    assert numbers.new == 2
    assert sorted(shelf.songs()) == ["a/1.mp3", "a/2.mp3", "deep/down/here/3.mp3"]


def test_a_quick_scan_lists_only_folders_that_have_changed(shelf: Shelf) -> None:
    for number in range(5):
        folder = shelf.put(f"{number}/x.mp3", number + 1, album=f"Album {number}").parent
        os.utime(folder, (1, 1))
    os.utime(shelf.root, (1, 1))
    shelf.scan()
    shelf.put("3/y.mp3", 9, album="Album 3")

    assert shelf.scan().listed == 1


def test_a_song_that_is_tagged_anew_is_told_anew_under_its_id(library: Library, shelf: Shelf) -> None:
    path = shelf.put("a/1.mp3", 1)
    shelf.scan()
    before = shelf.songs()
    path.unlink()
    shelf.put("a/1.mp3", 1, title="Another Title")

    numbers = shelf.scan()

    assert (numbers.changed, numbers.retagged) == (1, 1)
    assert shelf.songs() == before
    assert [song.title for song in library.songs()] == ["Another Title"]
    assert shelf.scan(full=True).changed == 0


def test_other_times_alone_change_nothing(shelf: Shelf) -> None:
    path = shelf.put("a/1.mp3", 1)
    shelf.scan()
    path.touch()

    numbers = shelf.scan(full=True)

    assert (numbers.changed, numbers.retagged) == (1, 0)
    assert shelf.scan(full=True).changed == 0


def test_a_moved_file_is_the_same_song(library: Library, shelf: Shelf) -> None:
    shelf.put("old/1.mp3", 1)
    shelf.put("old/2.mp3", 2)
    shelf.scan()
    ids = shelf.songs()
    star(library, ids["old/1.mp3"])
    (shelf.root / "old").rename(shelf.root / "new name")

    numbers = shelf.scan()

    assert (numbers.moved, numbers.vanished, numbers.batches) == (2, 0, 0)
    assert shelf.songs() == {"new name/1.mp3": ids["old/1.mp3"], "new name/2.mp3": ids["old/2.mp3"]}
    assert starred(library) == [ids["old/1.mp3"]]
    assert library.states() == {"published": 2}


def test_a_copy_is_not_a_move(shelf: Shelf) -> None:
    shelf.put("a/1.mp3", 1)
    shelf.scan()
    before = shelf.songs()
    (shelf.root / "b").mkdir()
    shutil.copy2(shelf.root / "a/1.mp3", shelf.root / "b/1.mp3")

    numbers = shelf.scan()

    assert numbers.moved == 0
    assert shelf.songs()["a/1.mp3"] == before["a/1.mp3"]


def test_what_vanishes_is_hidden_and_comes_back_under_its_id(library: Library, shelf: Shelf, tmp_path: Path) -> None:
    for number in (1, 2):
        shelf.put(f"a/{number}.mp3", number)
    shelf.put("b/3.mp3", 3, album="C")
    shelf.scan()
    ids = shelf.songs()
    (album,) = library.query("select id from albums where name = 'C'")
    star(library, ids["b/3.mp3"])
    (shelf.root / "b/3.mp3").rename(tmp_path / "3.mp3")

    assert shelf.scan().vanished == 1
    assert sorted(shelf.songs()) == ["a/1.mp3", "a/2.mp3"]
    assert library.states() == {"published": 2}

    (tmp_path / "3.mp3").rename(shelf.root / "b/3.mp3")
    shelf.scan()

    assert shelf.songs() == ids
    assert starred(library) == [ids["b/3.mp3"]]
    assert [row.id for row in library.query("select id from albums where name = 'C'")] == [album.id]
    assert library.query("select * from vanished_file") == []


def test_what_vanished_comes_back_with_the_same_content_elsewhere(
    library: Library, shelf: Shelf, tmp_path: Path
) -> None:
    shelf.put("a/1.mp3", 1)
    shelf.put("a/2.mp3", 2)
    shelf.scan()
    ids = shelf.songs()
    (shelf.root / "a/2.mp3").rename(tmp_path / "2.mp3")
    shelf.scan()

    (library.inbound / "x").mkdir()
    (tmp_path / "2.mp3").rename(library.inbound / "x/other name.mp3")
    library.ingest()

    assert sorted(song.id for song in library.songs()) == sorted(ids.values())
    assert len({song.album_id for song in library.songs()}) == 1


@pytest.mark.parametrize("full", [False, True])
def test_an_empty_root_is_a_failure_of_the_volume(library: Library, shelf: Shelf, full: bool) -> None:
    shelf.put("a/1.mp3", 1)
    shelf.scan()
    shelf.root.rename(shelf.root.with_name("away"))
    shelf.root.mkdir()

    with pytest.raises(VolumeUnavailable):
        shelf.scan(full=full)
    assert [failure.code for failure in library.failures()] == ["volume_unavailable"]
    assert len(library.songs()) == 1

    shelf.root.rmdir()
    with pytest.raises(VolumeUnavailable):
        shelf.scan(full=full)
    shelf.root.with_name("away").rename(shelf.root)
    shelf.scan(full=full)
    assert library.failures() == []
    assert len(library.songs()) == 1


def test_too_much_that_is_gone_must_be_accepted(library: Library, shelf: Shelf) -> None:
    for number in range(30):
        shelf.put(f"{number}/x.mp3", number + 1, album=f"Album {number}")
    shelf.scan()
    for number in range(29):
        (shelf.root / f"{number}/x.mp3").unlink()

    for full in (False, True):
        with pytest.raises(TooMuchGone, match="29 of 30"):
            shelf.scan(full=full)
    assert len(library.songs()) == 30

    assert shelf.scan(accept=True).vanished == 29
    assert len(library.songs()) == 1
    assert library.failures() == []


def test_a_root_that_becomes_empty_while_it_is_looked_at_hides_nothing(
    library: Library, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        shelf.put(f"{number}/x.mp3", number + 1, album=f"Album {number}")
    shelf.scan()
    look, away = folders.look_at, shelf.root.with_name("away")

    def look_and_unmount(root: Path, path: str):
        found = look(root, path)
        if shelf.root.exists() and path == "0":
            shelf.root.rename(away)
            shelf.root.mkdir()
        return found

    monkeypatch.setattr(folders, "look_at", look_and_unmount)
    with pytest.raises(VolumeUnavailable):
        shelf.scan(full=True)
    assert len(library.songs()) == 3

    shelf.root.rmdir()
    away.rename(shelf.root)


def test_a_folder_that_may_not_be_read_hides_nothing(
    library: Library, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf.put("a/1.mp3", 1)
    shelf.put("b/2.mp3", 2, album="C")
    shelf.scan()
    scandir = os.scandir

    def refuse(path: str):
        if os.fspath(path).endswith("/b"):
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    # Root, whom tests may run as, is refused nothing.
    with monkeypatch.context() as patch:
        patch.setattr(os, "scandir", refuse)
        numbers = shelf.scan(full=True)

    assert (numbers.unreadable, numbers.vanished) == (1, 0)
    assert len(library.songs()) == 2
    assert [failure.code for failure in library.failures()] == ["permission_denied"]
    shelf.scan(full=True)
    assert library.failures() == []


def test_what_was_mounted_inside_and_is_not_is_away(
    library: Library, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf.put("a/1.mp3", 1)
    shelf.put("disk/sub/2.mp3", 2, album="C")
    mounted = {"disk"}
    monkeypatch.setattr(folders, "_is_mount", lambda _root, path: path in mounted)
    shelf.scan()
    mounted.clear()
    shutil.move(shelf.root / "disk/sub", shelf.root.parent / "sub")

    for full in (False, True):
        assert shelf.scan(full=full).vanished == 0
    assert [failure.code for failure in library.failures()] == ["volume_unavailable"]
    assert len(library.songs()) == 2

    mounted.add("disk")
    shutil.move(shelf.root.parent / "sub", shelf.root / "disk/sub")
    shelf.scan()
    assert library.failures() == []


def test_a_managed_volume_is_scanned_too(library: Library) -> None:
    for number in (1, 2):
        library.drop(f"x/{number}.mp3", title=f"Song {number}", artist="A", album="B", track=number, seed=number)
    library.ingest()
    storage = library.volumes["storage"].id
    (file,) = library.storage.rglob("01*.mp3")
    folder = file.parent

    def scan(full: bool = False):
        numbers = scan_volume(library.database, storage, full=full, intake=library.settings)
        library.ingest()
        return numbers

    assert scan().new == 0
    before = {song.title: song.id for song in library.songs()}
    file.unlink()
    make_song(folder / "03 Late.mp3", title="Late", artist="A", album="B", track=3, seed=3)

    numbers = scan()

    assert (numbers.vanished, numbers.new) == (1, 1)
    assert {song.title for song in library.songs()} == {"Song 2", "Late"}
    make_song(file, title="Song 1", artist="A", album="B", track=1, seed=1)
    scan()
    assert {song.title: song.id for song in library.songs()}.items() >= before.items()
    assert (folder / "03 Late.mp3").exists()


def test_one_scan_of_a_volume_at_a_time(library: Library, shelf: Shelf) -> None:
    with library.database.autocommit() as db:
        assert db.value("claim_scan", volume=shelf.volume.id)
        with pytest.raises(VolumeIsBusy):
            shelf.scan()
        db.value("release_scan_claim", volume=shelf.volume.id)


def test_a_scan_that_is_cut_off_is_begun_anew(library: Library, shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf.put("a/1.mp3", 1)
    shelf.scan()
    (shelf.root / "a/1.mp3").unlink()
    shelf.put("b/2.mp3", 2)

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("melodee.scan.scan.follow_moved", interrupt)
        with pytest.raises(KeyboardInterrupt):
            shelf.scan()
    assert [row.state for row in library.query("select state from volume_scan order by id")][-1] == "cancelled"

    assert shelf.scan().vanished == 1
    assert list(shelf.songs()) == ["b/2.mp3"]


Changing = Callable[[Path], object]


@pytest.mark.parametrize("change", [Path.unlink, lambda path: path.write_bytes(b"x"), lambda path: path.chmod(0o600)])
def test_files_may_change_while_they_are_looked_at(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch, change: Changing
) -> None:
    path = shelf.put("a/1.mp3", 1)
    look = folders.look_at

    def look_and_change(root: Path, folder: str):
        found = look(root, folder)
        if folder == "a" and path.exists():
            change(path)
        return found

    with monkeypatch.context() as patch:
        patch.setattr(folders, "look_at", look_and_change)
        shelf.scan()
    shelf.scan(full=True)
