"""Promotes batch after batch until its input ends: `python -m tests.benchmarks.promoting DATABASE_URL`.

The database's part alone, as `tests.benchmarks.bench_promotion` measures it. After each group a line says how many
songs it had and how many seconds they took. What is promoted stays in the catalogue.
"""

import argparse
import select
import sys
import time

from melodee.catalogue.writer import TakeNumbers
from melodee.database import Database
from melodee.settings import CatalogueSettings
from melodee.volumes import volumes
from tests.benchmarks.bench_promotion import groups, promote
from tests.benchmarks.new_music import Music


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    arguments = parser.parse_args()
    seed = time.time_ns()
    music, database = Music(arguments.url, seed), Database(arguments.url)
    with database.autocommit() as db:
        storage = volumes(db, "storage")[0]
    take_numbers = TakeNumbers(database, CatalogueSettings.from_environment().leaf_rows)
    print("ready", flush=True)
    for group in groups(music.drops(sys.maxsize)):
        if select.select([sys.stdin], [], [], 0)[0]:
            break
        started = time.perf_counter()
        songs = promote(database, group, storage, take_numbers)
        print(songs, time.perf_counter() - started, flush=True)
    database.close()


if __name__ == "__main__":
    main()
