"""How fast songs are promoted, and what readers feel: `python -m tests.benchmarks.bench_promotion DATABASE_URL`.

The database's part of promotion alone, into the catalogue that is there: artists, genres and places are resolved and
albums written in groups of 500 files, as intake does it. What is written stays. Another process reads meanwhile as the
service does (an album with its songs, the newest albums), over connections of its own, and once more while leaf after
leaf is prepared; those leaves are taken back.
"""

import argparse
import gc
import json
import multiprocessing
import os
import random
import time
from collections import Counter
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import quantiles
from typing import Any

import psycopg

from melodee.catalogue.albums import Wanted, place_albums
from melodee.catalogue.artists import resolve_artists
from melodee.catalogue.rows import Names, NewAlbum, credits_of
from melodee.catalogue.writer import TakeNumbers, resolve_genres, write_albums
from melodee.database import Database, Session
from melodee.intake.publish import GROUP_FILES
from melodee.settings import CatalogueSettings
from melodee.volumes import Volume, volumes
from tests.benchmarks.new_music import Drop, Music


class Stopwatch:
    """Where the time goes: seconds and calls of each named query; the rest is Python's."""

    def __init__(self) -> None:
        self.seconds: Counter[str] = Counter()
        self.calls: Counter[str] = Counter()

    @contextmanager
    def watching(self) -> Generator[None]:
        """Times every query of this process meanwhile."""
        kept = [(Session, name) for name in ("rows", "one", "run")] + [(psycopg.Connection, "commit")]
        methods = [getattr(owner, name) for owner, name in kept]
        for (owner, name), method in zip(kept, methods, strict=True):
            setattr(owner, name, self._timed(method))
        try:
            yield
        finally:
            for (owner, name), method in zip(kept, methods, strict=True):
                setattr(owner, name, method)

    def _timed(self, method: Callable[..., Any]) -> Callable[..., Any]:
        def call(self_: object, query: str = "(commit)", **parameters: object) -> Any:
            started = time.perf_counter()
            try:
                return method(self_, *([] if query == "(commit)" else [query]), **parameters)
            finally:
                self.seconds[query] += time.perf_counter() - started
                self.calls[query] += 1

        return call


def server_seconds(url: str) -> float:
    """The processor's time of the database's sessions and of the server's own processes; 0 where they are not seen."""
    with psycopg.connect(url) as db:
        found = db.execute("select pid from pg_stat_activity where application_name <> 'reader'").fetchall()
    ticks = 0
    for (process,) in found:
        try:
            fields = Path(f"/proc/{process}/stat").read_text("ascii").rpartition(")")[2].split()
        except OSError:
            continue
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def groups(drops: Iterable[Drop]) -> Generator[list[Drop]]:
    """Releases in groups of as many files as intake promotes with one commit."""
    group: list[Drop] = []
    for drop in drops:
        group.append(drop)
        if sum(len(each.tracks) for each in group) >= GROUP_FILES:
            yield group
            group = []
    if group:
        yield group


def promote(database: Database, group: list[Drop], storage: Volume, take_numbers: TakeNumbers) -> int:
    """What `melodee.intake.publish` asks of the database for a group, but for the ledger; returns the songs."""
    named = [credit for drop in group for credit in credits_of(drop.description, drop.tracks)]
    artists = resolve_artists(database, named)
    genres = resolve_genres(database, (genre for drop in group for genre in drop.description.genres))
    wanted = [Wanted(drop.description, artists[drop.description.artists[0]], len(drop.tracks)) for drop in group]
    places = place_albums(database, wanted, storage, take_numbers)
    albums = [
        NewAlbum(place.id, place.volume, place.folder, drop.description, place.release_group, drop.songs(place.folder))
        for place, drop in zip(places, group, strict=True)
    ]
    with database.begin() as db:
        return len(write_albums(db, albums, Names(artists, genres), take_numbers).songs)


def read(url: str, pipe: Connection) -> None:
    """Reads until told to stop; at each word through the pipe it sends the milliseconds of the calls since the last."""
    database = Database(f"{url}{'&' if '?' in url else '?'}application_name=reader")
    chance = random.Random(2)
    times: dict[str, list[float]] = {"getAlbum": [], "newest": []}
    with database.autocommit() as db:
        folders = [volume.id for volume in volumes(db, "storage")]
        albums = [row.id for row in db.rows("newest_albums", folders=folders, size=5000, offset=0)]
        while True:
            started = time.perf_counter()
            album = chance.choice(albums)
            songs = [row.id for row in db.rows("songs_of_album", album=album)]
            db.rows("albums_by_id", ids=[album], folders=folders, account=1)
            db.rows("songs_by_id", ids=songs, folders=folders, account=1)
            times["getAlbum"].append(1000 * (time.perf_counter() - started))
            started = time.perf_counter()
            db.rows("newest_albums", folders=folders, size=20, offset=0)
            times["newest"].append(1000 * (time.perf_counter() - started))
            if pipe.poll(0.03):
                word = pipe.recv()
                pipe.send(times)
                times = {name: [] for name in times}
                if word == "stop":
                    break
    database.close()


