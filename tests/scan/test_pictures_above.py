"""Pictures above albums in place: whose they are stays so when covers are chosen anew."""

from melodee.leaf_work.covers import CoversAgain
from melodee.leaf_work.work import work_on_leaf
from tests.audio import make_picture
from tests.intake.test_pictures_above import ALBUMS, ARTISTS, shown
from tests.library import Library
from tests.scan.conftest import Shelf
from tests.scan.test_late_pictures import put


def rebuild(library: Library) -> int:
    progress = work_on_leaf(library.database, CoversAgain(library.database), 1, report=library.reported.append)
    return progress.changed


def test_the_artists_picture_is_no_albums_cover(library: Library, shelf: Shelf) -> None:
    shelf.put("collected/One/1.mp3", 1, album="One")
    shelf.put("collected/Two/2.mp3", 2, album="Two")
    put(shelf.root, "collected/folder.jpg", make_picture(640, 640))

    shelf.scan()

    assert (shown(library, ARTISTS), shown(library, ALBUMS)) == ({"A": 640}, {})
    assert rebuild(library) == 0
    assert (shown(library, ARTISTS), shown(library, ALBUMS)) == ({"A": 640}, {})


def test_an_artists_picture_that_is_taken_away_gives_way_to_a_cover(library: Library, shelf: Shelf) -> None:
    shelf.put("A/One/1.mp3", 1, album="One")
    shelf.put("A/Two/2.mp3", 2, album="Two")
    put(shelf.root, "A/folder.jpg", make_picture(640, 640))
    put(shelf.root, "A/Two/cover.jpg", make_picture(500, 500))
    shelf.scan()
    assert shown(library, ARTISTS) == {"A": 640}

    (shelf.root / "A/folder.jpg").unlink()
    shelf.scan()

    assert (shown(library, ARTISTS), shown(library, ALBUMS)) == ({"A": 500}, {"Two": 500})
    assert rebuild(library) == 0


def test_what_lies_above_an_album_gives_way_to_what_lies_in_it(library: Library, shelf: Shelf) -> None:
    shelf.put("rip/One/1.mp3", 1, album="One")
    put(shelf.root, "rip/cover.jpg", make_picture(640, 640))
    shelf.scan()
    assert shown(library, ALBUMS) == {"One": 640}

    put(shelf.root, "rip/One/folder.jpg", make_picture(500, 500))
    shelf.scan()

    assert shown(library, ALBUMS) == {"One": 500}
    assert rebuild(library) == 0
