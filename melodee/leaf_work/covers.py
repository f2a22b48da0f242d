"""Covers and pictures of artists chosen anew, from what lies with albums and inside their songs as it is now."""

from dataclasses import dataclass, field

from melodee.catalogue.cover_change import change_covers, change_disc_covers
from melodee.database import Database, Row
from melodee.errors import MelodeeError
from melodee.intake.album_pictures import album_pictures, art_of_album
from melodee.intake.artist_covers import OfAlbum, change_artist_covers
from melodee.intake.artwork import Artwork
from melodee.leaf_work.files import Mounted
from melodee.leaf_work.work import Step
from melodee.ledger import Failure, Place, clear_failures, record_failures
from melodee.settings import SidecarSettings

ASSET = "leaf_covers"
STAGE = "covers"

CHUNK = 100
"""Albums whose pictures are looked at, and committed, at a time."""


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
            files = album_pictures(db, [album.id for album in albums])
        if not albums:
            return None
        failures: list[Failure] = []
        looked_at: set[Place] = set()
        found: dict[int, Artwork] = {}

        def trouble(file: Row, error: MelodeeError) -> None:
            failures.append(Failure.of(error, file.place, STAGE))

        for number in {file.volume_id for own in files.values() for file in own}:
            self._mounted.require(number)
        for album in albums:
            own = files[album.id]
            looked_at |= {file.place for file in own}
            found[album.id] = art_of_album(album.display_artist, own, self._mounted.volumes, self.settings, trouble)
        with self.database.begin() as db:
            changed = set(change_covers(db, {album: art.cover for album, art in found.items()}))
            changed.update(change_disc_covers(db, {album: art.discs for album, art in found.items()}))
            of_artists = [
                OfAlbum(album, found[album.id].artist, {file.target for file in files[album.id]}) for album in albums
            ]
            if artists := change_artist_covers(db, of_artists):
                changed.update(artists)
                db.run("stamp_catalogue", artists=0)
            clear_failures(db, [place.hash for place in looked_at - {failure.place for failure in failures}], STAGE)
            record_failures(db, failures, None)
        without = sum(art.cover is None for art in found.values())
        counts = {"without_cover": without} if without else {}
        return Step(albums[-1].id, len(albums), len(changed), len(failures), counts)
