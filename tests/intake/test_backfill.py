"""A large library as a backfill: planned ahead, held, and let go by an operator or by night."""

import os
from pathlib import Path

import pytest

from melodee.intake import launches
from melodee.intake.backfill import begin_night, folders_with_files, go_on, plan_library, unannounced
from melodee.intake.plan import plan_batches
from melodee.settings import IntakeSettings, ScanSettings
from melodee.volumes import NotOnAVolume, add_volume
from tests.library import Library

SMALL = IntakeSettings(settle_seconds=0, batch_releases=2)


def drop_albums(library: Library, number: int) -> None:
    for each in range(number):
        library.drop(f"Library/{each}/1.mp3", title="One", artist=f"A{each}", album=f"B{each}", track=1, seed=each + 1)


def states(library: Library) -> list[str]:
    return [row.state for row in library.query("select state from batch order by key")]


def test_a_planned_library_is_held_and_nothing_else_takes_it(library: Library) -> None:
    drop_albums(library, 5)

    planned = plan_library(library.database, library.inbound / "Library", settings=SMALL)

    assert (planned.folders, planned.files, planned.batches) == (5, 5, 3)
    assert states(library) == ["held"] * 3
    assert library.plan() == []
    assert launches.unfinished_batches(library.database, "one", 10) == []
    assert len(unannounced(library.database, 10)) == 3
    # The equation is about what the ledger has been told of.
    for row in library.query("select key from batch"):
        library.run(row.key)


def test_what_was_launched_is_taken_in_and_the_folder_is_watched_again(library: Library) -> None:
    drop_albums(library, 3)
    plan_library(library.database, library.inbound / "Library", settings=SMALL)

    for row in library.query("select key from batch order by key"):
        library.run(row.key)
    go_on(library.database)

    assert len(library.songs()) == 3
    assert library.query("select * from backfill_top") == []
    library.drop("Library/late/1.mp3", title="Late", artist="L", album="L", track=1, seed=9)
    library.ingest()
    assert len(library.songs()) == 4


def test_by_night_some_batches_go_at_a_time_until_the_window_closes(library: Library) -> None:
    drop_albums(library, 6)
    plan_library(library.database, library.inbound / "Library", settings=SMALL)
    settings = ScanSettings(backfill_batches=1)

    assert go_on(library.database, settings) == []
    begin_night(library.database, settings)
    (first,) = go_on(library.database, settings)
    assert go_on(library.database, settings) == []
    library.run(first)
    (second,) = go_on(library.database, settings)
    library.execute("update backfill_window set closes_at = now()")
    library.run(second)

    assert go_on(library.database, settings) == []
    assert states(library) == ["finished", "finished", "held"]
    begin_night(library.database, settings)
    (third,) = go_on(library.database, settings)
    library.run(third)
    assert len(library.songs()) == 6


def test_a_plan_that_is_cut_off_goes_on(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    drop_albums(library, 7)
    plans: list[list[str]] = []

    def cut_off(*arguments: object, **rest: object) -> str:
        if len(plans) == 1:
            raise KeyboardInterrupt
        plans.append(list(arguments[2]))  # type: ignore[call-overload]
        return plan(*arguments, **rest)  # type: ignore[arg-type]

    from melodee.intake.plan import plan_batch as plan  # noqa: PLC0415 - what is replaced

    with monkeypatch.context() as patch:
        patch.setattr("melodee.intake.backfill.plan_batch", cut_off)
        with pytest.raises(KeyboardInterrupt):
            plan_library(library.database, library.inbound / "Library", settings=SMALL)

    planned = plan_library(library.database, library.inbound / "Library", settings=SMALL)

    assert planned.resumed
    assert (planned.folders, planned.batches) == (7, 4)
    entries = [os.fsdecode(row.path) for row in library.query("select path from batch_entry")]
    assert sorted(entries) == [f"Library/{number}" for number in range(7)]
    for row in library.query("select key from batch"):
        library.run(row.key)


def test_folders_come_in_one_order_and_again_from_any_of_them(tmp_path: Path) -> None:
    for path in ("a/b/c", "a/b-c", "a b", "z/CD 1", "z/CD 2", os.fsdecode(b"\xff/x")):
        folder = tmp_path / path
        folder.mkdir(parents=True)
        (folder / "1.mp3").touch()
    (tmp_path / "a/1.mp3").touch()
    (tmp_path / ".hidden").mkdir()
    (tmp_path / ".hidden/1.mp3").touch()

    whole = [folder.path for folder in folders_with_files(tmp_path, "")]

    assert len(whole) == 7
    for position, path in enumerate(whole):
        assert [folder.path for folder in folders_with_files(tmp_path, "", path)] == whole[position + 1 :]


def test_discs_of_a_release_stay_in_one_batch(library: Library) -> None:
    for disc in range(1, 6):
        library.drop(f"Library/x/CD{disc}/1.mp3", title="One", artist="A", album="B", track=1, disc=disc, seed=disc)

    planned = plan_library(library.database, library.inbound / "Library", settings=SMALL)

    assert planned.batches == 1
    for row in library.query("select key from batch"):
        library.run(row.key)


def test_what_is_on_no_volume_says_how_to_add_it(library: Library, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()

    with pytest.raises(NotOnAVolume, match=r"volume add NAME .*elsewhere --kind inbound.*--in-place"):
        plan_library(library.database, tmp_path / "elsewhere")


def test_what_is_on_a_volume_that_cannot_be_planned_says_what_to_do_instead(library: Library, tmp_path: Path) -> None:
    (library.storage / "AN").mkdir()
    (tmp_path / "link").symlink_to(library.storage)
    for path, said in (
        (library.storage, "is on the storage volume Music: its music .* 'melodee volume scan Music'"),
        (library.storage / "AN", "'melodee volume scan Music'"),
        (tmp_path / "link/AN", "'melodee volume scan Music'"),
        (library.staging, "is on the staging volume Staging: .*'melodee review'"),
        (tmp_path, "holds the .* volume .*: name a folder"),
    ):
        with pytest.raises(NotOnAVolume, match=said) as caught:
            plan_library(library.database, path)
        assert "volume add" not in str(caught.value)


def test_a_volume_in_place_can_be_planned(library: Library, tmp_path: Path) -> None:
    (tmp_path / "second").mkdir()
    add_volume(library.database, "Shelf", tmp_path / "second", "storage", in_place=True)
    library.drop("../second/x/1.mp3", title="One", artist="A", album="B", track=1)

    plan_library(library.database, tmp_path / "second")
    assert plan_batches(library.database, SMALL).planned == []
    for row in library.query("select key from batch"):
        library.run(row.key)

    assert len(library.songs()) == 1
    assert (tmp_path / "second/x/1.mp3").exists()


def test_a_batch_is_launched_by_one_instance_while_that_lives(library: Library) -> None:
    library.drop("a/1.mp3", title="One", artist="A", album="B", track=1)
    (key,) = library.plan()
    database = library.database

    assert [row.key for row in launches.unfinished_batches(database, "one", 10)] == [key]
    assert [row.key for row in launches.unfinished_batches(database, "two", 10)] == [key]
    assert launches.claim_launch(database, key, "one")
    assert not launches.claim_launch(database, key, "two")
    assert launches.unfinished_batches(database, "two", 10) == []

    library.execute("update instance_seen set seen_at = now() - interval '2 minutes' where name = 'one'")
    assert [row.key for row in launches.unfinished_batches(database, "two", 10)] == [key]
    assert launches.claim_launch(database, key, "two")
    library.run(key)
