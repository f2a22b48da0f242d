"""What is still being copied is left alone, and what exceeds a batch is cut."""

import tempfile
from dataclasses import replace
from pathlib import Path

import pytest

from melodee.file_errors import VolumeUnavailable
from melodee.intake import plan
from melodee.intake.discover import discover_batch
from melodee.intake.look import walk
from melodee.intake.plan import plan_batches
from melodee.intake.publish import publish_batch
from melodee.intake.stage import stage_batch
from melodee.settings import IntakeSettings
from tests.library import AT_ONCE, Library
from tests.unprivileged import unprivileged

PATIENT = IntakeSettings(settle_seconds=60)


def age_looks(library: Library, seconds: int) -> None:
    """Lets time pass for what was looked at."""
    library.execute(f"update inbound_look set changed_at = changed_at - interval '{seconds} seconds'")


def test_a_folder_is_planned_when_it_has_not_changed_for_a_while(library: Library) -> None:
    library.drop("a/1.mp3", title="One", artist="A", album="B", track=1)

    assert plan_batches(library.database, PATIENT).planned == []
    assert plan_batches(library.database, PATIENT).planned == []
    age_looks(library, 61)
    library.drop("a/2.mp3", title="Two", artist="A", album="B", track=2)
    assert plan_batches(library.database, PATIENT).planned == []
    age_looks(library, 61)
    assert len(plan_batches(library.database, PATIENT).planned) == 1

    library.settings = AT_ONCE
    (key,) = [row.key for row in library.query("select key from batch")]
    library.run(key)
    assert library.states() == {"published": 2}


def test_what_changes_while_discovery_looks_is_left_for_a_later_batch(library: Library) -> None:
    library.drop("done/1.mp3", title="One", artist="A", album="B", track=1)
    library.drop("growing/1.mp3", title="One", artist="C", album="D", track=1, seed=2)
    plan_batches(library.database, AT_ONCE)
    age_looks(library, 1)
    (key,) = plan_batches(library.database, replace(AT_ONCE, settle_seconds=1)).planned
    library.execute("delete from inbound_look")

    def copy_on(_seconds: float) -> None:
        library.drop("growing/2.mp3", title="Two", artist="C", album="D", track=2, seed=3)

    outcome = discover_batch(
        library.database, key, report=print, settings=replace(AT_ONCE, settle_seconds=1), wait=copy_on
    )
    stage_batch(library.database, key, report=print, settings=AT_ONCE)
    publish_batch(library.database, key, report=print)

    assert outcome.codes == {"still_changing": 1}
    assert library.songs()[0].album == "B"
    assert [failure.code for failure in library.failures()] == ["still_changing"]
    library.ingest()
    assert library.states() == {"published": 3}
    assert library.failures() == []


def test_files_that_arrive_while_a_batch_runs_are_taken_by_the_next(library: Library) -> None:
    (library.inbound / "a").mkdir()
    (library.inbound / "a/bad.mp3").write_bytes(b"")
    library.drop("a/1.mp3", title="One", artist="A", album="B", track=1)
    (key,) = library.plan()
    discover_batch(library.database, key, report=print, settings=AT_ONCE)
    library.drop("a/2.mp3", title="Two", artist="A", album="B", track=2)
    stage_batch(library.database, key, report=print, settings=AT_ONCE)
    publish_batch(library.database, key, report=print)

    library.ingest()

    assert library.states() == {"published": 2, "failed": 1}


def test_a_drop_larger_than_a_batch_is_cut_between_releases(library: Library) -> None:
    library.settings = replace(AT_ONCE, batch_files=3)
    for album in range(4):
        for disc in (1, 2):
            library.drop(
                f"all/Album {album}/CD{disc}/1.mp3",
                title="One",
                artist="A",
                album=f"Album {album}",
                track=1,
                seed=album * 10 + disc,
            )
    batches = library.ingest()

    assert len(batches) > 1
    assert library.states() == {"published": 8}
    albums = library.query("select name, song_count from albums order by name")
    assert [(album.name, album.song_count) for album in albums] == [(f"Album {album}", 2) for album in range(4)]


