"""What each call of the API takes on the synthetic catalogue: `python -m tests.benchmarks.calls DATABASE_URL [--fill]`.

The API runs as it does in production, by Granian in a process of its own; one client asks over one connection on
loopback, so the figures hold the way through HTTP. Beside the time it takes stands the processor's time of the API and,
where the server's processes are to be seen, of PostgreSQL: on a busy machine only these mean anything. `--fill` makes
the 200,000 songs first, in an empty database.
"""

import argparse
import http.client
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from pathlib import Path
from statistics import quantiles
from urllib.parse import urlencode

import psycopg

from melodee.accounts import make_api_key
from melodee.database import Database
from melodee.migrations import migrate
from melodee.ports import free_port
from tests import catalogue_rows
from tests.plans.examples.example import Ids, find_ids

ROUNDS = 200
DEEP = 100_000

Query = dict[str, object]


def calls(ids: Ids) -> dict[str, Callable[[random.Random], tuple[str, Query]]]:
    """Each call by what the table calls it; parameters vary from request to request."""
    every: dict[str, Callable[[random.Random], tuple[str, Query]]] = {
        "ping": lambda _: ("ping", {}),
        "getSong": lambda r: ("getSong", {"id": r.choice(ids.songs)}),
        "getAlbum": lambda r: ("getAlbum", {"id": r.choice(ids.albums)}),
        "getArtist": lambda r: ("getArtist", {"id": r.choice(ids.artists)}),
        "getArtist, 180 albums": lambda _: ("getArtist", {"id": ids.artist}),
        "getMusicDirectory, album": lambda r: ("getMusicDirectory", {"id": r.choice(ids.albums)}),
        "getGenres": lambda _: ("getGenres", {}),
        "getIndexes, unchanged": lambda _: ("getIndexes", {"ifModifiedSince": 1 << 50}),
        "getRandomSongs, 50": lambda _: ("getRandomSongs", {"size": 50}),
        "getRandomSongs, 50 of a genre": lambda _: ("getRandomSongs", {"size": 50, "genre": "Genre 3"}),
        "getRandomSongs, 50 of years": lambda _: ("getRandomSongs", {"size": 50, "fromYear": 1970, "toYear": 1975}),
        "getSongsByGenre, 50": lambda r: (
            "getSongsByGenre", {"count": 50, "genre": "Genre 1", "offset": r.choice(ten)},
        ),
        "search3, everything, 500 songs": lambda r: (
            "search3", {"query": "", "songCount": 500, "artistCount": 0, "albumCount": 0, "songOffset": r.choice(deep)},
        ),
        "search3, one word": lambda r: ("search3", {"query": r.choice(words)}),
        "search3, two words": lambda r: ("search3", {"query": f"{ids.word} {r.choice(words)[:3]}"}),
        "search3, one letter": lambda r: ("search3", {"query": r.choice("aeioulnrst")}),
        "search3, nothing found": lambda _: ("search3", {"query": "xyzzyx"}),
        "getStarred2": lambda _: ("getStarred2", {}),
        "star and unstar": lambda r: (r.choice(("star", "unstar")), {"id": r.choice(ids.songs)}),
        "setRating": lambda r: ("setRating", {"id": r.choice(ids.songs), "rating": r.randint(0, 5)}),
        "scrobble": lambda r: ("scrobble", {"id": r.choice(ids.songs)}),
        "getCoverArt, placeholder": lambda r: ("getCoverArt", {"id": r.choice(ids.songs), "size": 300}),
        "getScanStatus": lambda _: ("getScanStatus", {}),
    }  # fmt: skip
    for type_ in ("newest", "highest", "frequent", "recent", "alphabeticalByName", "alphabeticalByArtist", "starred"):
        every[f"getAlbumList2 {type_}, 50"] = lambda r, type_=type_: (
            "getAlbumList2", {"type": type_, "size": 50, "offset": r.choice(ten)},
        )  # fmt: skip
    every |= {
        "getAlbumList2 random, 50": lambda _: ("getAlbumList2", {"type": "random", "size": 50}),
        "getAlbumList2 byYear, 50": lambda _: (
            "getAlbumList2", {"type": "byYear", "size": 50, "fromYear": 1990, "toYear": 1960},
        ),
        "getAlbumList2 byGenre, 50": lambda _: (
            "getAlbumList2", {"type": "byGenre", "size": 50, "genre": "Genre 1"},
        ),
        "getAlbumList2 newest, 500": lambda _: ("getAlbumList2", {"type": "newest", "size": 500}),
        "getAlbumList2 newest, 50, offset 19,000": lambda _: (
            "getAlbumList2", {"type": "newest", "size": 50, "offset": 19_000},
        ),
    }  # fmt: skip
    return every


