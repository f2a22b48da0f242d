"""Pictures of artists chosen anew, after those that lie with some of their albums were looked at.

An artist's albums lie on several leaves and volumes, so a picture that lies with an album which was not looked at stays
while the ledger has it: it is that album's turn to say what became of it.
"""

import os
from collections.abc import Collection, Sequence
from typing import NamedTuple

from melodee.catalogue.rows import Picture
from melodee.catalogue.writer import write_pictures
from melodee.database import Row, Session
from melodee.intake.folder_words import VARIOUS
from melodee.ledger import Place
from melodee.sidecars.art import is_artist_image
from melodee.text import fold


class OfAlbum(NamedTuple):
    """What was found with an album of the artist's."""

    album: Row
    """Its `id`, `artist_id` and `display_artist`."""
    picture: Picture | None
    """The best one of the artist."""
    looked_at: Collection[Place]


def is_by_nobody(album: Row) -> bool:
    """Whether the album is a compilation, whose artist is nobody in particular."""
    return fold(album.display_artist) in VARIOUS


def change_artist_covers(db: Session, found: Sequence[OfAlbum], came: Collection[Place] = ()) -> list[int]:
    """Gives artists the pictures that were found; returns, for each who shows another one now, an album.

    Pictures that just came go before others, and one that is gone gives way to an album's cover. In the caller's
    transaction, under the catalogue's lock.
    """
    by_artist: dict[int, list[OfAlbum]] = {}
    for each in found:
        if not is_by_nobody(each.album):
            by_artist.setdefault(each.album.artist_id, []).append(each)
    if not by_artist:
        return []
    before = {row.id: row for row in db.rows("covers_of_artists", ids=sorted(by_artist))}
    places = {artist: place for artist, row in before.items() if (place := _place(row)) is not None}
    ledger = {row.path_hash: row for row in db.rows("known_files", hashes=[place.hash for place in places.values()])}
    chosen: dict[int, Picture] = {}
    gone: list[int] = []
    for artist, of_artist in by_artist.items():
        if (row := before.get(artist)) is None:
            continue
        place = places.get(artist)
        known = None if place is None else ledger.get(place.hash)
        shows = known is not None and known.shows == "artist"
        own = place is not None and (shows or is_artist_image(place.path, of_artist[0].album.display_artist))
        stays = own and known is not None and not any(place in each.looked_at for each in of_artist)
        best = _best(of_artist, place, came, stays=stays)
        if best is not None and (best.digest, Place(best.volume, best.path)) != (row.digest, place):
            chosen[artist] = best
        elif best is None and own and not stays:
            gone.append(artist)
    if chosen:
        covers = write_pictures(db, [(picture.volume, picture) for picture in chosen.values()])
        db.run("set_artist_covers", ids=list(chosen), covers=covers)
    if gone:
        db.run("settle_artists", ids=gone, covers=sorted({before[artist].cover_id for artist in gone}))
    return sorted(by_artist[artist][0].album.id for artist in (*chosen, *gone))


def _place(row: Row) -> Place | None:
    """Where the picture that an artist shows lies as a file."""
    if row.cover_id is None or row.path is None or row.embedded:
        return None
    return Place(row.volume_id, os.fsdecode(row.path))


def _best(found: Sequence[OfAlbum], now: Place | None, came: Collection[Place], *, stays: bool) -> Picture | None:
    """What came last, else what is shown now, else what lies with the newest album; None to leave it as it is."""
    pictures = {
        Place(each.picture.volume, each.picture.path): each.picture
        for each in sorted(found, key=lambda each: each.album.id)
        if each.picture is not None
    }
    newest = [picture for place, picture in pictures.items() if place in came]
    if newest or not pictures:
        return newest[-1] if newest else None
    if now is not None and now in pictures:
        return pictures[now]
    return None if stays else list(pictures.values())[-1]
