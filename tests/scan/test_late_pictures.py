"""Pictures, lyrics and notes that somebody puts into the folder of a published album: a quick scan finds them."""

import os
from pathlib import Path

from melodee.leaf_work.covers import CoversAgain
from melodee.leaf_work.work import work_on_leaf
from melodee.review.listing import releases
from melodee.scan.scan import scan_volume
from tests.audio import make_picture
from tests.library import Library
from tests.scan.conftest import Shelf
from tests.scan.test_in_place import names

COVER = "select c.width, c.volume_id, c.path from albums as a join cover as c on c.id = a.cover_id"
ARTIST = "select c.width from artists as a join cover as c on c.id = a.cover_id"


def put(root: Path, name: str, content: bytes | str) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)


def settled(root: Path) -> None:
    """Folders as they are a while later: what was changed just now is looked at once more."""
    for folder, _, _ in os.walk(root):
        os.utime(folder, (1, 1))


def lyrics(library: Library) -> list[tuple[str, str]]:
    rows = library.query("select s.title, l.text from lyrics as l join songs as s on s.id = l.song_id order by 1")
    return [(row.title, row.text) for row in rows]


def test_what_is_put_beside_music_in_place_is_used_where_it_lies(library: Library, shelf: Shelf) -> None:
    shelf.put("A/B/CD1/1.mp3", 1, disc=1)
    shelf.put("A/B/CD2/2.mp3", 2, disc=2)
    shelf.scan()
    settled(shelf.root)
    shelf.scan()
    assert releases(library.database, state="published").releases[0].findings["missing_cover_art"] == 1

    put(shelf.root, "A/B/cover.jpg", make_picture(640, 640))
    put(shelf.root, "A/B/CD2/cover.jpg", make_picture(520, 520))
    put(shelf.root, "A/B/Scans/back.jpg", make_picture(530, 530))
    put(shelf.root, "A/B/album.nfo", "<album><review>Great.</review></album>")
    put(shelf.root, "A/B/CD1/1.lrc", "[00:01.00]La")
    before = names(shelf.root)
    numbers = shelf.scan()

    assert names(shelf.root) == before
    assert (numbers.new, numbers.batches) == (5, 1)
    assert library.states() == {"published": 7}
    (cover,) = library.query(COVER)
    assert (cover.width, cover.volume_id, bytes(cover.path)) == (640, shelf.volume.id, b"A/B/cover.jpg")
    (disc,) = library.query("select d.disc, c.width from disc_cover as d join cover as c on c.id = d.cover_id")
    assert tuple(disc) == (2, 520)
    assert lyrics(library) == [("Song 1", "[00:01.000]La")]
    assert [row.text for row in library.query("select text from note")] == ["Great."]
    assert "missing_cover_art" not in releases(library.database, state="published").releases[0].findings
    assert library.query("select * from file_move") == []
    again = shelf.scan(full=True)
    assert (again.new, again.changed, again.vanished, again.batches) == (0, 0, 0, 0)


def test_what_is_put_into_an_albums_folder_on_storage_is_used_where_it_lies(library: Library) -> None:
    library.drop("Ann - Red/01 Song.mp3", title="Song", artist="Ann", album="Red", track=1)
    library.ingest()
    storage = library.volumes["storage"]
    scan_volume(library.database, storage.id, intake=library.settings)
    settled(library.storage)
    scan_volume(library.database, storage.id, intake=library.settings)
    (song,) = library.songs()
    folder = os.fsdecode(bytes(song.path)).rpartition("/")[0]

    put(library.storage, f"{folder}/folder.jpg", make_picture(640, 640))
    put(library.storage, f"{folder}/01 Song.lrc", "[00:01.00]La")
    numbers = scan_volume(library.database, storage.id, intake=library.settings)
    library.ingest()

    assert (numbers.new, numbers.batches) == (2, 1)
    assert library.states() == {"published": 3}
    assert [bytes(row.path) for row in library.query(COVER)] == [os.fsencode(f"{folder}/folder.jpg")]
    assert lyrics(library) == [("Song", "[00:01.000]La")]


def test_an_artists_picture_above_albums_in_place_is_the_artists(library: Library, shelf: Shelf) -> None:
    shelf.put("A/One/1.mp3", 1, album="One")
    shelf.put("A/Two/2.mp3", 2, album="Two")
    shelf.put("Others/Three/3.mp3", 3, album="Three", artist="C")
    shelf.put("Others/Four/4.mp3", 4, album="Four", artist="D")
    shelf.scan()

    put(shelf.root, "A/folder.jpg", make_picture(640, 640))
    put(shelf.root, "A/scan.jpg", make_picture(650, 650))
    put(shelf.root, "Others/artist.jpg", make_picture(660, 660))
    shelf.scan()

    assert library.states() == {"published": 5, "ignored": 2}
    assert [row.width for row in library.query(ARTIST)] == [640]
    assert library.query(COVER) == []


def test_pictures_in_the_root_or_beside_music_that_waits_stay_alone(library: Library, shelf: Shelf) -> None:
    shelf.put("1.mp3", 1)
    shelf.scan()
    put(shelf.root, "cover.jpg", make_picture(640, 640))
    put(shelf.root, "1.lrc", "[00:01.00]La")

    shelf.scan()

    assert library.states() == {"published": 2, "ignored": 1}
    assert lyrics(library) == [("Song 1", "[00:01.000]La")]


def test_a_cover_that_is_replaced_on_storage_is_shown_as_it_is_now(library: Library, shelf: Shelf) -> None:
    shelf.put("A/B/1.mp3", 1)
    put(shelf.root, "A/B/cover.jpg", make_picture(640, 640))
    shelf.scan()

    put(shelf.root, "A/B/cover.jpg", make_picture(800, 800))
    shelf.scan(full=True)

    assert [row.width for row in library.query(COVER)] == [800]
    assert library.states() == {"published": 2}


def test_nothing_is_put_beside_an_album_in_place(library: Library, shelf: Shelf) -> None:
    shelf.put("a/1.mp3", 1)
    shelf.scan()
    library.drop("new/2.mp3", title="Song 2", artist="A", album="B", track=2, seed=2)
    library.ingest()
    before = names(shelf.root)

    put(library.inbound, "new/cover.jpg", make_picture(640, 640))
    library.ingest()

    assert names(shelf.root) == before
    assert library.states() == {"published": 3}
    (cover,) = library.query(COVER)
    assert (cover.width, cover.volume_id) == (640, library.volumes["storage"].id)
    (folder,) = {os.fsdecode(bytes(song.path)).rpartition("/")[0] for song in library.songs() if song.title == "Song 2"}
    assert os.fsdecode(bytes(cover.path)) == f"{folder}/cover.jpg"


def test_pictures_that_were_put_there_are_chosen_by_work_on_a_leaf_too(library: Library, shelf: Shelf) -> None:
    shelf.put("a/1.mp3", 1)
    shelf.scan()
    put(shelf.root, "a/cover.jpg", make_picture(640, 640))
    shelf.scan()
    library.execute("update albums set cover_id = null")

    progress = work_on_leaf(library.database, CoversAgain(library.database), 1, report=library.reported.append)

    assert (progress.changed, progress.failed) == (1, 0)
    assert [row.width for row in library.query(COVER)] == [640]
