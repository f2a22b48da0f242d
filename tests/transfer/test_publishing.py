"""A name is given by the best way that the file system has, and never one that is taken."""

import errno
import os

import pytest

from melodee import no_replace, transfer
from melodee.file_errors import DiskFull, NameTaken, SymlinkInTheWay, Vanished
from melodee.no_replace import Way
from melodee.transfer import temporary_beside
from melodee.volume_path import VolumePath
from melodee.volume_probe import Abilities
from tests.transfer.world import CONTENT, WAYS, make, path, refusing

FALLBACKS = [
    # abilities, what link answers, what renameat2 answers, the way that is left
    (Abilities(), None, None, Way.LINK),
    (Abilities(), errno.EPERM, None, Way.RENAME),
    (Abilities(), errno.EOPNOTSUPP, None, Way.RENAME),
    (Abilities(), errno.EMLINK, None, Way.RENAME),
    (Abilities(), errno.ENOSYS, None, Way.RENAME),
    (Abilities(), errno.EPERM, errno.EINVAL, Way.PLACEHOLDER),
    (Abilities(), errno.EPERM, errno.ENOSYS, Way.PLACEHOLDER),
    (Abilities(), errno.EOPNOTSUPP, errno.EOPNOTSUPP, Way.PLACEHOLDER),
    (Abilities(hard_links=False), None, None, Way.RENAME),
    (Abilities(hard_links=False), None, errno.EINVAL, Way.PLACEHOLDER),
    (Abilities(hard_links=False, rename_noreplace=False), None, None, Way.PLACEHOLDER),
    (Abilities(rename_noreplace=False), errno.EPERM, None, Way.PLACEHOLDER),
]


@pytest.mark.parametrize(("restricted", "way"), [(row[:3], row[3]) for row in FALLBACKS], indirect=["restricted"])
def test_a_name_is_given_by_the_best_way_there_is(restricted, way):
    copied, abilities = restricted

    assert transfer.publish(copied.temporary, copied.final, abilities) is way

    assert path(copied.final).read_bytes() == CONTENT
    assert path(copied.temporary).exists() == (way is Way.LINK)


@pytest.mark.parametrize("restricted", [row[:3] for row in FALLBACKS], indirect=True)
@pytest.mark.parametrize("taken_by", ["file", "empty", "symlink", "dangling", "folder", "pipe"])
def test_a_name_that_is_taken_is_never_given(restricted, taken_by):
    copied, abilities = restricted
    final = path(copied.final)
    if taken_by in {"file", "empty"}:
        final.write_bytes(b"another song" if taken_by == "file" else b"")
    else:
        make(taken_by, final)
    before = final.lstat()

    with pytest.raises(NameTaken) as caught:
        transfer.publish(copied.temporary, copied.final, abilities)

    assert caught.value.code == "name_taken"
    assert caught.value.path == copied.final.full
    assert os.path.samestat(final.lstat(), before)
    assert final.lstat().st_size == before.st_size
    assert path(copied.temporary).read_bytes() == CONTENT


def test_publishing_twice_is_harmless(copied):
    assert transfer.publish(copied.temporary, copied.final, Abilities()) is Way.LINK
    assert transfer.publish(copied.temporary, copied.final, Abilities()) is Way.LINK
    assert transfer.publish(copied.temporary, copied.final, WAYS[Way.RENAME]) is Way.RENAME


def test_an_answer_that_got_lost_on_a_network_volume(copied, monkeypatch):
    link = no_replace.link

    def answer_lost(*arguments):
        link(*arguments)
        link(*arguments)

    monkeypatch.setattr(no_replace, "link", answer_lost)

    assert transfer.publish(copied.temporary, copied.final, Abilities()) is Way.LINK


def test_a_placeholder_of_ours_is_completed_and_one_of_another_operation_is_not(copied):
    path(copied.final).write_bytes(no_replace._content(temporary_beside(copied.final, 8).name))
    with pytest.raises(NameTaken):
        transfer.publish(copied.temporary, copied.final, Abilities())

    path(copied.final).write_bytes(no_replace._content(copied.temporary.name))
    assert transfer.publish(copied.temporary, copied.final, Abilities()) is Way.PLACEHOLDER
    assert path(copied.final).read_bytes() == CONTENT


def test_what_takes_the_placeholders_place_is_not_replaced(copied, monkeypatch):
    fsync = os.fsync

    def meddling(descriptor):
        if path(copied.final).exists():
            path(copied.final).unlink()
            path(copied.final).write_bytes(b"another song")
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", meddling)

    with pytest.raises(NameTaken):
        transfer.publish(copied.temporary, copied.final, WAYS[Way.PLACEHOLDER])
    assert path(copied.final).read_bytes() == b"another song"


def test_a_full_disk_leaves_no_placeholder(copied, monkeypatch):
    monkeypatch.setattr(os, "write", refusing(errno.ENOSPC))

    with pytest.raises(DiskFull):
        transfer.publish(copied.temporary, copied.final, WAYS[Way.PLACEHOLDER])
    assert not path(copied.final).exists()


def test_only_a_whole_temporary_file_beside_the_name_is_published(volumes):
    with pytest.raises(Vanished):
        transfer.publish(
            temporary_beside(VolumePath(volumes.storage, "song.flac"), 7),
            VolumePath(volumes.storage, "song.flac"),
            Abilities(),
        )
    with pytest.raises(ValueError, match="beside"):
        transfer.publish(temporary_beside(volumes.source, 7), volumes.final, Abilities())
    make("symlink", path(volumes.temporary))
    with pytest.raises(SymlinkInTheWay):
        transfer.publish(volumes.temporary, volumes.final, Abilities())


def test_a_folder_that_cannot_be_synced_is_no_error(copied, monkeypatch):
    monkeypatch.setattr(os, "fsync", refusing(errno.EINVAL))

    assert transfer.publish(copied.temporary, copied.final, Abilities()) is Way.LINK
