"""Noticing that the client has gone, so that nothing is read for nobody."""

import asyncio
from collections.abc import Callable, Generator
from contextlib import contextmanager

from litestar.types import Receive


@contextmanager
def watch(receive: Receive) -> Generator[Callable[[], bool]]:
    """Gives a function that says whether the client has gone. What is left of the request's body is dropped."""
    task = asyncio.create_task(_until_gone(receive))
    try:
        yield task.done
    finally:
        task.cancel()


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
