"""What a worker opens: connections that are warm before the first request; health is always answered."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager

import pytest

from melodee_api.services import HOT_QUERIES, Services, fitting, open_services


@asynccontextmanager
async def all_connections_lent(services: Services) -> AsyncIterator[None]:
    async with AsyncExitStack() as lent:
        for _ in range(services.database.size):
            await lent.enter_async_context(services.database.read())
        yield


def with_services(work: Callable[[Services], Awaitable[None]]) -> None:
    async def main() -> None:
        async with open_services() as services:
            await work(services)

    asyncio.run(main())


@pytest.fixture
def here(emptied_database_url, tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("MELODEE_DATABASE_URL", emptied_database_url)
    monkeypatch.setenv("MELODEE_DATA", str(tmp_path))


@pytest.mark.usefixtures("here")
def test_the_first_request_finds_its_statements_prepared(caplog):
    async def work(services: Services) -> None:
        async with services.database.connection() as connection:
            row = await (await connection.execute("select count(*) from pg_prepared_statements")).fetchone()
        assert row == (len(HOT_QUERIES),)

    with caplog.at_level(logging.WARNING):
        with_services(work)
    assert not caplog.records


@pytest.mark.usefixtures("here")
def test_health_is_answered_while_requests_have_all_connections():
    async def work(services: Services) -> None:
        async with services.database.read() as db:
            await db.value("answers")
        async with all_connections_lent(services):
            assert await asyncio.wait_for(services.answers(), 0.5)

    with_services(work)


def test_a_worker_starts_without_a_database(monkeypatch, tmp_path, caplog):
    async def work(services: Services) -> None:
        assert not await services.answers()

    monkeypatch.setenv("MELODEE_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    monkeypatch.setenv("MELODEE_DATA", str(tmp_path))
    with caplog.at_level(logging.WARNING):
        with_services(work)
    assert "The database does not answer" in caplog.text


@pytest.mark.parametrize(
    ("limit", "workers", "expected"), [(197, 4, 8), (97, 4, 8), (97, 8, 6), (97, 40, 2), (20, 1, 8), (10, 1, 5)]
)
def test_all_workers_together_leave_half_of_the_connections_to_others(limit, workers, expected):
    assert fitting(8, limit, workers) == expected
