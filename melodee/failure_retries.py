"""Trying again what failed: what is due by the clock, and what an operator asks for.

Either way items become batches, which the inbound sensor launches: another try is intake like any other. What an
unfinished batch looks at already is left to it.
"""

import os
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from melodee.database import Database, Row, Session
from melodee.failures import CHUNK, Wanted, matching
from melodee.intake.plan import plan_batch
from melodee.volumes import Volume, volumes

TICK_ITEMS = 20_000
"""Due items that one call plans at most; the rest are due at the next."""

_KINDS = ("inbound", "staging")
"""Where intake finds what failed. What failed on a storage volume is for that volume's own scan."""


@dataclass
class Retried:
    """What was planned."""

    items: int = 0
    batches: list[str] = field(default_factory=list[str])
    """Keys of the batches that hold them."""
    under_way: int = 0
    """Items that an unfinished batch looks at anyway."""
    elsewhere: int = 0
    """Items of whole volumes, of volumes that are away, and of those that no batch of intake looks at."""

    def __str__(self) -> str:
        parts = [f"{self.items} items planned in {len(self.batches)} batches"]
        if self.under_way:
            parts.append(f"{self.under_way} are in a batch already")
        if self.elsewhere:
            parts.append(f"{self.elsewhere} wait for their volume")
        return "; ".join(parts)


def plan_due(database: Database) -> Retried:
    """Plans the items whose time has come. Nothing while another planner is at work."""
    with database.begin() as db:
        if not db.value("claim_planning"):
            return Retried()
        return _plan(db, db.rows("failures_due", most=TICK_ITEMS), "note_failures_planned")


def next_due(database: Database) -> datetime | None:
    """When the next item is due."""
    with database.autocommit() as db:
        return db.value("next_failure_due")


def retry(database: Database, wanted: Wanted) -> Retried:
    """Plans items at once, given up or not; their waiting begins anew. Raises `UnknownFailure`."""
    ids = matching(database, wanted)
    with database.begin() as db:
        db.value("await_planning")
        return _plan(db, db.rows("failures_to_retry", ids=ids), "renew_failures")


def _plan(db: Session, rows: Sequence[Row], note: str) -> Retried:
    retried = Retried()
    by_volume: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        by_volume[row.volume_id].append(row)
    every = {volume.id: volume for volume in volumes(db)}
    for number, items in by_volume.items():
        if not _can_be_planned(every[number]):
            retried.elsewhere += len(items)
            continue
        busy = _Busy(os.fsdecode(row.path) for row in db.rows("open_batch_entries", volume=number))
        free = [row for row in items if row.path and not busy.has(os.fsdecode(row.path))]
        whole = sum(1 for row in items if not row.path)
        retried.elsewhere += whole
        retried.under_way += len(items) - whole - len(free)
        retried.items += len(free)
        paths = sorted({os.fsdecode(row.path) for row in free})
        for start in range(0, len(paths), CHUNK):
            retried.batches.append(plan_batch(db, number, paths[start : start + CHUNK], again=True))
        for start in range(0, len(free), CHUNK):
            db.run(note, ids=[row.id for row in free[start : start + CHUNK]])
    return retried


def _can_be_planned(volume: Volume) -> bool:
    return volume.kind in _KINDS and volume.root.is_dir()


class _Busy:
    """Where unfinished batches look."""

    def __init__(self, paths: Iterable[str]) -> None:
        self._paths = set(paths)
        self._above = {above for path in self._paths for above in _above(path)}

    def has(self, path: str) -> bool:
        """Whether an unfinished batch looks at the path, below it or above it."""
        return path in self._above or bool(self._paths.intersection((path, "", *_above(path))))


def _above(path: str) -> list[str]:
    parts = path.split("/")
    return ["/".join(parts[:number]) for number in range(1, len(parts))]
