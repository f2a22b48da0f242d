"""Two published albums, with their files."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from melodee.database import Database
from tests.catalogue.recount import differences
from tests.leaf_work.shelf import Shelf
from tests.library import Library, check_equation


@pytest.fixture
def shelf(database_url: str, tmp_path: Path) -> Iterator[Shelf]:
    """Afterwards every number and list is what the rows make it, and every file is known."""
    database = Database(database_url)
    library = Library(database, tmp_path / "volumes")
    for number in (1, 2, 3):
        library.drop(
            f"a/{number}.flac", title=f"A{number}", artist="Ana", album="Blue", genre="Rock", track=number, seed=number
        )
        library.drop(f"b/{number}.mp3", title=f"B{number}", artist="Nina", album="Red", track=number, seed=10 + number)
    library.ingest()
    yield Shelf(library)
    assert differences(database) == {}
    check_equation(library)
    database.close()
