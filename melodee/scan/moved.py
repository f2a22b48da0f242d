"""Files that somebody has moved within their volume: a new path with the same content, and the old one gone.

Samples say which file may be which, and the hash of the whole decides where it is known. The song keeps its id and what
it says of itself; its new path is what rules and grouping go by from now on.
"""

import os
from collections.abc import Callable, Sequence
from typing import NamedTuple
from uuid import UUID

from melodee.audio.formats import FileKind
from melodee.audio.sample import sample_hash
from melodee.catalogue.held import Retold
from melodee.catalogue.retell import retell_songs
from melodee.database import Database, Row, Session
from melodee.errors import MelodeeError
from melodee.file_errors import file_error
from melodee.intake.beside_again import Sidecar, tell_again
from melodee.intake.look import FileLook, look_at
from melodee.ledger import NewPath, Place, follow_files, path_hash
from melodee.observed import content_hash
from melodee.scan.notes import Notes
from melodee.volume_path import VolumePath
from melodee.volumes import Volume

FILES_AT_ONCE = 500


class Move(NamedTuple):
    """A file of the ledger, and where it is now."""

    row: Row
    file: FileLook


def follow_moved(
    database: Database, volume: Volume, notes: Notes, fresh: Sequence[str], report: Callable[[str], object]
) -> list[str]:
    """Lets songs follow their files from paths that are missing to new ones in these folders, which are returned."""
    followed: list[str] = []
    candidates = _candidates(database, volume, notes, fresh)
    for start in range(0, len(candidates), FILES_AT_ONCE):
        moves = _pairs(database, volume, notes, candidates[start : start + FILES_AT_ONCE])
        if not moves:
            continue
        by_key = {move.row.path_hash: move.file for move in moves}
        with database.autocommit() as db:
            songs = db.rows("songs_in_files", hashes=list(by_key))
        # All songs of a file that a cue sheet cuts; each keeps the size of its part, since the file has its own.
        told = {
            song.id: Retold(path=file.path, modified_ns=file.modified_ns, origin=file.path if volume.in_place else None)
            for song in songs
            for file in (by_key[song.path_hash],)
        }
        retell_songs(database, told, report=report)
        with database.begin() as db:
            _follow(db, volume, notes, moves)
        _tell_renamed(database, volume, moves)
        notes.numbers.moved += len(moves)
        followed += [move.file.path for move in moves]
    return followed


def _tell_renamed(database: Database, volume: Volume, moves: Sequence[Move]) -> None:
    """A sheet of lyrics under another name is another song's, and no more that of the one which it was called for."""
    renamed: list[Sidecar] = []
    for move in moves:
        before = os.fsdecode(move.row.path)
        if move.row.kind == FileKind.SIDECAR.value and before.rpartition("/")[2] != move.file.name:
            renamed += [
                Sidecar(volume.id, path, move.row.album_id, move.row.release_id) for path in (before, move.file.path)
            ]
    tell_again(database, renamed)


def _candidates(database: Database, volume: Volume, notes: Notes, folders: Sequence[str]) -> list[FileLook]:
    """New files that are as large as some file that is missing."""
    files = [file for folder in folders for file in look_at(volume.root, folder).files]
    with database.autocommit() as db:
        known = {
            row.path_hash for row in db.rows("known_files", hashes=[path_hash(volume.id, file.path) for file in files])
        }
        sizes = {
            row.size_bytes
            for row in db.rows("missing_of_sizes", scan=notes.scan, sizes=sorted({file.size for file in files}))
        }
    return [file for file in files if file.size in sizes and path_hash(volume.id, file.path) not in known]


def _pairs(database: Database, volume: Volume, notes: Notes, files: Sequence[FileLook]) -> list[Move]:
    samples = {file: sample for file in files if (sample := _sample(volume, file)) is not None}
    with database.autocommit() as db:
        rows = db.rows("missing_of_samples", scan=notes.scan, samples=list(set(samples.values())))
    left: dict[UUID, list[Row]] = {}
    for row in rows:
        left.setdefault(row.sample_hash, []).append(row)
    moves: list[Move] = []
    for file, sample in samples.items():
        alike = left.get(sample, [])
        # Of several with the same content, the one that has kept its name.
        alike.sort(key=lambda row: os.fsdecode(row.path).rpartition("/")[2] != file.name)
        row = next((row for row in alike if _same(volume, row, file)), None)
        if row is not None:
            alike.remove(row)
            moves.append(Move(row, file))
    return moves


def _sample(volume: Volume, file: FileLook) -> UUID | None:
    try:
        with open(os.path.join(volume.path, file.path), "rb") as opened:  # noqa: PTH118, PTH123 - Path refuses what bytes allow
            return UUID(sample_hash(opened, file.size))
    except (OSError, MelodeeError):
        return None


def _same(volume: Volume, row: Row, file: FileLook) -> bool:
    if row.content_hash is None:
        return True
    try:
        return content_hash(VolumePath(volume.root, file.path)) == row.content_hash
    except MelodeeError:
        return False
    except OSError as error:
        raise file_error(error, file.path) from error


def _follow(db: Session, volume: Volume, notes: Notes, moves: Sequence[Move]) -> None:
    follow_files(
        db,
        [
            NewPath(move.row.path_hash, Place(volume.id, move.file.path), move.row.state, move.file.changed_ns)
            for move in moves
        ],
    )
    db.run("forget_missing", scan=notes.scan, hashes=[move.row.path_hash for move in moves])
