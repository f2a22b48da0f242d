"""What the assets reach the world with."""

from collections.abc import Iterator

import dagster as dg

from melodee.database import Database


@dg.resource(description="Melodee's own database, which MELODEE_DATABASE_URL names: the catalogue, the ledger, the queue.")
def database(_: dg.InitResourceContext) -> Iterator[Database]:
    # Made when a run or a tick needs it, so that definitions load where there is no database.
    pool = Database.from_environment()
    try:
        yield pool
    finally:
        pool.close()
