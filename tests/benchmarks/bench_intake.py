"""What intake takes: `python -m tests.benchmarks.bench_intake in-place|moved|memory|plan [--songs N]`.

`in-place`: songs of five seconds on a volume in place, from the scan to the catalogue, beside bare reading of the same
files, both in a warm page cache. `moved`: the same songs dropped on another file system than storage (`--drop`, by
default /dev/shm), beside `cp` and a sync of every file; ext4 looks long for room where many files were deleted within
the last minutes, so nothing is deleted in between, and runs want a pause. Both count the start of the processes that
run the batches, which are plain Python here and take longer as Dagster's runs, and say besides what is left without it.
`memory`: what the process that runs the batches takes at most, in a process of its own for each number of songs.
`plan`: `melodee ingest --plan` over folders of empty files.

Other work on the machine changes times by far more than ratios: run it alone, and compare within one run. The database
is a server of its own that waits for the disk, as in production; it is thrown away.
"""

import argparse
import cProfile
import os
import pstats
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from multiprocessing import get_context
from pathlib import Path
from typing import Self

from melodee.collector import spare_the_collector
from melodee.database import Database
from melodee.intake.backfill import folders_with_files, plan_library
from melodee.intake.discover import discover_batch
from melodee.intake.look import walk
from melodee.intake.plan import plan_batches
from melodee.intake.publish import publish_batch
from melodee.intake.read import read_files
from melodee.intake.stage import stage_batch
from melodee.migrations import migrate
from melodee.postgres.cluster import locate_cluster
from melodee.postgres.configure import configure
from melodee.postgres.create import create_cluster
from melodee.postgres.server import start_server, stop_server, wait_until_ready
from melodee.scan.scan import scan_volume
from melodee.settings import DataDirectory, IntakeSettings
from melodee.volumes import add_volume
from tests.audio import make_song

SONGS_AN_ALBUM = 10
SETTINGS = IntakeSettings(settle_seconds=0)
TOGETHER = 2
"""Batches that are worked on at a time: the limit of the pool `disk`."""


def make_library(root: Path, songs: int, seconds: float = 5) -> int:
    """Albums of ten songs, mp3 and flac in turn; returns their bytes."""
    made = 0
    for number in range(songs):
        album, track = divmod(number, SONGS_AN_ALBUM)
        suffix = "mp3" if album % 2 else "flac"
        path = make_song(
            root / f"Artist {album % 97}" / f"Album {album}" / f"{track + 1:02} Song {number}.{suffix}",
            format=suffix,
            seconds=seconds,
            title=f"Song {number}",
            artist=f"Artist {album % 97}",
            album=f"Album {album}",
            track=track + 1,
            date=str(1960 + album % 60),
            genre=f"Genre {album % 23}",
        )
        made += path.stat().st_size
    return made


@contextmanager
def database() -> Iterator[Database]:
    """A server of its own with an empty catalogue."""
    folder = Path(tempfile.mkdtemp(prefix="melodee-bench-"))
    folder.chmod(0o755)
    data = DataDirectory(folder / "data")
    data.path.mkdir()
    cluster = locate_cluster(data)
    create_cluster(cluster)
    address = configure(cluster)
    with (folder / "log").open("ab") as log:
        process = start_server(cluster, log)
    try:
        wait_until_ready(cluster, process, seconds=120)
        url = address.url("postgres")
        migrate(url)
        made = Database(url)
        yield made
        made.close()
        time.sleep(1)  # Its processes end after the connections.
        print(f"processor of the database's server: {_used_by(process.pid):.1f} s")
    finally:
        stop_server(process)
        shutil.rmtree(folder, ignore_errors=True)


def _used_by(server: int) -> float:
    """Processor seconds of a server and of its processes that have ended."""
    fields = Path(f"/proc/{server}/stat").read_text("ascii").rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


class Clock:
    """Wall and processor seconds, of this process and the readers that it has started and that have ended."""

    def __init__(self) -> None:
        self.wall, self.cpu = time.monotonic(), self._cpu()

    @staticmethod
    def _cpu() -> float:
        used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        return sum(each.ru_utime + each.ru_stime for each in used)

    def lap(self) -> tuple[float, float]:
        wall, cpu = time.monotonic(), self._cpu()
        lap = wall - self.wall, cpu - self.cpu
        self.wall, self.cpu = wall, cpu
        return lap


