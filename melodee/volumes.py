"""Volumes: the folders that Melodee works in.

Files are dropped on an inbound volume, wait on a staging volume and stay on a storage volume, which is a music folder
to players. No volume lies inside another, since a file would then be in both, with one exception: a staging volume may
be a hidden folder of a storage volume, because a storage volume that is a mount of its own leaves no other place on its
file system, and only there is publishing a link rather than a copy.

A storage volume may be **in place**: its files are catalogued where they lie, and nothing is written there, so that a
read-only mount will do. Without a mark in its root it counts as mounted when files that the ledger knows are found.
"""

import os
import re
import shutil
import stat
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import msgspec
from psycopg.types.json import Jsonb

from melodee.database import Database, Row, Session
from melodee.errors import FatalError, MelodeeError
from melodee.path_template import DEFAULT_FOLDERS, PathTemplate
from melodee.settings import DataDirectory
from melodee.text import clean_text, display_path, fold
from melodee.volume_folders import (
    checked_folder,
    holds,
    is_there,
    overlaps,
    resolved,
    same_file_system,
    same_folder,
)
from melodee.volume_marker import is_marked, mark
from melodee.volume_probe import Abilities, VolumeUnusable, probe, seen

KINDS = ("inbound", "staging", "storage")
DEFAULT_NAMES = {"inbound": "Inbound", "staging": "Staging", "storage": "Music"}
"""What `melodee up` calls its three volumes; players show the last one."""

LONGEST_NAME = 100


class VolumeNameTaken(MelodeeError):
    """There is a volume of that name already; 'melodee volume list' shows it."""

    code = "volume_name_taken"


class BadVolumeName(MelodeeError):
    """That cannot be the name of a volume."""

    code = "bad_volume_name"


class VolumeElsewhere(MelodeeError):
    """The volume is another folder, and files of it are known."""

    code = "volume_elsewhere"


class NotOnAVolume(MelodeeError):
    """Only what lies on an inbound volume or on a storage volume in place can be planned."""

    code = "not_on_a_volume"


class NoVolume(FatalError):
    """A volume is missing: add one with `melodee volume add`."""

    code = "no_volume"


class UnknownVolume(FatalError):
    """There is no such volume."""

    code = "unknown_volume"


@dataclass(frozen=True)
class Volume:
    """One row of `volume`."""

    id: int
    name: str
    kind: str
    """`inbound`, `staging` or `storage`."""
    path: str
    """Absolute."""
    template: str | None
    """How folders on a storage volume are named."""
    abilities: Abilities
    """What its file system could do when it was asked last."""
    marker: str = ""
    """What the hidden file in its root says (`melodee.volume_marker`)."""
    in_place: bool = False
    """Nothing is ever moved there, renamed or removed: its files are catalogued where they are."""

    @cached_property
    def root(self) -> Path:
        """The folder."""
        return Path(self.path)

    @property
    def as_argument(self) -> str:
        """Its name as an argument of a command, which a message may put in single quotes."""
        if re.fullmatch(r"[\w.+-]+", self.name):
            return self.name
        return '"' + re.sub(r'(["\\$`])', r"\\\1", self.name) + '"'

    def free_bytes(self) -> int | None:
        """What is free on its file system, or `None` when the folder is not there."""
        try:
            return shutil.disk_usage(self.path).free
        except OSError:
            return None


def volumes(db: Session, kind: str | None = None) -> list[Volume]:
    """All volumes, or those of one kind, in the order in which they were added."""
    return [_volume(row) for row in db.rows("volumes", kind=kind)]


def by_kind(every: Iterable[Volume]) -> list[Volume]:
    """In the order in which files pass through them."""
    return sorted(every, key=lambda volume: KINDS.index(volume.kind))


def volume_by_id(db: Session, number: int) -> Volume:
    """One volume. Raises `UnknownVolume`."""
    row = db.one("volume_by_id", volume=number)
    if row is None:
        raise UnknownVolume(f"Its number is {number}")
    return _volume(row)


