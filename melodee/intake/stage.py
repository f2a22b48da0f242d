"""Staging: discovered releases move to the staging volume, are judged, and are approved or wait for a person."""

import os
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import msgspec
from psycopg.types.json import Jsonb

from melodee.catalogue.albums import KnownAlbum, albums_there, known_albums
from melodee.catalogue.release import ReleaseDescription, positions_of
from melodee.database import Database, Row, Session
from melodee.file_errors import DiskFull, NameTaken
from melodee.findings.doubles import FilesAlike, files_alike
from melodee.findings.finding import Finding, why_it_waits
from melodee.findings.gather import Unread, gather, unread
from melodee.findings.judge import judge
from melodee.intake.claim import claimed
from melodee.intake.follow import POLICY, Followed, follow, refuse, set_aside
from melodee.intake.gone import hide_gone
from melodee.intake.naming import target_names
from melodee.intake.outcome import Outcome
from melodee.intake.release_files import files_now, files_of
from melodee.intake.taken_names import taken_names
from melodee.journal import Mover
from melodee.ledger import Place, clear_failures
from melodee.moves import Moved, Refused, Wish
from melodee.settings import FindingSettings, IntakeSettings
from melodee.text import clean_text
from melodee.volume_presence import roomiest
from melodee.volumes import Volume, volumes

STAGE = "stage"

RELEASES_AT_ONCE = 50
FILES_AT_ONCE = 500

ALBUM_GONE = "album_gone"
"""Why pictures and sidecars wait: the album that they were to join is not in the catalogue any more."""

LONGEST_MESSAGE = 1000
"""Characters of what a finding says."""


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
    full: list[DiskFull] = field(default_factory=list[DiskFull])
    """Why releases have no room."""

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
        for part in _parts(shared, releases):
            _stage_releases(shared, part)
            report(f"{outcome.releases} releases staged, {outcome.waiting} files wait for a person")
        if shared.full:
            raise shared.full[0]
    return outcome


@dataclass(frozen=True)
class _Staged:
    """A release on its way."""

    row: Row
    files: list[Row]
    known: KnownAlbum | None
    """The album that it joins."""


def _parts(shared: _Staging, releases: Sequence[Row]) -> Generator[list[_Staged], None, None]:
    """Releases with some hundred files: what is committed together."""
    part: list[_Staged] = []
    for start in range(0, len(releases), RELEASES_AT_ONCE):
        rows = releases[start : start + RELEASES_AT_ONCE]
        with shared.database.autocommit() as db:
            files = files_of(db, rows)
            known = _known(db, [(row, files[row.id]) for row in rows])
        known = [_known_now(shared, row, files[row.id], album) for row, album in zip(rows, known, strict=True)]
        for row, album in zip(rows, known, strict=True):
            part.append(_Staged(row, files[row.id], album))
            if sum(len(each.files) for each in part) >= FILES_AT_ONCE:
                yield part
                part = []
    if part:
        yield part


def _known(db: Session, releases: Sequence[tuple[Row, Sequence[Row]]]) -> list[KnownAlbum | None]:
    """The album of the catalogue that each release, with its files, belongs to or is said to join."""
    joining = albums_there(db, [release.joins for release, _ in releases if release.joins is not None])
    others = [
        (msgspec.convert(release.description, ReleaseDescription, str_keys=True), _positions(files))
        for release, files in releases
        if release.joins is None
    ]
    found = iter(known_albums(db, others) if others else ())
    return [next(found) if release.joins is None else joining.get(release.joins) for release, _ in releases]


def _known_now(shared: _Staging, release: Row, files: Sequence[Row], known: KnownAlbum | None) -> KnownAlbum | None:
    """The album that the release joins, without those of its songs that are gone and come again with the release."""
    if known is None or shared.volumes[release.volume_id].kind == "storage":
        return known
    home = shared.volumes[known.volume]
    names = target_names(files, _described(release, known), home)
    if not hide_gone(shared.database, home, [f"{known.folder}/{name}" for name in names]):
        return known
    with shared.database.autocommit() as db:
        return _known(db, [(release, files)])[0]


def _described(release: Row, known: KnownAlbum | None) -> ReleaseDescription:
    """The release; as a part of an album that is there, it is named as that is: by its disc where there are several."""
    description = msgspec.convert(release.description, ReleaseDescription, str_keys=True)
    if known is None:
        return description
    return msgspec.structs.replace(description, discs=max(description.discs, known.discs))