def run_one(url: str, key: str) -> tuple[int, dict[str, tuple[float, float]]]:
    """Runs a batch as a process of its own does; returns its songs and what each step took."""
    spare_the_collector()
    db, laps, clock = Database(url), dict[str, tuple[float, float]](), Clock()
    for name, step in (("discover", discover_batch), ("stage", stage_batch)):
        step(db, key, report=lambda _: None, settings=SETTINGS)
        _add(laps, name, clock.lap())
    songs = publish_batch(db, key, report=lambda _: None).songs
    _add(laps, "publish", clock.lap())
    db.close()
    return songs, laps


class Workers:
    """Processes that run batches, two at a time as Dagster's pool does. All are there once it is entered."""

    def __enter__(self) -> Self:
        self._pool = ProcessPoolExecutor(TOGETHER, mp_context=get_context("spawn"))
        barrier = Path(tempfile.mkdtemp(prefix="melodee-workers-"))
        list(self._pool.map(_meet, [str(barrier)] * TOGETHER))
        shutil.rmtree(barrier)
        return self

    def __exit__(self, *_raised: object) -> None:
        self._pool.shutdown()

    def run(self, db: Database, laps: dict[str, tuple[float, float]]) -> int:
        """Runs all planned batches; returns their songs. `laps` get the sum over the processes."""
        with db.autocommit() as session:
            rows = session.connection.exec_driver_sql(
                "select key from batch where state = 'planned' order by key"
            ).all()
        songs = 0
        for done, steps in self._pool.map(run_one, [db.url] * len(rows), [row.key for row in rows]):
            songs += done
            for name, lap in steps.items():
                _add(laps, name, lap)
        return songs


def _meet(place: str) -> None:
    """Returns when so many processes are here: each has imported this module by then."""
    Path(place, str(os.getpid())).touch()
    while len(list(Path(place).iterdir())) < TOGETHER:
        time.sleep(0.01)


def run_batches(db: Database, laps: dict[str, tuple[float, float]]) -> int:
    """Runs all planned batches; returns their songs."""
    songs = 0
    clock = Clock()
    while True:
        with db.autocommit() as session:
            keys = [
                row.key for row in session.connection.exec_driver_sql("select key from batch where state = 'planned'")
            ]
        if not keys:
            return songs
        for key in keys:
            for name, step in (("discover", discover_batch), ("stage", stage_batch)):
                clock.lap()
                step(db, key, report=lambda _: None, settings=SETTINGS)
                _add(laps, name, clock.lap())
            songs += publish_batch(db, key, report=lambda _: None).songs
            _add(laps, "publish", clock.lap())


def _add(laps: dict[str, tuple[float, float]], name: str, lap: tuple[float, float]) -> None:
    wall, cpu = laps.get(name, (0.0, 0.0))
    laps[name] = (wall + lap[0], cpu + lap[1])


def in_place(songs: int, profile: bool) -> None:
    with tempfile.TemporaryDirectory(prefix="melodee-shelf-") as folder, database() as db, ExitStack() as held:
        root = Path(folder)
        make_library(root, songs)
        files = [file for look in walk(root, [""]) for file in look.files]
        clock = Clock()
        list(read_files(root, files))
        bare = clock.lap()
        volume = add_volume(db, "Shelf", root, "storage", in_place=True)
        for kind in ("staging", "storage"):
            (root.parent / f"{root.name}-{kind}").mkdir()
            add_volume(db, kind, root.parent / f"{root.name}-{kind}", "storage" if kind == "storage" else kind)
        profiler = cProfile.Profile() if profile else None
        clock = Clock()
        laps: dict[str, tuple[float, float]] = {}
        if profiler:
            profiler.enable()
        scan_volume(db, volume.id, intake=SETTINGS)
        began = time.monotonic()
        _add(laps, "scan", clock.lap())
        workers = held.enter_context(Workers())
        starting = time.monotonic() - began
        done = run_batches(db, laps) if profiler else workers.run(db, laps)
        wall = time.monotonic() - began + laps["scan"][0]
        if profiler:
            profiler.disable()
            pstats.Stats(profiler).sort_stats("cumulative").print_stats(60)
        print(f"in place: {done} songs in {wall:.1f} s, {done / wall:.0f} a second")
        print(f"without the start of processes: {done / (wall - starting):.0f} a second")
        print(f"bare reading: {bare[0]:.1f} s, {done / bare[0]:.0f} a second; ratio {bare[0] / wall:.2f}")
        _print_laps(laps)
        for kind in ("staging", "storage"):
            shutil.rmtree(root.parent / f"{root.name}-{kind}")


