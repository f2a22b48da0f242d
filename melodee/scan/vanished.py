"""Files that are gone: their songs are hidden at once, and come back under their ids when the files do."""

import os
import stat
from collections.abc import Callable, Sequence
from typing import ClassVar

from melodee.audio.formats import FileKind
from melodee.catalogue.vanished import hide_files
from melodee.database import Database, Row
from melodee.errors import FatalError
from melodee.intake.beside_again import Sidecar, tell_again
from melodee.intake.late_art import choose_again
from melodee.ledger import Place
from melodee.scan.notes import Notes
from melodee.volumes import Volume

FILES_AT_ONCE = 500

FEW = 20
"""Files that may always vanish: half of an album is no sign of an unmounted disk."""


class TooMuchGone(FatalError):
    """More of the volume's files are gone than a scan hides by itself."""

    code: ClassVar[str] = "too_much_gone"


def require_most(database: Database, volume: Volume, notes: Notes, most_part: float) -> None:
    """Raises `TooMuchGone` when a scan misses more than a part of the files that are known on the volume."""
    with database.autocommit() as db:
        missing = int(db.value("missing_number", scan=notes.scan))
        known = int(db.value("files_of_volume", volume=volume.id))
    if missing > FEW and missing > most_part * known:
        raise TooMuchGone(
            f"{missing} of {known} files of {volume.name} were not found. If its disk is mounted and they were taken "
            f"away on purpose, run 'melodee volume scan {volume.name} --accept'.",
            path=volume.path,
        )


def hide_vanished(database: Database, volume: Volume, notes: Notes, report: Callable[[str], object]) -> None:
    """Takes what is missing out of the catalogue and the ledger; what is there after all stays."""
    while True:
        with database.autocommit() as db:
            rows = db.rows("some_missing", scan=notes.scan, most=FILES_AT_ONCE)
        if not rows:
            return
        gone = [row for row in rows if not _is_there(volume, os.fsdecode(row.path))]
        # Before the ledger forgets them: a scan that is cut off here does this once more.
        _tell_without(database, volume, gone)
        with database.begin() as db:
            hide_files(db, [row.path_hash for row in gone])
            db.run("forget_missing", scan=notes.scan, hashes=[row.path_hash for row in rows])
        notes.numbers.vanished += len(gone)
        report(f"{notes.numbers.vanished} files that vanished are out of the catalogue")


def _tell_without(database: Database, volume: Volume, gone: Sequence[Row]) -> None:
    """Tells albums without the pictures and sidecars beside them that are gone."""
    pictures = {
        Place(volume.id, os.fsdecode(row.path)): row.album_id for row in gone if row.kind == FileKind.IMAGE.value
    }
    choose_again(database, pictures)
    sidecars = [
        Sidecar(volume.id, os.fsdecode(row.path), row.album_id, row.release_id)
        for row in gone
        if row.kind == FileKind.SIDECAR.value
    ]
    tell_again(database, sidecars)


def _is_there(volume: Volume, path: str) -> bool:
    """Whether a regular file has the path now; raises `OSError` when nobody can tell."""
    try:
        found = os.lstat(os.path.join(volume.path, path))  # noqa: PTH118 - Path refuses what bytes allow
    except (FileNotFoundError, NotADirectoryError):
        return False
    return stat.S_ISREG(found.st_mode)
