"""The pictures of published albums: all that lie with them and inside their songs, for choosing covers anew."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from melodee.database import Row, Session
from melodee.intake.artwork import Artwork, Trouble, artwork_of
from melodee.intake.disc_words import disc_of_folder
from melodee.intake.look import parent
from melodee.ledger import Place
from melodee.settings import SidecarSettings
from melodee.volumes import Volume


@dataclass(frozen=True)
class AlbumFile:
    """A file of an album, as the choice of art is told of files of a release."""

    volume_id: int
    path: bytes
    kind: str
    name: bytes
    """As its path; of a song, in the folder of its disc where that has pictures of its own."""
    track: Mapping[str, Any] | None = None
    parts: None = None
    shows: str | None = None
    """`artist` where the ledger says that of a picture."""
    will_be: Place | None = None
    """Where it is going; None for one that stays where it is."""

    @property
    def place(self) -> Place:
        """Where it is."""
        return Place(self.volume_id, os.fsdecode(self.path))

    @property
    def target(self) -> Place:
        """Where it is in the end."""
        return self.will_be or self.place


def coming(file: Row, target: Place) -> AlbumFile:
    """A picture on its way to an album, of a row of `files_of_release`."""
    return AlbumFile(
        file.volume_id, bytes(file.path), "image", os.fsencode(target.path), shows=file.shows, will_be=target
    )


def album_pictures(
    db: Session, albums: Sequence[int], more: Mapping[int, Sequence[AlbumFile]] | None = None
) -> dict[int, list[AlbumFile]]:
    """The pictures and songs of albums, by album; `more` comes to them."""
    pictures = _by_album(db.rows("pictures_of_albums", ids=list(albums)))
    songs = _by_album(db.rows("songs_beside_pictures", ids=list(albums)))
    return {
        album: _files(pictures.get(album, []), songs.get(album, []), (more or {}).get(album, ())) for album in albums
    }


def art_of_album(
    artist: str,
    files: Sequence[AlbumFile],
    volumes: Mapping[int, Volume],
    settings: SidecarSettings,
    trouble: Trouble,
) -> Artwork:
    """The best pictures of an album with these files. Reads them."""
    return artwork_of("", files, artist, volumes, lambda file: file.target, settings, trouble)


def _files(pictures: Sequence[Row], songs: Sequence[Row], more: Sequence[AlbumFile]) -> list[AlbumFile]:
    """Where songs of several discs lie in one folder, the folders of their pictures still say which disc these show."""
    images = [AlbumFile(row.volume_id, bytes(row.path), "image", bytes(row.path), shows=row.shows) for row in pictures]
    images += more
    folders: dict[int, str] = {}
    for image in images:
        place = parent(os.fsdecode(image.name))
        if (disc := disc_of_folder(place.rpartition("/")[2]).number) is not None:
            folders.setdefault(disc, place)
    return images + [
        AlbumFile(
            row.volume_id,
            bytes(row.path),
            "audio",
            os.fsencode(f"{folders[row.disc]}/song") if row.disc in folders else bytes(row.path),
            {"disc_number": row.disc, "has_picture": row.has_picture},
        )
        for row in songs
    ]


def _by_album(rows: Sequence[Row]) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = {}
    for row in rows:
        found.setdefault(row.album_id, []).append(row)
    return found
