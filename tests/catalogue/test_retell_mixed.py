"""Albums of every kind are grouped again as they were: telling songs what they say already touches no row."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from melodee.catalogue.held import Retold
from melodee.catalogue.retell import retell_songs
from melodee.database import Database
from melodee.leaf_work.rules import RulesAgain
from melodee.leaf_work.tags import TagsAgain
from tests.catalogue.recount import differences
from tests.catalogue.watched import Watched
from tests.leaf_work.shelf import Shelf, rules
from tests.library import Library


@pytest.fixture
def library(database: Database, tmp_path: Path) -> Iterator[Library]:
    made = Library(database, tmp_path / "volumes")
    for number, (folder, tags) in enumerate(DROPPED, 1):
        title = tags.get("title", f"Song {number}")
        made.drop(f"{folder}/{number:02}.mp3", seed=number, **{**tags, "title": title})
    made.ingest()
    for number, (folder, tags) in enumerate(LATE, 50):
        made.drop(f"{folder}/{number:02}.mp3", seed=number, title=f"Late {number}", **tags)
    made.ingest()
    yield made
    assert differences(database) == {}


DROPPED: list[tuple[str, dict[str, object]]] = [
    # A compilation without an album artist.
    *(("hits", {"artist": artist, "album": "Hits", "track": track}) for track, artist in enumerate("ABCD", 1)),
    # Guests on some tracks.
    ("blue", {"artist": "Ana", "album": "Blue", "track": 1}),
    ("blue", {"artist": "Ana feat. Bob", "album": "Blue", "track": 2}),
    ("blue", {"artist": ["Ana", "Cleo"], "album": "Blue", "track": 3}),
    # Two artists who each have an album of one title, in one folder.
    *(
        ("best", {"artist": artist, "album": "Best Of", "track": track})
        for artist in ("Nina", "Otis")
        for track in (1, 2, 3)
    ),
    # What lies about.
    ("Downloads", {"artist": "Pia", "album": "One", "track": 1}),
    ("Downloads", {"artist": "Quin", "album": "One", "track": 1}),
    ("Downloads", {"artist": "Rita"}),
    ("Downloads", {"artist": "Sam"}),
    # Discs in folders of their own, and editions.
    ("two/CD1", {"artist": "Tom", "album": "Two", "track": 1}),
    ("two/CD2", {"artist": "Tom", "album": "Two", "track": 1}),
    ("deluxe", {"artist": "Tom", "album": "Two (Deluxe Edition)", "track": 1}),
    # Two issues, told apart by their years alone.
    *(("1999", {"artist": "Uma", "album": "Same", "track": track, "date": "1999"}) for track in (1, 2)),
    *(("2005", {"artist": "Uma", "album": "Same", "track": track, "date": "2005"}) for track in (1, 2)),
    # Nothing is said.
    ("Vic - Nothing", {}),
]
LATE: list[tuple[str, dict[str, object]]] = [
    ("elsewhere", {"artist": "Ana", "album": "Blue", "track": 4}),
    ("elsewhere too", {"artist": "Tom", "album": "Two", "track": 2, "disc": 2}),
    ("more hits", {"artist": "E", "album_artist": "Various Artists", "album": "Hits", "track": 5}),
]


def test_albums_of_every_kind_stay_as_they_are(library: Library) -> None:
    watched = Watched(library)

    changed = retell_songs(library.database, {song.id: Retold() for song in library.songs()})

    assert len(changed.songs) == len(DROPPED) + len(LATE)
    assert watched.written() == {}


def test_one_song_that_is_told_anew_leaves_all_others_as_they_are(library: Library) -> None:
    for song in library.songs():
        watched = Watched(library)
        (held,) = library.query(f"select track from song_tags where id = {song.id}")
        assert held.track["title"]

        retell_songs(library.database, {song.id: Retold(size_bytes=song.size_bytes + 1)})

        assert watched.written().get("songs") == [song.id], song


def test_rules_and_tags_that_are_as_they_were_leave_all_as_they_are(library: Library) -> None:
    watched = Watched(library)
    shelf = Shelf(library)

    assert shelf.work(RulesAgain(library.database, rules())).changed == 0
    assert shelf.work(TagsAgain(library.database, rules(), every=True)).changed == 0

    assert watched.written() == {}
