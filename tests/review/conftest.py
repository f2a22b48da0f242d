"""A library in which everything waits for a person."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from melodee.database import Database
from melodee.review.deciding import reject
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


def rejected(library: Library, *, return_: bool = False, **album: Any) -> int:
    """An album that was dropped and rejected."""
    drop_album(library, **album)
    library.ingest()
    release = waiting(library)[-1]
    reject(library.database, release, "Ann", "a bad rip", return_=return_)
    return release


def later() -> datetime:
    return datetime.now(UTC) + timedelta(days=1)
