"""Entering what discovery has read: releases with their files, and what failed or goes with no music.

A batch may have many thousand files, so rows go in sets, one statement for some thousands of them.
"""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, TypeVar
from uuid import UUID

import msgspec
from psycopg.types.json import Jsonb

from melodee.database import Session
from melodee.findings.subject import Checksum, checksums_to_store
from melodee.intake.artist_images import attach_artist_images
from melodee.intake.companions import companions
from melodee.intake.group import Draft, ReadFile, group
from melodee.intake.look import FileLook
from melodee.intake.outcome import Outcome
from melodee.intake.reader import Problem
from melodee.ledger import Failure, Place, clear_failures, path_hash, record_failures
from melodee.playlists.imports import PlaylistFile, import_playlist
from melodee.rules.keeping_out import kept_out, ruled
from melodee.rules.rule import IGNORED, Rules
from melodee.sidecars.beside import Beside
from melodee.sidecars.verifying import Verified
from melodee.volumes import Volume, volumes

STAGE = "discover"

RETRY_SECONDS = {"permission_denied": 300.0, "unreadable_folder": 300.0, "still_changing": 30.0}
"""Failures that may heal without the file changing, and when intake looks again."""

ROWS_AT_ONCE = 2_000
"""Rows of one statement: with their tags some megabytes."""

T = TypeVar("T")


def file_hash(volume: Volume, file: FileLook) -> UUID:
    """The file's key in the ledger."""
    return path_hash(volume.id, file.path)


def file_row(
    volume: Volume,
    file: FileLook,
    state: str,
    reason: str | None = None,
    *,
    release: int | None = None,
    sample: str = "",
) -> dict[str, object]:
    """A file as the ledger takes it."""
    return {
        "path_hash": str(file_hash(volume, file)),
        "path": os.fsencode(file.path).hex(),
        "kind": file.kind.value,
        "state": state,
        "reason": reason,
        "size_bytes": file.size,
        "modified_ns": file.modified_ns,
        "changed_ns": file.changed_ns,
        "sample_hash": sample or None,
        "release_id": release,
    }


def enter_files(db: Session, volume: Volume, batch: str, rows: Iterable[dict[str, object]]) -> None:
    """Enters files, or what has changed of those that the ledger knows."""
    for part in _parts(rows):
        db.run("enter_files", volume=volume.id, batch=batch, files=Jsonb(part))


def enter_read(db: Session, volume: Volume, batch: str, beside: Beside, outcome: Outcome, *, rules: Rules) -> None:
    """Enters releases with their files, what could not be read, and what a rule keeps out."""
    good: list[ReadFile] = []
    failed: list[tuple[FileLook, Problem]] = []
    samples: dict[str, str] = {}
    for file, result, sample, _, parts in beside.read:
        outcome.bytes += file.size
        samples[file.path] = sample
        if isinstance(result, Problem):
            failed.append((file, result))
        else:
            good.append(ReadFile(file, result, list(parts)))
    good, ignored = ruled(good, rules)
    drafts, alone = group(good)
    drafts, out = kept_out(drafts, ignored)
    joining, alone = companions(db, volume, attach_artist_images(drafts, alone))
    drafts += joining

    def row(file: FileLook, state: str, reason: str | None = None, release: int | None = None) -> dict[str, object]:
        return file_row(volume, file, state, reason, release=release, sample=samples[file.path])

    rows = [row(file, "failed", problem.code) for file, problem in failed]
    rows += [row(file.look, "ignored", "no_music_beside") for file in alone]
    rows += [row(file.look, "ignored", "ignored_by_rule") for each in out for file in each.draft.files]
    outcome.ignored += len(alone) + sum(len(each.draft.files) for each in out)
    clear_failures(db, [file_hash(volume, file.look) for file in good], STAGE)
    for release, draft in zip(_enter_releases(db, volume, batch, drafts, beside.wrong), drafts, strict=True):
        rows += [
            row(file.look, "pending", release=release) | {"shows": "artist" if file.shows_artist else None}
            for file in draft.files
        ]
        outcome.releases += 1
        outcome.songs += sum(len(file.tracks) for file in draft.files)
    enter_files(db, volume, batch, rows)
    _import_playlists(db, volume, batch, alone, beside)
    failures = [
        Failure(Place(volume.id, file.path), STAGE, bad.code, bad.message, retry_after=RETRY_SECONDS.get(bad.code))
        for file, bad in failed
    ]
    for failure in failures:
        outcome.fail(failure.code)
    warnings = [Failure(Place(volume.id, each.path), STAGE, IGNORED, each.message, severity="warning") for each in out]
    record_failures(db, [*failures, *warnings, *_mended(volume, good)], batch)


