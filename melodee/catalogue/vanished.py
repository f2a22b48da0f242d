"""Songs whose files vanished: they are out of the catalogue, and keep their ids until a file brings them back.

Stars, ratings, plays and entries of playlists are kept by id and never touched, so a song that comes back under its id
has them again.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple
from uuid import UUID

from melodee.catalogue.changes import remove_songs
from melodee.catalogue.rows import NewAlbum
from melodee.database import Row, Session
from melodee.errors import MelodeeError
from melodee.ledger import Place, clear_failures
from melodee.observed import content_hash
from melodee.volume_path import VolumePath


class Identity(NamedTuple):
    """What a file is recognised by."""

    place: Place
    """Where it will be."""
    sample: UUID | None
    content: bytes | None
    """SHA-256 of its bytes, where it is known."""
    file: VolumePath
    """Where it can be read."""


def hide_files(db: Session, hashes: Sequence[UUID]) -> None:
    """Takes files that are gone, by their keys, out of the catalogue and the ledger."""
    songs = db.rows("songs_in_files", hashes=hashes)
    if songs:
        ids = [song.id for song in songs]
        db.run("note_vanished", hashes=[song.path_hash for song in songs], songs=ids)
        remove_songs(db, ids)
    db.run("delete_release_files", hashes=hashes)
    db.run("forget_files", hashes=hashes)
    clear_failures(db, hashes)


def give_back_ids(db: Session, albums: Iterable[NewAlbum], identities: Sequence[Identity]) -> list[int]:
    """Gives songs that vanished and are back their ids: by their path, else by their content. Returns these ids.

    Samples say which may be the same; where the hash of the whole was known, it decides.
    """
    if not db.value("something_vanished"):
        return []
    rows = db.rows(
        "vanished_songs",
        paths=[each.place.hash for each in identities],
        samples=[each.sample for each in identities if each.sample is not None],
    )
    if not rows:
        return []
    by_place = {each.place: each for each in identities}
    left = {row.song_id: row for row in rows}
    for album in albums:
        for position, song in enumerate(album.songs):
            identity = by_place.get(Place(song.volume or album.volume, song.path))
            row = identity and _earlier(identity, song.track.span_start_ms, left.values())
            if row is not None:
                album.songs[position] = replace(song, id=left.pop(row.song_id).song_id)
    return [row.song_id for row in rows if row.song_id not in left]


def _earlier(identity: Identity, span_start_ms: int | None, rows: Iterable[Row]) -> Row | None:
    """The song that the file was: the one at its path, else one with the same content."""
    candidates = [row for row in rows if row.span_start_ms == span_start_ms]
    for row in candidates:
        if row.path_hash == identity.place.hash:
            return row
    alike = [row for row in candidates if identity.sample is not None and row.sample_hash == identity.sample]
    return next((row for row in alike if _same_content(identity, row)), None)


def _same_content(identity: Identity, row: Row) -> bool:
    if row.content_hash is None:
        return True
    try:
        return (identity.content or content_hash(identity.file)) == row.content_hash
    except MelodeeError:
        return False


def forget_vanished(db: Session, songs: Collection[int]) -> None:
    """Songs that are back have not vanished."""
    if songs:
        db.run("forget_vanished", songs=list(songs))
