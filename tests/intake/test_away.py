"""What a batch needs goes away in the middle and comes back: each step says so in a way that is retried, and ends well.

The database goes in front of each statement in turn. Volumes are small file systems in memory, which takes root.
"""

import contextlib
import os
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql
from sqlalchemy.engine import make_url

from melodee import journal
from melodee.database import Session
from melodee.errors import DependencyError
from melodee.file_errors import DiskFull, ReadOnlyVolume, VolumeUnavailable
from melodee.intake.discover import discover_batch
from melodee.intake.publish import publish_batch
from melodee.intake.stage import stage_batch
from melodee.volume_marker import MARKER
from melodee_assets.retries import _MAY_HEAL, only_what_may_heal_is_retried
from tests.library import Library, check_equation

STEPS: dict[str, Callable[[Library, str], object]] = {
    "discover": lambda it, batch: discover_batch(it.database, batch, report=print, settings=it.settings),
    "stage": lambda it, batch: stage_batch(it.database, batch, report=print, settings=it.settings),
    "publish": lambda it, batch: publish_batch(it.database, batch, report=print),
}


def one_song(library: Library, name: str = "new") -> str:
    library.drop(f"{name}/1.mp3", title="One", artist=name, album="B", track=1, seed=1)
    (batch,) = library.plan()
    return batch


def up_to(library: Library, batch: str, step: str) -> None:
    """Does what comes before the step."""
    for name, work in STEPS.items():
        if name == step:
            return
        work(library, batch)


# The database.


