"""Covers chosen anew, from the pictures that lie with albums and inside their songs as they are now."""

import os
from collections.abc import Sequence
from dataclasses import dataclass

from melodee.audio.pictures import best_folder_image, embedded_picture
from melodee.catalogue.cover_change import change_covers
from melodee.catalogue.rows import Picture
from melodee.cover_art import probe
from melodee.database import Database, Row
from melodee.errors import MelodeeError
from melodee.leaf_work.files import Mounted
from melodee.leaf_work.work import Step
from melodee.ledger import Failure, Place, clear_failures, record_failures

ASSET = "leaf_covers"
STAGE = "covers"

CHUNK = 100
"""Albums whose pictures are looked at, and committed, at a time."""


@dataclass
class CoversAgain:
    """The choice of covers on one leaf after the other."""

    database: Database
    asset: str = ASSET
    unit: str = "albums"
    inputs: str = ""

    def __post_init__(self) -> None:
        self._mounted = Mounted(self.database)

    def total(self, start: int, end: int) -> int:
        """Albums of the leaf."""
        with self.database.autocommit() as db:
            return int(db.value("count_albums_of_leaf", start=start, end=end))

    def step(self, after: int, end: int) -> Step | None:
        """Looks at the pictures of some albums, and gives each the best."""
        with self.database.autocommit() as db:
            albums = db.rows("albums_with_covers", after=after, end=end, most=CHUNK)
            ids = [album.id for album in albums]
            beside = _by_album(db.rows("pictures_of_albums", ids=ids))
            inside = _by_album(db.rows("songs_with_pictures", ids=ids))
        if not albums:
            return None
        chosen: dict[int, Picture | None] = {}
        failures: list[Failure] = []
        good: list[Place] = []
        for album in ids:
            chosen[album] = self._choose(beside.get(album, ()), inside.get(album, ()), good, failures)
        with self.database.begin() as db:
            changed = change_covers(db, chosen)
            clear_failures(db, [place.hash for place in good], STAGE)
            record_failures(db, failures, None)
        without = sum(picture is None for picture in chosen.values())
        counts = {"without_cover": without} if without else {}
        return Step(ids[-1], len(ids), len(changed), len(failures), counts)

    def _choose(
        self, beside: Sequence[Place], inside: Sequence[Place], good: list[Place], failures: list[Failure]
    ) -> Picture | None:
        """The best picture beside the music, else the first inside a song that can be read."""
        left = list(beside)
        while (best := best_folder_image([_name(place) for place in left])) is not None:
            place = next(place for place in left if _name(place) == best)
            left.remove(place)
            if (picture := self._probed(place, good, failures, embedded=False)) is not None:
                return picture
        pictures = (self._probed(place, good, failures, embedded=True) for place in inside)
        return next((picture for picture in pictures if picture is not None), None)

    def _probed(self, place: Place, good: list[Place], failures: list[Failure], *, embedded: bool) -> Picture | None:
        self._mounted.require(place.volume)
        full = self._mounted.path(place).full
        try:
            source = embedded_picture(full) if embedded else full
            found = None if source is None else probe(source)
        except MelodeeError as error:
            failures.append(Failure.of(error, place, STAGE))
            return None
        good.append(place)
        if found is None:
            return None
        return Picture(found.sha256, place.path, embedded, found.mime, found.width, found.height, place.volume)


def _by_album(rows: Sequence[Row]) -> dict[int, list[Place]]:
    found: dict[int, list[Place]] = {}
    for row in rows:
        found.setdefault(row.album_id, []).append(Place(row.volume_id, os.fsdecode(row.path)))
    return found


def _name(place: Place) -> str:
    return place.path.rpartition("/")[2]
