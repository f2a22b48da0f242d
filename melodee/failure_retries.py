"""Trying again what failed: what is due by the clock, and what an operator asks for.

Either way items become batches, which the inbound sensor launches: another try is intake like any other. What an
unfinished batch looks at already is left to it.
"""

import os
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from melodee.database import Database, Row, Session
from melodee.failures import CHUNK, Wanted, matching
from melodee.intake.plan import plan_batch
from melodee.volumes import Volume, volumes

TICK_ITEMS = 20_000
"""Due items that one call plans at most; the rest are due at the next."""

_KINDS = ("inbound", "staging")
"""Where intake finds what failed. What failed on a storage volume is for that volume's own scan, or for upkeep."""

LEAF_WORK: Mapping[str, str] = {
    "reread": "leaf_tags, or leaf_rereading for all leaves",
    "covers": "leaf_covers",
    "integrity": "leaf_integrity, or leaf_verification for all leaves",
    "decode": "leaf_integrity with MELODEE_DECODE_SHARE=1",
}
"""Assets and jobs that look again at files that are in the catalogue, by the step in which these failed."""


@dataclass
class Retried:
    """What was planned."""

    items: int = 0
    batches: list[str] = field(default_factory=list[str])
    """Keys of the batches that hold them."""
    under_way: int = 0
    """Items that an unfinished batch looks at anyway."""
    others: Counter[str] = field(default_factory=Counter[str])
    """Items that no batch of intake looks at, by what they are of and what is to be done, in words."""

    @property
    def elsewhere(self) -> int:
        """Items that no batch of intake looks at."""
        return self.others.total()

    def __str__(self) -> str:
        parts = [f"{self.items} items planned in {len(self.batches)} batches"]
        if self.under_way:
            parts.append(f"{self.under_way} are in a batch already")
        if self.elsewhere:
            parts.append(f"{self.elsewhere} are not for intake to try again")
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
        retried.others.update(other for row in items if (other := _other(every[number], row)))
        if not _can_be_planned(every[number]):
            continue
        busy = _Busy(os.fsdecode(row.path) for row in db.rows("open_batch_entries", volume=number))
        free = [row for row in items if row.path and not busy.has(os.fsdecode(row.path))]
        retried.under_way += sum(1 for row in items if row.path) - len(free)
        retried.items += len(free)
        paths = sorted({os.fsdecode(row.path) for row in free})
        for start in range(0, len(paths), CHUNK):
            retried.batches.append(plan_batch(db, number, paths[start : start + CHUNK], again=True))
        for start in range(0, len(free), CHUNK):
            db.run(note, ids=[row.id for row in free[start : start + CHUNK]])
    return retried


def _can_be_planned(volume: Volume) -> bool:
    return volume.kind in _KINDS and volume.root.is_dir()


def _other(volume: Volume, item: Row) -> str | None:
    """What an item is of that no batch can look at, and what is to be done; None where one can."""
    if not item.path:
        return "of a whole volume, which is looked at again by itself"
    if not volume.root.is_dir():
        return f"of the volume {volume.name}, which is away: mount it, and try again"
    if _can_be_planned(volume):
        return None
    if item.stage in LEAF_WORK:
        return f"of the step {item.stage}: on Dagster's page, run {LEAF_WORK[item.stage]}"
    return f"of the storage volume {volume.name}: once mended, 'melodee volume scan {volume.as_argument}' takes them in"


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