def add_volume(
    database: Database,
    name: str,
    path: Path,
    kind: str,
    template: str | None = None,
    *,
    in_place: bool = False,
    data: DataDirectory | None = None,
) -> Volume:
    """Makes an existing folder a volume, after trying what its file system can do; where files stay in place, nothing
    is tried, because nothing will be written.

    `template` names the folders on a storage volume, by default `{artist_dir_base}/{artist_dir_code}/{artist}/{year} -
    {album}`. With `data`, the folders where that instance keeps its own state are refused.

    Raises `VolumeUnusable`, `VolumeNameTaken`, `BadVolumeName` and `InvalidTemplate`.
    """
    name = _checked_name(name)
    if template is not None and kind != "storage":
        raise VolumeUnusable("Only a storage volume has a template")
    if in_place and kind != "storage":
        raise VolumeUnusable("Only files of a storage volume can stay in place")
    if in_place and template is not None:
        raise VolumeUnusable("Files that stay in place have no use for a template")
    moves_there = kind == "storage" and not in_place
    template = PathTemplate.for_folders(template or DEFAULT_FOLDERS).text if moves_there else None
    path = checked_folder(path, writable=not in_place)
    _refuse_state(path, data)
    with database.begin() as db:
        db.run("lock_volumes")
        others = volumes(db)
        if any(fold(other.name) == fold(name) for other in others):
            raise VolumeNameTaken(f"({name})")
        _refuse_overlap(path, kind, others)
        return _insert(db, name, path, kind, template, in_place=in_place)


def ensure_default_volumes(
    database: Database, inbound: Path, staging: Path, storage: Path, *, chosen: Collection[str] = KINDS
) -> dict[str, Volume]:
    """The volumes of `melodee up`, by kind; adds those that are missing. The folders exist.

    `chosen` are the kinds whose folder the operator named. For these, a volume that was another folder so far moves,
    but only when no file of it is known, or when the old folder is gone and the known files are in the new one (the
    data directory was moved); else this raises `VolumeElsewhere`, which says what to do. The other kinds stay where
    they were put at an earlier start. Raises `VolumeUnusable` as well.
    """
    folders = {"storage": storage, "staging": staging, "inbound": inbound}
    with database.begin() as db:
        db.run("lock_volumes")
        return {
            kind: _ensure_default(db, kind, checked_folder(folder), chosen=kind in chosen)
            for kind, folder in folders.items()
        }


def _volume(row: Row) -> Volume:
    abilities = msgspec.convert(row.abilities, Abilities)
    return Volume(row.id, row.name, row.kind, row.path, row.template, abilities, str(row.marker), row.in_place)


def _ensure_default(db: Session, kind: str, folder: Path, *, chosen: bool) -> Volume:
    name = DEFAULT_NAMES[kind]
    every = volumes(db)
    for volume in every:
        if volume.kind == kind and same_folder(volume.root, folder):
            return _move(db, volume, Path(volume.path))
    known = next((volume for volume in every if fold(volume.name) == fold(name)), None)
    if known is None:
        _refuse_overlap(folder, kind, every)
        return _insert(db, name, folder, kind, DEFAULT_FOLDERS if kind == "storage" else None)
    if known.kind != kind:
        raise VolumeNameTaken(f"It is of the kind {known.kind}", path=known.path)
    if not chosen and is_there(known.root):
        return known
    files = int(db.value("files_of_volume", volume=known.id))
    if files == 0 or (not is_there(known.root) and _has_its_files(db, known, folder)):
        _refuse_overlap(folder, kind, [volume for volume in every if volume.id != known.id])
        return _move(db, known, folder)
    if not chosen:
        return known
    was, wanted = display_path(known.path), display_path(str(folder))
    if kind == "staging":
        mend = "start with the storage folder that it belongs to"
    else:
        mend = f"start with --{kind} {was}, or add the new folder: melodee volume add NAME {wanted} --kind {kind}"
    raise VolumeElsewhere(f"{name} is {was}, with {files} files, and not {wanted}: {mend}")


def _has_its_files(db: Session, volume: Volume, folder: Path) -> bool:
    """Whether a sample of the volume's files is found in another folder, each with its size."""
    sample = db.rows("some_files_of_volume", volume=volume.id)
    for row in sample:
        try:
            # os.path, since names may be what Path would normalise away.
            status = os.lstat(os.path.join(os.fsencode(folder), row.path))  # noqa: PTH118
        except OSError:
            return False
        if not stat.S_ISREG(status.st_mode) or status.st_size != row.size_bytes:
            return False
    return bool(sample)


