"""Which album a release is, and where on which volume its files go."""

import os
from collections.abc import Sequence
from dataclasses import dataclass

from psycopg.types.json import Jsonb

from melodee.audio.track import Track
from melodee.catalogue.artists import Artist
from melodee.catalogue.release import ReleaseDescription
from melodee.catalogue.writer import TakeNumbers
from melodee.database import Database, Session
from melodee.ids import Kind, of_kind
from melodee.ledger import path_hash
from melodee.path_template import PathTemplate, ReleaseFields, SongFields, safe_file_name, safe_segment
from melodee.text import fold
from melodee.volumes import Volume

SONG_NAME = PathTemplate.for_songs()


@dataclass(frozen=True)
class AlbumPlace:
    """An album's id, and its folder on a storage volume."""

    id: int
    volume: int
    folder: str
    release_group: int


def album_key(description: ReleaseDescription, artist: Artist) -> str:
    """What makes two drops one album: the artist, and the title as it is folded."""
    return f"release:{artist.id}:{fold(description.album)}"


def known_album(db: Session, description: ReleaseDescription) -> tuple[int, str] | None:
    """Volume and folder of an album that is in the catalogue already, found without making anything."""
    first = description.artists[0]
    keys = [f"mbid:{first.mbid}"] * bool(first.mbid) + [f"name:{fold(first.name)}"]
    for artist in db.rows("artist_keys", keys=keys):
        for key in db.rows("album_keys", keys=[f"release:{artist.artist_id}:{fold(description.album)}"]):
            for place in db.rows("album_places", ids=[key.album_id]):
                return place.volume_id, os.fsdecode(place.folder)
    return None


def place_albums(
    database: Database,
    wanted: Sequence[tuple[ReleaseDescription, Artist, int]],
    volume: Volume,
    take_numbers: TakeNumbers,
) -> list[AlbumPlace]:
    """An id and a folder for each release (with its album artist and number of songs), those of the album that it is.

    In short transactions of their own. What is claimed here and then not used after a crash is found again by its key.
    """
    keys = [album_key(description, artist) for description, artist, _ in wanted]
    with database.autocommit() as db:
        known = {row.key: row.album_id for row in db.rows("album_keys", keys=keys)}
    fresh = sorted({key for key in keys if key not in known})
    if fresh:
        songs = sum(number for key, (_, _, number) in zip(keys, wanted, strict=True) if key in set(fresh))
        numbers = take_numbers(len(fresh), songs)
        with database.begin() as db:
            db.run("claim_album_keys", keys=fresh, ids=numbers)
            known |= {row.key: row.album_id for row in db.rows("album_keys", keys=fresh)}
    ids = [known[key] for key in keys]
    groups = _release_groups(database, wanted)
    with database.autocommit() as db:
        there = {
            row.id: (row.volume_id, os.fsdecode(row.folder)) for row in db.rows("album_places", ids=sorted(set(ids)))
        }
    places: list[AlbumPlace] = []
    for album, (description, artist, _), group in zip(ids, wanted, groups, strict=True):
        home, folder = there.get(album) or (volume.id, _claim_folder(database, volume, album, description, artist))
        places.append(AlbumPlace(album, home, folder, group))
    return places


def _release_groups(database: Database, wanted: Sequence[tuple[ReleaseDescription, Artist, int]]) -> list[int]:
    keys = [f"{artist.id}:{fold(description.album)}" for description, artist, _ in wanted]
    with database.begin() as db:
        known = {row.key: row.id for row in db.rows("release_groups_by_keys", keys=keys)}
        groups = [
            {
                "id": of_kind(db.value("take_entity_number"), Kind.RELEASE_GROUP),
                "key": key,
                "artist_id": artist.id,
                "name": description.album,
                "mbid": description.release_group_mbid or None,
                "release_types": description.release_types,
            }
            for key, (description, artist, _) in dict(zip(keys, wanted, strict=True)).items()
            if key not in known
        ]
        db.run("claim_release_groups", groups=Jsonb(groups))
        known |= {row.key: row.id for row in db.rows("release_groups_by_keys", keys=keys)}
    return [known[key] for key in keys]


def _claim_folder(
    database: Database, volume: Volume, album: int, description: ReleaseDescription, artist: Artist
) -> str:
    """The folder that the volume's template gives, or with ` (2)`, ` (3)` … where another album has it."""
    template = PathTemplate.for_folders(volume.template) if volume.template else PathTemplate.for_folders()
    longest = volume.abilities.max_name_bytes
    folder = template.folder(
        ReleaseFields(
            artist=artist.name,
            artist_dir_code=artist.directory_code,
            album=description.album,
            year=description.year,
            edition=description.edition,
            release_type=description.release_types[0] if description.release_types else "",
            catalogue_number=description.catalogue_numbers[0] if description.catalogue_numbers else "",
        ),
        max_bytes=longest,
    )
    attempt = 1
    above, _, name = folder.rpartition("/")
    while True:
        numbered = name if attempt == 1 else safe_segment(f"{name[: longest // 4]} ({attempt})", max_bytes=longest)
        candidate = f"{above}/{numbered}" if above else numbered
        # Some file systems fold case: two albums never differ by that alone.
        key = f"folder:{path_hash(volume.id, candidate.casefold())}"
        with database.begin() as db:
            db.run("claim_album_keys", keys=[key], ids=[album])
            if db.value("album_key_owner", key=key) == album:
                return candidate
        attempt += 1


def song_file_name(track: Track, description: ReleaseDescription, max_bytes: int) -> str:
    """The name of a song's file in its album's folder."""
    fields = SongFields(
        title=track.title,
        suffix=track.suffix,
        track=track.track_number,
        disc=track.disc_number if description.discs > 1 else None,
        artist=", ".join(track.artists),
        album=description.album,
    )
    return SONG_NAME.song_name(fields, max_bytes=max_bytes)


def other_file_name(name: str, max_bytes: int) -> str:
    """The path of a picture or sidecar below its album's folder: as it was dropped, each name made safe."""
    *folders, last = name.split("/")
    return "/".join(
        [*(safe_segment(folder, max_bytes=max_bytes) for folder in folders), safe_file_name(last, max_bytes=max_bytes)]
    )
