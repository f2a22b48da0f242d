"""Looking after one leaf: the unit of upkeep, as a PostgreSQL partition and as a partition of Dagster's."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from melodee.database import Database


@dataclass(frozen=True)
class LeafKey:
    """A leaf, and what it is called among Dagster's partitions: the date it was opened and its number."""

    number: int
    key: str

    @classmethod
    def parse(cls, key: str) -> "LeafKey":
        """The leaf of a key such as `2026-11-22.0001`."""
        return cls(int(key.rpartition(".")[2]), key)


@dataclass(frozen=True)
class LeafCare:
    """What a leaf holds, and what looking after it took."""

    albums: int
    songs: int
    bytes: int
    """On disk, with indexes."""
    state: str
    """open or closed."""
    seconds: float

    def as_metadata(self) -> dict[str, int | float | str]:
        """The metadata of the leaf's materialisation."""
        return {
            "albums": self.albums,
            "songs": self.songs,
            "bytes": self.bytes,
            "state": self.state,
            "seconds": round(self.seconds, 3),
        }


def leaf_keys(database: Database) -> list[LeafKey]:
    """All leaves in use, oldest first."""
    with database.autocommit() as db:
        return [LeafKey(row.number, row.key) for row in db.rows("leaves")]


def leaves_to_care_for(database: Database) -> set[int]:
    """Numbers of the leaves that were filled, or of which a tenth has changed, since they were last looked after."""
    with database.autocommit() as db:
        return {row.number for row in db.rows("leaves_to_care_for")}


def care_for_leaf(database: Database, number: int, *, report: Callable[[str], object]) -> LeafCare:
    """Vacuums and analyses the leaf's tables. Readers and writers go on meanwhile."""
    began = time.monotonic()
    with database.autocommit() as db:
        for table in (f"albums_{number:04}", f"songs_{number:04}", f"song_tags_{number:04}"):
            db.vacuum(table)
            report(f"{table}: vacuumed, statistics brought up to date")
        row = db.one("leaf_state", leaf=number)
        db.run("note_care", leaf=number)
    assert row is not None  # noqa: S101 - whoever asks has the number from the table
    return LeafCare(row.albums, row.songs, row.bytes, row.state, time.monotonic() - began)
