"""A small synthetic catalogue, loaded as `melodee synth` loads a large one."""

from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from melodee.database import Database
from melodee.settings import DataDirectory
from melodee.synth.load import Account, Loader
from melodee.synth.shape import Shape
from melodee.token_secrets import TokenSecrets
from tests.conftest import PostgresServer

PASSWORD = "for all of them"
SHAPE = Shape(songs=20_000, albums=2000, artists=600, users=5, seed=7, leaf_rows=3000)

Load = Callable[..., Account]


def loader(url: str, folder: Path, shape: Shape, said: list[str]) -> Loader:
    """With recordings of a second."""
    data = DataDirectory(folder)
    return Loader(Database(url), data, TokenSecrets.of(data, {}), shape, PASSWORD, said.append, seconds=1)


def load(url: str, folder: Path, shape: Shape = SHAPE) -> list[str]:
    """Loads it; returns what was said."""
    said: list[str] = []
    made = loader(url, folder, shape, said)
    try:
        made.load()
    finally:
        made.database.close()
    return said


@pytest.fixture(scope="session")
def synth_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("synth")


@pytest.fixture(scope="session")
def synth_url(postgres_server: PostgresServer, template_database: str, synth_folder: Path) -> Iterator[str]:
    """The URL of a database with a synthetic catalogue of 20,000 songs in seven leaves; tests only read it."""
    url = postgres_server.create("synth", template_database)
    load(url, synth_folder)
    yield url
    postgres_server.drop("synth")


@pytest.fixture
def synth_db(synth_url: str) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """What is done here is taken back."""
    with psycopg.connect(synth_url) as connection:
        yield connection
        connection.rollback()