def _insert(db: Session, name: str, path: Path, kind: str, template: str | None, *, in_place: bool = False) -> Volume:
    abilities = seen(path) if in_place else probe(path)
    row = db.one(
        "add_volume",
        name=name,
        kind=kind,
        path=str(path),
        template=template,
        abilities=Jsonb(msgspec.to_builtins(abilities)),
        in_place=in_place,
    )
    assert row is not None  # noqa: S101 - an insert that returns
    volume = Volume(int(row.id), name, kind, str(path), template, abilities, str(row.marker), in_place)
    _mark(volume)
    return volume


def _mark(volume: Volume) -> None:
    """Marks a volume that files are put on. An inbound volume may be emptied by anybody, hidden files and all."""
    if volume.kind == "inbound" or volume.in_place:
        return
    try:
        mark(volume.root, volume.marker)
    except OSError as error:
        raise VolumeUnusable(error.strerror or str(error), path=volume.path) from error


def _move(db: Session, volume: Volume, path: Path) -> Volume:
    """The volume with this path and what its file system can do now."""
    abilities = seen(path) if volume.in_place else probe(path)
    if (str(path), abilities) != (volume.path, volume.abilities):
        db.run("move_volume", volume=volume.id, path=str(path), abilities=Jsonb(msgspec.to_builtins(abilities)))
    moved = replace(volume, path=str(path), abilities=abilities)
    if volume.kind != "inbound" and not volume.in_place and not is_marked(path, volume.marker):
        if int(db.value("files_of_volume", volume=volume.id)) and not _has_its_files(db, volume, path):
            reason = f"The files of {volume.name} are not in it: mount the disk that has them"
            raise VolumeUnusable(reason, path=str(path))
        _mark(moved)
    return moved


def _checked_name(name: str) -> str:
    plain = unicodedata.normalize("NFC", name[: 4 * LONGEST_NAME].strip())
    if not fold(plain):
        raise BadVolumeName("It is empty")
    if len(plain) > LONGEST_NAME:
        raise BadVolumeName(f"It is longer than {LONGEST_NAME} characters")
    if clean_text(plain, LONGEST_NAME) != plain or display_path(plain).replace("\\\\", "\\") != plain:
        raise BadVolumeName(f"It has a control or invisible character: {display_path(plain)}")
    return plain


def _refuse_state(path: Path, data: DataDirectory | None) -> None:
    """Melodee's own database and logs are no music, and they change all the time."""
    if data is None:
        return
    for own in (data.postgres, data.token_key.parent, data.dagster_home, data.cache, data.logs):
        if overlaps(path, own):
            raise VolumeUnusable(f"Melodee keeps its own state in {display_path(str(own))}", path=str(path))


def _refuse_overlap(path: Path, kind: str, others: Iterable[Volume]) -> None:
    others = list(others)
    place = str(path)
    for other in others:
        if not overlaps(path, other.root) or _is_hidden_staging(path, kind, other):
            continue
        where = "is" if same_folder(path, other.root) else "is inside" if holds(other.root, path) else "is around"
        raise VolumeUnusable(
            f"It {where} the volume {other.name}, {display_path(other.path)}, and a file would be in both: "
            "choose a folder apart from it",
            path=place,
        )
    storage = [other for other in others if other.kind == "storage"]
    if kind == "staging" and storage and not any(same_file_system(path, other.root) for other in storage):
        raise VolumeUnusable(
            "No storage volume is on its file system, and what is published would be copied once more: "
            f"choose a folder beside {display_path(storage[0].path)}",
            path=place,
        )


def _is_hidden_staging(path: Path, kind: str, other: Volume) -> bool:
    """Whether of the two one is storage and the other a staging volume in a hidden folder of it."""
    if (kind, other.kind) == ("staging", "storage"):
        inner, outer = path, other.root
    elif (kind, other.kind) == ("storage", "staging"):
        inner, outer = other.root, path
    else:
        return False
    try:
        below = resolved(inner).relative_to(resolved(outer))
    except ValueError:
        return False
    return any(part.startswith(".") for part in below.parts)
