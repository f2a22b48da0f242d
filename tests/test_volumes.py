"""Volumes: which folders may be one, how they lie to each other, and what `melodee up` does with its own three."""

import os
import shutil
import stat
from pathlib import Path

import pytest

from melodee.database import Database
from melodee.errors import MelodeeError
from melodee.ledger import path_hash
from melodee.path_template import DEFAULT_FOLDERS, InvalidTemplate
from melodee.settings import DataDirectory
from melodee.volume_folders import holds, overlaps, same_folder
from melodee.volume_marker import MARKER, is_marked
from melodee.volume_probe import VolumeUnusable
from melodee.volumes import (
    BadVolumeName,
    UnknownVolume,
    Volume,
    VolumeElsewhere,
    VolumeNameTaken,
    add_volume,
    ensure_default_volumes,
    volume_by_id,
    volumes,
)
from tests.unprivileged import unprivileged


@pytest.fixture
def database(emptied_database_url: str):
    database = Database(emptied_database_url)
    yield database
    database.close()


@pytest.fixture
def folder(tmp_path: Path):
    def make(name: str) -> Path:
        made = tmp_path / name
        made.mkdir(parents=True, exist_ok=True)
        return made

    return make


def stored(database: Database) -> list[Volume]:
    with database.begin() as db:
        return volumes(db)


def know(database: Database, volume: Volume, *names: str, size: int = 3) -> None:
    """Enters files into the ledger, as published."""
    with database.begin() as db:
        for name in names:
            db.connection.exec_driver_sql(
                "insert into files (path_hash, volume_id, path, kind, state, size_bytes, modified_ns, changed_ns) "
                "values (%s, %s, %s, 'audio', 'published', %s, 0, 0)",
                (path_hash(volume.id, name), volume.id, os.fsencode(name), size),
            )


def test_a_volume_knows_its_folder_its_kind_and_what_its_file_system_can_do(database, folder):
    added = add_volume(database, "Music", folder("music"), "storage")

    assert stored(database) == [added]
    assert (added.name, added.kind, added.root) == ("Music", "storage", folder("music"))
    assert added.template == DEFAULT_FOLDERS
    assert added.abilities.case_sensitive == (not Path(str(folder("music")).upper()).exists())
    assert added.free_bytes() > 0
    assert [file.name for file in folder("music").iterdir()] == [MARKER]
    assert is_marked(added.root, added.marker)


def test_volumes_are_found_by_kind_and_by_number(database, folder):
    music = add_volume(database, "Music", folder("music"), "storage")
    drop = add_volume(database, "Drop", folder("drop"), "inbound")

    with database.begin() as db:
        assert volumes(db, kind="inbound") == [drop]
        assert volume_by_id(db, music.id) == music
        with pytest.raises(UnknownVolume):
            volume_by_id(db, 999)


@pytest.mark.parametrize("name", ['O\'Brien "x"', "名前", "💃", "a/b", "100%", "شارع", "back\\slash"])
def test_awkward_folders_and_names_are_just_names(database, folder, name):
    added = add_volume(database, name, folder(name.replace("/", "\n")), "inbound")

    assert stored(database) == [added]


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "a\0b", "\u202eevil", "\udcff", "x" * 101, "zero\u200bwidth"])
def test_a_name_that_nobody_could_type_is_refused(database, folder, name):
    with pytest.raises(BadVolumeName) as refusal:
        add_volume(database, name, folder("a"), "inbound")
    str(refusal.value).encode()


def test_two_volumes_have_different_names(database, folder):
    add_volume(database, "Müsic", folder("a"), "storage")

    with pytest.raises(VolumeNameTaken):
        add_volume(database, "MUSIC", folder("b"), "storage")


def test_a_folder_that_is_not_there_is_refused_with_the_mend(database, tmp_path):
    with pytest.raises(VolumeUnusable, match=r"make it, or mount it.*away"):
        add_volume(database, "a", tmp_path / "away", "inbound")


def test_a_file_is_no_volume(database, tmp_path):
    (tmp_path / "file").write_text("")

    with pytest.raises(VolumeUnusable, match="not a folder"):
        add_volume(database, "a", tmp_path / "file", "inbound")
    with pytest.raises(VolumeUnusable):
        add_volume(database, "a", tmp_path / "file" / "below", "inbound")


def test_a_relative_path_is_refused(database):
    with pytest.raises(VolumeUnusable, match="absolute"):
        add_volume(database, "a", Path("music"), "inbound")


def test_a_path_that_no_database_stores_is_refused(database, tmp_path):
    bad = tmp_path / os.fsdecode(b"caf\xe9")
    bad.mkdir()

    with pytest.raises(VolumeUnusable, match="UTF-8") as refusal:
        add_volume(database, "a", bad, "inbound")
    assert "caf\\xe9" in str(refusal.value)
    with pytest.raises(VolumeUnusable):
        add_volume(database, "a", Path("/nul\0"), "inbound")


