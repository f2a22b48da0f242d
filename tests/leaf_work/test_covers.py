"""Covers chosen anew."""

from pathlib import Path

import pytest

from melodee.database import Row
from melodee.leaf_work.covers import CoversAgain
from tests.audio import make_picture
from tests.catalogue.watched import Watched
from tests.leaf_work.shelf import Shelf


@pytest.fixture
def pictured(shelf: Shelf) -> Shelf:
    """A third album, with a picture inside its first song and two beside it."""
    library = shelf.library
    for number in (1, 2):
        library.drop(
            f"c/{number}.mp3", title=f"C{number}", artist="Cleo", album="Green", track=number, seed=20 + number,
            picture=make_picture(600 + number, 600) if number == 1 else None,
        )  # fmt: skip
    (library.inbound / "c/cover.jpg").write_bytes(make_picture(600 + 3, 600))
    (library.inbound / "c/folder.jpg").write_bytes(make_picture(600 + 4, 600))
    library.ingest()
    return shelf


def rebuild(shelf: Shelf) -> dict[str, int]:
    progress = shelf.work(CoversAgain(shelf.library.database))
    return {"changed": progress.changed, "failed": progress.failed, **progress.counts}


def cover(shelf: Shelf) -> Row:
    (row,) = shelf.library.query("""
        select c.embedded, regexp_replace(convert_from(c.path, 'UTF8'), '.*/', '') as name,
            x.cover_id = a.cover_id as of_artist,
            not exists (
                select from songs as s where s.album_id = a.id and s.cover_id is distinct from a.cover_id
            ) as of_songs
        from albums as a left join cover as c on c.id = a.cover_id join artists as x on x.id = a.artist_id
        where a.name = 'Green'
    """)
    return row


def test_covers_that_are_the_best_there_are_change_no_row(pictured: Shelf) -> None:
    watched = Watched(pictured.library)

    assert rebuild(pictured) == {"changed": 0, "failed": 0, "without_cover": 2}

    assert watched.written() == {}
    assert tuple(cover(pictured)) == (False, "cover.jpg", True, True)


def test_an_album_that_shows_another_picture_gets_the_best_again(pictured: Shelf) -> None:
    pictured.library.execute("update albums set cover_id = null; update songs set cover_id = null")
    pictured.library.execute("update artists set cover_id = null")

    assert rebuild(pictured)["changed"] == 1

    assert tuple(cover(pictured)) == (False, "cover.jpg", True, True)


def spoil(shelf: Shelf, name: str) -> Path:
    (path,) = shelf.library.storage.rglob(name)
    path.write_bytes(b"no picture")
    return path


def test_a_picture_that_is_broken_or_gone_gives_way_to_the_next(pictured: Shelf) -> None:
    spoil(pictured, "cover.jpg")

    assert rebuild(pictured) == {"changed": 1, "failed": 1, "without_cover": 2}
    assert tuple(cover(pictured)) == (False, "folder.jpg", True, True)
    assert pictured.failures() == [("covers", "broken_image", "cover.jpg")]

    spoil(pictured, "folder.jpg")
    rebuild(pictured)
    assert tuple(cover(pictured))[0::2] == (True, True)


def test_an_album_without_any_picture_left_has_no_cover(pictured: Shelf) -> None:
    spoil(pictured, "cover.jpg")
    spoil(pictured, "folder.jpg")
    song = pictured.path("C1")
    song.write_bytes(b"")

    rebuild(pictured)

    assert cover(pictured).name is None


def test_pictures_of_single_discs_are_theirs_again(shelf: Shelf) -> None:
    library = shelf.library
    for disc in (1, 2):
        library.drop(
            f"d/CD{disc}/1.mp3", title=f"D{disc}", artist="Dan", album="Two", track=1, disc=disc, seed=40 + disc
        )
        (library.inbound / f"d/CD{disc}/cover.jpg").write_bytes(make_picture(700 + disc, 600))
    library.ingest()
    discs = "select album_id, disc, cover_id from disc_cover order by disc"
    before = library.query(discs)
    assert len(before) == 2
    assert rebuild(shelf)["changed"] == 0

    library.execute("update disc_cover set cover_id = 0 where disc = 1; delete from disc_cover where disc = 2")

    assert rebuild(shelf)["changed"] == 1
    assert library.query(discs) == before