def test_a_large_drop_is_shared_out_evenly_and_a_scattered_album_is_one_all_the_same(library: Library) -> None:
    library.settings = replace(AT_ONCE, batch_files=4)
    for number in range(1, 7):
        library.drop(f"{number}/{number}.mp3", title=f"S{number}", artist="A", album="B", track=number, seed=number)

    batches = library.plan()
    for step in (discover_batch, stage_batch):
        for batch in batches:
            step(library.database, batch, report=print, settings=library.settings)
    for batch in batches:
        publish_batch(library.database, batch, report=print)

    sizes = library.query("select count(*) as entries from batch_entry group by batch")
    assert [row.entries for row in sizes] == [3, 3]
    assert library.states() == {"published": 6}
    assert [row.song_count for row in library.query("select song_count from albums")] == [6]


def test_what_failed_is_not_tried_again_until_it_is_asked_for(library: Library) -> None:
    (library.inbound / "bad.mp3").write_bytes(b"")
    library.ingest()
    assert library.plan() == []

    library.execute("insert into scan_request (requested_by) values ('a test')")
    batches = library.ingest()

    assert len(batches) == 1
    (failure,) = library.failures()
    assert failure.attempts == 2
    assert library.query("select 1 from scan_request where finished_at is null") == []


def test_a_scan_that_finds_nothing_ends_at_once(library: Library) -> None:
    library.execute("insert into scan_request (requested_by) values ('a test')")

    assert library.plan() == []

    assert library.query("select 1 from scan_request where finished_at is null") == []


def test_a_volume_that_is_away_is_said_and_loses_nothing(library: Library) -> None:
    (library.inbound / "a").mkdir()
    (library.inbound / "a/1.mp3").write_bytes(b"")
    library.ingest()
    library.inbound.rename(library.folder / "elsewhere")

    assert plan_batches(library.database, AT_ONCE).unavailable == ["Inbound"]
    assert "volume_unavailable" in [failure.code for failure in library.failures()]
    assert library.states() == {"failed": 1}

    (library.folder / "elsewhere").rename(library.inbound)
    library.plan()
    assert [failure.code for failure in library.failures()] == ["empty"]


@pytest.mark.parametrize("name", [".hidden.mp3", "x.mp3.part", "x.tmp", "~$x.mp3", "x.crdownload"])
def test_files_that_are_not_files_yet_are_not_seen(library: Library, name: str) -> None:
    library.drop("a/1.mp3", title="One", artist="A", album="B", track=1)
    (library.inbound / "a" / name).write_bytes(b"x")

    library.ingest()

    assert library.states() == {"published": 1}
    (library.inbound / "a" / name).unlink()


def test_nothing_is_published_into_the_empty_folder_of_a_disk_that_is_not_mounted(library: Library) -> None:
    library.drop("a/1.mp3", title="One", artist="A", album="B", track=1)
    (key,) = library.plan()
    library.storage.rename(library.folder / "unmounted")
    library.storage.mkdir()

    with pytest.raises(VolumeUnavailable, match="not mounted"):
        library.run(key)

    assert list(library.storage.iterdir()) == []
    library.storage.rmdir()
    (library.folder / "unmounted").rename(library.storage)
    library.run(key)
    assert library.states() == {"published": 1}


def test_a_folder_without_permission_is_named_and_taken_when_it_may_be_read(library: Library) -> None:
    library.drop("open/1.mp3", title="One", artist="A", album="B", track=1)
    library.drop("closed/1.mp3", title="One", artist="C", album="D", track=1, seed=2)
    for folder in (library.folder, *library.folder.parents):
        if folder.is_relative_to(tempfile.gettempdir()) and folder != Path(tempfile.gettempdir()):
            folder.chmod(folder.stat().st_mode | 0o011)  # Who is not root must get as far as here.
    (library.inbound / "closed").chmod(0)

    with unprivileged():
        looks = {look.path: look for look in walk(library.inbound, ["closed", "open"])}

    assert [odd.code for odd in looks["closed"].odd] == ["permission_denied"]
    assert len(looks["open"].files) == 1
    (library.inbound / "closed").chmod(0o755)
    library.ingest()
    assert library.states() == {"published": 2}


def test_large_trees_of_leftovers_do_not_hide_what_is_dropped_beside_them(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plan, "TICK_BUDGET", 5)
    for each in range(4):
        (library.inbound / f"a{each}").mkdir()
        for number in range(5):
            (library.inbound / f"a{each}" / f"{number}.exe").write_bytes(b"MZ")
    while library.states().get("ignored", 0) < 20:
        library.ingest()
    library.drop("z/1.mp3", title="One", artist="A", album="B", track=1)

    library.ingest()

    assert library.states() == {"published": 1, "ignored": 20}
