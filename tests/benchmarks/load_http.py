"""One connection to a server, over asyncio's streams: as little of HTTP as a load test needs, to cost little."""

import asyncio
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import urlencode

from melodee.bench.address import Address
from melodee.bench.login import Login

CLIENT = {"v": "1.16.1", "c": "melodee-load", "f": "json"}
TIMEOUT = 30.0
"""Seconds after which a request counts as failed."""

BUFFER = 1 << 16
"""Bytes that a connection reads ahead: a player that reads slowly makes the server wait."""


class Failed(Exception):
    """There was no whole answer."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, and in how many ms."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    milliseconds: float

    @property
    def retry_after(self) -> bool:
        """Whether it says when to come again."""
        return self.headers.get("retry-after", "").isdigit()


class Connection:
    """Asks one request after the other, and opens itself again when the server has closed it."""

    def __init__(self, address: Address, login: Login) -> None:
        self._address, self._login = address, login
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def ask(self, endpoint: str, query: Mapping[str, Any], path: str = "") -> Answer:
        """The whole answer. Raises `Failed`."""
        started = time.perf_counter()
        try:
            async with asyncio.timeout(TIMEOUT):
                status, headers = await self.begin(endpoint, query, path=path)
                body = await self._body(headers)
        except (OSError, EOFError, ValueError, TimeoutError) as error:
            await self.close()
            raise Failed(type(error).__name__) from error
        if headers.get("connection", "").lower() == "close":
            await self.close()
        return Answer(status, headers, body, 1000 * (time.perf_counter() - started))

    async def begin(
        self, endpoint: str, query: Mapping[str, Any], *, begins_at: int = 0, path: str = ""
    ) -> tuple[int, dict[str, str]]:
        """Sends the request and reads the head of the answer."""
        target = path or f"{self._address.path(endpoint)}?{urlencode({**query, **CLIENT, **self._login.parameters()})}"
        lines = [f"GET {target} HTTP/1.1", f"Host: {self._address.host}", "Accept-Encoding: gzip"]
        if begins_at:
            lines.append(f"Range: bytes={begins_at}-")
        request = "\r\n".join([*lines, "", ""]).encode()
        fresh = self._writer is None
        try:
            return await self._send(request)
        except (OSError, EOFError):
            await self.close()
            if fresh:
                raise
            return await self._send(request)

    async def _send(self, request: bytes) -> tuple[int, dict[str, str]]:
        if self._writer is None or self._reader is None:
            secure = self._address.scheme == "https"
            self._reader, self._writer = await asyncio.open_connection(
                self._address.host, self._address.port, limit=BUFFER, ssl=secure or None
            )
        self._writer.write(request)
        head, *lines = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        pairs = (line.partition(":") for line in lines if line)
        return int(head.split()[1]), {name.lower(): value.strip() for name, _, value in pairs}

    async def _body(self, headers: Mapping[str, str]) -> bytes:
        assert self._reader is not None
        if headers.get("transfer-encoding", "").lower() != "chunked":
            return await self._reader.readexactly(int(headers.get("content-length", "0")))
        body = bytearray()
        while size := int(await self._reader.readline(), 16):
            body += await self._reader.readexactly(size)
            await self._reader.readline()
        await self._reader.readline()
        return bytes(body)

    async def some(self, most: int) -> bytes:
        """The next bytes of a body that is read as it is played; nothing at its end."""
        assert self._reader is not None
        return await self._reader.read(most)

    async def close(self) -> None:
        """Closes the connection; the next request opens another."""
        if self._writer is not None:
            writer, self._reader, self._writer = self._writer, None, None
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()
