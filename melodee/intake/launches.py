"""Who asks for the runs of batches: several instances may share one database, each with a Dagster of its own.

An instance claims a batch before it asks for its run, and while it gives signs of life no other does. The claim decides
who launches; that a batch is worked on once at a time, and an item once, is held by the batch's lock whatever launches.
"""

from collections.abc import Collection

from melodee.database import Database, Row

ALIVE_SECONDS = 60.0
"""An instance whose sensor has not looked for so long is gone, and what it had claimed is free."""


def unfinished_batches(database: Database, instance: str, most: int) -> list[Row]:
    """Batches that this instance may see to: those that it has claimed, and those that no other that lives has."""
    with database.begin() as db:
        db.run("note_instance", instance=instance)
        return db.rows("unfinished_batches", instance=instance, alive=ALIVE_SECONDS, most=most)


def claim_launch(database: Database, batch: str, instance: str) -> bool:
    """Whether this instance may ask for the batch's run; another may have been faster."""
    with database.begin() as db:
        return bool(db.value("claim_launch", batch=batch, instance=instance, alive=ALIVE_SECONDS))


def hold_cancelled(database: Database, batch: str, run: str) -> bool:
    """Holds a batch whose run was cancelled, for whoever did that; not when it was let go since."""
    with database.begin() as db:
        return bool(db.value("hold_cancelled", batch=batch, run=run))


def cancelled(database: Database) -> int:
    """How many batches wait for whoever cancelled them."""
    with database.autocommit() as db:
        return int(db.value("count_cancelled"))


def let_go(database: Database, batches: Collection[str]) -> None:
    """Batches that were held and that somebody has launched as a backfill: every instance may work on them."""
    if batches:
        with database.begin() as db:
            db.run("let_go", batches=list(batches))
