"""Pictures in folders above those of albums, dropped together with these: whose they are, and what they are not."""

import pytest

from melodee.leaf_work.covers import CoversAgain
from melodee.leaf_work.work import work_on_leaf
from tests.audio import make_picture
from tests.intake.red_album import drop_album, ignored, put
from tests.library import Library

ARTISTS = "select x.name, c.width from artists as x join cover as c on c.id = x.cover_id order by 1"
ALBUMS = "select a.name, c.width from albums as a join cover as c on c.id = a.cover_id order by 1"


def shown(library: Library, query: str) -> dict[str, int]:
    return {row.name: row.width for row in library.query(query)}


def rebuild(library: Library) -> None:
    """What an operator does who has edited pictures, or wants to be sure."""
    progress = work_on_leaf(library.database, CoversAgain(library.database), 1, report=library.reported.append)
    assert progress.changed == 0


def drop_two(library: Library, folder: str, **tags: object) -> None:
    drop_album(library, f"{folder}/Blue", (1, 2), album="Blue", **tags)
    drop_album(library, f"{folder}/Red", (3, 4), album="Red", **tags)


@pytest.mark.parametrize("folder", ["Ann", "Ann (collected)", "a discography"])
@pytest.mark.parametrize("name", ["folder.jpg", "cover.jpg", "Folder.PNG"])
def test_above_several_albums_of_an_artist_it_is_theirs_and_no_albums(library: Library, folder: str, name: str) -> None:
    drop_two(library, folder)
    put(library.inbound, f"{folder}/{name}", make_picture(640, 640, format="PNG" if name.endswith("G") else "JPEG"))

    library.ingest()

    assert shown(library, ARTISTS) == {"Ann": 640}
    assert shown(library, ALBUMS) == {}
    assert library.states() == {"published": 5}
    rebuild(library)
    assert shown(library, ALBUMS) == {}


def test_albums_that_have_pictures_of_that_name_keep_them(library: Library) -> None:
    drop_two(library, "Ann")
    for number, album in enumerate(("Blue", "Red")):
        put(library.inbound, f"Ann/{album}/folder.jpg", make_picture(500 + number, 500))
    put(library.inbound, "Ann/folder.jpg", make_picture(640, 640))

    library.ingest()

    assert library.failures() == []
    assert shown(library, ALBUMS) == {"Blue": 500, "Red": 501}
    assert shown(library, ARTISTS) == {"Ann": 640}
    rebuild(library)


@pytest.mark.parametrize("beside", ["a discography", "a discography/Red"], ids=["above", "with an album"])
def test_a_picture_that_is_called_after_the_artist_goes_before_it(library: Library, beside: str) -> None:
    drop_two(library, "a discography")
    put(library.inbound, f"{beside}/artist.jpg", make_picture(700, 700))
    put(library.inbound, "a discography/cover.jpg", make_picture(640, 640))

    library.ingest()

    assert shown(library, ARTISTS) == {"Ann": 700}
    assert ignored(library) == [("a discography/cover.jpg", "no_music_beside")]


@pytest.mark.parametrize("folder", ["Downloads", "Music", "New folder"])
def test_where_anything_may_lie_it_is_nobodys(library: Library, folder: str) -> None:
    drop_two(library, folder)
    put(library.inbound, f"{folder}/cover.jpg", make_picture(640, 640))

    library.ingest()

    assert (shown(library, ARTISTS), shown(library, ALBUMS)) == ({}, {})
    assert ignored(library) == [(f"{folder}/cover.jpg", "no_music_beside")]


def test_above_albums_of_several_artists_or_of_nobody_it_is_nobodys(library: Library) -> None:
    drop_album(library, "mixed/Blue", (1, 2), album="Blue")
    drop_album(library, "mixed/Red", (3, 4), artist="Ben")
    put(library.inbound, "mixed/folder.jpg", make_picture(640, 640))
    for number, album in enumerate(("Hits", "More Hits")):
        drop_album(
            library, f"parties/{album}", (5, 6), album=album, album_artist="Various Artists", artist=f"C{number}"
        )
    put(library.inbound, "parties/folder.jpg", make_picture(650, 650))

    library.ingest()

    assert (shown(library, ARTISTS), shown(library, ALBUMS)) == ({}, {})
    assert [path for path, _ in ignored(library)] == ["mixed/folder.jpg", "parties/folder.jpg"]


def test_above_an_album_without_pictures_it_is_its_cover(library: Library) -> None:
    drop_album(library, "rip/Red")
    put(library.inbound, "rip/cover.jpg", make_picture(640, 640))

    library.ingest()

    assert shown(library, ALBUMS) == {"Red": 640}
    rebuild(library)


@pytest.mark.parametrize("own", ["cover.jpg", "folder.jpg", "front.png"])
@pytest.mark.parametrize("folder", ["rip", "Zoo"])
def test_above_an_album_with_pictures_of_its_own_it_is_not(library: Library, own: str, folder: str) -> None:
    drop_album(library, f"{folder}/Red")
    put(library.inbound, f"{folder}/Red/{own}", make_picture(500, 500, format="PNG" if own.endswith("g") else "JPEG"))
    put(library.inbound, f"{folder}/cover.jpg", make_picture(640, 640))

    library.ingest()

    assert shown(library, ALBUMS) == {"Red": 500}
    assert library.states() == ({"published": 3, "failed": 1} if own == "cover.jpg" else {"published": 4})
    assert len(library.hashes()) == 4


def test_above_the_only_album_of_an_artist_it_shows_both_where_there_is_nothing_else(library: Library) -> None:
    drop_album(library, "Ann/Red")
    put(library.inbound, "Ann/folder.jpg", make_picture(640, 640))
    drop_album(library, "Ben/Blue", (3, 4), artist="Ben", album="Blue")
    put(library.inbound, "Ben/folder.jpg", make_picture(650, 650))
    put(library.inbound, "Ben/Blue/cover.jpg", make_picture(500, 500))

    library.ingest()

    assert shown(library, ARTISTS) == {"Ann": 640, "Ben": 650}
    assert shown(library, ALBUMS) == {"Blue": 500, "Red": 640}


@pytest.mark.parametrize("folder", ["rip/Red", "Ann"])
def test_above_the_discs_of_an_album_it_is_the_albums(library: Library, folder: str) -> None:
    drop_album(library, f"{folder}/CD1", (1, 2), disc=1)
    drop_album(library, f"{folder}/CD2", (3, 4), disc=2)
    put(library.inbound, f"{folder}/CD2/cover.jpg", make_picture(500, 500))
    put(library.inbound, f"{folder}/folder.jpg", make_picture(640, 640))

    library.ingest()

    assert shown(library, ALBUMS) == {"Red": 640}
    assert [
        row.width for row in library.query("select c.width from disc_cover join cover as c on c.id = cover_id")
    ] == [500]
    rebuild(library)
