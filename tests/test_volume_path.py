"""Paths beneath a volume: nothing leads out of it, whatever lies on the way."""

import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from pathlib import Path

import pytest

from melodee import volume_path
from melodee.errors import MelodeeError
from melodee.file_errors import SpecialFile, SymlinkInTheWay, UnsafePath, Vanished, VolumeUnavailable
from melodee.volume_path import VolumePath, folders_kept_open, opened_folder


@pytest.fixture(params=["at once", "step by step"], autouse=True)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """How folders are opened: by the kernel in one call, or one from the other as where it cannot."""
    if request.param == "step by step":
        monkeypatch.setattr(volume_path, "open_beneath", lambda *_: None)
    return request.param


@pytest.mark.parametrize(
    "path", ["", "/", "/etc/passwd", "..", "../x", "a/../b", "a/./b", ".", "a//b", "a/", "nul\0", "a/.."]
)
def test_a_path_that_could_lead_out_is_refused(tmp_path, path):
    with pytest.raises(UnsafePath):
        VolumePath(tmp_path, path)


def test_the_parts_of_a_path(tmp_path):
    place = VolumePath(tmp_path, "a/b/c.flac")

    assert (place.folder, place.name) == ("a/b", "c.flac")
    assert place.beside("d") == VolumePath(tmp_path, "a/b/d")
    assert VolumePath(tmp_path, "c").beside("d") == VolumePath(tmp_path, "d")
    assert VolumePath(tmp_path, "c").folder == ""


def names_in(place: VolumePath, *, create: bool = False) -> list[str]:
    with opened_folder(place, create=create) as folder:
        return sorted(os.listdir(folder))  # noqa: PTH208 - a path has no descriptors


def test_folders_are_opened_and_made_when_asked_to(tmp_path):
    with pytest.raises(Vanished):
        names_in(VolumePath(tmp_path, "a/b/c"))

    assert names_in(VolumePath(tmp_path, "a/b/c"), create=True) == []
    (tmp_path / "a/b/c").touch()
    assert names_in(VolumePath(tmp_path, "a/b/c"), create=True) == ["c"]


@pytest.mark.parametrize("create", [False, True])
def test_a_link_on_the_way_is_not_followed_even_within_the_volume(tmp_path, create):
    root, outside = tmp_path / "root", tmp_path / "outside"
    (root / "real").mkdir(parents=True)
    outside.mkdir()
    (root / "out").symlink_to(outside)
    (root / "in").symlink_to("real")
    (root / "dangling").symlink_to("nowhere")

    for path in ("out/x", "in/x", "dangling/x", "out/new/x"):
        with pytest.raises(SymlinkInTheWay):
            names_in(VolumePath(root, path), create=create)
    assert list(outside.iterdir()) == []


def test_a_folder_that_becomes_a_link_while_it_is_walked_does_not_divert(tmp_path):
    root, outside = tmp_path / "root", tmp_path / "outside"
    (root / "a/b").mkdir(parents=True)
    outside.mkdir()

    with opened_folder(VolumePath(root, "a/b/file")) as folder:
        (root / "a").rename(root / "moved")
        (root / "a").symlink_to(outside)
        os.close(os.open("file", os.O_WRONLY | os.O_CREAT, dir_fd=folder))

    assert (root / "moved/b/file").exists()
    assert list(outside.iterdir()) == []


def test_the_root_may_be_a_link(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "root").symlink_to("real")

    assert names_in(VolumePath(tmp_path / "root", "a/b"), create=True) == []


def test_a_file_in_place_of_a_folder(tmp_path):
    (tmp_path / "file").touch()

    with pytest.raises(SpecialFile, match="'file' is no folder"):
        names_in(VolumePath(tmp_path, "file/x"), create=True)


@pytest.mark.parametrize("root", ["missing", "file"])
def test_a_root_that_is_not_there_is_the_volumes_trouble(tmp_path, root):
    (tmp_path / "file").touch()

    with pytest.raises(VolumeUnavailable):
        names_in(VolumePath(tmp_path / root, "x"), create=True)
    assert not (tmp_path / "missing").exists()


def test_a_folder_that_is_kept_open_and_removed_meanwhile_is_made_again(tmp_path):
    place = VolumePath(tmp_path, "a/b/song")

    with folders_kept_open():
        for _ in range(2):
            with opened_folder(place, create=True) as folder:
                os.close(os.open("song", os.O_WRONLY | os.O_CREAT, dir_fd=folder))
            assert (tmp_path / "a/b/song").exists()
            shutil.rmtree(tmp_path / "a")
        with pytest.raises(Vanished), opened_folder(place):
            pass


def test_of_folders_that_are_kept_open_each_that_got_new_ones_is_waited_for_once(tmp_path, monkeypatch):
    waited: list[str] = []
    monkeypatch.setattr(volume_path, "sync_folder", lambda _folder, path: waited.append(path))
    below = f"{tmp_path}/"

    with folders_kept_open():
        for number in range(40):
            names_in(VolumePath(tmp_path, f"a/{number}/song"), create=True)
        assert waited == []

    assert [path.removeprefix(below).partition("/")[0] for path in waited] == ["a", "a"]
    assert len(list((tmp_path / "a").iterdir())) == 40


def test_a_thread_of_its_own_keeps_no_folders_of_another(tmp_path):
    with folders_kept_open(), opened_folder(VolumePath(tmp_path, "x")) as folder:
        with ThreadPoolExecutor() as pool:
            other = pool.submit(lambda: names_in(VolumePath(tmp_path, "x")))
            assert other.result() == []
        assert os.listdir(folder) == []  # noqa: PTH208 - a path has no descriptors


@pytest.mark.parametrize("kept", [False, True])
def test_no_descriptor_is_left_open(tmp_path, kept):
    (tmp_path / "a").mkdir()
    (tmp_path / "link").symlink_to("a")
    before = len(list(Path("/proc/self/fd").iterdir())) if Path("/proc/self/fd").exists() else 0

    with folders_kept_open() if kept else nullcontext():
        for path in ("a/x", "a/missing/x", "link/x", "new/folder/x", *(f"many/{number}/x" for number in range(40))):
            for create in (False, True):
                try:
                    names_in(VolumePath(tmp_path, path), create=create)
                except MelodeeError:
                    continue

    assert before == 0 or len(list(Path("/proc/self/fd").iterdir())) == before
