"""A stand-in server, and the benchmark's own parts on it."""

from collections.abc import Iterator

import pytest

from melodee.bench.address import parse_address
from melodee.bench.library import Library
from melodee.bench.login import Login
from melodee.bench.results import Results, SettingFacts
from melodee.bench.run import run
from melodee.bench.server import Questions, Server, enter
from tests.bench.standin import PASSWORD, Standin, running

LOGIN = Login("Änne", PASSWORD)


@pytest.fixture
def standin() -> Iterator[Standin]:
    with running(Standin()) as server:
        yield server


@pytest.fixture
def server(standin: Standin) -> Server:
    return enter(parse_address(standin.url), LOGIN)


@pytest.fixture
def library(server: Server) -> Iterator[Library]:
    questions = Questions(server)
    yield Library(questions, seed=1, user="Änne")
    questions.close()


def settings(**given) -> SettingFacts:
    return SettingFacts(**{"rounds": 3} | given)


def measured(server: Server, label: str = "", **given) -> Results:
    return run(server, settings(**given), label, lambda _: None)