def test_a_loop_of_links_is_refused(database, tmp_path):
    (tmp_path / "a").symlink_to(tmp_path / "b")
    (tmp_path / "b").symlink_to(tmp_path / "a")

    with pytest.raises(VolumeUnusable):
        add_volume(database, "a", tmp_path / "a", "inbound")


def test_a_folder_that_we_may_not_write_is_refused(database, folder):
    place = folder("a")
    place.chmod(0o500)

    with unprivileged(), pytest.raises(VolumeUnusable):
        add_volume(database, "a", place, "inbound")


def test_a_folder_where_nobody_can_write_is_refused(database):
    with pytest.raises(MelodeeError, match="/proc"):
        add_volume(database, "a", Path("/proc"), "inbound")


def test_dots_in_a_path_are_resolved(database, folder):
    folder("a/b")

    added = add_volume(database, "a", folder("a") / "b" / ".." / "b", "inbound")

    assert added.root == folder("a/b")


@pytest.mark.parametrize(("first", "second"), [("a", "a"), ("a", "a/b"), ("a/b", "a"), ("a", "a/.hidden/b")])
def test_a_volume_lies_neither_inside_nor_around_another(database, folder, first, second):
    add_volume(database, "first", folder(first), "inbound")

    with pytest.raises(VolumeUnusable, match="the volume first"):
        add_volume(database, "second", folder(second), "storage")
    assert len(stored(database)) == 1


def test_a_name_that_begins_alike_is_apart(database, folder):
    add_volume(database, "first", folder("music"), "inbound")
    add_volume(database, "second", folder("music2"), "inbound")

    assert len(stored(database)) == 2


def test_a_link_to_a_volume_is_that_volume(database, folder, tmp_path):
    add_volume(database, "first", folder("a"), "inbound")
    (tmp_path / "link").symlink_to(folder("a"))
    folder("a/below")

    for other in (tmp_path / "link", tmp_path / "link" / "below"):
        with pytest.raises(VolumeUnusable, match="the volume first"):
            add_volume(database, "second", other, "inbound")


def test_a_volume_that_is_away_still_keeps_others_out_of_its_place(database, folder):
    add_volume(database, "first", folder("a"), "inbound")
    folder("a").rmdir()
    folder("a/b").rmdir()

    with pytest.raises(VolumeUnusable, match="the volume first"):
        add_volume(database, "second", folder("a/b"), "inbound")


def test_staging_may_be_a_hidden_folder_of_storage(database, folder):
    add_volume(database, "Music", folder("music"), "storage")

    with pytest.raises(VolumeUnusable, match="inside"):
        add_volume(database, "Staging", folder("music/staging"), "staging")
    with pytest.raises(VolumeUnusable, match="inside"):
        add_volume(database, "Drop", folder("music/.drop"), "inbound")
    add_volume(database, "Staging", folder("music/.staging"), "staging")


@pytest.mark.skipif(not Path("/dev/shm").is_dir(), reason="needs a second file system")
def test_staging_lies_on_a_file_system_of_storage(database, folder):
    other = Path("/dev/shm") / f"melodee-{os.getpid()}"
    if other.parent.stat().st_dev == folder("music").stat().st_dev:
        pytest.skip("one file system for all")
    other.mkdir()
    try:
        add_volume(database, "Music", folder("music"), "storage")
        with pytest.raises(VolumeUnusable, match="beside"):
            add_volume(database, "Staging", other, "staging")
    finally:
        other.rmdir()


def test_where_melodee_keeps_its_state_is_no_volume(database, folder):
    data = DataDirectory(folder("data"))

    for place in ("data/postgres", "data/postgres/base", "data/keys", "data/cache/covers", "data/dagster", "data", "."):
        with pytest.raises(VolumeUnusable, match="its own state"):
            add_volume(database, "a", folder(place), "inbound", data=data)
    add_volume(database, "a", folder("data/inbound"), "inbound", data=data)


def test_a_template_is_checked_and_kept(database, folder):
    added = add_volume(database, "Music", folder("a"), "storage", "{artist_dir_code}/{artist}/{year} - {album}")

    assert stored(database) == [added]
    assert added.template == "{artist_dir_code}/{artist}/{year} - {album}"
    with pytest.raises(InvalidTemplate):
        add_volume(database, "More", folder("b"), "storage", "../{album}")
    with pytest.raises(InvalidTemplate):
        add_volume(database, "More", folder("b"), "storage", "{no_such_field}/{artist}/{album}")
    with pytest.raises(VolumeUnusable, match="Only a storage volume"):
        add_volume(database, "Drop", folder("c"), "inbound", "{artist}/{album}")


def defaults(database: Database, folder, base: str = "data", **chosen: str) -> dict[str, Volume]:
    """As `melodee up` calls it, with the kinds in `chosen` named by flags."""
    folders = {kind: folder(chosen.get(kind, f"{base}/{kind}")) for kind in ("inbound", "staging", "storage")}
    return ensure_default_volumes(database, **folders, chosen=list(chosen))


