"""The API's connections: bounded, prepared, replaced when the server lets go of them."""

import asyncio
from collections.abc import Awaitable, Callable

import psycopg
import pytest

from melodee.async_database import AsyncDatabase, DatabaseAway, PoolExhausted
from melodee.settings import DatabaseSettings

Work = Callable[[AsyncDatabase], Awaitable[None]]


def run(url: str, work: Work, *, size: int = 1, longest_wait: float = 5) -> None:
    async def main() -> None:
        database = AsyncDatabase(url, DatabaseSettings(api_pool_size=size, pool_timeout=longest_wait))
        try:
            await work(database)
        finally:
            await database.close()

    asyncio.run(main())


async def process_of(database: AsyncDatabase) -> int:
    async with database.connection() as connection:
        return connection.info.backend_pid


def test_a_connection_is_used_again(emptied_database_url):
    async def work(database: AsyncDatabase) -> None:
        assert await process_of(database) == await process_of(database)

    run(emptied_database_url, work)


def test_never_more_than_its_size(emptied_database_url):
    async def work(database: AsyncDatabase) -> None:
        at_work: list[int] = []

        async def borrow() -> None:
            async with database.read() as db:
                at_work.append(1)
                assert len(at_work) <= 2
                await db.value("answers")
                at_work.pop()

        await asyncio.gather(*(borrow() for _ in range(20)))

    run(emptied_database_url, work, size=2)


def test_the_wait_for_one_is_bounded(emptied_database_url):
    async def work(database: AsyncDatabase) -> None:
        async with database.connection():
            with pytest.raises(PoolExhausted):
                await process_of(database)
        assert await process_of(database)

    run(emptied_database_url, work, longest_wait=0.05)


def test_one_that_the_server_closed_is_replaced_before_anybody_uses_it(emptied_database_url):
    async def work(database: AsyncDatabase) -> None:
        process = await process_of(database)
        async with await psycopg.AsyncConnection.connect(emptied_database_url, autocommit=True) as other:
            await other.execute("select pg_terminate_backend(%s, 5000)", (process,))

        async with database.read() as db:
            assert await db.value("answers")
        assert await process_of(database) != process

    run(emptied_database_url, work)


def test_one_that_breaks_in_use_does_not_come_back(emptied_database_url):
    async def work(database: AsyncDatabase) -> None:
        process = await process_of(database)
        with pytest.raises(psycopg.OperationalError):
            async with database.connection() as connection:
                await connection.execute("select pg_terminate_backend(pg_backend_pid())")
        assert await process_of(database) != process

    run(emptied_database_url, work)


def test_a_transaction_that_fails_leaves_a_connection_that_can_be_used(emptied_database_url):
    async def work(database: AsyncDatabase) -> None:
        with pytest.raises(psycopg.errors.DivisionByZero):
            async with database.begin(), database.connection() as connection:
                await connection.execute("select 1 / 0")
        async with database.read() as db:
            assert await db.value("answers")

    run(emptied_database_url, work, size=2)


def test_a_server_that_is_away_is_told_within_the_wait(postgres_server):
    async def work(database: AsyncDatabase) -> None:
        for _ in range(2):
            with pytest.raises(DatabaseAway):
                await process_of(database)

    run(postgres_server.url("no_such_database"), work, longest_wait=0.05)


def test_all_are_opened_and_prepared_ahead(emptied_database_url):
    async def work(database: AsyncDatabase) -> None:
        await database.warm({"answers": {}})

        async with await psycopg.AsyncConnection.connect(emptied_database_url) as other:
            there = await other.execute(
                "select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
            )
            assert await there.fetchone() == (3,)
        async with database.connection() as connection:
            prepared = await connection.execute(
                "select count(*) from pg_prepared_statements where statement ~ 'answers'"
            )
            assert await prepared.fetchone() == (1,)

    run(emptied_database_url, work, size=3)


def test_numbers_of_any_size_share_one_plan(database_url):
    async def work(database: AsyncDatabase) -> None:
        async with database.read() as db:
            for number in (1, 1 << 20, 1 << 40):
                for _ in range(10):
                    await db.rows("aliases", ids=[number])
        async with database.connection() as connection:
            prepared = await connection.execute(
                "select count(*) from pg_prepared_statements where statement ~ 'aliases'"
            )
            assert await prepared.fetchone() == (1,)

    run(database_url, work)
