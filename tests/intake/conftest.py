"""A library that intake works on directly, without Dagster around it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from melodee.database import Database
from tests.library import Library, check_equation


@pytest.fixture
def library(database_url: str, tmp_path: Path) -> Iterator[Library]:
    """Empty volumes and an empty catalogue; at the end every file is accounted for."""
    database = Database(database_url)
    made = Library(database, tmp_path)
    yield made
    check_equation(made)
    database.close()
