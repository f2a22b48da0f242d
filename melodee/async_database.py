"""Connections and named queries for the API's event loop, as `melodee.database` has them for threads."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import psycopg
from psycopg.rows import namedtuple_row
from psycopg.types.array import ListBinaryDumper
from psycopg.types.numeric import Int8BinaryDumper
from sqlalchemy.engine import make_url

from melodee.async_pool import Connection, Pool
from melodee.database import Row, queries
from melodee.settings import DatabaseSettings

_KEEP_ALIVE = {
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
}
"""So that a host that vanished is noticed within a minute; seconds, but for the last. A Unix socket ignores them."""


class AsyncSession:
    """`Session` for the API's event loop."""

    def __init__(self, driver: Connection) -> None:
        self._driver = driver

    def _cursor(self) -> psycopg.AsyncCursor[Row]:
        # Neither side turns numbers, dates and bytes into text and back: a fifth of what fetching a list costs us.
        return self._driver.cursor(binary=True, row_factory=namedtuple_row)

    async def rows(self, query: str, **parameters: object) -> list[Row]:
        """All rows of the query."""
        async with self._cursor() as cursor:
            return await (await cursor.execute(queries()[query], parameters)).fetchall()

    async def one(self, query: str, **parameters: object) -> Row | None:
        """The first row, or `None`."""
        async with self._cursor() as cursor:
            return await (await cursor.execute(queries()[query], parameters)).fetchone()

    async def value(self, query: str, **parameters: object) -> Any:
        """The first column of the first row, or `None`."""
        row = await self.one(query, **parameters)
        return None if row is None else row[0]

    async def run(self, query: str, **parameters: object) -> int:
        """Runs the statement; returns the number of rows it touched."""
        async with self._driver.cursor() as cursor:
            return (await cursor.execute(queries()[query], parameters)).rowcount


class AsyncDatabase:
    """The pool of an API worker: few, long-lived connections with a statement timeout."""

    def __init__(self, url: str, settings: DatabaseSettings | None = None) -> None:
        settings = settings or DatabaseSettings.from_environment()
        self.url = url
        parsed = make_url(url).set(drivername="postgresql+psycopg")
        _, named = parsed.get_dialect()().create_connect_args(parsed)
        self._parameters: dict[str, Any] = {
            "options": settings.server_options(statement_timeout_ms=settings.api_statement_timeout_ms),
            "connect_timeout": settings.connect_timeout,
            **_KEEP_ALIVE,
            **named,
        }
        self.pool = Pool(self._connect, settings.api_pool_size, settings.pool_timeout)

    async def _connect(self) -> Connection:
        connection = await psycopg.AsyncConnection.connect(autocommit=True, **self._parameters)
        # By default a number's size decides its type, and each combination of types is planned by itself.
        connection.adapters.register_dumper(int, Int8BinaryDumper)
        # As text, a list of 500 ids takes half a millisecond to write.
        connection.adapters.register_dumper(list, ListBinaryDumper)
        return connection

    @asynccontextmanager
    async def begin(self) -> AsyncGenerator[AsyncSession]:
        """One transaction: committed at the end of the block, rolled back when it raises."""
        async with self.pool.connection() as connection, connection.transaction():
            yield AsyncSession(connection)

    @asynccontextmanager
    async def read(self) -> AsyncGenerator[AsyncSession]:
        """A session in which each statement is its own transaction: one round trip a query."""
        async with self.pool.connection() as connection:
            yield AsyncSession(connection)

    async def warm(self, statements: Mapping[str, Mapping[str, object]]) -> None:
        """Opens all connections and prepares these queries on each, with parameters that find nothing.

        A fresh connection knows no table yet: its first look at one with many leaves takes tens of milliseconds.
        """

        async def prepare(connection: Connection) -> None:
            async with connection.cursor() as cursor:
                for query, parameters in statements.items():
                    await cursor.execute(queries()[query], parameters, prepare=True)

        await self.pool.fill(prepare)

    async def close(self) -> None:
        """Closes the pool's connections."""
        await self.pool.close()
