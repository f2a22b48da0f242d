"""Files that are there twice: candidates by their samples, confirmed by a hash of the whole."""

import os
from collections.abc import Mapping, Sequence
from uuid import UUID

from melodee.database import Row, Session
from melodee.errors import DependencyError, MelodeeError
from melodee.findings.subject import Double
from melodee.observed import content_hash
from melodee.text import display_path
from melodee.volume_path import VolumePath
from melodee.volumes import Volume

FilesAlike = Mapping[UUID, Sequence[Row]]
"""Files of the library and on their way, by their samples."""


def files_alike(db: Session, files: Sequence[Row]) -> FilesAlike:
    """The files that may be the same as one of these (rows of `files_of_release`), and these themselves.

    Pictures and sidecars are often the same in many releases, so music alone counts.
    """
    samples = sorted({file.sample_hash for file in files if _counts(file)})
    alike: dict[UUID, list[Row]] = {}
    for row in db.rows("files_with_samples", samples=samples) if samples else ():
        alike.setdefault(row.sample_hash, []).append(row)
    return alike


def _counts(file: Row) -> bool:
    return file.kind == "audio" and file.sample_hash is not None


def find_doubles(alike: FilesAlike, volumes: Mapping[int, Volume], files: Sequence[Row]) -> list[Double]:
    """Each file of a release (rows of `files_of_release`) whose bytes are in the library or on their way as well.

    Raises `DependencyError`.
    """
    own = {file.path_hash: file for file in files if _counts(file)}
    found: list[Double] = []
    told: set[UUID] = set()
    hashes = _Hashes(volumes)
    for file in own.values():
        told.add(file.path_hash)
        for other in alike.get(file.sample_hash, ()):
            if other.size_bytes != file.size_bytes or other.path_hash in told:
                continue
            if hashes.same(file, other):
                found.append(_double(volumes, file, other, own.get(other.path_hash)))
                break
    return found


def _double(volumes: Mapping[int, Volume], file: Row, other: Row, sibling: Row | None) -> Double:
    if sibling is not None:
        where = display_path(os.fsdecode(sibling.name))
    else:
        where = f"{volumes[other.volume_id].name}/{display_path(os.fsdecode(other.path))}"
    return Double(os.fsdecode(file.name), where, published=other.state == "published")


class _Hashes:
    """Full hashes of files, each read once at most."""

    def __init__(self, volumes: Mapping[int, Volume]) -> None:
        self._volumes = volumes
        self._known: dict[UUID, bytes | None] = {}

    def same(self, one: Row, other: Row) -> bool:
        """Whether two files hold the same bytes. One that cannot be read is not the same as any."""
        mine = self._of(one)
        return mine is not None and mine == self._of(other)

    def _of(self, file: Row) -> bytes | None:
        if file.content_hash is not None:
            return bytes(file.content_hash)
        if file.path_hash not in self._known:
            try:
                place = VolumePath(self._volumes[file.volume_id].root, os.fsdecode(file.path))
                self._known[file.path_hash] = content_hash(place)
            except DependencyError:
                raise
            except MelodeeError:
                self._known[file.path_hash] = None
        return self._known[file.path_hash]
