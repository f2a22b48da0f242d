"""Files that have changed where they lie: read again, and their songs told anew where their tags say something else."""

import os
from collections.abc import Callable, Sequence
from uuid import UUID

from melodee.audio.formats import FileKind
from melodee.audio.track import Track
from melodee.catalogue.held import Retold
from melodee.catalogue.retell import retell_songs
from melodee.database import Database, Row, Session
from melodee.errors import MelodeeError
from melodee.intake.beside_again import Sidecar, tell_again
from melodee.intake.late_art import choose_again
from melodee.intake.look import FileLook
from melodee.intake.read import Read, read_files
from melodee.intake.reader import Problem
from melodee.ledger import Failure, Place, clear_failures, record_failures
from melodee.rules.load import Rules
from melodee.rules.prepare import prepare
from melodee.scan.compare import STAGE
from melodee.scan.notes import Notes
from melodee.scan.sheets import is_written, meant_by_sheets
from melodee.sidecars.again import with_sheets
from melodee.sidecars.parts import songs_in, spans_of
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
    song that is gone. What a changed cue sheet means is read too, what other sidecars say is told anew, and albums
    whose pictures changed get the best again.
    """
    meant = dict(meant_by_sheets(database, volume, changed))
    by_path = {file.path: row for file, row in (*meant.items(), *changed)}
    read = list(read_files(volume.root, list(dict.fromkeys([*(file for file, _ in changed), *meant]))))
    failures = [
        Failure(Place(volume.id, each.file.path), STAGE, each.result.code, each.result.message)
        for each in read
        if isinstance(each.result, Problem)
    ]
    good = [each for each in read if not isinstance(each.result, Problem)]
    new = [each for each in good if each.file in meant or _is_new(each, by_path[each.file.path])]
    told = _told(database, volume, [(each, by_path[each.file.path].path_hash) for each in new], rules)
    if told:
        retell_songs(database, told, report=report)
    pictures = {Place(volume.id, each.file.path): by_path[each.file.path].album_id for each in read if _is_image(each)}
    choose_again(database, pictures)
    failures += _tell_sidecars(database, volume, changed)
    with database.begin() as db:
        _restamp(db, by_path, good)
        clear_failures(db, [by_path[each.file.path].path_hash for each in good], STAGE)
        record_failures(db, failures, batch=None)
    notes.numbers.changed += len(changed)
    notes.numbers.retagged += len(told)


def _tell_sidecars(database: Database, volume: Volume, changed: Sequence[tuple[FileLook, Row]]) -> list[Failure]:
    """Tells what edited sidecars say now; returns what is wrong with those that cannot be read any more."""
    sidecars = [
        Sidecar(volume.id, file.path, row.album_id, row.release_id)
        for file, row in changed
        if row.kind == FileKind.SIDECAR.value and is_written(file, row)
    ]
    own = {(each.volume, each.path) for each in sidecars}
    wrong: list[Failure] = []

    def trouble(file: Row, error: MelodeeError) -> None:
        if (file.volume_id, path := os.fsdecode(file.path)) in own:
            wrong.append(Failure(Place(volume.id, path), STAGE, error.code, error.sentence, severity="warning"))

    tell_again(database, sidecars, trouble)
    return wrong


def _is_image(read: Read) -> bool:
    return read.file.kind is FileKind.IMAGE


def _is_new(read: Read, row: Row) -> bool:
    """Whether a song's bytes are not what they were."""
    if row.song_id is None or not isinstance(read.result, Track):
        return False
    return row.sample_hash is None or not read.sample or UUID(read.sample) != row.sample_hash


def _told(database: Database, volume: Volume, read: Sequence[tuple[Read, UUID]], rules: Rules) -> dict[int, Retold]:
    """What the songs of files, each with its key, say from now on."""
    with database.autocommit() as db:
        songs: dict[UUID, list[int]] = {}
        for row in db.rows("songs_in_files", hashes=[key for _, key in read]):
            songs.setdefault(row.path_hash, []).append(row.id)
        every = [song for of_file in songs.values() for song in of_file]
        origins = {row.id: os.fsdecode(row.origin) for row in db.rows("origins_of_songs", ids=every)}
        starts = spans_of(db, every)
    there = [(each, {song: starts[song] for song in songs.get(key, ()) if song in starts}) for each, key in read]
    told: dict[int, Retold] = {}
    for each, (_, own) in zip(with_sheets(database, volume, there), there, strict=True):
        for part in songs_in(each, own):
            prepared = prepare(part.track, origins.get(part.song, each.file.path), rules)
            # What a rule keeps out when it comes in is not taken out once it is there.
            track = prepared if isinstance(prepared, Track) else prepared.track
            told[part.song] = Retold(track, size_bytes=part.size_bytes, modified_ns=each.file.modified_ns)
    return told


def _restamp(db: Session, by_path: dict[str, Row], read: Sequence[Read]) -> None:
    db.run(
        "restamp_files",
        hashes=[by_path[each.file.path].path_hash for each in read],
        sizes=[each.file.size for each in read],
        modified=[each.file.modified_ns for each in read],
        changed=[each.file.changed_ns for each in read],
        samples=[UUID(each.sample) if each.sample else None for each in read],
    )
