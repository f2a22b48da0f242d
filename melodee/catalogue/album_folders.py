"""Where on a storage volume an album's files go, and what they are called."""

from collections.abc import Mapping

from melodee.audio.track import Track
from melodee.catalogue.artists import Artist
from melodee.catalogue.release import ReleaseDescription
from melodee.database import Database
from melodee.ledger import path_hash
from melodee.path_template import PathTemplate, ReleaseFields, SongFields, safe_file_name, safe_segment
from melodee.volumes import Volume

SONG_NAME = PathTemplate.for_songs()


def claim_folders(
    database: Database, wanted: Mapping[int, tuple[ReleaseDescription, Artist]], volume: Volume
) -> dict[int, str]:
    """For each album the folder that the volume's template gives, or with ` (2)`, ` (3)` … where another has it."""
    template = PathTemplate.for_folders(volume.template) if volume.template else PathTemplate.for_folders()
    longest = volume.abilities.max_name_bytes
    rendered = {
        album: template.folder(folder_fields(description, artist, template), max_bytes=longest)
        for album, (description, artist) in wanted.items()
    }
    folders: dict[int, str] = {}
    attempt = 1
    while rendered:
        candidates = {album: _numbered(folder, attempt, longest) for album, folder in rendered.items()}
        keys = {album: folder_key(volume.id, folder) for album, folder in candidates.items()}
        with database.begin() as db:
            db.value("commit_with_what_follows")
            db.run("claim_album_keys", keys=list(keys.values()), ids=list(keys))
            owners = {row.key: row.album_id for row in db.rows("album_keys", keys=list(keys.values()))}
        folders |= {album: folder for album, folder in candidates.items() if owners[keys[album]] == album}
        rendered = {album: folder for album, folder in rendered.items() if album not in folders}
        attempt += 1
    return folders


def folder_key(volume: int, folder: str) -> str:
    """What makes a folder an album's own. Some file systems fold case: two albums never differ by that alone."""
    return f"folder:{path_hash(volume, folder.casefold())}"


def folder_fields(description: ReleaseDescription, artist: Artist, template: PathTemplate) -> ReleaseFields:
    """What a template is filled with. The edition is said once: by `{edition}`, else by the album's title."""
    apart = "{edition}" in template.text
    return ReleaseFields(
        artist=artist.name,
        artist_dir_code=artist.directory_code,
        album=description.base_title if apart and description.edition else description.folder_title,
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
