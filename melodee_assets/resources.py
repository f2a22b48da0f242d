"""What the assets reach the world with."""

from collections.abc import Iterator

import dagster as dg

from melodee.database import Database


@dg.resource(description="Melodee's own database, which MELODEE_DATABASE_URL names: catalogue, ledger and batches.")
def database(_: dg.InitResourceContext) -> Iterator[Database]:
    """A pool for one run or one tick."""
    # Made when a run or a tick needs it, so that definitions load where there is no database.
    pool = Database.from_environment()
    try:
        yield pool
    finally:
        pool.close()
