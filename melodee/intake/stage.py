"""Staging: discovered releases move to the staging volume, are judged, and are approved or wait for a person."""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

import msgspec
from psycopg.types.json import Jsonb

from melodee.catalogue.albums import known_album
from melodee.catalogue.release import ReleaseDescription, positions_of
from melodee.database import Database, Row, Session
from melodee.errors import MelodeeError
from melodee.file_errors import DiskFull, FileTrouble, NameTaken
from melodee.findings.finding import Finding, must_wait
from melodee.findings.gather import Unread, gather, unread
from melodee.findings.judge import judge
from melodee.intake.claim import claimed
from melodee.intake.naming import target_names
from melodee.intake.outcome import Outcome
from melodee.journal import Moved, Mover, Refused, Wish
from melodee.ledger import Failure, Place, clear_failures, record_failures
from melodee.settings import FindingSettings, IntakeSettings
from melodee.text import clean_text, display_path
from melodee.volume_path import VolumePath, opened_folder, status
from melodee.volume_presence import roomiest
from melodee.volumes import Volume, volumes

STAGE = "stage"

POLICY = "policy"
"""Who decided where no person did."""

LONGEST_MESSAGE = 1000
"""Characters of what a finding says."""


class NoMusicLeft(MelodeeError):
    """All music of its release failed; it goes with that when it is tried again."""

    code = "no_music_left"


@dataclass(frozen=True)
class _Staging:
    """What all releases of a batch share."""

    database: Database
    mover: Mover
    batch: str
    volumes: dict[int, Volume]
    unread: Unread
    policy: str
    findings: FindingSettings
    outcome: Outcome

    def homes(self, release: Row, files: Sequence[Row], known: int | None) -> tuple[Volume, Volume]:
        """The storage volume that the release will go to, its album's if that is `known`, and where it waits till then.

        Raises `DiskFull` when there is no room for it, `NoVolume`, and `VolumeUnavailable`.
        """
        source, every = self.volumes[release.volume_id], self.volumes.values()
        if source.kind == "storage":
            return source, source
        needed = sum(file.size_bytes for file in files if self.volumes[file.volume_id].kind != "staging")
        home = self.volumes.get(known or 0)
        if home is None or home.in_place:
            home = roomiest(every, "storage", needed, source=source)
        return home, roomiest(every, "staging", needed, beside=home, source=source)


def stage_batch(
    database: Database,
    batch: str,
    *,
    report: Callable[[str], object],
    settings: IntakeSettings | None = None,
    findings: FindingSettings | None = None,
) -> Outcome:
    """Moves the batch's discovered releases to staging and judges them.

    Raises `BatchIsBusy`, `NoVolume`, `VolumeUnavailable`, `DiskFull`, and `FfmpegMissing` where songs are decoded.
    """
    settings = settings or IntakeSettings.from_environment()
    findings = findings or FindingSettings.from_environment()
    outcome = Outcome()
    with claimed(database, batch):
        with database.autocommit() as db:
            every = volumes(db)
            releases = db.rows("releases_of_batch", batch=batch, states=["discovered", "staged"])
            failed = unread(db, batch)
        if not releases:
            return outcome
        mover = Mover(database, every, "stage")
        mover.finish([release.id for release in releases])
        shared = _Staging(
            database,
            mover,
            batch,
            {volume.id: volume for volume in every},
            failed,
            settings.review,
            findings,
            outcome,
        )
        full: DiskFull | None = None
        for release in releases:
            try:
                _stage_release(shared, release)
            except DiskFull as error:
                # What is smaller may have room; the batch is tried again as a whole.
                full = full or error
                report(f"{display_path(release.album)} has no room: {error}")
        report(f"{outcome.releases} releases staged, {outcome.waiting} files wait for a person")
        if full is not None:
            raise full
    return outcome


def _stage_release(shared: _Staging, release: Row) -> None:
    database, outcome = shared.database, shared.outcome
    description = msgspec.convert(release.description, ReleaseDescription, str_keys=True)
    with database.autocommit() as db:
        files = db.rows("files_of_release", release=release.id)
        known = known_album(db, description, _positions(files))
    if known is not None:
        # A late track is named as those that are there: by its disc where there are several.
        description = msgspec.structs.replace(description, discs=max(description.discs, known.discs))
    stays = shared.volumes[release.volume_id].kind == "storage"
    home, staging = shared.homes(release, files, known and known.volume)
    taken = set[UUID]() if stays else _names_taken(files, description, home, known and known.folder)
    playable = any(file.kind == "audio" and file.path_hash not in taken for file in files)
    wishes = [
        Wish(
            release.id,
            Place(file.volume_id, os.fsdecode(file.path)),
            Place(staging.id, f"{shared.batch}/{release.id}/{os.fsdecode(file.name)}"),
        )
        for file in files
        if playable and not stays and shared.volumes[file.volume_id].kind != "staging" and file.path_hash not in taken
    ]
    refused = [
        Refused(Wish(release.id, place, place), NameTaken(path=place.path))
        for file in files
        if file.path_hash in taken
        for place in (Place(file.volume_id, os.fsdecode(file.path)),)
    ]

    def commit(db: Session, moved: Sequence[Moved], more: Sequence[Refused]) -> None:
        follow(db, [Followed(each, "pending") for each in moved])
        refuse(db, shared.batch, STAGE, [*refused, *more], outcome)

    shared.mover.move(wishes, commit)
    with database.autocommit() as db:
        files = db.rows("files_of_release", release=release.id)
        there = any(file.kind == "audio" for file in files)
        album = known and known.id
        subject = there and gather(db, shared.volumes, release, files, album, shared.unread, shared.findings)
    with database.begin() as db:
        if not subject:
            set_aside(db, shared.batch, release.id, files, outcome, stage=STAGE)
            return
        findings = judge(subject, shared.findings)
        _enter_findings(db, release.id, files, findings)
        state = "waiting" if must_wait(shared.policy, findings) else "approved"
        reason = ", ".join(sorted({finding.code for finding in findings})) or None
        db.run("set_release_state", release=release.id, state="staged", decided_by=None, reason=None, album=None)
        db.run("set_release_state", release=release.id, state=state, decided_by=POLICY, reason=reason, album=None)
        if state == "waiting":
            db.run("set_release_file_states", release=release.id, state="waiting", reason=None, from_states=["pending"])
            outcome.waiting += len(files)
    outcome.releases += 1
    outcome.files += len(files)
    outcome.bytes += sum(file.size_bytes for file in files)
    outcome.songs += sum(1 for file in files if file.kind == "audio")


