"""Numbers and derived tables are exact, whatever comes, changes and goes: held against a recount in plain SQL."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from melodee.database import Database
from tests.catalogue.collection import Changes, Collection
from tests.catalogue.recount import differences


def cut_lists_by_name(database: Database) -> None:
    with database.begin() as db:
        db.value("lock_catalogue")
        for name in ("albums_by_name", "albums_by_artist"):
            db.connection.exec_driver_sql("select cut_name_stretches(%s, 3)", (name,))


@pytest.mark.parametrize("seed", range(4))
def test_everything_is_exact_after_random_changes(collection: Collection, seed: int) -> None:
    changes = Changes(collection, seed)
    done: list[str] = []
    for step in range(120):
        done.append(changes.step())
        if step in {20, 70}:
            cut_lists_by_name(collection.database)
        if step % 12 == 11:
            assert differences(collection.database) == {}, done
    assert len(set(done)) == 9
    assert len(collection.albums) > 5


def test_everything_is_exact_when_several_write_at_once(database: Database) -> None:
    """Each has albums of its own, but artists, genres, folders and stretches are everybody's."""

    def change(seed: int) -> None:
        changes = Changes(Collection(database), seed)
        for _ in range(15):
            changes.step()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(change, range(100, 108)))

    assert differences(database) == {}


def test_everything_is_exact_when_several_change_the_same_albums(database: Database) -> None:
    """Songs that one writer tells anew, another has moved or removed meanwhile."""
    collection = Collection(database)
    for seed in range(10):
        Changes(collection, seed).insert()
    shared = {album: set(songs) for album, songs in collection.albums.items()}

    def change(seed: int) -> None:
        changes = Changes(Collection(database, albums={album: set(songs) for album, songs in shared.items()}), seed)
        for _ in range(12):
            changes.step()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(change, range(200, 208)))

    assert differences(database) == {}


def test_when_all_is_removed_nothing_is_left(collection: Collection, database: Database) -> None:
    changes = Changes(collection, 9)
    for _ in range(30):
        changes.step()

    collection.remove_albums(*collection.albums)

    assert differences(database) == {}
    with database.autocommit() as db:
        for table in ("songs", "albums", "song_index", "album_index", "artist_index", "lyrics", "artist_folder"):
            assert db.connection.exec_driver_sql(f"select count(*) from {table}").scalar() == 0, table
