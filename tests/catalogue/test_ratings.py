"""The best rated albums follow what becomes of albums."""

from sqlalchemy import text

from melodee.database import Database
from tests.catalogue.collection import Collection, release, song, track


def highest(database: Database, *folders: int) -> list[int]:
    with database.autocommit() as db:
        return [row.id for row in db.rows("highest_albums", folders=list(folders), size=10, offset=0)]


def rate(database: Database, album: int, total: int, votes: int) -> None:
    with database.begin() as db:
        db.connection.execute(
            text("insert into album_rating (album_id, total, votes) values (:album, :total, :votes)"),
            {"album": album, "total": total, "votes": votes},
        )


def test_a_removed_album_leaves_the_best_rated_and_takes_its_place_again(
    collection: Collection, database: Database
) -> None:
    description, songs = release("A", "Nina"), [song(track("One", "Nina"))]
    best = collection.add(description, songs)
    other = collection.add(release("B", "Nina"), [song(track("Two", "Nina"))])
    rate(database, best, 5, 1)
    rate(database, other, 9, 2)
    assert highest(database, 1) == [best, other]
    assert highest(database, 2) == []

    collection.remove_albums(best)
    assert highest(database, 1) == [other]

    collection.add(description, songs, album=best)
    assert highest(database, 1) == [best, other]
