"""The API as a program: what Granian lets through, and how it ends."""

import asyncio
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from melodee.bench.address import parse_address
from melodee.bench.login import Login
from melodee.ports import free_port
from melodee.settings import DatabaseSettings
from melodee_api.__main__ import main
from tests.api.conftest import Library
from tests.benchmarks.load_http import Connection

PING = "/rest/getOpenSubsonicExtensions?f=json"


@dataclass
class Serving:
    process: subprocess.Popen[str]
    port: int

    def get(self, path: str) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.request("GET", path)
        answer = connection.getresponse()
        answer.read()
        connection.close()
        return answer.status

    def answers(self) -> bool:
        try:
            return self.get(PING) == 200
        except OSError:
            return False

    def workers(self) -> list[int]:
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(child) for child in children.split()]


def wait(condition: Callable[[], bool], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.02)


def environment(library: Library) -> dict[str, str]:
    return os.environ | {"MELODEE_DATABASE_URL": library.url, "MELODEE_DATA": str(library.data.path)}


@contextmanager
def served(library: Library, *, workers: int = 1, **variables: str) -> Iterator[Serving]:
    """The service with these variables; its log is to be read by whoever ends it."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "melodee_api", "--port", str(port), "--workers", str(workers)],
        env=environment(library) | variables,
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    serving = Serving(process, port)
    try:
        wait(lambda: serving.answers() or process.poll() is not None)
        yield serving
    finally:
        if process.poll() is None:
            process.terminate()
        process.communicate(timeout=30)


@pytest.fixture
def serving(library: Library) -> Iterator[Serving]:
    with served(library) as serving:
        yield serving


def alive(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.slow
def test_it_serves_long_requests_and_ends_in_time_though_somebody_is_still_sending(serving):
    # A15: the server's own limit for a URL is 65,534 bytes.
    assert serving.get(f"{PING}&x={'a' * 64_000}") == 200
    assert serving.get("/healthz") == 200
    workers = serving.workers()
    slow = socket.create_connection(("127.0.0.1", serving.port))
    slow.sendall(
        b"POST /rest/ping HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-www-form-urlencoded\r\n"
        b"content-length: 100\r\n\r\nu=ann"
    )
    assert serving.answers()

    serving.process.send_signal(signal.SIGTERM)
    _, log = serving.process.communicate(timeout=10)

    assert serving.process.returncode == 0
    assert not any(alive(worker) for worker in workers)
    assert "getOpenSubsonicExtensions ok" in log
    assert "aaaa" not in log
    slow.close()


@pytest.mark.slow
def test_a_worker_that_dies_is_replaced(serving):
    (first,) = serving.workers()

    os.kill(first, signal.SIGKILL)

    wait(lambda: serving.workers() != [first] and serving.answers())


@pytest.mark.slow
def test_workers_do_not_outlive_the_process_that_started_them(serving):
    (worker,) = serving.workers()

    serving.process.kill()

    wait(lambda: not alive(worker), seconds=10)


def with_clients(library: Library, port: int, number: int, work: Callable[[list[Connection]], Awaitable[None]]) -> None:
    async def main() -> None:
        address, login = parse_address(f"http://127.0.0.1:{port}"), Login(api_key=library.key)
        async with AsyncExitStack() as stack:
            await work([await stack.enter_async_context(Connection(address, login)) for _ in range(number)])

    asyncio.run(main())


@pytest.mark.slow
def test_who_comes_too_many_at_once_is_refused_at_once_and_served_when_it_is_over(library):
    async def work(clients: list[Connection]) -> None:
        first, *others = clients
        calls = [client.ask("getRandomSongs", {"size": 20}) for client in others]
        health, *answers = await asyncio.gather(first.ask("", {}, path="/healthz"), *calls)
        refused = [answer for answer in answers if answer.status == 429]
        served = [answer for answer in answers if answer.status == 200]
        assert len(refused) + len(served) == len(others)
        assert len(served) >= 2
        assert len(refused) > 100
        assert all(answer.retry_after for answer in refused)
        assert health.status == 200

        for client in others[:20]:
            assert (await client.ask("getRandomSongs", {"size": 20})).status == 200

    with served(library, MELODEE_API_DATABASE_POOL="3", MELODEE_API_QUEUE_SECONDS="0.03") as serving:
        with_clients(library, serving.port, 300, work)


@pytest.mark.slow
def test_songs_that_are_listened_to_hold_up_nobody(library):
    async def work(clients: list[Connection]) -> None:
        other, *listeners = clients
        for listener in listeners:
            status, _ = await listener.begin("stream", {"id": library.samples["song"]})
            assert status == 200
        # One slot, two connections of the database, and thirty who have only begun to listen.
        assert (await other.ask("getRandomSongs", {"size": 20})).status == 200
        for listener in listeners:
            assert await listener.some(1000)

    with served(library, MELODEE_API_DATABASE_POOL="2") as serving:
        with_clients(library, serving.port, 31, work)


@pytest.mark.slow
def test_listeners_are_served_as_the_load_test_counts_them(library, tmp_path):
    figures = tmp_path / "load.json"
    with served(library, workers=2) as serving:
        command = [sys.executable, "-m", "tests.benchmarks.load", "--url", f"http://127.0.0.1:{serving.port}"]
        options = ["--api-key", library.key, "--seconds", "4", "--callers", "10", "--players", "3"]
        subprocess.run([*command, *options, "--json", str(figures)], check=True, capture_output=True)

    load = json.loads(figures.read_text())["load"]
    assert {kind: row["errors"] for kind, row in load["kinds"].items() if row["errors"]} == {}
    assert load["kinds"]["lists"]["answered"] > 2
    assert load["kinds"]["stream begins"]["answered"] >= 3
    assert load["sound_bytes"] > 0


@pytest.mark.slow
def test_all_workers_serve_and_share_the_connections(library):
    with served(library, workers=3) as serving:
        assert len(serving.workers()) == 3
        wait(lambda: connections_to(library) == 3 * DatabaseSettings.api_pool_size)
        assert {serving.get(PING) for _ in range(20)} == {200}


def connections_to(library: Library) -> int:
    with psycopg.connect(library.url) as db:
        row = db.execute(
            "select count(*) from pg_stat_activity where datname = current_database() and query like '/* %'"
        ).fetchone()
    assert row is not None
    return row[0]


@pytest.mark.parametrize(
    ("arguments", "changes", "sentence"),
    [
        ([], {"MELODEE_DATABASE_URL": ""}, "MELODEE_DATABASE_URL is not set"),
        (["--port", "{taken}"], {}, "is taken; choose another"),
        (["--host", "192.0.2.1"], {}, "Cannot assign requested address"),
        (["--port", "99999"], {}, "'99999' is not a number from 1 to 65535"),
        ([], {"MELODEE_PORT": "x"}, "'x' is not a number from 1 to 65535"),
        ([], {"MELODEE_WORKERS": "0"}, "'0' is not a number from 1 to 1000"),
    ],
)
def test_what_is_wrong_is_one_sentence(arguments, changes, sentence, monkeypatch, capsys):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        filled = [argument.format(taken=taken.getsockname()[1]) for argument in arguments]
        monkeypatch.setattr(sys, "argv", ["melodee_api", *filled])
        for name, value in ({"MELODEE_DATABASE_URL": "postgresql://127.0.0.1/x"} | changes).items():
            monkeypatch.setenv(name, value)
        with pytest.raises(SystemExit) as ended:
            main()

    assert sentence in f"{ended.value.code} {capsys.readouterr().err}"
    assert ended.value.code != 0
