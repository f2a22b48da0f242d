"""Covers chosen anew, from the pictures that lie with albums and inside their songs as they are now."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from melodee.catalogue.cover_change import change_covers, change_disc_covers
from melodee.database import Database, Row
from melodee.errors import MelodeeError
from melodee.intake.artwork import Artwork, artwork_of
from melodee.intake.disc_words import disc_of_folder
from melodee.intake.look import parent
from melodee.leaf_work.files import Mounted
from melodee.leaf_work.work import Step
from melodee.ledger import Failure, Place, clear_failures, record_failures
from melodee.settings import SidecarSettings

ASSET = "leaf_covers"
STAGE = "covers"

CHUNK = 100
"""Albums whose pictures are looked at, and committed, at a time."""


@dataclass(frozen=True)
class _File:
    """A file of an album, as the choice of art is told of files of a release."""

    volume_id: int
    path: bytes
    kind: str
    name: bytes
    """Below the album's folder; of a song, in the folder of its disc where that has pictures of its own."""
    track: Mapping[str, Any] | None = None
    parts: None = None

    @property
    def place(self) -> Place:
        return Place(self.volume_id, os.fsdecode(self.path))


@dataclass
class CoversAgain:
    """The choice of covers on one leaf after the other."""

    database: Database
    settings: SidecarSettings = field(default_factory=SidecarSettings.from_environment)
    asset: str = ASSET
    unit: str = "albums"
    inputs: str = field(init=False)

    def __post_init__(self) -> None:
        self.inputs = f"{', '.join(self.settings.art_priority)}; {self.settings.least_art_pixels}"
        self._mounted = Mounted(self.database)

    def total(self, start: int, end: int) -> int:
        """Albums of the leaf."""
        with self.database.autocommit() as db:
            return int(db.value("count_albums_of_leaf", start=start, end=end))

    def step(self, after: int, end: int) -> Step | None:
        """Looks at the pictures of some albums, and gives each the best. Raises `VolumeUnavailable`."""
        with self.database.autocommit() as db:
            albums = db.rows("albums_of_leaf", after=after, end=end, most=CHUNK)
            ids = [album.id for album in albums]
            pictures = _by_album(db.rows("pictures_of_albums", ids=ids))
            songs = _by_album(db.rows("songs_beside_pictures", ids=ids))
        if not albums:
            return None
        failures: list[Failure] = []
        looked_at: set[Place] = set()
        found: dict[int, Artwork] = {}
        for album in albums:
            files = _files(os.fsdecode(album.folder), pictures.get(album.id, []), songs.get(album.id, []))
            for number in {file.volume_id for file in files}:
                self._mounted.require(number)
            looked_at |= {file.place for file in files}
            found[album.id] = self._art(album.display_artist, files, failures)
        with self.database.begin() as db:
            changed = set(change_covers(db, {album: art.cover for album, art in found.items()}))
            changed.update(change_disc_covers(db, {album: art.discs for album, art in found.items()}))
            clear_failures(db, [place.hash for place in looked_at - {failure.place for failure in failures}], STAGE)
            record_failures(db, failures, None)
        without = sum(art.cover is None for art in found.values())
        counts = {"without_cover": without} if without else {}
        return Step(ids[-1], len(ids), len(changed), len(failures), counts)

    def _art(self, artist: str, files: Sequence[_File], failures: list[Failure]) -> Artwork:
        def trouble(file: Row, error: MelodeeError) -> None:
            failures.append(Failure.of(error, file.place, STAGE))

        return artwork_of("", files, artist, self._mounted.volumes, lambda file: file.place, self.settings, trouble)


def _files(folder: str, pictures: Sequence[Row], songs: Sequence[Row]) -> list[_File]:
    """Where songs of several discs lie in one folder, the folders of their pictures still say which disc these show."""
    images = [_File(row.volume_id, bytes(row.path), "image", _below(folder, row.path)) for row in pictures]
    folders: dict[int, str] = {}
    for image in images:
        place = parent(os.fsdecode(image.name))
        if (disc := disc_of_folder(place.rpartition("/")[2]).number) is not None:
            folders.setdefault(disc, place)
    return images + [
        _File(
            row.volume_id,
            bytes(row.path),
            "audio",
            os.fsencode(f"{folders[row.disc]}/song") if row.disc in folders else _below(folder, row.path),
            {"disc_number": row.disc, "has_picture": row.has_picture},
        )
        for row in songs
    ]


def _below(folder: str, path: bytes) -> bytes:
    return os.fsencode(os.fsdecode(path).removeprefix(f"{folder}/"))


def _by_album(rows: Sequence[Row]) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = {}
    for row in rows:
        found.setdefault(row.album_id, []).append(row)
    return found
