"""The API's connections: bounded, handed on in order, replaced when the server lets go of them."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import psycopg
import pytest

from melodee.async_database import AsyncDatabase
from melodee.async_pool import Pool, PoolExhausted
from melodee.settings import DatabaseSettings

Work = Callable[[Pool], Awaitable[None]]


def run(url: str, work: Work, *, size: int = 1, longest_wait: float = 5) -> None:
    async def connect() -> psycopg.AsyncConnection[Any]:
        return await psycopg.AsyncConnection.connect(url, autocommit=True)

    async def main() -> None:
        pool = Pool(connect, size, longest_wait)
        try:
            await work(pool)
        finally:
            await pool.close()

    asyncio.run(main())


def test_a_connection_is_used_again(emptied_database_url):
    async def work(pool: Pool) -> None:
        processes = set[int]()
        for _ in range(3):
            async with pool.connection() as connection:
                processes.add(connection.info.backend_pid)
        assert len(processes) == 1

    run(emptied_database_url, work, size=2)


def test_never_more_than_its_size_and_whoever_came_first_is_first(emptied_database_url):
    async def work(pool: Pool) -> None:
        order: list[int] = []
        processes = set[int]()

        async def borrow(number: int) -> None:
            async with pool.connection() as connection:
                processes.add(connection.info.backend_pid)
                await connection.execute("select 1")
                order.append(number)

        await asyncio.gather(*(borrow(number) for number in range(20)))
        assert order == list(range(20))
        assert len(processes) == 1

    run(emptied_database_url, work)


def test_the_wait_for_one_is_bounded(emptied_database_url):
    async def work(pool: Pool) -> None:
        async with pool.connection():
            with pytest.raises(PoolExhausted):
                async with pool.connection():
                    pass
        async with pool.connection() as connection:
            await connection.execute("select 1")

    run(emptied_database_url, work, longest_wait=0.01)


def test_one_that_the_server_closed_is_replaced_before_anybody_uses_it(emptied_database_url):
    async def work(pool: Pool) -> None:
        async with pool.connection() as connection:
            process = connection.info.backend_pid
        async with await psycopg.AsyncConnection.connect(emptied_database_url, autocommit=True) as other:
            await other.execute("select pg_terminate_backend(%s, 5000)", (process,))
        async with pool.connection() as connection:
            assert connection.info.backend_pid != process
            await connection.execute("select 1")

    run(emptied_database_url, work)


def test_one_that_breaks_in_use_does_not_come_back(emptied_database_url):
    async def work(pool: Pool) -> None:
        with pytest.raises(psycopg.OperationalError):
            async with pool.connection() as connection:
                await connection.execute("select pg_terminate_backend(pg_backend_pid())")
        async with pool.connection() as connection:
            await connection.execute("select 1")

    run(emptied_database_url, work)


def test_one_that_comes_back_within_a_transaction_is_closed(emptied_database_url):
    async def work(pool: Pool) -> None:
        async with pool.connection() as connection:
            await connection.execute("begin")
            process = connection.info.backend_pid
        async with pool.connection() as connection:
            assert connection.info.backend_pid != process

    run(emptied_database_url, work)


def test_who_stops_waiting_leaves_the_connection_to_the_next(emptied_database_url):
    async def work(pool: Pool) -> None:
        async def borrow() -> str:
            async with pool.connection() as connection:
                await connection.execute("select 1")
                return "done"

        async with pool.connection():
            first, second = asyncio.create_task(borrow()), asyncio.create_task(borrow())
            await asyncio.sleep(0)
            first.cancel()
        assert await second == "done"
        assert first.cancelled() or await first == "done"
        assert await borrow() == "done"

    run(emptied_database_url, work)


def test_a_statement_that_is_cut_off_frees_its_connection(emptied_database_url):
    async def work(pool: Pool) -> None:
        async def slow() -> None:
            async with pool.connection() as connection:
                await connection.execute("select pg_sleep(60)")

        task = asyncio.create_task(slow())
        async with await psycopg.AsyncConnection.connect(emptied_database_url, autocommit=True) as other:
            running = "select count(*) from pg_stat_activity where query = 'select pg_sleep(60)' and state = 'active'"
            while (await (await other.execute(running)).fetchone()) == (0,):
                pass
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        async with pool.connection() as connection:
            await connection.execute("select 1")

    run(emptied_database_url, work)


def test_a_server_that_is_away_takes_no_place_in_the_pool(postgres_server):
    async def work(pool: Pool) -> None:
        for _ in range(3):
            with pytest.raises(psycopg.OperationalError):
                async with pool.connection():
                    pass

    run(postgres_server.url("no_such_database"), work, longest_wait=0.01)


def test_who_waits_opens_one_in_the_place_of_one_that_broke(emptied_database_url):
    async def work(pool: Pool) -> None:
        async def borrow() -> int:
            async with pool.connection() as connection:
                return connection.info.backend_pid

        async with pool.connection() as connection:
            waiting = asyncio.create_task(borrow())
            await asyncio.sleep(0)
            process = connection.info.backend_pid
            await connection.close()
        assert await waiting != process

    run(emptied_database_url, work)


def test_all_are_opened_and_prepared_ahead(emptied_database_url):
    async def main() -> None:
        database = AsyncDatabase(emptied_database_url, DatabaseSettings(api_pool_size=3))
        await database.warm({"answers": {}})
        async with await psycopg.AsyncConnection.connect(emptied_database_url) as other:
            there = await other.execute(
                "select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
            )
            assert await there.fetchone() == (3,)
        async with database.pool.connection() as connection:
            prepared = await connection.execute(
                "select count(*) from pg_prepared_statements where statement ~ 'answers'"
            )
            assert await prepared.fetchone() == (1,)
        await database.close()

    asyncio.run(main())


def test_numbers_of_any_size_share_one_plan(emptied_database_url):
    async def main() -> None:
        database = AsyncDatabase(emptied_database_url, DatabaseSettings(api_pool_size=1))
        async with database.read() as db:
            for number in (1, 1 << 20, 1 << 40):
                for _ in range(10):
                    await db.rows("aliases", ids=[number])
        async with database.pool.connection() as connection:
            prepared = await connection.execute(
                "select count(*) from pg_prepared_statements where statement ~ 'aliases'"
            )
            assert await prepared.fetchone() == (1,)
        await database.close()

    asyncio.run(main())
