"""A pool of asyncio connections: few, long-lived, handed on in the order in which they were asked for.

A request of the API borrows one several times, so what a loan costs is part of every call: SQLAlchemy's pool, with its
greenlets and the round trip that asks whether the server is still there, took 160 µs of the processor for each, this
one takes 5. Instead of asking, a loan looks at the socket: a connection that waits has nothing to read, so what can be
read is the server's farewell or the end of the stream. A host that vanishes without one is TCP's to notice, by the
keep-alives that the connection is made with.
"""

import asyncio
import math
import select
import time
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import psycopg
from psycopg.pq import TransactionStatus

from melodee.errors import DependencyError

Connection = psycopg.AsyncConnection[Any]


class PoolExhausted(DependencyError):
    """All connections to the database are in use."""

    code = "pool_exhausted"


class Pool:
    """At most `size` connections; who finds none waits for at most `longest_wait` seconds."""

    def __init__(self, connect: Callable[[], Awaitable[Connection]], size: int, longest_wait: float) -> None:
        self._connect = connect
        self.size = size
        self._longest_wait = longest_wait
        self._open = 0
        """Connections that are there or being made."""
        self._idle: list[Connection] = []
        """The last one that came back is the next to go: its caches in the processor and the server are the warmest."""
        self._waiting: deque[asyncio.Future[Connection | None]] = deque()
        self._closed = False
        self.last_success = -math.inf
        """When a connection last came back in good order, by `time.monotonic`."""

    @asynccontextmanager
    async def connection(self) -> AsyncGenerator[Connection]:
        """A connection for the block. Raises `PoolExhausted`, or what the driver says when the server is away."""
        connection = await self._take()
        try:
            yield connection
        finally:
            await self._give(connection)

    async def fill(self, prepare: Callable[[Connection], Awaitable[None]]) -> None:
        """Opens what is missing and prepares all that are not in use, so that no request pays for it."""
        missing = self.size - self._open + len(self._idle)
        taken = await asyncio.gather(*(self._take() for _ in range(missing)), return_exceptions=True)
        connections = [each for each in taken if not isinstance(each, BaseException)]
        try:
            for failed in (each for each in taken if isinstance(each, BaseException)):
                raise failed
            await asyncio.gather(*map(prepare, connections))
        finally:
            for connection in connections:
                await self._give(connection)

    async def close(self) -> None:
        """Closes what is not in use; what is, is closed when it comes back."""
        self._closed = True
        while self._idle:
            await self._drop(self._idle.pop())

    async def _take(self) -> Connection:
        while self._idle:
            connection = self._idle.pop()
            if is_alive(connection):
                return connection
            await self._drop(connection)
        if self._open < self.size:
            self._open += 1
            return await self._made()
        return await self._waited_for() or await self._made()

    async def _waited_for(self) -> Connection | None:
        """A connection that came back; `None` for the place of one that did not."""
        place: asyncio.Future[Connection | None] = asyncio.get_running_loop().create_future()
        self._waiting.append(place)
        try:
            async with asyncio.timeout(self._longest_wait):
                return await place
        except BaseException as error:
            # It may have come at the very moment at which nobody wanted it any more.
            if place.done() and not place.cancelled():
                await self._hand_on(place.result())
            if isinstance(error, TimeoutError):
                raise PoolExhausted(f"none came back within {self._longest_wait} s") from None
            raise

    async def _made(self) -> Connection:
        try:
            return await self._connect()
        except BaseException:
            await self._hand_on(None)
            raise

    async def _give(self, connection: Connection) -> None:
        usable = not connection.closed and connection.pgconn.transaction_status == TransactionStatus.IDLE
        if usable and not self._closed:
            self.last_success = time.monotonic()
            await self._hand_on(connection)
        else:
            await connection.close()
            await self._hand_on(None)

    async def _hand_on(self, connection: Connection | None) -> None:
        """Gives a connection, or the place of one, to whoever has waited longest."""
        while self._waiting:
            place = self._waiting.popleft()
            if not place.done():
                place.set_result(connection)
                return
        if connection is None:
            self._open -= 1
        elif self._closed:
            await self._drop(connection)
        else:
            self._idle.append(connection)

    async def _drop(self, connection: Connection) -> None:
        self._open -= 1
        await connection.close()


def is_alive(connection: Connection) -> bool:
    """Whether an idle connection can be used: it is open, and the server has said nothing since it answered last."""
    if connection.closed:
        return False
    poll = select.poll()
    poll.register(connection.pgconn.socket, select.POLLIN)
    return not poll.poll(0)
