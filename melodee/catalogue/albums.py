"""Which album a release is, and where on which volume its files go."""

import os
from collections.abc import Mapping, Sequence
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
        known |= _claim(database, fresh, take_numbers(len(fresh), songs))
    ids = [known[key] for key in keys]
    groups = release_groups(database, [(description, artist) for description, artist, _ in wanted])
    with database.autocommit() as db:
        there = {
            row.id: (row.volume_id, os.fsdecode(row.folder)) for row in db.rows("album_places", ids=sorted(set(ids)))
        }
    homeless = {
        album: (description, artist)
        for album, (description, artist, _) in reversed(list(zip(ids, wanted, strict=True)))
        if album not in there
    }
    there |= {album: (volume.id, folder) for album, folder in claim_folders(database, homeless, volume).items()}
    return [AlbumPlace(album, *there[album], group) for album, group in zip(ids, groups, strict=True)]


def release_groups(database: Database, wanted: Sequence[tuple[ReleaseDescription, Artist]]) -> list[int]:
    """The release group of each release with its album artist; new ones are made."""
    keys = [f"{artist.id}:{fold(description.album)}" for description, artist in wanted]
    with database.begin() as db:
        known = {row.key: row.id for row in db.rows("release_groups_by_keys", keys=keys)}
        fresh = {key: release for key, release in zip(keys, wanted, strict=True) if key not in known}
        db.value("commit_with_what_follows")
        numbers = db.rows("take_entity_numbers", wanted=len(fresh))
        groups = [
            {
                "id": of_kind(row.number, Kind.RELEASE_GROUP),
                "key": key,
                "artist_id": artist.id,
                "name": description.album,
                "mbid": description.release_group_mbid or None,
                "release_types": description.release_types,
            }
            for row, (key, (description, artist)) in zip(numbers, fresh.items(), strict=True)
        ]
        if groups:
            db.run("claim_release_groups", groups=Jsonb(groups))
            known |= {row.key: row.id for row in db.rows("release_groups_by_keys", keys=keys)}
    return [known[key] for key in keys]


def claim_folders(
    database: Database, wanted: Mapping[int, tuple[ReleaseDescription, Artist]], volume: Volume
) -> dict[int, str]:
    """For each album the folder that the volume's template gives, or with ` (2)`, ` (3)` … where another has it."""
    template = PathTemplate.for_folders(volume.template) if volume.template else PathTemplate.for_folders()
    longest = volume.abilities.max_name_bytes
    rendered = {
        album: template.folder(_fields(description, artist), max_bytes=longest)
        for album, (description, artist) in wanted.items()
    }
    folders: dict[int, str] = {}
    attempt = 1
    while rendered:
        candidates = {album: _numbered(folder, attempt, longest) for album, folder in rendered.items()}
        keys = {album: folder_key(volume.id, folder) for album, folder in candidates.items()}
        owners = _claim(database, list(keys.values()), list(keys))
        folders |= {album: folder for album, folder in candidates.items() if owners[keys[album]] == album}
        rendered = {album: folder for album, folder in rendered.items() if album not in folders}
        attempt += 1
    return folders


def folder_key(volume: int, folder: str) -> str:
    """What makes a folder an album's own. Some file systems fold case: two albums never differ by that alone."""
    return f"folder:{path_hash(volume, folder.casefold())}"


def _claim(database: Database, keys: Sequence[str], albums: Sequence[int]) -> dict[str, int]:
    """Claims each key for its album; says whose each is."""
    with database.begin() as db:
        db.value("commit_with_what_follows")
        db.run("claim_album_keys", keys=keys, ids=albums)
        return {row.key: row.album_id for row in db.rows("album_keys", keys=keys)}


def _fields(description: ReleaseDescription, artist: Artist) -> ReleaseFields:
    return ReleaseFields(
        artist=artist.name,
        artist_dir_code=artist.directory_code,
        album=description.album,
        year=description.year,
        edition=description.edition,
        release_type=description.release_types[0] if description.release_types else "",
        catalogue_number=description.catalogue_numbers[0] if description.catalogue_numbers else "",
    )


def _numbered(folder: str, attempt: int, longest: int) -> str:
    above, _, name = folder.rpartition("/")
    if attempt > 1:
        name = safe_segment(f"{name[: longest // 4]} ({attempt})", max_bytes=longest)
    return f"{above}/{name}" if above else name


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
