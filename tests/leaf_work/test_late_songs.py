"""Songs that come to an album later: old and new say the same of it, so reading all tags again changes nothing."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from melodee.database import Database
from melodee.leaf_work.tags import TagsAgain
from melodee.leaf_work.work import work_on_leaf
from tests.audio import make_picture
from tests.catalogue.recount import differences
from tests.catalogue.watched import Watched
from tests.leaf_work.shelf import rules
from tests.library import Library, check_equation


@pytest.fixture
def library(database_url: str, tmp_path: Path) -> Iterator[Library]:
    """Empty; at the end every number and list is what the rows make it, and reading all again changes no song."""
    database = Database(database_url)
    made = Library(database, tmp_path / "volumes")
    yield made
    assert differences(database) == {}
    watched = Watched(made)
    reread(made)
    written = watched.written()
    assert {"songs", "song_index", "album_index", "albums"} & written.keys() == set(), written
    check_equation(made)
    database.close()


def reread(library: Library) -> None:
    progress = work_on_leaf(library.database, TagsAgain(library.database, rules(), every=True), 1, report=print)
    assert (progress.failed, progress.changed) == (0, 0)


def drop(library: Library, folder: str, *numbers: int, cover: bytes | None = None, **tags: Any) -> None:
    for number in numbers:
        given = {"title": f"S{number}", "artist": "Ana", "album": "Blue", "track": number, "seed": number} | tags
        library.drop(f"{folder}/{number}.mp3", **given)
    if cover is not None:
        (library.inbound / folder / "cover.jpg").write_bytes(cover)


def years(library: Library) -> list[int | None]:
    (album,) = library.query("select year from albums")
    songs = [song.year for song in library.songs()]
    assert [row.year for row in library.query("select year from song_index order by id")] == [
        row.year for row in library.query("select year from songs order by id")
    ]
    return [album.year, *songs]


def covers(library: Library) -> set[int | None]:
    return {row.cover_id for row in library.query("select cover_id from songs union all select cover_id from albums")}


def test_songs_that_are_there_learn_the_year_that_a_late_one_knows(library: Library) -> None:
    drop(library, "a", 1, 2, genre="Rock")
    library.ingest()
    drop(library, "b", 3, date="1990-05-01", genre=("Rock", "Pop"))
    library.ingest()
    assert years(library) == [1990, 1990, 1990, 1990]


def test_late_songs_have_the_year_of_their_album_where_they_name_none(library: Library) -> None:
    drop(library, "a", 1, 2, date="1990")
    library.ingest()
    drop(library, "b", 3)
    library.ingest()
    assert years(library) == [1990, 1990, 1990, 1990]


def test_each_song_keeps_the_year_that_it_names_itself(library: Library) -> None:
    drop(library, "a", 1, 2, date="1990")
    library.ingest()
    drop(library, "b", 3, date="1991")
    library.ingest()
    assert years(library) == [1990, 1990, 1990, 1991]


def test_late_songs_have_the_cover_of_their_album(library: Library) -> None:
    drop(library, "a", 1, 2, cover=make_picture())
    library.ingest()
    drop(library, "b", 3)
    library.ingest()
    (cover,) = covers(library)
    assert cover is not None


def test_songs_that_are_there_have_the_cover_that_a_late_one_brings(library: Library) -> None:
    drop(library, "a", 1, 2)
    library.ingest()
    drop(library, "b", 3, cover=make_picture())
    library.ingest()
    (cover,) = covers(library)
    assert cover is not None


def test_another_picture_that_comes_with_late_songs_does_not_part_the_album(library: Library) -> None:
    drop(library, "a", 1, 2, cover=make_picture())
    library.ingest()
    (before,) = covers(library)
    drop(library, "b", 3, picture=make_picture(colour=(0, 0, 255)))
    library.ingest()
    assert covers(library) == {before}


def test_all_else_that_a_late_song_tells(library: Library) -> None:
    drop(library, "a", 1, 2, genre="Rock")
    library.ingest()
    drop(
        library, "b", 3, date="1990-05-01", genre="Pop", album_artist="Ana", disc=2, disc_total=2,
        extra={"TPUB": "Label", "TXXX:BARCODE": "123", "TSST": "Live", "TXXX:MusicBrainz Album Type": "album"},
    )  # fmt: skip
    library.ingest()
    assert years(library) == [1990, 1990, 1990, 1990]
