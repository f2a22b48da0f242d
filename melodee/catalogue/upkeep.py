"""What is kept beside the catalogue so that reads stay fast: which kinds there are, which are due, and running them.

None of it decides what is true. A search, a list or a count is right without it, or says how old it is; so upkeep may
lag behind the catalogue, by a stated time, and may be run again at any moment.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from melodee.database import Database

Report = Callable[[str], object]
"""Takes a sentence for the log."""


class Kept(Protocol):
    """What a kind of upkeep did."""

    def as_metadata(self) -> Mapping[str, int | float | str]:
        """Counts and costs, for operators."""
        ...


@dataclass(frozen=True)
class Upkeep:
    """One kind of upkeep."""

    name: str
    work: Callable[[Database, Report], Kept]
    least_songs: int
    """Songs from which on it is worth a run of its own; a smaller library does without."""
    rest: float
    """Seconds from one run to the next at least. What takes long rests for ten times as long, so that upkeep never
    takes more than a tenth of a processor, however often the catalogue changes."""


KINDS: Mapping[str, Upkeep] = {kind.name: kind for kind in ()}
"""All kinds, in the order in which a fresh catalogue wants them. Dagster's assets have the same names."""


def due(database: Database) -> list[str]:
    """Names of the kinds that have not seen the catalogue's last change and have rested."""
    kinds = KINDS.values()
    with database.autocommit() as db:
        rows = db.rows(
            "upkeep_due",
            names=list(KINDS),
            rests=[kind.rest for kind in kinds],
            least_songs=[kind.least_songs for kind in kinds],
        )
    return [row.name for row in rows]


def keep(database: Database, name: str, report: Report) -> dict[str, int | float | str]:
    """Runs one kind; returns its metadata. What the catalogue becomes meanwhile is for the next time."""
    with database.autocommit() as db:
        reflects = db.value("begin_upkeep", name=name)
    began = time.monotonic()
    kept = KINDS[name].work(database, report)
    seconds = time.monotonic() - began
    with database.autocommit() as db:
        db.run("finish_upkeep", name=name, reflects=reflects, seconds=seconds)
    return {**kept.as_metadata(), "seconds": round(seconds, 3), "reflects": reflects.isoformat()}


def bring_up_to_date(database: Database, report: Report) -> None:
    """Runs every kind, due or not: after a bulk load."""
    for name in KINDS:
        metadata = keep(database, name, report)
        report(f"{name}: {', '.join(f'{key} {value}' for key, value in metadata.items())}")
