"""Cue sheets that somebody has edited: the files that they mean are read again, though these are as they were."""

import os
from collections.abc import Sequence
from uuid import UUID

from melodee.audio.formats import suffix_of
from melodee.database import Database, Row
from melodee.intake.look import FileLook, look_at, parent
from melodee.ledger import path_hash
from melodee.sidecars.parts import spans_of
from melodee.volumes import Volume


def meant_by_sheets(
    database: Database, volume: Volume, changed: Sequence[tuple[FileLook, Row]]
) -> list[tuple[FileLook, Row]]:
    """Published files that sheets among the changed ones may mean, around these or right below, as the ledger has them.

    Those that some sheet cuts, and those of the sheet's own album, of which it may fill in what their tags leave out.
    """
    sheets = [(file, row) for file, row in changed if suffix_of(file.name) == "cue" and is_written(file, row)]
    if not sheets:
        return []
    albums = {row.album_id for _, row in sheets} - {None}
    own = {parent(file.path) for file, _ in sheets}
    # The folder of a disc may hold a sheet for songs that lie above it.
    looks = [look_at(volume.root, folder) for folder in sorted(own | {parent(folder) for folder in own})]
    below = {inside for look in looks if look.path in own for inside in look.folders} - {look.path for look in looks}
    looks += [look_at(volume.root, inside) for inside in sorted(below)]
    there = {path_hash(volume.id, file.path): file for look in looks for file in look.files}
    with database.autocommit() as db:
        paths = [os.fsencode(look.path) for look in looks]
        rows = db.rows("files_in_folders", volume=volume.id, folders=paths)
        known = {row.path_hash: row for row in rows if row.song_id is not None and row.path_hash in there}
        songs: dict[int, UUID] = {row.id: row.path_hash for row in db.rows("songs_in_files", hashes=list(known))}
        cut = {songs[song] for song, start in spans_of(db, list(songs)).items() if start is not None}
    return [(there[key], row) for key, row in known.items() if key in cut or row.album_id in albums]


def is_written(file: FileLook, row: Row) -> bool:
    """Whether somebody has written to it: that it was linked or moved is told by its change time as well."""
    return (file.size, file.modified_ns) != (row.size_bytes, row.modified_ns)
