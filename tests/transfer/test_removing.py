"""What is removed: a source whose bytes have their name, temporary names, emptied folders; and nothing else."""

import pytest

from melodee import transfer
from melodee.file_errors import ChangedWhileCopying, Vanished
from melodee.transfer import observe
from melodee.volume_path import VolumePath
from melodee.volume_probe import Abilities
from tests.transfer.world import CHANGES, CONTENT, cut, path, rewrite, unlink


def test_the_source_goes_once(published):
    expected = observe(published.source)

    assert transfer.remove_source(published.source, expected, published.final) is True
    assert transfer.remove_source(published.source, expected, published.final) is False
    path(published.source).parent.rmdir()
    assert transfer.remove_source(published.source, expected, published.final) is False


@pytest.mark.parametrize("change", CHANGES)
def test_a_source_that_changed_is_a_new_file_and_stays(published, change):
    expected = observe(published.source)
    change(path(published.source))

    with pytest.raises(ChangedWhileCopying):
        transfer.remove_source(published.source, expected, published.final)
    assert path(published.source).exists()


def test_a_linked_source_goes_only_while_it_is_the_published_file(volumes):
    expected = volumes.drop()
    transfer.link_to_temporary(volumes.source, volumes.temporary, expected)
    transfer.publish(volumes.temporary, volumes.final, Abilities())
    rewrite(path(volumes.source))
    assert transfer.remove_source(volumes.source, expected, volumes.final, linked=True) is True

    volumes.drop()
    with pytest.raises(ChangedWhileCopying):
        transfer.remove_source(volumes.source, expected, volumes.final, linked=True)
    assert path(volumes.source).read_bytes() == CONTENT


@pytest.mark.parametrize("meddle", [unlink, cut])
def test_the_source_stays_when_the_final_file_is_not_there(published, meddle):
    expected = observe(published.source)
    meddle(path(published.final))

    with pytest.raises(Vanished):
        transfer.remove_source(published.source, expected, published.final)
    assert path(published.source).read_bytes() == CONTENT


@pytest.mark.parametrize("name", ["song.flac", ".hidden", ".melodee-1.part.flac", ".melodee-.part", "x.melodee-1.part"])
def test_only_temporary_names_are_removed_as_such(volumes, name):
    volumes.drop()
    path(volumes.source.beside(name)).touch()

    with pytest.raises(ValueError, match="no temporary file"):
        transfer.remove_temporary(volumes.source.beside(name))
    assert path(volumes.source.beside(name)).exists()


def test_a_temporary_name_is_removed_once(copied):
    assert transfer.remove_temporary(copied.temporary) is True
    assert transfer.remove_temporary(copied.temporary) is False
    assert transfer.remove_temporary(VolumePath(copied.storage, "no/such/folder/.melodee-1.part")) is False


def test_emptied_folders_go_up_to_what_is_not_empty(volumes):
    (volumes.inbound / "kept/a/b/c").mkdir(parents=True)
    (volumes.inbound / "kept/cover.jpg").touch()

    assert transfer.remove_empty_folders(volumes.inbound, "kept/a/b/c") == 3
    assert transfer.remove_empty_folders(volumes.inbound, "kept/a/b/c") == 0
    assert [str(left.relative_to(volumes.inbound)) for left in sorted(volumes.inbound.rglob("*"))] == [
        "kept",
        "kept/cover.jpg",
    ]


def test_the_root_a_link_and_a_hidden_files_folder_are_never_removed(volumes):
    (volumes.inbound / "hidden").mkdir()
    (volumes.inbound / "hidden/.nomedia").touch()
    (volumes.storage / "empty").mkdir()
    (volumes.inbound / "link").symlink_to(volumes.storage)

    for folder in ("", "hidden", "link", "link/empty"):
        assert transfer.remove_empty_folders(volumes.inbound, folder) == 0
    assert (volumes.storage / "empty").is_dir()
    (volumes.inbound / "hidden/.nomedia").unlink()
    (volumes.inbound / "link").unlink()
    assert transfer.remove_empty_folders(volumes.inbound, "hidden") == 1
    assert volumes.inbound.is_dir()
