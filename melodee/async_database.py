"""Connections and named queries for the API's event loop, as `melodee.database` has them for threads.

The pool is psycopg's own. A request borrows a connection several times, so what a loan costs is part of every call:
6 µs of the processor, where SQLAlchemy's pool, with its greenlets and the round trip that asks whether the server is
still there, took 160.
"""

import logging
import math
import select
import time
from collections.abc import AsyncGenerator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import psycopg
from psycopg.pq import TransactionStatus
from psycopg.rows import namedtuple_row
from psycopg.types.array import ListBinaryDumper
from psycopg.types.numeric import Int8BinaryDumper
from psycopg_pool import AsyncConnectionPool, PoolTimeout
from sqlalchemy.engine import make_url

from melodee.database import Row, queries
from melodee.errors import DependencyError
from melodee.settings import DatabaseSettings

logger = logging.getLogger(__name__)

Connection = psycopg.AsyncConnection[Any]

_KEEP_ALIVE = {
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
}
"""So that a host that vanished is noticed within a minute; seconds, but for the last. A Unix socket ignores them."""


_RECONNECT_SECONDS = 5.0

_FOR_EVER = 1e9
"""Seconds: a connection that knows the tables is better than a fresh one."""


_KEEP_PLANS = "-c plan_cache_mode=force_generic_plan"
"""Our statements look the same whatever is asked for, and each leaf of the catalogue makes planning take longer."""


class PoolExhausted(DependencyError):
    """All connections to the database are in use."""

    code = "pool_exhausted"


class DatabaseAway(DependencyError):
    """The database does not answer."""

    code = "database_away"


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
        self.size = settings.api_pool_size
        self.last_success = -math.inf
        """When a connection last came back in good order, by `time.monotonic`."""
        self._lent = 0
        self._prepared: Mapping[str, Mapping[str, object]] = {}
        parsed = make_url(url).set(drivername="postgresql+psycopg")
        _, named = parsed.get_dialect()().create_connect_args(parsed)
        self._pool: AsyncConnectionPool[Connection] = AsyncConnectionPool(
            kwargs={
                "options": f"{settings.server_options(settings.api_statement_timeout_ms)} {_KEEP_PLANS}",
                "connect_timeout": settings.connect_timeout,
                "autocommit": True,
                **_KEEP_ALIVE,
                **named,
            },
            min_size=1,
            max_size=self.size,
            max_idle=_FOR_EVER,
            max_lifetime=_FOR_EVER,
            open=False,
            configure=self._configure,
            timeout=settings.pool_timeout,
            # The pauses between attempts double until then; after that the next request begins anew.
            reconnect_timeout=_RECONNECT_SECONDS,
            name="api",
        )

    async def _configure(self, connection: Connection) -> None:
        # By default a number's size decides its type, and each combination of types is planned by itself.
        connection.adapters.register_dumper(int, Int8BinaryDumper)
        # As text, a list of 500 ids takes half a millisecond to write.
        connection.adapters.register_dumper(list, ListBinaryDumper)
        try:
            async with connection.cursor() as cursor:
                for query, parameters in self._prepared.items():
                    await cursor.execute(queries()[query], parameters, prepare=True)
        except psycopg.Error as error:
            # Tables may be missing: whoever asks for them is told so, and the service runs on.
            logger.warning("Nothing was prepared on a connection: %s", str(error).partition("\n")[0])

    @asynccontextmanager
    async def connection(self) -> AsyncGenerator[Connection]:
        """A connection for the block. Raises `PoolExhausted` or `DatabaseAway` when none is to be had in time."""
        if self._pool.closed:
            await self._pool.open()
        connection = await self._living()
        self._lent += 1
        try:
            yield connection
        finally:
            self._lent -= 1
            if not connection.closed and connection.pgconn.transaction_status == TransactionStatus.IDLE:
                self.last_success = time.monotonic()
            await self._pool.putconn(connection)

    async def _living(self) -> Connection:
        """A connection that the server has not let go of meanwhile; the pool makes others in the place of those."""
        try:
            while not is_alive(connection := await self._pool.getconn()):
                await connection.close()
                await self._pool.putconn(connection)
        except PoolTimeout as error:
            raise (PoolExhausted if self._lent else DatabaseAway) from error
        return connection

    @asynccontextmanager
    async def begin(self) -> AsyncGenerator[AsyncSession]:
        """One transaction: committed at the end of the block, rolled back when it raises."""
        async with self.connection() as connection, connection.transaction():
            yield AsyncSession(connection)

    @asynccontextmanager
    async def read(self) -> AsyncGenerator[AsyncSession]:
        """A session in which each statement is its own transaction: one round trip a query."""
        async with self.connection() as connection:
            yield AsyncSession(connection)

    async def warm(self, statements: Mapping[str, Mapping[str, object]]) -> None:
        """Opens all connections, on which these queries are prepared, with parameters that find nothing.

        A fresh connection knows no table yet: its first look at one with many leaves takes tens of milliseconds.
        Connections that are made later, because the server was away, are prepared as well.
        """
        self._prepared = statements
        async with AsyncExitStack() as all_at_once:
            for _ in range(self.size):
                await all_at_once.enter_async_context(self.connection())

    async def close(self) -> None:
        """Closes the pool's connections."""
        await self._pool.close()


def is_alive(connection: Connection) -> bool:
    """Whether an idle connection can be used.

    It has nothing to read, so what can be read is the server's farewell or the end of the stream: a look at the socket
    tells as much as asking the server, and costs no round trip. A host that vanishes without a word is TCP's to notice,
    by the keep-alives.
    """
    poll = select.poll()
    poll.register(connection.pgconn.socket, select.POLLIN)
    return not poll.poll(0)
