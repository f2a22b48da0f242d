"""The folders of an instance are there and writable, or a sentence says which is not."""

import os
import stat
from pathlib import Path

import pytest

from melodee.folders import FolderUnusable, make_data_folder, make_volume_folders
from melodee.settings import DataDirectory
from tests.unprivileged import unprivileged


def test_missing_folders_are_made(tmp_path):
    data = DataDirectory(tmp_path / "a" / "data")

    make_data_folder(data)
    folders = make_volume_folders(data, None, None)

    assert (folders.inbound, folders.storage) == (data.inbound, data.storage)
    assert folders.staging.stat().st_dev == folders.storage.stat().st_dev
    assert list(folders.inbound.iterdir()) == []


def test_staging_is_on_storages_file_system(tmp_path):
    data = DataDirectory(tmp_path / "data")
    make_data_folder(data)
    shared_memory = Path("/dev/shm")
    if not os.access(shared_memory, os.W_OK) or shared_memory.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("there is no second file system to write to")
    storage = shared_memory / f"melodee-test-{os.getpid()}"
    try:
        folders = make_volume_folders(data, None, storage)

        assert folders.staging == storage / ".melodee-staging"
    finally:
        for folder in (storage / ".melodee-staging", storage):
            folder.rmdir()


def test_a_folder_that_is_ours_already_keeps_its_permissions(tmp_path):
    inbound = tmp_path / "music"
    inbound.mkdir(mode=0o750)
    data = DataDirectory(tmp_path / "data")
    make_data_folder(data)

    make_volume_folders(data, inbound, None)

    assert stat.S_IMODE(inbound.stat().st_mode) == 0o750


def test_a_folder_that_cannot_be_written_is_named_with_the_flag_that_mends_it(open_directory):
    closed = open_directory / "closed"
    closed.mkdir(mode=0o555)
    with unprivileged(), pytest.raises(FolderUnusable, match=r"denied; choose another with --data"):
        make_data_folder(DataDirectory(closed / "data"))


def test_a_file_in_the_way_is_named(tmp_path):
    (tmp_path / "data").touch()
    with pytest.raises(FolderUnusable, match="--data"):
        make_data_folder(DataDirectory(tmp_path / "data"))
