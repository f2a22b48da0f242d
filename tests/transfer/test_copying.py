"""A file is looked at, copied or linked; one that changes meanwhile is not."""

import errno
import os
from collections.abc import Callable

import msgspec
import pytest

from melodee import transfer
from melodee.file_errors import (
    ChangedWhileCopying,
    NotLinkable,
    PermissionDenied,
    SpecialFile,
    SymlinkInTheWay,
    Vanished,
)
from melodee.transfer import Observed, observe, temporary_beside
from melodee.volume_path import VolumePath
from melodee.volume_probe import Abilities
from tests.transfer.world import CHANGES, CONTENT, DIGEST, Journal, make, path, refusing, replace, unlink
from tests.unprivileged import unprivileged


def test_what_is_observed(volumes):
    observed = volumes.drop()
    status = path(volumes.source).stat()

    assert observed == Observed(status.st_dev, status.st_ino, len(CONTENT), status.st_mtime_ns, status.st_ctime_ns)
    assert observed.unchanged(observe(volumes.source))


@pytest.mark.parametrize(
    ("change", "unchanged", "unchanged_when_linked"),
    [
        ({"device": 1}, True, True),
        ({"ctime_ns": 1}, False, True),
        ({"mtime_ns": 1}, False, False),
        ({"size": 1}, False, False),
        ({"inode": 1}, False, False),
    ],
)
def test_what_counts_as_a_change(change, unchanged, unchanged_when_linked):
    one = Observed(device=65024, inode=12, size=3, mtime_ns=4, ctime_ns=5)
    other = msgspec.structs.replace(one, **change)

    assert one.unchanged(other) is unchanged
    assert one.unchanged(other, linked=True) is unchanged_when_linked


NOT_FILES = {
    "symlink": SymlinkInTheWay,
    "dangling": SymlinkInTheWay,
    "folder": SpecialFile,
    "pipe": SpecialFile,
    "socket": SpecialFile,
    "nothing": Vanished,
}


@pytest.mark.parametrize("kind", NOT_FILES)
def test_what_is_no_regular_file_is_neither_observed_read_copied_nor_linked(volumes, monkeypatch, kind):
    monkeypatch.chdir(volumes.inbound)
    make(kind, path(volumes.source))
    path(volumes.source).parent.mkdir(parents=True, exist_ok=True)
    expected = Observed(0, 0, 0, 0, 0)

    for step in (
        lambda: observe(volumes.source),
        lambda: transfer.content_hash(volumes.source),
        lambda: transfer.copy_to_temporary(volumes.source, volumes.temporary, expected),
        lambda: transfer.link_to_temporary(volumes.source, volumes.temporary, expected),
    ):
        with pytest.raises(NOT_FILES[kind]):
            step()
    assert list(volumes.storage.rglob("*.part")) == []


def test_a_copy_is_hashed_and_keeps_its_time(volumes):
    expected = volumes.drop()

    assert transfer.copy_to_temporary(volumes.source, volumes.temporary, expected) == DIGEST
    assert transfer.content_hash(volumes.temporary) == DIGEST
    assert observe(volumes.temporary).mtime_ns == expected.mtime_ns
    assert path(volumes.source).read_bytes() == CONTENT


def test_an_empty_file_can_be_moved_too(volumes):
    volumes.drop(b"")

    Journal(volumes, Abilities(), linked=False).run()

    assert volumes.files() == {volumes.final.path: b""}


def test_a_copy_starts_over_what_a_crash_left(volumes):
    expected = volumes.drop()
    path(volumes.temporary).parent.mkdir(parents=True)
    path(volumes.temporary).write_bytes(b"half")

    assert transfer.copy_to_temporary(volumes.source, volumes.temporary, expected) == DIGEST


def test_a_temporary_file_without_its_source_is_kept(volumes):
    expected = volumes.drop()
    transfer.copy_to_temporary(volumes.source, volumes.temporary, expected)
    path(volumes.source).unlink()

    for step in (transfer.copy_to_temporary, transfer.link_to_temporary):
        with pytest.raises(Vanished):
            step(volumes.source, volumes.temporary, expected)
    assert transfer.content_hash(volumes.temporary) == DIGEST


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("when", ["before", "while"])
def test_a_file_that_changes_is_not_copied(volumes, monkeypatch, when, change):
    expected = volumes.drop()
    if when == "before":
        change(path(volumes.source))
    else:
        meddle_after_first_block(monkeypatch, lambda: change(path(volumes.source)))

    with pytest.raises(ChangedWhileCopying) as caught:
        transfer.copy_to_temporary(volumes.source, volumes.temporary, expected)

    assert caught.value.code == "changed_while_copying"
    assert list(volumes.files()) == [volumes.source.path]


