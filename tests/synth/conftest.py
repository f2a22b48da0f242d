"""Small synthetic catalogues, loaded as `melodee synth` loads large ones."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from argon2 import PasswordHasher

from melodee import accounts
from melodee.database import Database
from melodee.settings import DataDirectory
from melodee.synth.load import Loader
from melodee.synth.shape import Shape
from melodee.token_secrets import TokenSecrets
from tests.conftest import PostgresServer

PASSWORD = "for all of them"
SHAPE = Shape(songs=20_000, albums=2000, artists=600, users=5, seed=7, leaf_rows=3000)

Load = Callable[[Shape], list[str]]


def load(url: str, folder: Path, shape: Shape) -> list[str]:
    """Loads a catalogue with recordings of a second; returns what was said."""
    said: list[str] = []
    data = DataDirectory(folder)
    database = Database(url)
    with pytest.MonkeyPatch.context() as patch:
        # Argon2 costs by design; what it makes is tested in test_accounts.py.
        patch.setattr(accounts, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        try:
            Loader(database, data, TokenSecrets.of(data, {}), shape, PASSWORD, said.append, seconds=1).load()
        finally:
            database.close()
    return said


@pytest.fixture(scope="session")
def synth_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("synth")


@pytest.fixture(scope="session")
def synth_url(postgres_server: PostgresServer, template_database: str, synth_folder: Path) -> Iterator[str]:
    """The URL of a database with a synthetic catalogue of 20,000 songs in seven leaves; tests only read it."""
    url = postgres_server.create("synth", template_database)
    load(url, synth_folder, SHAPE)
    yield url
    postgres_server.drop("synth")


@pytest.fixture
def synth_db(synth_url: str) -> Iterator[psycopg.Connection[Any]]:
    """What is done here is taken back."""
    with psycopg.connect(synth_url) as connection:
        yield connection
        connection.rollback()


@pytest.fixture
def loads(database_url: str, tmp_path: Path) -> Load:
    """Loads into one fresh database, again and again."""
    return lambda shape: load(database_url, tmp_path, shape)


@pytest.fixture
def db(database_url: str) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(database_url, autocommit=True) as connection:
        yield connection
