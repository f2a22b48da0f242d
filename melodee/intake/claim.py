"""One run at a time works on a batch, whatever launched it: state is claimed in the database."""

import time
from collections.abc import Generator
from contextlib import contextmanager

from melodee.database import Database
from melodee.errors import DependencyError, FatalError

LOOK_SECONDS = 1.0
"""Between two attempts at a batch that another run has."""


class BatchIsBusy(DependencyError):
    """Another run is working on this batch."""

    code = "batch_is_busy"


class UnknownBatch(FatalError):
    """There is no such batch in the database."""

    code = "unknown_batch"


@contextmanager
def claimed(database: Database, batch: str, patience: float = 0.0) -> Generator[None]:
    """Holds the batch until the end of the block; the claim goes with the process that dies.

    Raises `BatchIsBusy` when somebody else has it, and still has it after `patience` seconds.
    """
    until = time.monotonic() + patience
    with database.autocommit() as db:
        while not db.value("claim_batch", batch=batch):
            if time.monotonic() >= until:
                raise BatchIsBusy(f"It has {batch}.")
            # Waiting inside the server would go on after this process is gone, and then take the claim for nobody.
            time.sleep(LOOK_SECONDS)
        try:
            yield
        finally:
            db.value("release_batch_claim", batch=batch)
