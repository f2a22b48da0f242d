"""Connections and named queries for the API's event loop, as `melodee.database` has them for threads.

A module of its own: SQLAlchemy's half for asyncio takes a tenth of a second to import, which no command needs.
"""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any, cast

import psycopg
from psycopg.rows import namedtuple_row
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from melodee.database import Row, queries
from melodee.settings import DatabaseSettings


class AsyncSession:
    """`Session` for the API's event loop."""

    def __init__(self, driver: "psycopg.AsyncConnection[Any]") -> None:
        self._driver = driver

    async def rows(self, query: str, **parameters: object) -> list[Row]:
        """All rows of the query."""
        async with self._driver.cursor(row_factory=namedtuple_row) as cursor:
            return await (await cursor.execute(queries()[query], parameters)).fetchall()

    async def one(self, query: str, **parameters: object) -> Row | None:
        """The first row, or `None`."""
        async with self._driver.cursor(row_factory=namedtuple_row) as cursor:
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
        self._engine = create_async_engine(
            make_url(url).set(drivername="postgresql+psycopg"),
            pool_size=settings.api_pool_size,
            max_overflow=0,
            pool_timeout=settings.pool_timeout,
            pool_pre_ping=True,
            connect_args={
                "options": settings.server_options(statement_timeout_ms=settings.api_statement_timeout_ms),
                "connect_timeout": settings.connect_timeout,
            },
        )
        self._autocommit = self._engine.execution_options(isolation_level="AUTOCOMMIT")

    @asynccontextmanager
    async def begin(self) -> AsyncGenerator[AsyncSession]:
        """One transaction: committed at the end of the block, rolled back when it raises."""
        async with self._engine.begin() as connection:
            yield AsyncSession(await _driver(connection))

    @asynccontextmanager
    async def read(self) -> AsyncGenerator[AsyncSession]:
        """A session in which each statement is its own transaction: one round trip a query."""
        async with self._autocommit.connect() as connection:
            yield AsyncSession(await _driver(connection))

    async def close(self) -> None:
        """Closes the pool's connections."""
        await self._engine.dispose()


async def _driver(connection: AsyncConnection) -> "psycopg.AsyncConnection[Any]":
    return cast("psycopg.AsyncConnection[Any]", (await connection.get_raw_connection()).driver_connection)
