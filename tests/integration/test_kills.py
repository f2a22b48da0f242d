"""Any process may be killed at any moment while a batch is open: afterwards every file is there, once.

Four moments by default; `KILLS=50 SEED=7 pytest -m slow tests/integration/test_kills.py` tries fifty, by another seed.
"""

import hashlib
import os
import random
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path
from typing import NamedTuple

import httpx
import pytest

from melodee.audio.formats import is_not_a_file_yet
from tests.audio import make_song
from tests.integration.parts import kill, part, runs
from tests.integration.running import HURRIED, Instance, asked, open_folder, wait_until
from tests.library import files_below

pytestmark = pytest.mark.slow

SEED = int(os.environ.get("SEED", "0"))
KILLS = int(os.environ.get("KILLS", "4"))

ALBUMS, SONGS = 6, 10
"""What is dropped for each kill."""

LATEST = 4.0
"""Seconds after the batch began within which somebody is killed; it takes about as long."""

PATIENCE = 180.0
"""Seconds: who is killed is missed after some, and the machine may be busy."""

VICTIMS = ("run", "daemon", "code server", "PostgreSQL")


class Kill(NamedTuple):
    """Who is killed, and how long after the batch has begun."""

    number: int
    victim: str
    after: float


def kills() -> list[Kill]:
    dice = random.Random(SEED)
    return [
        Kill(number, victim, dice.uniform(0, LATEST)) for number, victim in enumerate(islice(cycle(VICTIMS), KILLS))
    ]


@pytest.fixture(scope="module")
def instance() -> Iterator[Instance]:
    """Its inbound volume lies on another file system than the others where the machine has one in memory."""
    memory = Path("/dev/shm")
    with open_folder() as folder, tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as inbound:
        made = Instance(folder, {"MELODEE_INBOUND": inbound, **HURRIED})
        try:
            made.start()
            yield made
        finally:
            made.stop()
            made.kill_everything()


@pytest.fixture
def database(instance: Instance) -> str:
    return instance.database


def folder_of(instance: Instance, kind: str) -> Path:
    return next(Path(volume["path"]) for volume in instance.status()["volumes"] if volume["kind"] == kind)


def make_drop(folder: Path, number: int) -> list[str]:
    """Albums in a folder; returns the hash of each file."""
    for album in range(ALBUMS):
        for track in range(1, SONGS + 1):
            make_song(
                folder / f"Album {album}/{track}.mp3", seconds=0.5, seed=track % 4, title=f"{number}-{album}-{track}",
                artist=f"Survivor {number}", album=f"Album {album}", track=track,
            )  # fmt: skip
    return [hashlib.sha256(path.read_bytes()).hexdigest() for path in files_below(folder)]


def kill_part(instance: Instance, victim: str) -> None:
    for pid in runs(instance) if victim == "run" else [part(instance, victim)]:
        kill(pid)


@pytest.mark.parametrize("moment", kills(), ids=lambda moment: f"{moment.number}-{moment.victim}")
def test_what_is_killed_costs_no_file(instance: Instance, database: str, tmp_path: Path, moment: Kill) -> None:
    print(f"seed {SEED}: {moment.victim} is killed {moment.after:.2f} s after the batch began")
    wanted = make_drop(tmp_path / f"drop {moment.number}", moment.number)
    before = instance.status()
    shutil.move(tmp_path / f"drop {moment.number}", folder_of(instance, "inbound"))
    begun = "select count(*) from batch where state = 'running' or started_at is not null"
    earlier = asked(database, begun)
    wait_until(lambda: asked(database, begun) > earlier, PATIENCE, "the batch to begin")
    # A random moment is what is tried: there is nothing to wait for.
    time.sleep(moment.after)
    kill_part(instance, moment.victim)

    wait_until(lambda: answers(instance), PATIENCE, "Melodee to answer again")
    counts = instance.settled(before["files"]["seen"] + len(wanted), seconds=300)

    assert counts["published"] == before["files"]["published"] + len(wanted)
    assert counts["failed"] == before["files"]["failed"]
    assert instance.status()["songs"] == before["songs"] + len(wanted)
    volumes = {kind: folder_of(instance, kind) for kind in ("inbound", "staging", "storage")}
    for kind in ("inbound", "staging"):
        wait_until(lambda: not left_in(volumes[kind]), PATIENCE, f"nothing to be left on {kind}")  # noqa: B023
    wait_until(lambda: not asked(database, "select from file_move"), PATIENCE, "an empty journal")
    check_files(volumes["storage"], wanted)
    check_ledger(database, volumes)


def answers(instance: Instance) -> bool:
    try:
        return instance.get("ping").status_code == 200 and instance.status()["files"]["seen"] > 0
    except (OSError, AssertionError, httpx.HTTPError):
        return False


def left_in(folder: Path) -> list[Path]:
    """Files, temporary ones too."""
    return [path for path in files_below(folder) if ".melodee-volume" not in path.name]


def check_files(storage: Path, wanted: list[str]) -> None:
    """Each file that was dropped is there once."""
    there = Counter(hashlib.sha256(path.read_bytes()).hexdigest() for path in left_in(storage))
    assert {digest: there[digest] for digest in wanted} == dict.fromkeys(wanted, 1)


def check_ledger(database: str, volumes: dict[str, Path]) -> None:
    """The ledger, the catalogue and the disk name the same files."""
    there = {
        (str(root), os.fsencode(path.relative_to(root)))
        for root in volumes.values()
        for path in left_in(root)
        if not is_not_a_file_yet(path.name)
    }
    of_volume = "from {} as t join volume as v on v.id = t.volume_id"
    ledger = {
        (path, bytes(name)) for path, name in asked(database, f"select v.path, t.path {of_volume.format('files')}")
    }
    songs = [
        (path, bytes(name)) for path, name in asked(database, f"select v.path, t.path {of_volume.format('songs')}")
    ]
    assert ledger == there
    assert len(songs) == len(set(songs))
    assert set(songs) <= there