def _print_laps(laps: dict[str, tuple[float, float]]) -> None:
    for name, (seconds, cpu) in laps.items():
        print(f"  {name:9} {seconds:6.2f} s, of which processor of ours {cpu:6.2f} s")


def moved(songs: int, drop: Path, seconds: float) -> None:
    with (
        tempfile.TemporaryDirectory(prefix="melodee-drop-", dir=drop) as source,
        tempfile.TemporaryDirectory(prefix="melodee-home-") as home,
        database() as db,
    ):
        size = make_library(Path(source), songs, seconds)
        began = time.monotonic()
        subprocess.run(["cp", "-r", source, f"{home}/copied"], check=True)
        for path in Path(home, "copied").rglob("*"):
            descriptor = os.open(path, os.O_RDONLY)
            os.fsync(descriptor)
            os.close(descriptor)
        copied = time.monotonic() - began
        for kind in ("storage", "staging"):
            Path(home, kind).mkdir()
            add_volume(db, kind, Path(home, kind), kind)
        add_volume(db, "inbound", Path(source), "inbound")
        for _ in range(2):
            plan_batches(db, SETTINGS)
        laps: dict[str, tuple[float, float]] = {}
        began = time.monotonic()
        with Workers() as workers:
            starting = time.monotonic() - began
            done = workers.run(db, laps)
            took = time.monotonic() - began
        print(f"cp and fsync: {size / copied / 1e6:.0f} MB/s")
        print(f"moved: {done} songs, {size / took / 1e6:.0f} MB/s; ratio {copied / took:.2f}")
        took -= starting
        print(f"without the start of processes: {size / took / 1e6:.0f} MB/s; ratio {copied / took:.2f}")
        _print_laps(laps)


def memory(songs: int) -> None:
    for number in (songs, 10 * songs):
        subprocess.run([sys.executable, "-m", __spec__.name, "_memory", "--songs", str(number)], check=True)


def _memory(songs: int) -> None:
    with tempfile.TemporaryDirectory(prefix="melodee-shelf-") as folder, database() as db:
        root = Path(folder, "shelf")
        make_library(root, songs)
        volume = add_volume(db, "Shelf", root, "storage", in_place=True)
        before = _peak()
        scan_volume(db, volume.id, intake=IntakeSettings(settle_seconds=0))
        for kind in ("storage", "staging"):
            Path(folder, kind).mkdir()
            add_volume(db, kind, Path(folder, kind), kind)
        run_batches(db, {})
        print(f"{songs} songs: {_peak()} MB at most, {before} before")


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def plan(folders: int) -> None:
    with tempfile.TemporaryDirectory(prefix="melodee-plan-") as folder, database() as db:
        root = Path(folder)
        for number in range(folders):
            album = root / "Library" / f"Artist {number // 20}" / f"Album {number}"
            album.mkdir(parents=True)
            (album / "1.mp3").touch()
        add_volume(db, "inbound", root, "inbound")
        before, began = _peak(), time.monotonic()
        walked = sum(1 for _ in folders_with_files(root, "Library"))
        walking = time.monotonic() - began
        planned = plan_library(db, root / "Library")
        seconds = time.monotonic() - began - walking
        print(
            f"{planned.folders} folders, {planned.batches} batches in {seconds:.1f} s "
            f"({walked / walking:.0f} folders a second walked); {_peak()} MB at most, {before} before"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("in-place", "moved", "memory", "_memory", "plan"))
    parser.add_argument("--songs", type=int, default=10_000, help="for plan: folders")
    parser.add_argument("--seconds", type=float, default=5, help="for moved: how long each song is")
    parser.add_argument("--drop", type=Path, default=Path("/dev/shm"))
    parser.add_argument("--profile", action="store_true")
    given = parser.parse_args()
    match given.what:
        case "in-place":
            in_place(given.songs, given.profile)
        case "moved":
            moved(given.songs, given.drop, given.seconds)
        case "memory":
            memory(given.songs)
        case "_memory":
            _memory(given.songs)
        case _:
            plan(given.songs)


if __name__ == "__main__":
    main()
