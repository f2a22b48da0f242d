"""What the journal says of a file is true on the disk: everything is waited for before it is committed."""

import errno
import os
from pathlib import Path
from typing import Any

import pytest

from melodee import journal
from melodee.database import Session
from melodee.file_errors import DiskFull
from tests.deaths import refuse_links
from tests.library import Library


class Waits:
    """What was waited for, by inode, until each of the journal's commits."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.synced: set[int] = set()
        self.by_commit: dict[str, set[int]] = {}
        fsync, run = os.fsync, Session.run

        def noted(descriptor: int) -> None:
            fsync(descriptor)
            self.synced.add(os.fstat(descriptor).st_ino)

        def committed(db: Session, query: str, **parameters: object) -> int:
            if query.startswith("set_moves_"):
                self.by_commit.setdefault(query, set(self.synced))
            return run(db, query, **parameters)

        monkeypatch.setattr(os, "fsync", noted)
        monkeypatch.setattr(Session, "run", committed)


def album(library: Library) -> None:
    for disc in (1, 2):
        for track in range(1, 4):
            library.drop(
                f"new/CD{disc}/{track}.mp3", title=f"S{track}", artist="A", album="B", disc=disc, track=track,
                seed=10 * disc + track,
            )  # fmt: skip


def inodes(*places: Path) -> set[int]:
    return {place.stat().st_ino for place in places}


def test_files_and_the_folders_above_them_are_on_the_disk_before_it_is_said(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    album(library)
    refuse_links(monkeypatch)
    waits = Waits(monkeypatch)
    (batch,) = library.plan()

    library.run(batch)

    # Files are copied twice here, from inbound and from staging; the first is gone by now, and so are its folders.
    files = list(library.storage.rglob("*.mp3"))
    assert len(files) == 6
    assert inodes(library.staging) <= waits.by_commit["set_moves_copied"]
    assert len(waits.by_commit["set_moves_copied"]) >= 6
    folders = {parent for file in files for parent in file.parents if parent.is_relative_to(library.storage)}
    assert inodes(*files, *folders) <= waits.synced


@pytest.mark.parametrize("way", ["copied", "linked"])
def test_a_disk_that_is_full_only_when_it_is_waited_for_stops_the_batch_and_loses_nothing(
    library: Library, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    album(library)
    before = library.hashes()
    (batch,) = library.plan()
    with monkeypatch.context() as patch:
        if way == "copied":
            refuse_links(patch)
        waited = 0

        def full(*_given: Any) -> None:
            nonlocal waited
            waited += 1
            if waited == 3:
                raise DiskFull(os.strerror(errno.ENOSPC))

        patch.setattr(journal, "sync_temporary", full)
        with pytest.raises(DiskFull):
            library.run(batch)

    assert set(library.hashes()) >= set(before)
    library.run(batch)

    assert library.states() == {"published": 6}
    assert library.hashes() == before
