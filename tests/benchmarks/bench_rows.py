"""What a row of a list costs the API: `python -m tests.benchmarks.bench_rows DATABASE_URL [--rows 500]`.

On any catalogue, in the processor's time of this process alone: fetching by the driver, making structs, writing them as
JSON and XML. The measure of all is the driver's own loop over the same rows as text and tuples, so the ratios hold on
any machine; the figures are the medians of many rounds.
"""

import argparse
import asyncio
import time
from collections.abc import Callable
from statistics import median
from typing import Any, LiteralString

import psycopg

from melodee.async_database import AsyncDatabase
from melodee.database import queries
from melodee.subsonic import json_writer
from melodee.subsonic.children import album_id3, song_child
from melodee.subsonic.envelope import Envelope, Format
from melodee.subsonic.responses import AlbumList2, Songs

ROUNDS = 60

CHOSEN: dict[str, LiteralString] = {
    "songs": "select id from songs limit %s",
    "albums": "select id from albums limit %s",
}
"""In the order of the table, so that songs of an album stand together, as in most lists."""

Parameters = dict[str, Any]


def processor_us(work: Callable[[], object], rows: int) -> float:
    """Microseconds of the processor for each row."""
    work()
    taken: list[float] = []
    for _ in range(ROUNDS):
        started = time.process_time()
        work()
        taken.append(time.process_time() - started)
    return 1e6 * median(taken) / rows


def measure(url: str, query: str, parameters: Parameters) -> dict[str, float]:
    """Each step by its name."""
    songs = query == "songs_by_id"
    make: Callable[[Any], Any] = song_child if songs else album_id3
    database, loop = AsyncDatabase(url), asyncio.new_event_loop()

    async def fetch() -> list[Any]:
        async with database.read() as db:
            return await db.rows(query, **parameters)

    rows = loop.run_until_complete(fetch())
    structs = [make(row) for row in rows]
    answer: Any = Songs(song=structs) if songs else AlbumList2(album=structs)
    with psycopg.connect(url, autocommit=True) as plain:
        found = {
            "the driver, text and tuples": processor_us(
                lambda: plain.execute(queries()[query], parameters).fetchall(), len(rows)
            ),
            "fetching": processor_us(lambda: loop.run_until_complete(fetch()), len(rows)),
            "structs": processor_us(lambda: [make(row) for row in rows], len(rows)),
            "JSON": processor_us(lambda: json_writer.encode(structs), len(rows)),
            "XML": processor_us(lambda: Envelope(Format.XML).ok("list", answer), len(rows)),
        }
    loop.run_until_complete(database.close())
    loop.close()
    return found | {"all, as JSON": found["fetching"] + found["structs"] + found["JSON"]}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("--rows", type=int, default=500)
    arguments = parser.parse_args()
    with psycopg.connect(arguments.url) as db:
        folders = [row[0] for row in db.execute("select id from volume where kind = 'storage'")]
        for kind, chosen in CHOSEN.items():
            ids = [row[0] for row in db.execute(chosen, (arguments.rows,))]
            parameters = {"ids": ids, "folders": folders, "account": 1}
            found = measure(arguments.url, f"{kind}_by_id", parameters)
            bare = found["the driver, text and tuples"]
            print(f"{len(ids)} {kind}, µs a row and times the driver's own")
            for step, cost in found.items():
                print(f"  {step:28} {cost:6.2f} {cost / bare:6.2f}")


if __name__ == "__main__":
    main()