def test_a_file_that_vanishes_while_it_is_copied(volumes, monkeypatch):
    expected = volumes.drop()
    meddle_after_first_block(monkeypatch, lambda: unlink(path(volumes.source)))

    with pytest.raises(Vanished):
        transfer.copy_to_temporary(volumes.source, volumes.temporary, expected)
    assert volumes.files() == {}


def test_a_file_that_grows_as_fast_as_it_is_read_does_not_copy_for_ever(volumes, monkeypatch):
    expected = volumes.drop()
    readv = os.readv

    def growing(descriptor, buffers):
        with path(volumes.source).open("ab") as file:
            file.write(b"x" * (2 << 20))
        return readv(descriptor, buffers)

    monkeypatch.setattr(os, "readv", growing)
    with pytest.raises(ChangedWhileCopying):
        transfer.copy_to_temporary(volumes.source, volumes.temporary, expected)


def meddle_after_first_block(monkeypatch: pytest.MonkeyPatch, meddle: Callable[[], object]) -> None:
    readv, calls = os.readv, []

    def reading(descriptor, buffers):
        if len(calls) == 1:
            meddle()
        calls.append(descriptor)
        return readv(descriptor, buffers)

    monkeypatch.setattr(os, "readv", reading)


def test_a_file_that_cannot_leave_its_folder_is_not_copied(open_directory):
    root = open_directory / "locked"
    (root / "album").mkdir(parents=True)
    (root / "storage").mkdir()
    (root / "storage").chmod(0o777)
    (root / "album/song.flac").write_bytes(CONTENT)
    (root / "album").chmod(0o555)
    source, final = VolumePath(root, "album/song.flac"), VolumePath(root, "storage/song.flac")

    with unprivileged():
        expected = observe(source)
        for step in (transfer.copy_to_temporary, transfer.link_to_temporary):
            with pytest.raises(PermissionDenied, match="cannot be moved out"):
                step(source, temporary_beside(final, 1), expected)
    (root / "album").chmod(0o755)
    assert list((root / "storage").iterdir()) == []


def test_files_and_folders_without_permission(open_directory):
    root = open_directory / "private"
    (root / "folder").mkdir(parents=True)
    (root / "folder/song.flac").touch()
    (root / "song.flac").touch(0o000)
    root.chmod(0o777)
    (root / "folder").chmod(0o000)

    with unprivileged():
        with pytest.raises(PermissionDenied):
            observe(VolumePath(root, "folder/song.flac"))
        with pytest.raises(PermissionDenied):
            transfer.content_hash(VolumePath(root, "song.flac"))
        with pytest.raises(PermissionDenied):
            transfer.copy_to_temporary(
                VolumePath(root, "song.flac"),
                VolumePath(root, ".melodee-1.part"),
                observe(VolumePath(root, "song.flac")),
            )
    (root / "folder").chmod(0o700)


def test_linking_twice_is_harmless(volumes):
    expected = volumes.drop()

    transfer.link_to_temporary(volumes.source, volumes.temporary, expected)
    transfer.link_to_temporary(volumes.source, volumes.temporary, expected)

    assert path(volumes.temporary).samefile(path(volumes.source))
    assert path(volumes.source).stat().st_nlink == 2


@pytest.mark.parametrize("change", CHANGES)
def test_a_file_that_changed_is_not_linked(volumes, change):
    expected = volumes.drop()
    change(path(volumes.source))

    with pytest.raises(ChangedWhileCopying):
        transfer.link_to_temporary(volumes.source, volumes.temporary, expected)
    assert list(volumes.files()) == [volumes.source.path]


def test_a_file_that_is_replaced_at_the_last_moment_is_not_linked(volumes, monkeypatch):
    expected = volumes.drop()
    link = os.link

    def late(*arguments, **options):
        replace(path(volumes.source))
        link(*arguments, **options)

    monkeypatch.setattr(os, "link", late)
    with pytest.raises(ChangedWhileCopying):
        transfer.link_to_temporary(volumes.source, volumes.temporary, expected)
    assert list(volumes.files()) == [volumes.source.path]


@pytest.mark.parametrize("number", [errno.EXDEV, errno.EPERM, errno.EOPNOTSUPP, errno.EMLINK, errno.ENOSYS])
def test_what_cannot_be_linked_has_to_be_copied(volumes, monkeypatch, number):
    expected = volumes.drop()
    monkeypatch.setattr(os, "link", refusing(number))

    with pytest.raises(NotLinkable) as caught:
        transfer.link_to_temporary(volumes.source, volumes.temporary, expected)
    assert caught.value.code == "not_linkable"
