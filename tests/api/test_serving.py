"""The API as a program: what Granian lets through, and how it ends."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from melodee.ports import free_port
from melodee_api.__main__ import main
from tests.api.conftest import Library

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


@pytest.fixture
def serving(library: Library) -> Iterator[Serving]:
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "melodee_api", "--port", str(port), "--workers", "1"],
        env=environment(library),
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
