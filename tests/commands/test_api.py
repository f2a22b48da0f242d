"""`melodee api`: the service alone."""

import os
import socket
import subprocess
import sys
import time
import urllib.request

import pytest

from melodee.ports import free_port
from tests.commands.conftest import PROGRAM


@pytest.fixture
def executed(monkeypatch):
    """What this process would have become."""
    calls: list[tuple[list[str], dict[str, str]]] = []
    monkeypatch.setattr(os, "execve", lambda _path, arguments, environment: calls.append((arguments, environment)))
    return calls


def test_it_becomes_the_service_with_its_settings(melodee, executed, database_url):
    port = free_port()

    melodee.ok("api", "--port", str(port), "--host", "127.0.0.1", "--workers", "3")

    ((arguments, environment),) = executed
    assert arguments == [sys.executable, "-m", "melodee_api"]
    assert environment["MELODEE_DATABASE_URL"] == database_url
    assert environment["MELODEE_DATA"] == str(melodee.data.path)
    assert {key: environment[f"MELODEE_{key}"] for key in ("HOST", "PORT", "WORKERS")} == {
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "WORKERS": "3",
    }


def test_flags_have_variables(melodee, executed, monkeypatch):
    port = str(free_port())
    monkeypatch.setenv("MELODEE_PORT", port)

    melodee.ok("api")

    assert executed[0][1]["MELODEE_PORT"] == port


def test_the_running_instance_lends_its_database_and_its_key(nothing, start, executed, database_url):
    start(MELODEE_TOKEN_KEY="k" * 43 + "=")

    nothing.ok("api", "--port", str(free_port()))

    assert executed[0][1]["MELODEE_DATABASE_URL"] == database_url
    assert executed[0][1]["MELODEE_TOKEN_KEY"] == "k" * 43 + "="


def test_a_taken_port_and_a_foreign_address_are_one_sentence(melodee, executed):
    with socket.create_server(("127.0.0.1", 0)) as server:
        assert "--port" in melodee.refused("api", "--port", str(server.getsockname()[1]))
    assert "--host" in melodee.refused("api", "--host", "192.0.2.1", "--port", str(free_port()))
    assert "--host" in melodee.refused("api", "--host", "no such host", "--port", str(free_port()))
    assert executed == []
    assert melodee("api", "--port", "0").code == 2
    assert melodee("api", "--workers", "0").code == 2


def test_it_answers_players_and_ends_when_it_is_told_to(melodee):
    melodee.ok("user", "add", "ann", "--password-stdin", stdin=b"secret")
    port = free_port()
    with subprocess.Popen([*PROGRAM, "api", "--port", str(port)], stderr=subprocess.DEVNULL) as service:
        try:
            assert 'status="ok"' in answer(f"http://127.0.0.1:{port}/rest/ping?u=ANN&p=secret&v=1.16.1&c=test", service)
        finally:
            service.terminate()
        service.wait(30)


def answer(url: str, service: subprocess.Popen[bytes], seconds: float = 60) -> str:
    until = time.monotonic() + seconds
    while True:
        assert service.poll() is None, "it ended"
        try:
            with urllib.request.urlopen(url, timeout=10) as response:
                return response.read().decode()
        except OSError:
            assert time.monotonic() < until, "it does not answer"
            time.sleep(0.1)
