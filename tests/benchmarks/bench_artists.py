"""`getArtists` and `getIndexes` of 300,000 artists: `python -m tests.benchmarks.bench_artists DATABASE_URL [--fill]`.

Time until the first byte of the answer's body and until its last, at a client on loopback that asks over one
connection, with the processor's time of the API and of PostgreSQL; what making the lists costs; and the most memory
that the API ever had. `--fill` makes the artists first, in an empty database.
"""

import argparse
import http.client
import resource
import time
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from statistics import median
from urllib.parse import urlencode

import psycopg

from melodee.accounts import make_api_key
from melodee.catalogue.artist_snapshots import keep_artist_snapshots
from melodee.database import Database
from melodee.migrations import migrate
from tests import artist_rows
from tests.benchmarks.calls import Processor, api

ARTISTS = 373_500
"""Four in five of these have an album in a music folder: 300,000."""
ROUNDS = 15
MARKS = (0, 50, 3000)


@dataclass(frozen=True)
class Answer:
    """One answer, in ms and bytes."""

    status: int
    first: float
    whole: float
    size: int
    etag: str


def ask(connection: http.client.HTTPConnection, target: str, headers: dict[str, str]) -> Answer:
    buffer = bytearray(1 << 20)
    started = time.perf_counter()
    connection.request("GET", target, headers=headers)
    response = connection.getresponse()
    size = len(response.read(1))
    first = time.perf_counter() - started
    while read := response.readinto(buffer):
        size += read
    whole = time.perf_counter() - started
    return Answer(response.status, first * 1000, whole * 1000, size, response.headers["etag"] or "")


def peak(process: int) -> float:
    """Megabytes that the process and its children had at most, where the system says it."""
    children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    status = [Path(f"/proc/{each}/status").read_text() for each in children]
    return max(int(text.partition("VmHWM:")[2].split()[0]) for text in status if "VmHWM:" in text) / 1024


def rebuild(url: str) -> None:
    """Makes the whole library's lists and prints what that takes."""
    with psycopg.connect(url, autocommit=True) as db:
        db.execute("update catalogue_total set changed_at = now()")
    database = Database(url)
    before = time.process_time()
    kept = keep_artist_snapshots(database)
    used = time.process_time() - before
    database.close()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"rebuild: {kept.as_metadata()}, of the processor {used:.1f} s, peak memory {memory:.0f} MB", flush=True)


def listener(url: str, number: int) -> tuple[int, str]:
    """An account and its API key."""
    name = f"bench {number}"
    with psycopg.connect(url) as db:
        row = db.execute(
            "insert into account (name, key, password_hash) values (%s, %s, 'none') "
            "on conflict (key) do update set name = excluded.name returning id",
            (name, name),
        ).fetchone()
    assert row is not None
    database = Database(url)
    key = make_api_key(database, name)
    database.close()
    return row[0], key


def target_of(endpoint: str, form: str, key: str) -> str:
    return f"/rest/{endpoint}?" + urlencode({"apiKey": key, "v": "1.16.1", "c": "bench", "f": form})


def measure(
    name: str, connection: http.client.HTTPConnection, target: str, headers: dict[str, str], processor: Processor
) -> None:
    ask(connection, target, headers)
    before = processor.milliseconds()
    answers = [ask(connection, target, headers) for _ in range(ROUNDS)]
    used = [(after - then) / ROUNDS for after, then in zip(processor.milliseconds(), before, strict=True)]
    assert {answer.status for answer in answers} <= {200, 304}
    first, whole = median(each.first for each in answers), median(each.whole for each in answers)
    most = max(each.whole for each in answers)
    size = answers[0].size / 1e6
    print(f"{name:44} {size:7.2f} {first:7.1f} {whole:7.1f} {most:7.1f} {used[0]:7.1f} {used[1]:7.1f}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("--fill", action="store_true")
    arguments = parser.parse_args()
    if arguments.fill:
        migrate(arguments.url)
        artist_rows.fill(arguments.url, ARTISTS)
    rebuild(arguments.url)
    with api(arguments.url) as (port, process):
        processor = Processor(process, arguments.url)
        connection = http.client.HTTPConnection("127.0.0.1", port)
        print(f"{'':44} {'MB':>7} {'first':>7} {'whole':>7} {'most':>7} {'API ms':>7} {'PG ms':>7}")
        for marks in MARKS:
            account, key = listener(arguments.url, marks)
            with psycopg.connect(arguments.url) as db:
                artist_rows.mark(db, account, marks)
            for endpoint, form in product(("getArtists", "getIndexes"), ("json", "xml")):
                name, target = f"{endpoint} {form}, {marks} marks", target_of(endpoint, form, key)
                measure(f"{name}, gzip", connection, target, {"accept-encoding": "gzip"}, processor)
                measure(f"{name}, plain", connection, target, {}, processor)
            target = target_of("getIndexes", "xml", key)
            etag = ask(connection, target, {}).etag
            measure(f"not modified, {marks} marks", connection, target, {"if-none-match": etag}, processor)
            unchanged = f"{target}&ifModifiedSince={1 << 50}"
            measure(f"getIndexes, unchanged since, {marks} marks", connection, unchanged, {}, processor)
        print(f"peak memory of the API: {peak(process):.0f} MB")


if __name__ == "__main__":
    main()