class Cable:
    """Pulls the database's plug in front of the n-th statement, and puts it back."""

    def __init__(self, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
        self.left: int | None = None
        self._name = make_url(url).database or ""
        self._server = make_url(url).set(database="postgres").render_as_string(hide_password=False)
        for method in ("rows", "one", "run", "run_many"):
            monkeypatch.setattr(Session, method, self._counted(getattr(Session, method)))

    def _counted(self, statement: Callable[..., object]) -> Callable[..., object]:
        def run(session: Session, *given: object, **named: object) -> object:
            if self.left is not None:
                self.left -= 1
                if self.left == -1:
                    self._allow(connections=False)
            return statement(session, *given, **named)

        return run

    def plug_in(self) -> None:
        self.left = None
        self._allow(connections=True)

    def _allow(self, *, connections: bool) -> None:
        with psycopg.connect(self._server, autocommit=True) as server:
            server.execute(
                sql.SQL("alter database {} with allow_connections = {}").format(
                    sql.Identifier(self._name), sql.Literal(connections)
                )
            )
            if not connections:
                server.execute(
                    "select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = %s", [self._name]
                )


@pytest.mark.slow
@pytest.mark.usefixtures("read_here")
@pytest.mark.parametrize("step", STEPS)
def test_a_database_that_is_away_in_the_middle_of_a_step_is_waited_for(
    library: Library, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    cable = Cable(library.database.url, monkeypatch)
    pulled = 0
    while True:
        batch = one_song(library, f"album {pulled}")
        up_to(library, batch, step)
        cable.left = pulled
        try:
            with only_what_may_heal_is_retried():
                STEPS[step](library, batch)
        except _MAY_HEAL as error:
            # Anything else would have become a failure that is final.
            assert cable.left is not None, error
            assert cable.left < 0, error
        through = cable.left is not None and cable.left >= 0
        cable.plug_in()
        library.run(batch)
        assert library.states() == {"published": pulled + 1}
        if through:
            break
        pulled += 1
    assert pulled >= 5


# Volumes.


class Mount:
    """A small file system over a folder of the library, with the mark of the volume that was there."""

    def __init__(self, folder: Path, disk: Path, size: int) -> None:
        self.folder, self.disk = folder, disk
        disk.mkdir()
        _call("mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(disk))
        # What is below must not pass for the volume while the mount is away.
        (folder / MARKER).rename(folder.parent / "mark")
        (disk / MARKER).write_bytes((folder.parent / "mark").read_bytes())
        (folder.parent / "mark").unlink()
        self.mount()

    def mount(self) -> None:
        _call("mount", "--bind", str(self.disk), str(self.folder))

    def unmount(self) -> None:
        _call("umount", str(self.folder))

    def change(self, options: str) -> None:
        _call("mount", "-o", f"remount,{options}", str(self.disk))


def _call(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise OSError(done.stderr)


@pytest.fixture(params=["staging", "storage"])
def mount(
    request: pytest.FixtureRequest, library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Mount]:
    """Half a megabyte. At the end it lies there as a folder, for those who count files."""
    monkeypatch.setenv("MELODEE_RESERVE_BYTES", "0")
    if os.geteuid() != 0:
        pytest.skip("only root may mount")
    folder, disk = library.folder / request.param, tmp_path / "disk"
    try:
        made = Mount(folder, disk, 512 * 1024)
    except OSError as error:
        pytest.skip(f"mounting is not allowed here: {error}")
    yield made
    made.unmount()
    shutil.copytree(disk, folder, dirs_exist_ok=True)
    _call("umount", str(disk))


def tried(library: Library, batch: str, error: type[DependencyError]) -> None:
    """The batch cannot go on, says why, and has lost nothing."""
    with pytest.raises(error), only_what_may_heal_is_retried():
        library.run(batch)
    before = library.hashes()
    with pytest.raises(error), only_what_may_heal_is_retried():
        library.run(batch)
    assert set(library.hashes()) == set(before)
    assert library.failures() == []


def ends_well(library: Library, batch: str) -> None:
    library.run(batch)
    assert set(library.states()) == {"published"}
    assert len(library.songs()) == library.states()["published"]
    check_equation(library)


def test_a_full_disk_is_waited_for_until_there_is_room(library: Library, mount: Mount) -> None:
    for number in range(8):
        library.drop(f"new/{number}.wav", title=f"S{number}", artist="A", album="B", track=number + 1, seed=number)
    assert sum(path.stat().st_size for path in (library.inbound / "new").iterdir()) > 512 * 1024
    (batch,) = library.plan()

    tried(library, batch, DiskFull)
    mount.change("size=64m")

    ends_well(library, batch)


def test_a_disk_that_somebody_else_fills_in_the_middle_is_waited_for(
    library: Library, mount: Mount, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in (1, 2):
        library.drop(f"new/{number}.mp3", title=f"S{number}", artist="A", album="B", track=number, seed=number)
    (batch,) = library.plan()
    filler, copy, one_by_one = mount.disk / "somebody.tmp", journal.copy_to_temporary, threading.Lock()

    def second_to_somebody(*given: Any, **named: Any) -> bytes:
        with one_by_one:
            if any(mount.disk.rglob("*.part")):
                with contextlib.suppress(OSError), filler.open("wb", buffering=0) as file:
                    while True:
                        file.write(b"x" * 1024)
            return copy(*given, **named)

    monkeypatch.setattr(journal, "copy_to_temporary", second_to_somebody)

    tried(library, batch, DiskFull)
    assert filler.exists()
    filler.unlink()
    monkeypatch.undo()
    monkeypatch.setenv("MELODEE_RESERVE_BYTES", "0")

    ends_well(library, batch)


def test_a_volume_that_became_read_only_is_waited_for(library: Library, mount: Mount) -> None:
    batch = one_song(library)
    mount.change("ro")

    tried(library, batch, ReadOnlyVolume)
    mount.change("rw")

    ends_well(library, batch)


def test_a_volume_that_is_unmounted_is_waited_for(library: Library, mount: Mount) -> None:
    batch = one_song(library)
    mount.unmount()

    tried(library, batch, VolumeUnavailable)
    mount.mount()

    ends_well(library, batch)


def test_an_inbound_volume_that_is_unmounted_is_waited_for(library: Library) -> None:
    batch = one_song(library)
    away = library.inbound.rename(library.folder / "away")

    tried(library, batch, VolumeUnavailable)
    away.rename(library.inbound)

    ends_well(library, batch)
