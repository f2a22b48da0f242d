"""Pictures of artists, chosen anew with the covers of their albums."""

from pathlib import Path

import pytest

from melodee.leaf_work.covers import CoversAgain
from tests.audio import make_picture
from tests.catalogue.watched import Watched
from tests.intake.test_pictures_above import ALBUMS, ARTISTS, shown
from tests.leaf_work.shelf import Shelf


def rebuild(shelf: Shelf) -> int:
    return shelf.work(CoversAgain(shelf.library.database)).changed


def drop(shelf: Shelf, album: str, seed: int, **pictures: int) -> None:
    """An album of Cleo's; the pictures are squares, by their names."""
    shelf.library.drop(f"Cleo - {album}/1.mp3", title=album, artist="Cleo", album=album, track=1, seed=seed)
    for name, width in pictures.items():
        path = shelf.library.inbound / f"Cleo - {album}/{name}.jpg"
        path.write_bytes(make_picture(width, width))
    shelf.library.ingest()


def stored(shelf: Shelf, pattern: str) -> Path:
    (path,) = shelf.library.storage.rglob(pattern)
    return path


@pytest.fixture
def pictured(shelf: Shelf) -> Shelf:
    """With an artist's picture and a cover."""
    drop(shelf, "Green", 30, artist=700, cover=500)
    assert shown(shelf.library, ARTISTS) == {"Cleo": 700}
    return shelf


def test_what_is_shown_already_changes_no_row(pictured: Shelf) -> None:
    watched = Watched(pictured.library)

    assert rebuild(pictured) == 0

    assert watched.written() == {}


@pytest.mark.parametrize("lost", ["null", "(select cover_id from albums where name = 'Green')"])
def test_an_artist_who_shows_another_picture_gets_their_own_again(pictured: Shelf, lost: str) -> None:
    pictured.library.execute(f"update artists set cover_id = {lost} where name = 'Cleo'")

    assert rebuild(pictured) == 1

    assert shown(pictured.library, ARTISTS) == {"Cleo": 700}
    assert rebuild(pictured) == 0


def test_a_picture_that_was_replaced_is_shown_as_it_is_now(pictured: Shelf) -> None:
    stored(pictured, "artist.jpg").write_bytes(make_picture(800, 800))

    assert rebuild(pictured) == 1

    assert shown(pictured.library, ARTISTS) == {"Cleo": 800}
    assert shown(pictured.library, ALBUMS) == {"Green": 500}


def test_one_that_is_broken_gives_way_to_a_cover(pictured: Shelf) -> None:
    stored(pictured, "artist.jpg").write_bytes(b"no picture")

    assert rebuild(pictured) == 1

    assert shown(pictured.library, ARTISTS) == {"Cleo": 500}
    assert pictured.failures() == [("covers", "broken_image", "artist.jpg")]
    assert rebuild(pictured) == 0


def test_of_those_with_several_albums_the_one_that_is_shown_stays(pictured: Shelf) -> None:
    drop(pictured, "Brown", 31, artist=750)
    assert shown(pictured.library, ARTISTS) == {"Cleo": 750}
    assert rebuild(pictured) == 0

    pictured.library.execute(
        "update artists set cover_id = (select id from cover where width = 700) where name = 'Cleo'"
    )
    assert rebuild(pictured) == 0
    assert shown(pictured.library, ARTISTS) == {"Cleo": 700}

    pictured.library.execute("update artists set cover_id = null")
    rebuild(pictured)
    assert shown(pictured.library, ARTISTS) == {"Cleo": 750}


def test_a_picture_that_shows_the_artist_by_where_it_was_dropped_is_theirs_again(shelf: Shelf) -> None:
    for number, album in enumerate(("One", "Two")):
        shelf.library.drop(
            f"collected/{album}/1.mp3", title=album, artist="Cleo", album=album, track=1, seed=40 + number
        )
    (shelf.library.inbound / "collected/folder.jpg").write_bytes(make_picture(640, 640))
    shelf.library.ingest()
    shelf.library.execute("update artists set cover_id = null")

    assert rebuild(shelf) == 1

    assert shown(shelf.library, ARTISTS) == {"Cleo": 640}
    assert shown(shelf.library, ALBUMS) == {}
