"""The files of a leaf's songs, some hundred at a time."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from melodee.database import Database
from melodee.errors import MelodeeError
from melodee.leaf_work.chunk import whole_albums
from melodee.ledger import Failure, Place, clear_failures, record_failures
from melodee.observed import Observed, observe
from melodee.volume_path import VolumePath
from melodee.volume_presence import require_files
from melodee.volumes import Volume, volumes


class SongFile(NamedTuple):
    """A file, and the songs that it holds: several where a cue sheet cuts it."""

    place: Place
    songs: list[int]
    size_bytes: int
    modified_us: int
    """As the catalogue has it, in microseconds."""
    duration_ms: int
    cut: bool
    """A cue sheet says which songs it holds."""

    def is_as_catalogued(self, seen: Observed) -> bool:
        """Whether size and time are as the catalogue has them, as exactly as it keeps the time.

        Of a file that is cut it has the sizes of the parts alone.
        """
        return (self.cut or seen.size == self.size_bytes) and abs(seen.mtime_ns // 1000 - self.modified_us) <= 1


class Songs(NamedTuple):
    """A piece of a leaf."""

    last: int
    """The id of its last song."""
    number: int
    files: list[SongFile]


def songs_after(database: Database, after: int, end: int, most: int) -> Songs | None:
    """The next songs of a leaf, with their files; None at its end."""
    with database.autocommit() as db:
        rows = whole_albums(db.rows("files_of_songs", after=after, end=end, most=most), most)
    if not rows:
        return None
    files: dict[Place, SongFile] = {}
    for row in rows:
        place = Place(row.volume_id, os.fsdecode(row.path))
        known = files.get(place)
        if known is None:
            cut = row.span_start_ms is not None
            files[place] = SongFile(place, [row.id], row.size_bytes, row.modified_us, row.duration_ms, cut)
        else:
            known.songs.append(row.id)
            files[place] = known._replace(duration_ms=known.duration_ms + row.duration_ms)
    return Songs(rows[-1].id, len(rows), list(files.values()))


@dataclass
class Found:
    """Files that were looked at."""

    there: list[tuple[SongFile, Observed]] = field(default_factory=list[tuple[SongFile, Observed]])
    failures: list[Failure] = field(default_factory=list[Failure])
    """One for each that could not be."""


class Mounted:
    """The volumes of the library, by number."""

    def __init__(self, database: Database) -> None:
        self._database = database
        with database.autocommit() as db:
            self.volumes: dict[int, Volume] = {volume.id: volume for volume in volumes(db)}

    def look(self, files: Sequence[SongFile], stage: str) -> Found:
        """Looks at files. Raises `VolumeUnavailable`: of a volume that is not mounted, nothing is missing."""
        for number in {file.place.volume for file in files}:
            self.require(number)
        found = Found()
        for file in files:
            try:
                found.there.append((file, observe(self.path(file.place))))
            except MelodeeError as error:
                found.failures.append(Failure.of(error, file.place, stage))
        return found

    def require(self, number: int) -> None:
        """Raises `VolumeUnavailable` where the volume is not mounted."""
        with self._database.autocommit() as db:
            require_files(db, self.volumes[number])

    def path(self, place: Place) -> VolumePath:
        """Where a file can be read."""
        return VolumePath(self.volumes[place.volume].root, place.path)


def note_failures(database: Database, good: Sequence[SongFile], failures: Sequence[Failure], stage: str) -> None:
    """Enters what failed into the inventory, and takes off it what did not."""
    with database.begin() as db:
        clear_failures(db, [file.place.hash for file in good], stage)
        record_failures(db, failures, None)