def _import_playlists(db: Session, volume: Volume, batch: str, alone: Iterable[ReadFile], beside: Beside) -> None:
    """Playlists with no music beside them, whose songs may be in the catalogue, or come with this batch."""
    found = [(file.look.path, beside.playlists[file.look.path]) for file in alone if file.look.path in beside.playlists]
    storage = [each.id for each in volumes(db) if each.kind == "storage"] if found else []
    for path, (data, playlist) in found:
        place = Place(volume.id, path)
        import_playlist(db, PlaylistFile(place, place, data, playlist), (), storage, batch)


def _mended(volume: Volume, files: Iterable[ReadFile]) -> list[Failure]:
    """A warning for each kind of mend in a file: it goes its way, and an operator can see what was cut."""
    warnings: list[Failure] = []
    for file in files:
        # What was taken from the path is a finding about the release.
        mends = [mend for track in file.tracks for mend in track.mended if mend.code != "missing_tag"]
        for code in sorted({mend.code for mend in mends}):
            message = "; ".join(mend.worded for mend in mends if mend.code == code)
            warnings.append(Failure(Place(volume.id, file.look.path), STAGE, code, message[:1000], severity="warning"))
    return warnings


def _enter_releases(
    db: Session, volume: Volume, batch: str, drafts: Sequence[Draft], wrong: Mapping[str, list[Verified]]
) -> list[int]:
    """Enters releases and what was read of their files; returns their ids."""
    ids: list[int] = [row.id for row in db.rows("take_release_ids", wanted=len(drafts))]
    releases = [
        {
            "id": release,
            "key": draft.description.key.replace("\0", "\n"),
            "root": os.fsencode(draft.root).hex(),
            "artist": draft.description.display_artist,
            "album": draft.description.album,
            "description": msgspec.to_builtins(draft.description, str_keys=True),
            "checksums": checksums_to_store(_checksums(draft, wrong)),
            "joins": draft.joins,
        }
        for release, draft in zip(ids, drafts, strict=True)
    ]
    for part in _parts(releases):
        db.run("insert_releases", batch=batch, volume=volume.id, releases=Jsonb(part))
    for part in _parts(_release_files(volume, ids, drafts)):
        db.run("insert_release_files", files=Jsonb(part))
    return ids


def _checksums(draft: Draft, wrong: Mapping[str, list[Verified]]) -> Iterator[Checksum]:
    """What the lists among the release's files say that is not so."""
    below = len(draft.root) + 1 if draft.root else 0
    for file in draft.files:
        for path, expected, found in wrong.get(file.look.path, ()):
            yield Checksum(path[below:] if path.startswith(draft.root) else path, expected, found)


def _release_files(volume: Volume, ids: Sequence[int], drafts: Sequence[Draft]) -> Iterator[dict[str, Any]]:
    for release, draft in zip(ids, drafts, strict=True):
        below = len(draft.root) + 1 if draft.root else 0
        for position, file in enumerate(draft.files):
            yield {
                "release_id": release,
                "position": position,
                "path_hash": str(file_hash(volume, file.look)),
                "kind": file.look.kind.value,
                "name": os.fsencode(file.look.path[below:]).hex(),
                "track": file.track,
                "parts": file.parts or None,
            }


def _parts(rows: Iterable[T]) -> Iterator[list[T]]:
    """Rows some thousands at a time."""
    ahead = iter(rows)
    while part := list(islice(ahead, ROWS_AT_ONCE)):
        yield part
