"""Batches of long answers are read ahead, by one."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing

import pytest

from melodee_api.view import read_ahead


class Batches:
    """Batches that are there when the test says so."""

    def __init__(self, *outcomes: list[int] | Exception) -> None:
        self.outcomes = outcomes
        self.asked = 0
        self.open = 0
        self.may_come = asyncio.Event()
        self.may_come.set()

    async def read(self) -> AsyncGenerator[list[int]]:
        for outcome in self.outcomes:
            self.asked += 1
            self.open += 1
            try:
                await self.may_come.wait()
            finally:
                self.open -= 1
            if isinstance(outcome, Exception):
                raise outcome
            yield outcome


async def others_work() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


def run(work: Callable[[], Awaitable[None]]) -> None:
    asyncio.run(work())


def test_all_come_and_in_order():
    async def work() -> None:
        batches = Batches([1], [2, 3], [4])
        assert [batch async for batch in read_ahead(batches.read())] == [[1], [2, 3], [4]]

    run(work)


def test_while_one_is_written_the_next_is_read_and_no_more():
    async def work() -> None:
        batches = Batches([1], [2], [3], [4])
        async with aclosing(read_ahead(batches.read())) as ahead:
            assert await anext(ahead) == [1]
            await others_work()
            assert batches.asked == 2
            assert await anext(ahead) == [2]
            await others_work()
            assert batches.asked == 3

    run(work)


def test_who_leaves_cuts_off_what_is_being_read():
    async def work() -> None:
        batches = Batches([1], [2])
        async with aclosing(read_ahead(batches.read())) as ahead:
            await anext(ahead)
            batches.may_come.clear()
            await others_work()
            assert batches.open == 1
        assert batches.open == 0

    run(work)


def test_a_failure_comes_in_its_place():
    async def work() -> None:
        batches = Batches([1], LookupError("gone"))
        ahead = read_ahead(batches.read())
        assert await anext(ahead) == [1]
        await others_work()
        with pytest.raises(LookupError, match="gone"):
            await anext(ahead)

    run(work)


def test_a_failure_that_nobody_waits_for_is_nobodys():
    async def work() -> None:
        async with aclosing(read_ahead(Batches([1], LookupError("gone")).read())) as ahead:
            await anext(ahead)
            await others_work()

    run(work)
