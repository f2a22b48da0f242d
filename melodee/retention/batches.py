"""Batches of which nothing is left to do: their rows go, and with them what was read and found of their releases.

The catalogue does not need any of it: songs carry their tags, albums their files. What is kept is the history that an
operator looks at, in number and in days.
"""

from melodee.database import Database
from melodee.settings import RetentionSettings

AT_ONCE = 10
"""Batches that one transaction removes: each may have 20,000 rows of files."""


def forget_batches(database: Database, settings: RetentionSettings) -> list[str]:
    """Removes what the settings no longer keep; returns the batches' keys."""
    forgotten: list[str] = []
    while True:
        with database.begin() as db:
            rows = db.rows("batches_to_forget", days=settings.batches, most=settings.most_batches, at_once=AT_ONCE)
            keys = [row.key for row in rows]
            if not keys:
                return forgotten
            db.run("forget_releases", batches=keys)
            db.run("forget_batches", batches=keys)
        forgotten += keys


def batch_keys(database: Database) -> set[str]:
    """Every batch that is known."""
    with database.autocommit() as db:
        return {row.key for row in db.rows("batch_keys")}


def unfinished_batch_keys(database: Database) -> set[str]:
    """Batches that wait for a run, or for the rest of one."""
    with database.autocommit() as db:
        return {row.key for row in db.rows("unfinished_batch_keys")}
