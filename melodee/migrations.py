"""Migrations: the numbered files of `sql/migrations/`, applied in order and forward only, by yoyo."""

# yoyo carries no types.
# pyright: basic

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg
from sqlalchemy.engine import make_url
from yoyo import get_backend, read_migrations
from yoyo.backends import DatabaseBackend
from yoyo.migrations import MigrationList

from melodee import packaged
from melodee.database import queries
from melodee.errors import MelodeeError


class NewerDatabase(MelodeeError):
    """The database has migrations that this Melodee does not know: it was used by a newer one; install that."""

    code = "newer_database"


@dataclass(frozen=True)
class MigrationStatus:
    """Names of migrations, in order."""

    applied: list[str]
    pending: list[str]


def status(url: str) -> MigrationStatus:
    """What is applied to the database and what is not. Raises `NewerDatabase`."""
    with _backend(url) as backend:
        return _status(backend, _migrations())


def migrate(url: str) -> list[str]:
    """Applies what is pending, one process at a time; returns the names. Raises `NewerDatabase`."""
    migrations = _migrations()
    with psycopg.connect(_with_driver(url, "postgresql"), autocommit=True) as connection:
        connection.execute(queries()["hold_migration_lock"])
        with _backend(url) as backend:
            # Its own lock is a row, which a process that was killed leaves for ever.
            backend.break_lock()
            with backend.lock():
                pending = _status(backend, migrations).pending
                backend.apply_migrations(backend.to_apply(migrations))
    return pending


@contextmanager
def _backend(url: str) -> Generator[DatabaseBackend]:
    backend = get_backend(_with_driver(url, "postgresql+psycopg"))
    try:
        yield backend
    finally:
        backend.connection.close()


def _with_driver(url: str, name: str) -> str:
    return make_url(url).set(drivername=name).render_as_string(hide_password=False)


def _migrations() -> MigrationList:
    return read_migrations(str(packaged.path("sql") / "migrations"))


def _status(backend: DatabaseBackend, migrations: MigrationList) -> MigrationStatus:
    hashes = set(backend.get_applied_migration_hashes())
    known = {migration.hash: migration.id for migration in migrations}
    if unknown := hashes - known.keys():
        raise NewerDatabase(f"{len(unknown)} of them")
    return MigrationStatus(
        applied=[name for digest, name in known.items() if digest in hashes],
        pending=[name for digest, name in known.items() if digest not in hashes],
    )
