"""A library in which everything waits for a person."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from melodee.database import Database
from tests.library import AT_ONCE, Library, check_equation


@pytest.fixture
def library(database_url: str, tmp_path: Path) -> Iterator[Library]:
    """Empty volumes and an empty catalogue; at the end every file is accounted for."""
    database = Database(database_url)
    made = Library(database, tmp_path, replace(AT_ONCE, review="all"))
    yield made
    check_equation(made)
    database.close()


def drop_album(library: Library, folder: str = "new", album: str = "Noch", songs: int = 2, seed: int = 1) -> None:
    """Songs of one album in a folder, with a cover."""
    for number in range(1, songs + 1):
        library.drop(
            f"{folder}/{number}.mp3", title=f"S{number}", artist="Kino", album=album, track=number, date="1986",
            seed=seed + number,
        )  # fmt: skip


def waiting(library: Library) -> list[int]:
    """Ids of the releases that wait."""
    return [row.id for row in library.query("select id from release where state = 'waiting' order by id")]


def states(library: Library) -> list[str]:
    """The states of all releases."""
    return [row.state for row in library.query("select state from release order by id")]
