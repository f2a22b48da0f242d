"""Cue sheets that go away, or cannot be read, while their batch is taken in: the batch ends, and the music is there."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from melodee.intake.discover import discover_batch
from melodee.intake.publish import publish_batch
from melodee.intake.stage import stage_batch
from tests.library import Library
from tests.sidecars.test_cue_albums import TAGS, drop_album


def run(library: Library, *, meanwhile: Callable[[], object], after: int) -> None:
    """Takes in what lies there. Something happens when discovery has reported so often: 1 walked, 2 read."""
    (batch,) = library.plan()
    reports: list[object] = []

    def report(said: object) -> None:
        reports.append(said)
        if len(reports) == after:
            meanwhile()

    discover_batch(library.database, batch, report=report, settings=library.settings)
    stage_batch(library.database, batch, report=report, settings=library.settings)
    publish_batch(library.database, batch, report=report)


def look_again(library: Library) -> None:
    """The next scan forgets what is gone."""
    library.ingest()
    assert [row.code for row in library.failures() if row.severity == "error"] == []


def listed(library: Library) -> list[tuple[str, str, str]]:
    return [(row.severity, row.code, bytes(row.path).decode().rpartition("/")[2]) for row in library.failures()]


@pytest.mark.parametrize("after", [1, 2])
def test_a_sheet_that_vanishes_is_told_and_all_music_is_published(library: Library, after: int):
    song = drop_album(library, **TAGS)
    library.drop("Other/1.mp3", title="Other", artist="Ben", album="Other")

    run(library, meanwhile=(song.parent / "image.cue").unlink, after=after)

    assert sorted(row.title for row in library.songs()) == ["Other", "Whole"]
    found = library.query("select code, severity, message from finding where code like '%sidecar'")
    assert [(row.code, row.severity) for row in found] == [("unreadable_sidecar", "warning")]
    assert found[0].message.startswith("The cue sheet beside it: ")
    (warning,) = [row for row in library.failures() if row.severity == "warning"]
    assert warning.code == "unreadable_sidecar" and warning.message.startswith("The cue sheet beside it: ")
    assert library.query("select state from batch")[0].state == "finished"
    look_again(library)


@pytest.mark.parametrize("after", [1, 2])
def test_so_is_a_sheet_whose_folder_vanishes(library: Library, after: int):
    song = drop_album(library, **TAGS)
    library.drop("Other/1.mp3", title="Other", artist="Ben", album="Other")

    run(library, meanwhile=lambda: shutil.rmtree(song.parent), after=after)

    assert [row.title for row in library.songs()] == ["Other"]
    assert {code for severity, code, _ in listed(library) if severity == "error"} <= {"vanished", "unreadable"}
    look_again(library)


def replaced(path: Path, make: Callable[[Path], object]) -> None:
    path.unlink()
    make(path)


def _link(path: Path) -> None:
    path.symlink_to("image.flac")


@pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo, _link])
def test_so_is_one_that_becomes_something_else(library: Library, make: Callable[[Path], object]):
    song = drop_album(library, **TAGS)

    run(library, meanwhile=lambda: replaced(song.parent / "image.cue", make), after=2)

    assert [row.title for row in library.songs()] == ["Whole"]
    assert [row.code for row in library.query("select code from finding where code like '%sidecar'")] == [
        "unreadable_sidecar"
    ]
    shutil.rmtree(song.parent)
    look_again(library)


def test_a_batch_that_stopped_at_such_a_sheet_goes_on(library: Library):
    drop_album(library, **TAGS)
    (batch,) = library.plan()
    discover_batch(library.database, batch, report=print, settings=library.settings)
    library.execute(
        "update release_file set parts = null, track = track || "
        """'{"mended": [{"code": "vanished", "field": "", "message": "The cue sheet beside it: It is gone."}]}'"""
        " where track is not null"
    )

    stage_batch(library.database, batch, report=print, settings=library.settings)
    publish_batch(library.database, batch, report=print)

    assert [row.title for row in library.songs()] == ["Whole"]
    assert "unreadable_sidecar" in [row.code for row in library.query("select code from finding")]
