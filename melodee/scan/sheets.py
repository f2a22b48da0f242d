"""Cue sheets that somebody has edited: the files that they cut are read again, though these are as they were."""

import os
from collections.abc import Iterable
from uuid import UUID

from melodee.audio.formats import suffix_of
from melodee.database import Database, Row
from melodee.intake.look import FileLook, look_at, parent
from melodee.ledger import path_hash
from melodee.sidecars.parts import spans_of
from melodee.volumes import Volume


def cut_by_sheets(database: Database, volume: Volume, changed: Iterable[FileLook]) -> list[tuple[FileLook, Row]]:
    """Published files that sheets among the changed ones may cut, beside or right below these, as the ledger has them.

    Only those that are cut by some sheet: of others a sheet fills in what their tags leave out, when they come.
    """
    folders = sorted({parent(file.path) for file in changed if suffix_of(file.name) == "cue"})
    if not folders:
        return []
    looks = [look_at(volume.root, folder) for folder in folders]
    looks += [look_at(volume.root, inside) for look in looks for inside in look.folders]
    there = {path_hash(volume.id, file.path): file for look in looks for file in look.files}
    with database.autocommit() as db:
        paths = [os.fsencode(look.path) for look in looks]
        rows = db.rows("files_in_folders", volume=volume.id, folders=paths)
        known = {row.path_hash: row for row in rows if row.song_id is not None and row.path_hash in there}
        songs: dict[int, UUID] = {row.id: row.path_hash for row in db.rows("songs_in_files", hashes=list(known))}
        cut = {songs[song] for song, start in spans_of(db, list(songs)).items() if start is not None}
    return [(there[key], row) for key, row in known.items() if key in cut]
