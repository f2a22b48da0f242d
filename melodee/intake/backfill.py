"""A large library as a backfill: its batches are made ahead and held until an operator or the night lets them go.

The walk reads names alone and keeps no more than the folders on the way to where it is, so a million of them fit into
little memory; each batch is committed with how far the walk has come, so a plan that is cut off goes on there.
"""

import os
from collections.abc import Callable, Generator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from melodee.audio.formats import is_not_a_file_yet
from melodee.database import Database, Session
from melodee.file_errors import VolumeUnavailable
from melodee.intake.launches import ALIVE_SECONDS
from melodee.intake.look import is_disc_folder, join, parent
from melodee.intake.plan import plan_batch
from melodee.ledger import path_hash
from melodee.settings import IntakeSettings, ScanSettings
from melodee.text import display_path
from melodee.volume_folders import holds, resolved
from melodee.volumes import NotOnAVolume, Volume, volumes

REPORT_EVERY = 10_000
"""Folders between two reports."""

TOPS_AT_ONCE = 5_000


class Folder(NamedTuple):
    """A folder with files of its own."""

    path: str
    files: int


@dataclass
class Planned:
    """What planning a library came to."""

    volume: str
    folders: int = 0
    files: int = 0
    batches: int = 0
    resumed: bool = False
    """An earlier plan that was cut off went on."""


def plan_library(
    database: Database,
    path: Path,
    *,
    report: Callable[[Planned], object] = lambda _: None,
    settings: IntakeSettings | None = None,
) -> Planned:
    """Walks a folder of a volume and makes batches of it, which are held.

    Raises `NotOnAVolume`, `VolumeUnavailable`.
    """
    settings = settings or IntakeSettings.from_environment()
    volume, start = _place(database, path)
    planned, backfill, until = _begin(database, volume, start)
    batch: list[Folder] = []
    for folder in folders_with_files(volume.root, start, until):
        if batch and _is_full(batch, folder, settings):
            _commit(database, volume, backfill, batch, planned)
            batch = []
        batch.append(folder)
        planned.folders += 1
        planned.files += folder.files
        if planned.folders % REPORT_EVERY == 0:
            report(planned)
    if batch:
        _commit(database, volume, backfill, batch, planned)
    with database.begin() as db:
        db.run("backfill_planned", backfill=backfill)
        db.run("end_backfills")
    return planned


def folders_with_files(root: Path, start: str, until: str | None = None) -> Generator[Folder, None, None]:
    """Folders with files at or below a folder, each before those in it, by name; those after `until` only."""
    passed = None if until is None else until.split("/")
    stack = [start]
    while stack:
        path = stack.pop()
        if passed is not None and path and _is_done(path.split("/"), passed):
            continue
        folders, files = _names(root, path)
        folders.sort(reverse=True)
        stack.extend(folders)
        if files and (passed is None or path.split("/") > passed):
            yield Folder(path, files)


def _is_done(path: list[str], passed: list[str]) -> bool:
    """Whether the folder and all below it come before what was reached."""
    return path < passed[: len(path)]


def _names(root: Path, path: str) -> tuple[list[str], int]:
    """Folders in a folder, and how many files; what cannot be read has none, and is found again by its batch's run."""
    folders: list[str] = []
    files = 0
    try:
        with os.scandir(os.path.join(root, path) if path else root) as entries:  # noqa: PTH118 - Path refuses what bytes allow
            for entry in entries:
                if is_not_a_file_yet(entry.name):
                    continue
                if entry.is_dir(follow_symlinks=False):
                    folders.append(join(path, entry.name))
                elif entry.is_file(follow_symlinks=False):
                    files += 1
    except OSError:
        return [], 1
    return folders, files


def _place(database: Database, path: Path) -> tuple[Volume, str]:
    """The volume that has the folder, and the folder's path below it."""
    wanted = resolved(path)
    if not wanted.is_dir():
        raise VolumeUnavailable("There is no such folder.", path=str(path))
    with database.autocommit() as db:
        every = volumes(db)
    for volume in every:
        root = resolved(volume.root)
        if (volume.kind == "inbound" or volume.in_place) and wanted.is_relative_to(root):
            below = os.path.relpath(wanted, root)
            return volume, "" if below == "." else below
    shown = display_path(str(path))
    if (volume := next((each for each in every if holds(each.root, wanted)), None)) is not None:
        raise NotOnAVolume(f"{shown} is on the {volume.kind} volume {volume.name}: {_instead(volume)}", path=str(path))
    if (volume := next((each for each in every if holds(wanted, each.root)), None)) is not None:
        raise NotOnAVolume(
            f"{shown} holds the {volume.kind} volume {volume.name}: name a folder that is of one volume alone",
            path=str(path),
        )
    raise NotOnAVolume(
        f"{shown} is on none: add it with 'melodee volume add NAME {shown} --kind inbound' to have it moved into the "
        "library, or with '--kind storage --in-place' to have it catalogued where it is",
        path=str(path),
    )


