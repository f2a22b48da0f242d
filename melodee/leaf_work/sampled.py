"""Some files of the library, chosen at random, decoded to their ends: damage shows before a listener hears it."""

import os
import random
from collections.abc import Callable
from dataclasses import dataclass

from melodee.database import Database
from melodee.leaf_work.files import Mounted, SongFile, note_failures
from melodee.leaf_work.integrity import DECODE_STAGE, decode
from melodee.leaf_work.progress import MetadataValue
from melodee.ledger import Place

PIECE = 20
"""Files that are decoded before progress is told."""

_KEYS = 1 << 31


@dataclass(frozen=True)
class Sampled:
    """What became of a sample."""

    files: int
    failed: int
    missing: int
    """Files that could not be looked at: those of them that are gone for good a scan of their volume hides."""

    def as_metadata(self) -> dict[str, MetadataValue]:
        """Of the sample's materialisation."""
        return {"files_decoded": self.files, "failed": self.failed, "missing": self.missing}


def decode_sample(
    database: Database, files: int, *, report: Callable[[str], object], key: int | None = None
) -> Sampled:
    """Decodes so many files. Raises `VolumeUnavailable`, `FfmpegMissing`."""
    chosen = _choose(database, files, random.SystemRandom().randrange(_KEYS) if key is None else key)
    mounted = Mounted(database)
    done = failed = missing = 0
    for start in range(0, len(chosen), PIECE):
        found = mounted.look(chosen[start : start + PIECE], DECODE_STAGE)
        note_failures(database, [], found.failures, DECODE_STAGE)
        missing += len(found.failures)
        there = [file for file, _ in found.there]
        failed += decode(database, mounted, there)
        done += len(there)
        report(f"{done} of {len(chosen)} files decoded, {failed} cannot be")
    return Sampled(done, failed, missing)


def _choose(database: Database, files: int, key: int) -> list[SongFile]:
    """Songs in the order of their random keys from there on, and from the first again when these are too few."""
    with database.autocommit() as db:
        rows = db.rows("random_songs_to_decode", key=key, most=files)
        if len(rows) < files:
            rows += db.rows("random_songs_to_decode", key=0, most=files)
    chosen: dict[Place, SongFile] = {}
    for row in rows:
        place = Place(row.volume_id, os.fsdecode(row.path))
        chosen.setdefault(place, SongFile(place, [row.id], 0, 0, row.duration_ms, cut=False))
    return list(chosen.values())[:files]
