"""Connections and named queries.

SQLAlchemy gives engine, pool and transactions; the statements are named SQL from `sql/queries/`, run by psycopg on the
same connections with `%(name)s` parameters. A file there holds one subject's queries, each below a line `-- name` and a
comment that says what it returns and why it is fast.
"""

import re
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any, LiteralString, cast

import msgspec
import psycopg
from psycopg import sql
from psycopg.rows import namedtuple_row
from psycopg.types.json import set_json_dumps, set_json_loads
from sqlalchemy import Connection, create_engine
from sqlalchemy.engine import make_url

from melodee import packaged
from melodee.arrays import register
from melodee.settings import DatabaseSettings

Row = Any
"""A named tuple of a statement's columns; the statement is its type."""

# Credits and the like come with each row of a list: reading them is a third of the work of fetching it, or a tenth.
set_json_loads(msgspec.json.decode)
# Promotion sends all its rows as JSON: by msgspec that takes 5 µs a song, by the standard library 40.
set_json_dumps(msgspec.json.encode)
register()

_HEADING = re.compile(r"^-- ([a-z][a-z0-9_]*)$", re.MULTILINE)


@cache
def queries() -> Mapping[str, LiteralString]:
    """All named queries by name. Raises `ValueError` for a name that is used twice."""
    found: dict[str, LiteralString] = {}
    for file in sorted(packaged.path("sql").joinpath("queries").glob("*.sql")):
        parts = _HEADING.split(file.read_text("utf-8"))
        for name, text in zip(parts[1::2], parts[2::2], strict=True):
            if name in found:
                raise ValueError(f"the query {name} is defined twice, the second time in {file.name}")
            lines = (line for line in text.splitlines() if not line.lstrip().startswith("--"))
            statement = "\n".join(lines).strip().rstrip(";")
            # The name travels with the statement, so that pg_stat_activity and the server's log speak our language.
            found[name] = cast("LiteralString", f"/* {name} */ {statement}")
    return found


class Session:
    """One transaction's connection, speaking in named queries."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._driver = cast("psycopg.Connection[Any]", connection.connection.driver_connection)

    def rows(self, query: str, **parameters: object) -> list[Row]:
        """All rows of the query."""
        with self._driver.cursor(row_factory=namedtuple_row) as cursor:
            return cursor.execute(queries()[query], parameters).fetchall()

    def pages(self, query: str, size: int, **parameters: object) -> Iterator[list[Row]]:
        """All rows, some at a time, by a cursor of the server's: for what is too much to hold."""
        with self._driver.cursor(name="pages", row_factory=namedtuple_row) as cursor:
            cursor.execute(queries()[query], parameters)
            while rows := cursor.fetchmany(size):
                yield rows

    def one(self, query: str, **parameters: object) -> Row | None:
        """The first row, or `None`."""
        with self._driver.cursor(row_factory=namedtuple_row) as cursor:
            return cursor.execute(queries()[query], parameters).fetchone()

    def value(self, query: str, **parameters: object) -> Any:
        """The first column of the first row, or `None`."""
        row = self.one(query, **parameters)
        return None if row is None else row[0]

    def run(self, query: str, **parameters: object) -> int:
        """Runs the statement; returns the number of rows it touched."""
        with self._driver.cursor() as cursor:
            return cursor.execute(queries()[query], parameters).rowcount

    def run_many(self, query: str, parameters: Sequence[Mapping[str, object]]) -> None:
        """Runs the statement once for each set of parameters, in one round trip."""
        if parameters:
            with self._driver.cursor() as cursor:
                cursor.executemany(queries()[query], parameters)

    def copy(self, query: str, rows: Iterable[Sequence[object]]) -> None:
        """Streams rows into the table that the named `copy … from stdin` statement names."""
        with self._driver.cursor() as cursor, cursor.copy(queries()[query]) as copy:
            for row in rows:
                copy.write_row(row)

    def vacuum(self, table: str) -> None:
        """Vacuums and analyses a table; only in a session of `autocommit`, since no transaction may do it."""
        # The table's name is no parameter, so this cannot be a named query.
        with self._driver.cursor() as cursor:
            cursor.execute(sql.SQL("vacuum (analyze) {}").format(sql.Identifier(table)))

    def copy_text(self, query: str, blocks: Iterable[bytes], **names: str) -> int:
        """Streams rows in the text format of `copy`; returns their number.

        `names` are tables that stand in braces in the statement, such as a leaf's.
        """
        statement = sql.SQL(queries()[query]).format(**{key: sql.Identifier(name) for key, name in names.items()})
        with self._driver.cursor() as cursor:
            with cursor.copy(statement) as copy:
                for block in blocks:
                    copy.write(block)
            return cursor.rowcount


class Database:
    """The pool of a process that works in threads: Dagster's assets and sensors, and the commands."""

    def __init__(self, url: str, settings: DatabaseSettings | None = None) -> None:
        settings = settings or DatabaseSettings.from_environment()
        self.url = url
        self._engine = create_engine(
            make_url(url).set(drivername="postgresql+psycopg"),
            pool_size=settings.pool_size,
            max_overflow=settings.pool_size,
            # We run statements on the driver's own connection, so SQLAlchemy does not see one break: ask before use.
            pool_pre_ping=True,
            connect_args={"options": settings.server_options(), "connect_timeout": settings.connect_timeout},
        )
        self._autocommit = self._engine.execution_options(isolation_level="AUTOCOMMIT")

    @classmethod
    def from_environment(cls) -> "Database":
        """The database that `MELODEE_DATABASE_URL` names. Raises `SettingError` when it is not set."""
        settings = DatabaseSettings.from_environment()
        return cls(settings.require_url(), settings)

    @contextmanager
    def begin(self) -> Generator[Session]:
        """One transaction: committed at the end of the block, rolled back when it raises."""
        with self._engine.begin() as connection:
            yield Session(connection)

    @contextmanager
    def autocommit(self) -> Generator[Session]:
        """A session in which each statement is its own transaction."""
        with self._autocommit.connect() as connection:
            yield Session(connection)

    def close(self) -> None:
        """Closes the pool's connections."""
        self._engine.dispose()