def show_reads(when: str, times: dict[str, list[float]]) -> None:
    """A line for each kind of call."""
    for name, taken in times.items():
        if len(taken) > 1:
            cuts = quantiles(taken, n=100, method="inclusive")
            print(f"{when:24} {name:10} {len(taken):7} {cuts[49]:8.2f} {cuts[98]:8.2f} {max(taken):8.2f}")


def prepare_leaves(url: str, number: int) -> list[float]:
    """Milliseconds that each of so many leaves takes to be prepared, each taken back."""
    taken: list[float] = []
    with psycopg.connect(url) as db:
        for _ in range(number):
            # Only a leaf that is missing is made: the one that is prepared is called open until the end.
            db.execute("update leaf set state = 'closed' where state = 'prepared'")
            started = time.perf_counter()
            db.execute("select prepare_leaf()")
            taken.append(1000 * (time.perf_counter() - started))
            time.sleep(0.2)
            db.rollback()
    return taken


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("--songs", type=int, default=50_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", help="write the figures to this file, too")
    arguments = parser.parse_args()
    drops = list(Music(arguments.url, arguments.seed).drops(arguments.songs))
    # Intake reads the tags of a group when its turn comes; the collector shall not look through all of them.
    gc.freeze()
    database, watch = Database(arguments.url), Stopwatch()
    with database.autocommit() as db:
        storage = volumes(db, "storage")[0]
        total = db.one("catalogue_totals")
        analysed = [row.name for row in db.rows("analyze_grown_leaves")]
    print(f"{total.songs:,} songs are there; {len(drops):,} albums to come; analysed: {len(analysed)}")
    take_numbers = TakeNumbers(database, CatalogueSettings.from_environment().leaf_rows)

    ours, theirs = multiprocessing.Pipe()
    reader = multiprocessing.get_context("spawn").Process(target=read, args=(arguments.url, theirs))
    reader.start()
    figures: dict[str, Any] = {"songs_there": total.songs}

    def reads(when: str, word: str = "go on") -> None:
        ours.send(word)
        show_reads(when, figures.setdefault("reads_ms", {}).setdefault(when, ours.recv()))

    time.sleep(4)
    reads("(warming)")
    time.sleep(4)
    print(f"{'reads, ms':24} {'':10} {'calls':>7} {'p50':>8} {'p99':>8} {'max':>8}")
    reads("nothing else going on")
    started, before, server = time.perf_counter(), time.process_time(), server_seconds(arguments.url)
    with watch.watching():
        songs = sum(promote(database, group, storage, take_numbers) for group in groups(drops))
    seconds, processor = time.perf_counter() - started, time.process_time() - before
    server = server_seconds(arguments.url) - server
    reads("during promotion")
    leaves = prepare_leaves(arguments.url, 5)
    reads("while leaves are prepared", "stop")
    reader.join()
    database.close()

    print(f"a leaf is prepared in {', '.join(f'{each:.0f}' for each in leaves)} ms")
    print(f"\n{songs:,} songs in {seconds:.1f} s: {songs / seconds:,.0f} songs/s")
    print(f"processor, µs a song: {1e6 * processor / songs:.0f} Python, {1e6 * server / songs:.0f} PostgreSQL")
    watch.seconds["(Python between them)"] = seconds - sum(watch.seconds.values())
    for name, taken in watch.seconds.most_common():
        if taken > 0.002 * seconds:
            each = 1e6 * taken / songs
            print(f"{name:28} {100 * taken / seconds:6.1f} %  {each:7.1f} µs a song  {watch.calls[name]:6} calls")
    if arguments.json:
        figures |= {"songs": songs, "seconds": seconds, "python_seconds": processor, "server_seconds": server}
        figures |= {"queries": dict(watch.seconds), "prepare_leaf_ms": leaves}
        Path(arguments.json).write_text(json.dumps(figures), "utf-8")


if __name__ == "__main__":
    main()
