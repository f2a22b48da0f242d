"""Files that have changed where they lie: read again, and their songs told anew where their tags say something else."""

import os
from collections.abc import Callable, Sequence
from uuid import UUID

from melodee.audio.track import Track
from melodee.catalogue.held import Retold
from melodee.catalogue.retell import retell_songs
from melodee.database import Database, Row, Session
from melodee.intake.look import FileLook
from melodee.intake.read import Read, read_files
from melodee.intake.reader import Problem
from melodee.ledger import Failure, Place, clear_failures, record_failures
from melodee.rules.load import Rules
from melodee.rules.prepare import prepare
from melodee.scan.compare import STAGE
from melodee.scan.notes import Notes
from melodee.volumes import Volume

Report = Callable[[str], object]


def read_again(  # noqa: PLR0917 - one call
    database: Database,
    volume: Volume,
    changed: Sequence[tuple[FileLook, Row]],
    notes: Notes,
    rules: Rules,
    report: Report,
) -> None:
    """Reads changed files; those whose bytes at both ends are as they were only have other times.

    One that cannot be read any more keeps its song, and is a failure: players had better be told by the file than by a
    song that is gone.
    """
    by_path = {file.path: row for file, row in changed}
    read = list(read_files(volume.root, [file for file, _ in changed]))
    failures = [
        Failure(Place(volume.id, each.file.path), STAGE, each.result.code, each.result.message)
        for each in read
        if isinstance(each.result, Problem)
    ]
    good = [each for each in read if not isinstance(each.result, Problem)]
    with database.autocommit() as db:
        songs = [row.song_id for _, row in changed if row.song_id is not None]
        origins = {row.id: os.fsdecode(row.origin) for row in db.rows("origins_of_songs", ids=songs)}
    told: dict[int, Retold] = {}
    for each in good:
        row = by_path[each.file.path]
        track = _told(each, row, origins.get(row.song_id, each.file.path), rules)
        if track is not None:
            told[row.song_id] = Retold(track, size_bytes=each.file.size, modified_ns=each.file.modified_ns)
    if told:
        retell_songs(database, told, report=report)
    with database.begin() as db:
        _restamp(db, by_path, good)
        clear_failures(db, [by_path[each.file.path].path_hash for each in good], STAGE)
        record_failures(db, failures, batch=None)
    notes.numbers.changed += len(changed)
    notes.numbers.retagged += len(told)


def _told(read: Read, row: Row, origin: str, rules: Rules) -> Track | None:
    """What the song says from now on; None where the file's bytes are what they were, and for parts of a cue sheet."""
    if row.song_id is None or read.parts or not isinstance(read.result, Track):
        return None
    if row.sample_hash is not None and read.sample and UUID(read.sample) == row.sample_hash:
        return None
    prepared = prepare(read.result, origin, rules)
    # What a rule keeps out when it comes in is not taken out once it is there.
    return prepared if isinstance(prepared, Track) else prepared.track


def _restamp(db: Session, by_path: dict[str, Row], read: Sequence[Read]) -> None:
    db.run(
        "restamp_files",
        hashes=[by_path[each.file.path].path_hash for each in read],
        sizes=[each.file.size for each in read],
        modified=[each.file.modified_ns for each in read],
        changed=[each.file.changed_ns for each in read],
        samples=[UUID(each.sample) if each.sample else None for each in read],
    )
