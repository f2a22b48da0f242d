"""One run at a time works on a batch, whatever launched it: state is claimed in the database."""

from collections.abc import Generator
from contextlib import contextmanager

from melodee.database import Database
from melodee.errors import DependencyError, FatalError


class BatchIsBusy(DependencyError):
    """Another run is working on this batch."""

    code = "batch_is_busy"


class UnknownBatch(FatalError):
    """There is no such batch in the database."""

    code = "unknown_batch"


@contextmanager
def claimed(database: Database, batch: str) -> Generator[None]:
    """Holds the batch until the end of the block; the claim goes with the process that dies. Raises `BatchIsBusy`."""
    with database.autocommit() as db:
        if not db.value("claim_batch", batch=batch):
            raise BatchIsBusy(f"It has {batch}.")
        try:
            yield
        finally:
            db.value("release_batch_claim", batch=batch)
