"""No call reads more of a library because it is ten times as large.

Counted are the pages of 8 kB that PostgreSQL reads for a call, from its cache or not: a busy machine changes nothing
about them, as it does about times. The calls are those of `melodee bench`, learned and asked as it does it.
"""

import os
import re
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from random import Random
from statistics import median
from typing import NamedTuple

import psycopg
import pytest
from litestar.testing import TestClient

from melodee.accounts import make_api_key
from melodee.bench.address import parse_address
from melodee.bench.answers import count_items, parse, refusal
from melodee.bench.calls import every_call
from melodee.bench.calls.call import Call, Lacking
from melodee.bench.library import Library
from melodee.bench.login import Login
from melodee.bench.server import Questions, enter
from melodee.catalogue.upkeep import bring_up_to_date
from melodee.database import Database
from melodee_api.app import create_app
from tests import catalogue_rows
from tests.api.bridge import bridged
from tests.catalogue_rows import Shape
from tests.conftest import PostgresServer

SMALL, LARGE = Shape(songs=20_000), Shape(songs=200_000)

FACTOR, PAGES = 2, 64
"""What a call may read of the large library: for each item in its answer so many times what it reads of the small one,
and so many pages more. A tree of ten times the entries may be a level deeper, and each row of a page is looked up."""

REQUESTS = 9

CONNECTIONS = 2
"""Of the service: what each of them has read is asked for after each call."""

WALKED = {
    r"getAlbumList2? (frequent|recent), \d+, (random|deepest)": (
        "an offset into what one listener has played, who has played ten times as much"
    ),
}
"""Exceptions: offsets that are walked from the beginning, and why."""

CALLS = [call for call in every_call() if not (call.writes or call.binary or call.unless_changed)]


class Cost(NamedTuple):
    pages: float
    """Read for one request: the median."""
    items: int
    """In an answer: the median."""


Found = Mapping[str, Cost]
"""By call."""


def bound(small: Cost, large: Cost) -> float:
    """What a call may read that answers more, because there is more."""
    return small.pages * FACTOR * max(large.items / max(small.items, 1), 1) + PAGES


def is_walked(name: str) -> bool:
    return any(re.fullmatch(pattern, name) for pattern in WALKED)


class Counter:
    """Pages that the connections of one service have read."""

    def __init__(self, api: TestClient, url: str, watching: psycopg.Connection) -> None:
        self._api, self._watching = api, watching
        self._name = psycopg.conninfo.conninfo_to_dict(url)["dbname"]

    def read(self) -> int:
        """So far. A server process tells what it has read when it next has the time, unless it is asked to."""
        portal = self._api.blocking_portal
        portal.call(self._flush)
        row = self._watching.execute(
            "select blks_hit + blks_read from pg_stat_database where datname = %s", [self._name]
        ).fetchone()
        assert row is not None
        return row[0]

    async def _flush(self) -> None:
        database = self._api.app.state.api.services.database
        async with database.connection() as one, database.connection() as other:
            for connection in (one, other):
                await connection.execute("select pg_stat_force_next_flush()")


@contextmanager
def service(server: PostgresServer, template: str, shape: Shape, data: str) -> Generator[Callable[[], Found]]:
    """A service on a library of that size, to be measured."""
    name = f"growth_{shape.songs}"
    url = server.create(name, template)
    catalogue_rows.fill(url, shape)
    database = Database(url)
    bring_up_to_date(database, lambda _: None)
    key = make_api_key(database, "Listener 1")
    database.close()
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("MELODEE_DATABASE_URL", url)
        environment.setenv("MELODEE_DATA", data)
        environment.setenv("MELODEE_API_DATABASE_POOL", str(CONNECTIONS))
        # It watches from another database, so that it does not count itself.
        watch = psycopg.connect(server.url("postgres"), autocommit=True)
        with TestClient(create_app()) as api, watch as watching, bridged(api) as address:
            yield lambda: measure(address, key, Counter(api, url, watching))
    server.drop(name)


def measure(address: str, key: str, counter: Counter) -> Found:
    server = enter(parse_address(address), Login(api_key=key))
    questions, connection = Questions(server), server.connect()
    library = Library(questions, seed=1)
    found: dict[str, Cost] = {}
    for call in CALLS:
        try:
            requests = call.prepare(library)(Random(call.name))
        except Lacking:
            continue
        pages, items = list[int](), list[int]()
        for _ in range(REQUESTS):
            request = next(requests)
            before = counter.read()
            answer = connection.ask(request)
            pages.append(counter.read() - before)
            refused = refusal(answer)
            if refused and refused.is_missing:
                break
            assert refused is None, (call.name, refused)
            items.append(count_items(parse(answer)))
        else:
            found[call.name] = Cost(median(pages), int(median(items)))
    connection.close()
    questions.close()
    return found


@pytest.fixture(scope="module")
def libraries(
    postgres_server: PostgresServer, template_database: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Found, Found]]:
    found = list[Found]()
    for shape in (SMALL, LARGE):
        data = os.fspath(tmp_path_factory.mktemp("data"))
        with service(postgres_server, template_database, shape, data) as measured:
            found.append(measured())
    yield found[0], found[1]


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_the_calls_are_answered_with_something(libraries: tuple[Found, Found]):
    small, large = libraries

    assert len(small) > len(CALLS) * 2 // 3
    assert small.keys() <= large.keys()
    for name in ("getAlbumList2 newest, 50", "getAlbumList2 alphabeticalByName, 50, deepest", "search3 all songs, 50"):
        assert small[name].items == large[name].items == 50


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("call", [call for call in CALLS if not is_walked(call.name)], ids=lambda call: call.name)
def test_a_call_reads_no_more_of_a_library_ten_times_as_large(libraries: tuple[Found, Found], call: Call):
    small, large = libraries
    if call.name not in small:
        pytest.skip("there is nothing to ask for it, or no such call")

    assert large[call.name].pages <= bound(small[call.name], large[call.name])


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("pattern", WALKED)
def test_an_exception_is_one(libraries: tuple[Found, Found], pattern: str):
    small, large = libraries
    grown = [name for name in small if large[name].pages > bound(small[name], large[name])]

    assert any(re.fullmatch(pattern, name) for name in grown)
