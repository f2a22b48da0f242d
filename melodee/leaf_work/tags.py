"""Tags read again: of files that are not as they were catalogued, or of all of them when the reader was made better."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from melodee.audio.tags import READER_VERSION
from melodee.audio.track import Track
from melodee.catalogue.held import Retold
from melodee.catalogue.retell import retell_songs
from melodee.database import Database
from melodee.ids import LEAF_SHIFT
from melodee.intake.look import FileLook
from melodee.intake.read import Read, read_files
from melodee.intake.reader import Problem
from melodee.leaf_work.files import Mounted, SongFile, note_failures, songs_after
from melodee.leaf_work.work import Step
from melodee.ledger import Failure
from melodee.observed import Observed
from melodee.rules.prepare import prepare
from melodee.rules.rule import Ignored, Rules
from melodee.sidecars.again import with_sheets
from melodee.sidecars.parts import songs_in, spans_of

ASSET = "leaf_tags"
STAGE = "reread"

CHUNK = 1000
"""Songs whose files are looked at, and read, at a time: readers are started for each."""


@dataclass
class TagsAgain:
    """The reader on one leaf after the other."""

    database: Database
    rules: Rules
    every: bool = False
    """Files that are as they were catalogued are read as well."""
    readers: int = 0
    """Processes that read; 0: one for each processor."""
    asset: str = ASSET
    unit: str = "songs"
    inputs: str = field(init=False)

    def __post_init__(self) -> None:
        self.inputs = f"reader {READER_VERSION}, {'all files' if self.every else 'changed files'}"
        self._mounted = Mounted(self.database)
        self._outdated: bool | None = None

    def total(self, start: int, end: int) -> int:
        """Songs of the leaf."""
        with self.database.autocommit() as db:
            return int(db.value("count_songs_of_leaf", start=start, end=end))

    def step(self, after: int, end: int) -> Step | None:
        """Looks at some albums' files, reads those that it must, and tells anew what they say otherwise."""
        songs = songs_after(self.database, after, end, CHUNK)
        if songs is None:
            return None
        found = self._mounted.look(songs.files, STAGE)
        every = self._reads_all(end)
        wanted = [(file, seen) for file, seen in found.there if every or not file.is_as_catalogued(seen)]
        read = self._read(wanted)
        failures = [
            *found.failures,
            *(
                Failure(file.place, STAGE, each.result.code, each.result.message)
                for (file, _), each in zip(wanted, read, strict=True)
                if isinstance(each.result, Problem)
            ),
        ]
        changed = self._tell(
            [(*pair, each) for pair, each in zip(wanted, read, strict=True) if isinstance(each.result, Track)]
        )
        failed = {failure.place for failure in failures}
        note_failures(self.database, [file for file in songs.files if file.place not in failed], failures, STAGE)
        return Step(
            songs.last, songs.number, len(changed), len(failures), {"files_read": len(wanted)} if wanted else {}
        )

    def _reads_all(self, end: int) -> bool:
        """Whether unchanged files are read too: as asked, or since an older reader read them."""
        if self._outdated is None:
            with self.database.autocommit() as db:
                seen = db.value("leaf_work_seen", asset=ASSET, leaf=(end >> LEAF_SHIFT) - 1)
            self._outdated = _version(seen) != READER_VERSION
        return self.every or self._outdated

    def _read(self, wanted: Sequence[tuple[SongFile, Observed]]) -> list[Read]:
        by_volume: dict[int, list[int]] = {}
        for index, (file, _) in enumerate(wanted):
            by_volume.setdefault(file.place.volume, []).append(index)
        read: dict[int, Read] = {}
        for number, indexes in by_volume.items():
            looks = [
                FileLook(file.place.path, seen.size, seen.mtime_ns, seen.ctime_ns)
                for file, seen in (wanted[index] for index in indexes)
            ]
            root = self._mounted.volumes[number].root
            read |= zip(indexes, read_files(root, looks, self.readers), strict=True)
        return [read[index] for index in range(len(wanted))]

    def _tell(self, read: Sequence[tuple[SongFile, Observed, Read]]) -> set[int]:
        """Tells what the files say now; the ledger learns what they are now."""
        if not read:
            return set()
        ids = [number for file, _, _ in read for number in file.songs]
        with self.database.autocommit() as db:
            origins = {row.id: os.fsdecode(row.origin) for row in db.rows("tags_of_songs", ids=ids)}
            starts = spans_of(db, ids)
        there = [{number: starts[number] for number in file.songs if number in starts} for file, _, _ in read]
        told: dict[int, Retold] = {}
        for (file, seen, _), own, each in zip(read, there, self._with_sheets(read, there), strict=True):
            for part in songs_in(each, own):
                prepared = prepare(part.track, origins.get(part.song, file.place.path), self.rules)
                track = prepared.track if isinstance(prepared, Ignored) else prepared
                told[part.song] = Retold(track, size_bytes=part.size_bytes, modified_ns=seen.mtime_ns)
        changed = retell_songs(self.database, told).songs_written
        with self.database.begin() as db:
            db.run(
                "note_files_read",
                hashes=[file.place.hash for file, _, _ in read],
                sizes=[seen.size for _, seen, _ in read],
                modified=[seen.mtime_ns for _, seen, _ in read],
                changed=[seen.ctime_ns for _, seen, _ in read],
                samples=[UUID(each.sample) if each.sample else None for _, _, each in read],
            )
        return changed

    def _with_sheets(
        self, read: Sequence[tuple[SongFile, Observed, Read]], there: Sequence[Mapping[int, int | None]]
    ) -> list[Read]:
        """The files as cue sheets make them, volume by volume."""
        by_volume: dict[int, list[int]] = {}
        for index, (file, _, _) in enumerate(read):
            by_volume.setdefault(file.place.volume, []).append(index)
        made: dict[int, Read] = {}
        for number, indexes in by_volume.items():
            own = [(read[index][2], there[index]) for index in indexes]
            made |= zip(indexes, with_sheets(self.database, self._mounted.volumes[number], own), strict=True)
        return [made[index] for index in range(len(read))]


def _version(seen: str | None) -> int:
    """Of the reader that the leaf's last pass had; before the first, the one that there was at the beginning."""
    return int(seen.split(",", 1)[0].removeprefix("reader ")) if seen else 1