def _positions(files: Sequence[Row]) -> frozenset[int]:
    tracks = [track for file in files if file.track is not None for track in file.parts or [file.track]]
    return positions_of((track.get("disc_number"), track.get("track_number")) for track in tracks)


def _names_taken(files: Sequence[Row], description: ReleaseDescription, home: Volume, folder: str | None) -> set[UUID]:
    """Files whose name in the album's folder another file has: one of this release, or one that is published.

    Found before they are moved, so that what cannot be published stays where it was dropped.
    """
    names: set[str] = set()
    taken: set[UUID] = set()
    for file, name in zip(files, target_names(files, description, home), strict=True):
        # Some file systems fold case: names never differ by that alone.
        if name.casefold() in names or (folder is not None and _exists(home, f"{folder}/{name}")):
            taken.add(file.path_hash)
        names.add(name.casefold())
    return taken


def _exists(volume: Volume, path: str) -> bool:
    place = VolumePath(volume.root, path)
    try:
        with opened_folder(place) as within:
            return status(within, place.name, place.full) is not None
    except FileTrouble:
        return False


class Followed(NamedTuple):
    """A moved file, and what it is at its new place."""

    moved: Moved
    state: str
    song: int | None = None
    album: int | None = None


def follow(db: Session, files: Sequence[Followed]) -> None:
    """Lets the ledger, the releases and the inventory of failures follow files to their new places."""
    stayed = [each for each in files if each.moved.wish.source == each.moved.wish.target]
    if stayed:
        db.run(
            "settle_files",
            hashes=[each.moved.wish.target.hash for each in stayed],
            states=[each.state for each in stayed],
            songs=[each.song for each in stayed],
            albums=[each.album for each in stayed],
        )
    rows: list[dict[str, object]] = [
        {
            "release": each.moved.wish.release,
            "old": each.moved.wish.source.hash,
            "new": each.moved.wish.target.hash,
            "volume": each.moved.wish.target.volume,
            "path": os.fsencode(each.moved.wish.target.path),
            "state": each.state,
            "content_hash": each.moved.content_hash,
            "changed_ns": each.moved.observed.ctime_ns,
            "song": each.song,
            "album": each.album,
        }
        for each in files
        if each.moved.wish.source != each.moved.wish.target
    ]
    # One statement a row, all in one round trip: each prunes to its hash partition, a join would read them all.
    for query in ("move_file_row", "move_release_file", "move_failures"):
        db.run_many(query, rows)


def refuse(db: Session, batch: str, stage: str, refused: Sequence[Refused], outcome: Outcome) -> None:
    """Enters files that could not be moved: they stay where they are, and are no longer part of the release."""
    failures: list[Failure] = []
    for wish, error in refused:
        failures.append(Failure.of(error, wish.source, stage))
        db.run("set_file_states", hashes=[wish.source.hash], state="failed", reason=error.code)
        db.run("delete_release_file", release=wish.release, path_hash=wish.source.hash)
        outcome.fail(error.code)
    record_failures(db, failures, batch)


def set_aside(db: Session, batch: str, release: int, files: Sequence[Row], outcome: Outcome, *, stage: str) -> None:
    """Ends a release that has lost all its music: pictures and sidecars left of it have nothing to go with."""
    left = [Place(file.volume_id, os.fsdecode(file.path)) for file in files]
    refuse(db, batch, stage, [Refused(Wish(release, place, place), NoMusicLeft()) for place in left], outcome)
    db.run("set_release_state", release=release, state="failed", decided_by=POLICY, reason="no_music_left", album=None)


def _enter_findings(db: Session, release: int, files: Sequence[Row], findings: Sequence[Finding]) -> None:
    rows = [
        {
            "position": position,
            "code": finding.code,
            "severity": finding.severity,
            "path": None if finding.path is None else os.fsencode(finding.path).hex(),
            "message": clean_text(finding.message, LONGEST_MESSAGE),
        }
        for position, finding in enumerate(findings)
    ]
    db.run("delete_findings", release=release)
    db.run("insert_findings", release=release, findings=Jsonb(rows))
    clear_failures(db, [file.path_hash for file in files], STAGE)
