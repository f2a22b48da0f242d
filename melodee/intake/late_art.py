"""Covers of albums to which pictures came after they were published: chosen again from all that there are."""

import os
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import NamedTuple

from melodee.catalogue.cover_change import change_covers, change_disc_covers
from melodee.database import Database, Row, Session
from melodee.file_errors import VolumeUnavailable
from melodee.intake.album_pictures import AlbumFile, album_pictures, art_of_album
from melodee.intake.artist_covers import OfAlbum, change_artist_covers
from melodee.intake.artwork import Artwork, Trouble
from melodee.ledger import Place
from melodee.settings import SidecarSettings
from melodee.volume_presence import require_root
from melodee.volumes import Volume, volumes

SETTLED = ("missing_cover_art",)
"""Codes of findings about an album's releases that are not so any more once it has a cover."""


class Chosen(NamedTuple):
    """The best pictures of an album, and those that they were chosen from."""

    art: Artwork
    among: frozenset[Place]


@dataclass(frozen=True)
class LateArt:
    """The choice of covers for some albums, rows of `albums_to_join`."""

    albums: Mapping[int, Row]
    volumes: Mapping[int, Volume]
    trouble: Trouble
    settings: SidecarSettings = field(default_factory=SidecarSettings.from_environment)

    def choose(self, db: Session, coming: Mapping[int, Sequence[AlbumFile]]) -> dict[int, Chosen]:
        """The best pictures of each album to which some come, before they are there. Reads files.

        Raises `VolumeUnavailable`: what lies on a volume that is away is not gone.
        """
        return {
            album: Chosen(self._art(self.albums[album].display_artist, files), _pictures(files))
            for album, files in album_pictures(db, list(coming), coming).items()
        }

    def show(self, db: Session, chosen: Mapping[int, Chosen], came: frozenset[Place]) -> None:
        """Gives the albums their covers, those of their discs, and their artists the pictures of them that came.

        In the caller's transaction, under the catalogue's lock. Where other pictures are there now than were chosen
        from, because one could not be moved, or others came meanwhile, it is chosen once more.
        """
        if not chosen:
            return
        now: dict[int, list[Place]] = {album: [] for album in chosen}
        for row in db.rows("pictures_of_albums", ids=list(chosen)):
            now[row.album_id].append(Place(row.volume_id, os.fsdecode(row.path)))
        other = [album for album, each in chosen.items() if each.among != frozenset(now[album])]
        last = dict(chosen) | self.choose(db, dict.fromkeys(other, ()))
        arts = {album: each.art for album, each in last.items()}
        change_covers(db, {album: art.cover for album, art in arts.items()})
        change_disc_covers(db, {album: art.discs for album, art in arts.items()})
        shown = [album for album, art in arts.items() if art.cover is not None]
        db.run("settle_findings", albums=shown, codes=list(SETTLED))
        found = [OfAlbum(self.albums[album], each.art.artist, each.among) for album, each in last.items()]
        change_artist_covers(db, found, came)

    def _art(self, artist: str, files: Sequence[AlbumFile]) -> Artwork:
        for number in {file.volume_id for file in files}:
            if self.volumes[number].kind == "storage":
                require_root(self.volumes[number])
        return art_of_album(artist, files, self.volumes, self.settings, self.trouble)


def choose_again(database: Database, pictures: Mapping[Place, int | None]) -> None:
    """Chooses the covers of albums again after pictures of theirs have changed where they lie.

    An album of which a volume is away keeps what it has.
    """
    if not (ids := sorted({album for album in pictures.values() if album is not None})):
        return
    with database.autocommit() as db:
        every = {volume.id: volume for volume in volumes(db)}
        albums = {row.id: row for row in db.rows("albums_to_join", ids=ids)}
        art = LateArt(albums, every, lambda _file, _error: None)
        chosen: dict[int, Chosen] = {}
        for album in albums:
            with suppress(VolumeUnavailable):
                chosen |= art.choose(db, {album: ()})
    with database.begin() as db:
        db.value("lock_catalogue")
        art.show(db, chosen, frozenset(pictures))
        db.run("stamp_catalogue", artists=0)


def _pictures(files: Iterable[AlbumFile]) -> frozenset[Place]:
    return frozenset(file.target for file in files if file.kind == "image")