def test_the_first_start_makes_three_volumes_and_the_next_finds_them(database, folder):
    made = defaults(database, folder)

    assert {kind: (volume.name, volume.root) for kind, volume in made.items()} == {
        "inbound": ("Inbound", folder("data/inbound")),
        "staging": ("Staging", folder("data/staging")),
        "storage": ("Music", folder("data/storage")),
    }
    assert [volume.id for volume in defaults(database, folder).values()] == [volume.id for volume in made.values()]
    assert len(stored(database)) == 3


def test_a_folder_that_was_named_once_stays_without_naming_it_again(database, folder):
    defaults(database, folder, inbound="drop")

    again = defaults(database, folder)

    assert again["inbound"].root == folder("drop")


def test_a_default_volume_without_files_moves_to_the_folder_that_is_named(database, folder):
    before = defaults(database, folder)

    after = defaults(database, folder, inbound="drop", storage="music")

    assert after["inbound"].root == folder("drop")
    assert after["storage"].root == folder("music")
    assert after["storage"].id == before["storage"].id
    assert len(stored(database)) == 3


def test_a_default_volume_with_files_does_not_move_and_says_what_to_do(database, folder):
    made = defaults(database, folder)
    know(database, made["inbound"], "song.mp3")

    with pytest.raises(
        VolumeElsewhere, match=r"--inbound .*data/inbound, or .*melodee volume add NAME .*drop --kind inbound"
    ):
        defaults(database, folder, inbound="drop")

    assert {volume.path for volume in stored(database)} == {volume.path for volume in made.values()}


def test_a_folder_that_was_added_by_hand_can_be_named(database, folder):
    defaults(database, folder)
    added = add_volume(database, "Drop", folder("drop"), "inbound")

    assert defaults(database, folder, inbound="drop")["inbound"].id == added.id


def test_another_path_to_the_same_folder_is_the_same_volume(database, folder, tmp_path):
    made = defaults(database, folder)
    know(database, made["inbound"], "song.mp3")
    (tmp_path / "link").symlink_to(folder("data"))

    again = ensure_default_volumes(
        database, tmp_path / "link/inbound", tmp_path / "link/staging", tmp_path / "link/storage"
    )

    assert {volume.path for volume in again.values()} == {volume.path for volume in made.values()}


def test_a_data_directory_that_was_moved_takes_its_volumes_along(database, folder, tmp_path):
    made = defaults(database, folder)
    names = ["a/b.mp3", os.fsdecode(b"caf\xe9/x.mp3"), "c.mp3"]
    for name in names:
        file = folder("data/storage") / name
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(b"abc")
    know(database, made["storage"], *names)
    (tmp_path / "data").rename(tmp_path / "moved")

    after = defaults(database, folder, base="moved")

    assert {kind: volume.root for kind, volume in after.items()} == {
        kind: tmp_path / "moved" / kind for kind in ("inbound", "staging", "storage")
    }
    assert after["storage"].id == made["storage"].id


@pytest.mark.parametrize("change", ["missing", "size", "link"])
def test_an_unmounted_disk_is_not_mistaken_for_a_moved_one(database, folder, tmp_path, change):
    made = defaults(database, folder, storage="disk")
    know(database, made["storage"], "a.mp3", "b.mp3")
    shutil.rmtree(folder("disk"))
    other = folder("other")
    (other / "a.mp3").write_bytes(b"abc")
    if change == "size":
        (other / "b.mp3").write_bytes(b"abcd")
    elif change == "link":
        (other / "b.mp3").symlink_to(other / "a.mp3")

    with pytest.raises(VolumeElsewhere):
        defaults(database, folder, storage="other")
    assert defaults(database, folder)["storage"].root == tmp_path / "disk"


def test_a_default_name_that_has_another_kind_is_said(database, folder):
    add_volume(database, "inbound", folder("x"), "storage")

    with pytest.raises(VolumeNameTaken, match="kind storage"):
        defaults(database, folder)


def test_folders_are_compared_through_links(folder, tmp_path):
    folder("a/b")
    (tmp_path / "link").symlink_to(folder("a"))

    assert holds(tmp_path / "link", folder("a/b"))
    assert not holds(folder("a/b"), tmp_path / "link")
    assert same_folder(tmp_path / "link", folder("a"))
    assert overlaps(folder("a/b"), tmp_path / "link")
    assert not overlaps(folder("a/b"), folder("a/c"))
    assert stat.S_ISLNK((tmp_path / "link").lstat().st_mode)


def test_an_empty_folder_is_not_taken_for_the_volume_whose_files_are_known(database, folder):
    made = defaults(database, folder, storage="disk")
    know(database, made["storage"], "a.mp3")
    shutil.rmtree(folder("disk"))
    folder("disk").mkdir(exist_ok=True)

    with pytest.raises(VolumeUnusable, match="mount the disk"):
        defaults(database, folder, storage="disk")