ten = range(0, 100, 10)
deep = (0, DEEP)
words = ("aeoul", "tsosr", "neusr", "barco")

RARE = {
    "getArtists, 6,000": ("getArtists", {}),
    "search3, everything, 10,000 songs": ("search3", {"songCount": 10_000, "artistCount": 0, "albumCount": 0}),
}
"""Calls whose answers are long: ten rounds will do."""


class Client:
    """One connection to the API, as one listener."""

    def __init__(self, port: int, key: str, form: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port)
        self._common = {"apiKey": key, "v": "1.16.1", "c": "bench", "f": form}

    def ask(self, endpoint: str, query: Query) -> float:
        """Milliseconds until the whole answer is there."""
        target = f"/rest/{endpoint}?{urlencode(query | self._common)}"
        started = time.perf_counter()
        self._connection.request("GET", target)
        answer = self._connection.getresponse()
        content = answer.read()
        taken = time.perf_counter() - started
        assert answer.status == 200
        assert b'"failed"' not in content[:200], content[:300]
        return taken * 1000


class Processor:
    """The processor's time of groups of processes, from /proc; nothing where there is none."""

    def __init__(self, api: int, database: str) -> None:
        self._api, self._database = api, database

    def milliseconds(self) -> tuple[float, float]:
        """Of the API, and of the database's processes that serve it."""
        with psycopg.connect(self._database) as db:
            rows = db.execute("select pid from pg_stat_activity where datname = current_database()").fetchall()
        return _used(_family(self._api)), _used(pid for (pid,) in rows)


def _family(parent: int) -> list[int]:
    children = Path(f"/proc/{parent}/task/{parent}/children")
    try:
        return [parent, *(each for child in children.read_text().split() for each in _family(int(child)))]
    except OSError:
        return [parent]


def _used(processes: Iterable[int]) -> float:
    ticks = 0
    for process in processes:
        try:
            fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK") * 1000


@contextmanager
def api(url: str) -> Generator[tuple[int, int]]:
    """The API on a free port: the port and the process."""
    port = free_port()
    with tempfile.TemporaryDirectory() as data:
        environment = os.environ | {"MELODEE_DATABASE_URL": url, "MELODEE_DATA": data}
        command = [sys.executable, "-m", "melodee_api", "--port", str(port)]
        process = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
        try:
            _wait_for(port)
            yield port, process.pid
        finally:
            process.terminate()
            process.wait(20)


def _wait_for(port: int) -> None:
    for _ in range(200):
        try:
            http.client.HTTPConnection("127.0.0.1", port, timeout=1).request("GET", "/healthz")
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("the API does not answer")


def measure(name: str, rounds: int, ask: Callable[[], float], processor: Processor) -> None:
    """Prints a line of the table."""
    for _ in range(min(rounds, 20)):
        ask()
    before = processor.milliseconds()
    times = [ask() for _ in range(rounds)]
    api_ms, database_ms = (
        (after - then) / rounds for after, then in zip(processor.milliseconds(), before, strict=True)
    )
    cuts = quantiles(times, n=100, method="inclusive")
    print(f"{name:42} {cuts[49]:8.2f} {cuts[98]:8.2f} {api_ms:8.2f} {database_ms:8.2f}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("--fill", action="store_true")
    parser.add_argument("--format", default="json", choices=("json", "xml"))
    arguments = parser.parse_args()
    if arguments.fill:
        migrate(arguments.url)
        catalogue_rows.fill(arguments.url)
    with psycopg.connect(arguments.url) as db:
        ids = find_ids(db)
    database = Database(arguments.url)
    key = make_api_key(database, "Listener 1")
    database.close()
    chance = random.Random(1)
    with api(arguments.url) as (port, process):
        client, processor = Client(port, key, arguments.format), Processor(process, arguments.url)
        print(f"{'call':42} {'p50 ms':>8} {'p99 ms':>8} {'API ms':>8} {'PG ms':>8}")
        for name, make in calls(ids).items():
            measure(name, ROUNDS, lambda make=make: client.ask(*make(chance)), processor)
        for name, (endpoint, query) in RARE.items():
            measure(name, 10, lambda asked=(endpoint, query): client.ask(*asked), processor)


if __name__ == "__main__":
    main()
