"""What is kept beside the catalogue so that reads stay fast: which kinds there are, which are due, and running them.

None of it decides what is true. A search, a list or a count is right without it, or says how old it is; so upkeep may
lag behind the catalogue, by a stated time, and may be run again at any moment.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from melodee.catalogue.artist_snapshots import keep_artist_snapshots
from melodee.catalogue.search_upkeep import keep_search_tiers, keep_vocabulary
from melodee.catalogue.stretches import keep_stretches
from melodee.database import Database

_LONG = 3600.0
"""Seconds after which somebody should look why upkeep has not come."""

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
    work: Callable[[Database, Report, bool], Kept]
    """Given whether all is to be made anew, which is once a day, or only what came since is to be added."""
    least_songs: int
    """Songs from which on it is worth a run of its own; a smaller library does without."""
    rest: float
    """Seconds from one run to the next at least. What takes long rests for ten times as long, so that upkeep never
    takes more than a tenth of a processor, however often the catalogue changes."""


def _places(database: Database, report: Report, _anew: bool) -> Kept:
    return keep_stretches(database, report)


def _search_tiers(database: Database, _report: Report, anew: bool) -> Kept:
    return keep_search_tiers(database, anew=anew)


def _vocabulary(database: Database, _report: Report, anew: bool) -> Kept:
    return keep_vocabulary(database, anew=anew)


def _artist_snapshots(database: Database, report: Report, _anew: bool) -> Kept:
    return keep_artist_snapshots(database, report)


KINDS: Mapping[str, Upkeep] = {
    kind.name: kind
    for kind in (
        Upkeep("list_places", _places, least_songs=5_000, rest=60),
        Upkeep("vocabulary", _vocabulary, least_songs=0, rest=600),
        Upkeep("search_tiers", _search_tiers, least_songs=20_000, rest=60),
        Upkeep("artist_snapshots", _artist_snapshots, least_songs=2_000, rest=30),
    )
}
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


def far_behind(database: Database) -> dict[str, float]:
    """Kinds that should have seen the catalogue's last change long ago, with the hours since they last ran."""
    with database.autocommit() as db:
        return {row.name: float(row.hours) for row in db.rows("upkeep_behind", seconds=_LONG)}


def keep(database: Database, name: str, report: Report) -> dict[str, int | float | str]:
    """Runs one kind; returns its metadata. What the catalogue becomes meanwhile is for the next time."""
    with database.autocommit() as db:
        state = db.one("begin_upkeep", name=name)
    assert state is not None  # noqa: S101 - the totals have their row from the start
    began = time.monotonic()
    kept = KINDS[name].work(database, report, state.anew)
    seconds = time.monotonic() - began
    with database.autocommit() as db:
        db.run("finish_upkeep", name=name, reflects=state.changed_at, seconds=seconds, anew=state.anew)
    return {
        **kept.as_metadata(),
        "made_anew": "yes" if state.anew else "no",
        "seconds": round(seconds, 3),
        "reflects": state.changed_at.isoformat(),
    }


def bring_up_to_date(database: Database, report: Report) -> None:
    """Runs every kind, due or not: after a bulk load."""
    for name in KINDS:
        metadata = keep(database, name, report)
        report(f"{name}: {', '.join(f'{key} {value}' for key, value in metadata.items())}")
