"""A catalogue without files, on a database of its own."""

from collections.abc import Iterator

import pytest

from melodee.database import Database
from tests.catalogue.collection import Collection


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    made = Database(database_url)
    yield made
    made.close()


@pytest.fixture
def collection(database: Database) -> Collection:
    return Collection(database)
