"""A running API on a library of its own, shared by the tests of a session; what a test changes, it makes itself."""

import hashlib
import os
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from litestar.testing import TestClient

from melodee.accounts import add_account, make_api_key, name_key
from melodee.database import Database
from melodee.settings import DataDirectory
from melodee.token_secrets import TokenSecrets
from melodee_api.app import create_app
from tests.api import music
from tests.api.contract import Contract
from tests.api.large import Large, Listener, served
from tests.api.shelf import Shelf
from tests.conftest import PostgresServer
from tests.library import Library as LibraryOfFiles

LISTENER, ADMIN = "Änne", "root"
PASSWORD = "pass&+% wörd"
CLIENT = {"v": "1.16.1", "c": "contract"}


@dataclass(frozen=True)
class Library:
    """A database with what the tests of the API ask for."""

    url: str
    data: DataDirectory
    key: str
    """An API key of the listener."""
    samples: dict[str, str] = field(default_factory=dict)
    """Ids by the name that cases call them."""

    def credentials(self, by: str) -> dict[str, str]:
        """The parameters that log in, and those that every client sends."""
        salt = "c19b2d"
        token = hashlib.md5((PASSWORD + salt).encode()).hexdigest()
        return {
            "nobody": {},
            "client": CLIENT,
            "password": CLIENT | {"u": LISTENER, "p": PASSWORD},
            "token": CLIENT | {"u": LISTENER, "t": token, "s": salt},
            "key": CLIENT | {"apiKey": self.key},
            "admin": CLIENT | {"u": ADMIN, "p": PASSWORD},
        }[by]

    def fill(self, params: Mapping[str, str | list[str]]) -> dict[str, str | list[str]]:
        """The parameters with the ids that they name."""
        return {
            name: [item.format_map(self.samples) for item in value]
            if isinstance(value, list)
            else value.format_map(self.samples)
            for name, value in params.items()
        }


@pytest.fixture(scope="session")
def library(
    postgres_server: PostgresServer, template_database: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Library]:
    name = f"test_{uuid.uuid4().hex[:12]}"
    url = postgres_server.create(name, template_database)
    data = DataDirectory(tmp_path_factory.mktemp("api"))
    database = Database(url)
    keys = TokenSecrets.of(data, {})
    add_account(database, LISTENER, PASSWORD, keys)
    add_account(database, ADMIN, PASSWORD, keys, admin=True)
    samples = music.fill(LibraryOfFiles(database, tmp_path_factory.mktemp("music")), name_key(LISTENER))
    yield Library(url, data, make_api_key(database, LISTENER), samples)
    database.close()
    postgres_server.drop(name)


@pytest.fixture(scope="session")
def api(library: Library) -> Iterator[TestClient]:
    """The API as its worker runs it."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("MELODEE_DATABASE_URL", library.url)
        environment.setenv("MELODEE_DATA", str(library.data.path))
        environment.delenv("MELODEE_TOKEN_KEY", raising=False)
        with TestClient(create_app()) as client:
            # Tests log in wrongly far more often than a person does.
            client.app.state.api.authenticator._failures.MOST = 10**9
            yield client


@pytest.fixture
def shelf(library: Library, api: TestClient, open_directory: Path) -> Iterator[Shelf]:
    """A music folder for one test alone."""
    database = Database(library.url)
    yield Shelf(database, api, open_directory / f"shelf-{uuid.uuid4().hex[:12]}")
    database.close()


@pytest.fixture(scope="session")
def large(
    postgres_server: PostgresServer, template_database: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Large]:
    """A library of many artists; what a test changes, it changes back."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    url = postgres_server.create(name, template_database)
    with served(url, tmp_path_factory.mktemp("large")) as large:
        yield large
    postgres_server.drop(name)


@pytest.fixture
def listener(large: Large) -> Iterator[Listener]:
    """Who sees everything and has marked nobody."""
    yield large.listeners["all"]
    large.sql("delete from artist_annotation")


@pytest.fixture(scope="session")
def contract() -> Contract:
    folder = os.environ.get("MELODEE_CONTRACT_DIR")
    if not folder:
        pytest.skip("MELODEE_CONTRACT_DIR does not name the folder with the published contract")
    return Contract(Path(folder))
