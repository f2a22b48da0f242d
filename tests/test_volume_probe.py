"""What a volume can do is tried out, and the trial leaves nothing behind."""

import errno
import os
import time

import msgspec
import pytest

from melodee import no_replace
from melodee.file_errors import VolumeUnavailable
from melodee.volume_probe import PROBE_PREFIX, Abilities, VolumeUnusable, probe
from tests.unprivileged import unprivileged


def refusing(number: int):
    def refuse(*_arguments, **_options):
        raise OSError(number, os.strerror(number))

    return refuse


def test_the_abilities_of_this_file_system_and_nothing_is_left(tmp_path):
    (tmp_path / "Album").mkdir()

    abilities = probe(tmp_path)

    assert abilities.device == tmp_path.stat().st_dev
    assert 0 < abilities.free_bytes <= abilities.total_bytes
    assert abilities.case_sensitive is not (tmp_path / "ALBUM").exists()
    assert len("n" * abilities.max_name_bytes) <= 255
    (tmp_path / ("n" * abilities.max_name_bytes)).touch()
    assert sorted(entry.name for entry in tmp_path.iterdir()) == sorted(["Album", "n" * abilities.max_name_bytes])


def test_abilities_are_stored_as_json(tmp_path):
    abilities = probe(tmp_path)

    assert msgspec.json.decode(msgspec.json.encode(abilities), type=Abilities) == abilities
    assert msgspec.json.decode(b"{}", type=Abilities) == Abilities()


@pytest.mark.parametrize("number", [errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS])
def test_a_file_system_without_links(tmp_path, monkeypatch, number):
    monkeypatch.setattr(os, "link", refusing(number))

    assert probe(tmp_path).hard_links is False


def test_a_share_that_copies_when_asked_to_link(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "link", lambda _one, other: other.touch())

    assert probe(tmp_path).hard_links is False


@pytest.mark.parametrize("number", [errno.EINVAL, errno.ENOSYS])
def test_a_file_system_without_rename_noreplace(tmp_path, monkeypatch, number):
    monkeypatch.setattr(no_replace, "rename", refusing(number))

    assert probe(tmp_path).rename_noreplace is False


def test_a_file_system_that_replaces_all_the_same(tmp_path, monkeypatch):
    monkeypatch.setattr(
        no_replace, "rename", lambda folder, one, other: os.rename(one, other, src_dir_fd=folder, dst_dir_fd=folder)
    )

    assert probe(tmp_path).rename_noreplace is False


def test_a_file_system_whose_folders_cannot_be_synced(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "fsync", refusing(errno.EINVAL))

    assert probe(tmp_path).fsync_folder is False


def test_a_disk_that_fails_is_the_volumes_trouble_and_nothing_is_left(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "fsync", refusing(errno.EIO))

    with pytest.raises(VolumeUnavailable):
        probe(tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["missing", "file"])
def test_a_root_that_is_no_folder(tmp_path, name):
    (tmp_path / "file").touch()

    with pytest.raises(VolumeUnavailable, match="There is no such folder"):
        probe(tmp_path / name)


def test_a_root_that_cannot_be_written_says_what_to_do(open_directory):
    root = open_directory / "not-ours"
    root.mkdir()
    root.chmod(0o555)

    with unprivileged(), pytest.raises(VolumeUnusable, match="the right to write"):
        probe(root)


def test_a_read_only_file_system_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.mkdtemp", refusing(errno.EROFS))

    with pytest.raises(VolumeUnusable, match="read-only"):
        probe(tmp_path)


def test_what_a_killed_probe_left_is_removed_later_and_nothing_else(tmp_path):
    old, fresh, kept = (tmp_path / name for name in (f"{PROBE_PREFIX}old", f"{PROBE_PREFIX}new", "music"))
    for folder in (old, fresh, kept):
        folder.mkdir()
        (folder / "file").touch()
    os.utime(old, (time.time() - 7200,) * 2)
    os.utime(kept, (time.time() - 7200,) * 2)

    probe(tmp_path)

    assert sorted(tmp_path.iterdir()) == sorted([fresh, kept])
