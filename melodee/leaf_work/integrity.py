"""Whether files still hold what was catalogued: their bytes hashed whole and compared, and as an option decoded.

A file that was moved on one file system has no hash yet, since nothing has read it whole: it gets one. What has another
size or time than the catalogue knows was changed by somebody and is no damage; a scan of its volume reads it again.
"""

import os
import random
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from melodee.database import Database
from melodee.errors import MelodeeError
from melodee.findings.decoding import decode_all
from melodee.leaf_work.errors import Corrupted, NotDecodable
from melodee.leaf_work.files import Mounted, SongFile, note_failures, songs_after
from melodee.leaf_work.work import Step
from melodee.ledger import Failure
from melodee.observed import content_hash, observe

ASSET = "leaf_integrity"
STAGE = "integrity"
DECODE_STAGE = "decode"

CHUNK = 200
"""Songs whose files are read whole at a time: some gigabytes, which take seconds to a minute."""


@dataclass
class IntegrityAgain:
    """Hashes on one leaf after the other."""

    database: Database
    decode_share: float = 0.0
    """The share of the files that are decoded too, 0 to 1."""
    readers: int = 0
    """Files that are read at a time; 0: one for each processor."""
    asset: str = ASSET
    unit: str = "songs"
    inputs: str = field(init=False)

    def __post_init__(self) -> None:
        self.inputs = f"decode {self.decode_share:g}"
        self._mounted = Mounted(self.database)
        self._chance = random.SystemRandom()

    def total(self, start: int, end: int) -> int:
        """Songs of the leaf."""
        with self.database.autocommit() as db:
            return int(db.value("count_songs_of_leaf", start=start, end=end))

    def step(self, after: int, end: int) -> Step | None:
        """Reads the files of some albums whole."""
        songs = songs_after(self.database, after, end, CHUNK)
        if songs is None:
            return None
        found = self._mounted.look(songs.files, STAGE)
        same = [file for file, seen in found.there if file.is_as_catalogued(seen)]
        changed = {file.place for file, _ in found.there} - {file.place for file in same}
        failures = [*found.failures]
        stored = self._compare(same, failures)
        failed = {failure.place for failure in failures}
        good = [file for file in songs.files if file.place not in failed and file.place not in changed]
        note_failures(self.database, good, failures, STAGE)
        chosen = [file for file in good if self.decode_share >= 1 or self._chance.random() < self.decode_share]
        undecodable = decode(self.database, self._mounted, chosen)
        counts = {"files_read": len(same), "hashes_stored": stored, "changed_since": len(changed)}
        counts |= {"files_decoded": len(chosen)} if self.decode_share else {}
        return Step(songs.last, songs.number, stored, len(failures) + undecodable, counts)

    def _compare(self, files: Sequence[SongFile], failures: list[Failure]) -> int:
        """Compares files with their hashes; stores those that were not known, and says how many these were."""
        with self.database.autocommit() as db:
            rows = db.rows("hashes_of_files", hashes=[file.place.hash for file in files])
        known = {row.path_hash: row.content_hash for row in rows}
        with ThreadPoolExecutor(self.readers or os.cpu_count() or 1) as pool:
            contents = list(pool.map(self._hash, files))
        new: list[tuple[SongFile, bytes]] = []
        for file, content in zip(files, contents, strict=True):
            before = known.get(file.place.hash)
            if isinstance(content, MelodeeError):
                failures.append(Failure.of(content, file.place, STAGE))
            elif before is None:
                new.append((file, content))
            elif bytes(before) != content and file.is_as_catalogued(observe(self._mounted.path(file.place))):
                failures.append(Failure.of(Corrupted(), file.place, STAGE))
        if new:
            with self.database.begin() as db:
                hashes = [file.place.hash for file, _ in new]
                db.run("note_content", hashes=hashes, contents=[content for _, content in new])
        return len(new)

    def _hash(self, file: SongFile) -> bytes | MelodeeError:
        try:
            return content_hash(self._mounted.path(file.place))
        except MelodeeError as error:
            return error


def decode(database: Database, mounted: Mounted, files: Sequence[SongFile]) -> int:
    """Decodes files to their ends; enters what cannot be, and says how many that were. Raises `FfmpegMissing`."""
    if not files:
        return 0
    said = decode_all([(mounted.path(file.place).full, file.duration_ms / 1000) for file in files])
    failures = [
        Failure.of(NotDecodable(reason), file.place, DECODE_STAGE)
        for file, reason in zip(files, said, strict=True)
        if reason is not None
    ]
    bad = {failure.place for failure in failures}
    note_failures(database, [file for file in files if file.place not in bad], failures, DECODE_STAGE)
    return len(failures)
