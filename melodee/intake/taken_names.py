"""Names that files of a release cannot have in their album's folder, because others have them."""

import os
from collections.abc import Sequence
from uuid import UUID

from melodee.catalogue.release import ReleaseDescription
from melodee.database import Database, Row
from melodee.file_errors import FileTrouble
from melodee.intake.naming import target_names
from melodee.ledger import path_hash
from melodee.text import display_path
from melodee.volume_path import VolumePath, opened_folder, status
from melodee.volumes import Volume


def taken_names(
    database: Database, files: Sequence[Row], description: ReleaseDescription, home: Volume, folder: str | None
) -> dict[UUID, str]:
    """Files whose name in the album's folder another file has, one of this release or one that is published; and which.

    Rows of `files_of_release`. Found before they are moved, so that what cannot be published stays where it was
    dropped. Somebody who drops an album twice is told that it is the same.
    """
    first: dict[str, Row] = {}
    taken: dict[UUID, str] = {}
    published: dict[UUID, tuple[Row, str]] = {}
    for file, name in zip(files, target_names(files, description, home), strict=True):
        # Some file systems fold case: names never differ by that alone.
        other = first.setdefault(name.casefold(), file)
        if other is not file:
            taken[file.path_hash] = _told(file, display_path(os.fsdecode(other.name)), other)
        elif folder is not None and _exists(home, path := f"{folder}/{name}"):
            published[path_hash(home.id, path)] = file, f"{home.name}/{display_path(path)}"
    if published:
        with database.autocommit() as db:
            known = {row.path_hash: row for row in db.rows("known_files", hashes=list(published))}
        for key, (file, where) in published.items():
            taken[file.path_hash] = _told(file, where, known.get(key))
    return taken


def _told(file: Row, where: str, other: Row | None) -> str:
    alike = (
        other is not None
        and file.sample_hash is not None
        and (file.sample_hash, file.size_bytes) == (other.sample_hash, other.size_bytes)
    )
    return f"It is {where}" + (", and the same file by its size, beginning and end." if alike else ".")


def _exists(volume: Volume, path: str) -> bool:
    place = VolumePath(volume.root, path)
    try:
        with opened_folder(place) as within:
            return status(within, place.name, place.full) is not None
    except FileTrouble:
        return False