def _instead(volume: Volume) -> str:
    """What there is to do with a folder of a volume to which Melodee moves files."""
    if volume.kind == "staging":
        return "what waits there comes into the library by itself, or by 'melodee review'"
    scan = f"melodee volume scan {volume.as_argument}"
    return f"its music is in the library already, and '{scan}' takes in what others have put there"


def _begin(database: Database, volume: Volume, start: str) -> tuple[Planned, int, str | None]:
    with database.begin() as db:
        before = db.one("unfinished_backfill", volume=volume.id, path=os.fsencode(start))
        if before is not None:
            until = None if before.planned_until is None else os.fsdecode(before.planned_until)
            return Planned(volume.name, before.folders, before.files, before.batches, resumed=True), before.id, until
        backfill = int(db.value("insert_backfill", volume=volume.id, path=os.fsencode(start)))
        if volume.kind == "inbound":
            _leave_to(db, volume, backfill, start)
    return Planned(volume.name), backfill, None


def _leave_to(db: Session, volume: Volume, backfill: int, start: str) -> None:
    """Keeps the inbound sensor from what the backfill works through."""
    tops = [start.partition("/")[0]] if start else _names(volume.root, "")[0]
    for begin in range(0, len(tops), TOPS_AT_ONCE):
        hashes = [path_hash(volume.id, top) for top in tops[begin : begin + TOPS_AT_ONCE]]
        db.run("insert_backfill_tops", backfill=backfill, hashes=hashes)


def _is_full(batch: list[Folder], following: Folder, settings: IntakeSettings) -> bool:
    files = sum(folder.files for folder in batch) + following.files
    if files <= settings.batch_files and len(batch) < settings.batch_releases:
        return False
    # The discs of a release stay together.
    name = following.path.rpartition("/")[2]
    return not (is_disc_folder(name) and parent(following.path) in (batch[-1].path, parent(batch[-1].path)))


def _commit(database: Database, volume: Volume, backfill: int, batch: list[Folder], planned: Planned) -> None:
    with database.begin() as db:
        plan_batch(db, volume.id, [folder.path for folder in batch], shallow=True, backfill=backfill)
        db.run(
            "backfill_progress",
            backfill=backfill,
            until=os.fsencode(batch[-1].path),
            folders=len(batch),
            files=sum(folder.files for folder in batch),
        )
    planned.batches += 1


def begin_night(database: Database, settings: ScanSettings | None = None, *, instance: str = "") -> datetime:
    """Opens the window in which batches that are held are let go; returns when it closes."""
    settings = settings or ScanSettings.from_environment()
    with database.begin() as db:
        closes: datetime = db.value("open_window", hours=settings.backfill_hours, instance=instance)
    return closes


def is_night_here(database: Database, instance: str) -> bool:
    """Whether a window is open that this instance has opened."""
    with database.autocommit() as db:
        return bool(db.value("window_is_open_here", instance=instance))


def end_night(database: Database, instance: str) -> None:
    """Closes what this instance has opened: what is under way goes on to its end, and nothing further is launched."""
    with database.begin() as db:
        db.run("close_windows", instance=instance)
        db.run("hold_again")


def go_on(database: Database, settings: ScanSettings | None = None) -> list[str]:
    """While a window is open, lets the next batches go, as many as may be under way; returns their keys."""
    settings = settings or ScanSettings.from_environment()
    with database.begin() as db:
        db.run("end_backfills")
        if not db.value("window_is_open"):
            return []
        return [row.key for row in db.rows("let_go_held", most=settings.backfill_batches, alive=ALIVE_SECONDS)]


def unannounced(database: Database, most: int) -> list[str]:
    """Batches that are held and that Dagster has not been told of."""
    with database.autocommit() as db:
        return [row.key for row in db.rows("unannounced_batches", most=most)]


def announced(database: Database, batches: list[str]) -> None:
    """Dagster knows these."""
    with database.begin() as db:
        db.run("announce_batches", batches=batches)