def _stage_releases(shared: _Staging, part: Sequence[_Staged]) -> None:
    wishes: list[Wish] = []
    refused: list[Refused] = []
    staged: list[_Staged] = []
    for each in part:
        try:
            wanted, taken = _wishes(shared, each)
        except DiskFull as error:
            # What is smaller may have room; the batch is tried again as a whole.
            shared.full.append(error)
            continue
        wishes += wanted
        refused += taken
        staged.append(each)

    moved: list[Moved] = []

    def commit(db: Session, came: Sequence[Moved], more: Sequence[Refused]) -> None:
        moved.extend(came)
        refused.extend(more)
        follow(db, [Followed(each, "pending") for each in came])
        refuse(db, shared.batch, STAGE, refused, shared.outcome)

    if wishes:
        shared.mover.move(wishes, commit)
    elif refused:
        with shared.database.begin() as db:
            commit(db, [], [])
    with shared.database.autocommit() as db:
        files = {each.row.id: files_now(each.files, moved, refused) for each in staged}
        alike = files_alike(db, [file for each in staged for file in files[each.row.id]])
        judged = [_judged(shared, db, each, files[each.row.id], alike) for each in staged]
    with shared.database.begin() as db:
        _enter_judged(shared, db, judged)


def _wishes(shared: _Staging, staged: _Staged) -> tuple[list[Wish], list[Refused]]:
    """Where the release's files are to go, and which of them cannot. Raises `DiskFull`."""
    release, files, known = staged.row, staged.files, staged.known
    description = _described(release, known)
    if shared.volumes[release.volume_id].kind == "storage":
        return [], []
    home, staging = shared.homes(release, files, known and known.volume)
    taken = taken_names(shared.database, files, description, home, known and known.folder)
    left = [file for file in files if file.path_hash not in taken]
    wanted = any(file.kind == "audio" or release.joins is not None for file in left)
    wishes = [
        Wish(
            release.id,
            Place(file.volume_id, os.fsdecode(file.path)),
            Place(staging.id, f"{shared.batch}/{release.id}/{os.fsdecode(file.name)}"),
        )
        for file in files
        if wanted and shared.volumes[file.volume_id].kind != "staging" and file.path_hash not in taken
    ]
    refused = [
        Refused(Wish(release.id, place, place), NameTaken(taken[file.path_hash], path=place.path))
        for file in files
        if file.path_hash in taken
        for place in (Place(file.volume_id, os.fsdecode(file.path)),)
    ]
    return wishes, refused


class _Judged(NamedTuple):
    """A release, and what there is to say about it."""

    release: int
    files: list[Row]
    findings: list[Finding] | None
    """None: it has no music left, or nothing that may join its album."""
    homeless: bool = False
    """The album that it was to join is gone."""


def _judged(shared: _Staging, db: Session, staged: _Staged, files: list[Row], alike: FilesAlike) -> _Judged:
    if staged.row.joins is not None:
        # Judges are about music, and what is there was judged when it came.
        return _Judged(staged.row.id, files, [] if files else None, homeless=staged.known is None)
    if not any(file.kind == "audio" for file in files):
        return _Judged(staged.row.id, files, None)
    album = staged.known and staged.known.id
    subject = gather(db, shared.volumes, staged.row, files, album, shared.unread, alike, shared.findings)
    return _Judged(staged.row.id, files, judge(subject, shared.findings))


def _enter_judged(shared: _Staging, db: Session, judged: Sequence[_Judged]) -> None:
    """What was found, and what the policy makes of it."""
    outcome = shared.outcome
    states: list[tuple[int, str, str | None]] = []
    findings: list[dict[str, object]] = []
    for each in judged:
        if each.findings is None:
            set_aside(db, shared.batch, each.release, each.files, outcome, stage=STAGE)
            continue
        findings += _finding_rows(each.release, each.findings)
        held = [ALBUM_GONE] if each.homeless else why_it_waits(shared.policy, each.findings)
        state = "waiting" if held else "approved"
        codes = held or sorted({finding.code for finding in each.findings})
        states.append((each.release, state, ", ".join(codes) or None))
        outcome.releases += 1
        outcome.files += len(each.files)
        outcome.waiting += len(each.files) if state == "waiting" else 0
        outcome.bytes += sum(file.size_bytes for file in each.files)
        outcome.songs += sum(1 for file in each.files if file.kind == "audio")
    ids = [release for release, _, _ in states]
    db.run("enter_findings", releases=ids, findings=Jsonb(findings))
    clear_failures(db, [file.path_hash for each in judged if each.findings is not None for file in each.files], STAGE)
    # Each state is one of the release's history.
    db.run("stage_releases", ids=ids)
    db.run("decide_releases", ids=ids, states=[s for _, s, _ in states], reasons=[r for _, _, r in states], who=POLICY)
    for release, state, _ in states:
        if state == "waiting":
            db.run("set_release_file_states", release=release, state="waiting", reason=None, from_states=["pending"])


def _positions(files: Sequence[Row]) -> frozenset[int]:
    tracks = [track for file in files if file.track is not None for track in file.parts or [file.track]]
    return positions_of((track.get("disc_number"), track.get("track_number")) for track in tracks)


def _finding_rows(release: int, findings: Sequence[Finding]) -> list[dict[str, object]]:
    return [
        {
            "release_id": release,
            "position": position,
            "code": finding.code,
            "severity": finding.severity,
            "path": None if finding.path is None else os.fsencode(finding.path).hex(),
            "message": clean_text(finding.message, LONGEST_MESSAGE),
        }
        for position, finding in enumerate(findings)
    ]
