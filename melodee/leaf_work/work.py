"""A pass over one leaf, item by item: where a run ends early, the next one goes on.

A kind of work does some hundred items at a time and commits what comes of them; then how far it has come is noted. What
lies between the two is done once more after a crash, so work may be repeated. A pass that is not finished goes on at
its position unless what decides its outcome (the rules, the version of the reader, the options) is other than it was.
"""

import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Protocol

from melodee.database import Database, Row
from melodee.ids import LEAF_SHIFT
from melodee.leaf_work.errors import LeafIsBusy, UnknownLeaf
from melodee.leaf_work.progress import Progress

LOG_SECONDS = 5.0
"""Between two lines of a run's log: each is a row in Dagster's database."""

OBSERVE_SECONDS = 30.0
"""Between two observations of the asset."""


@dataclass(frozen=True)
class Step:
    """Some items that were dealt with."""

    position: int
    """The id of the last one."""
    done: int
    changed: int = 0
    failed: int = 0
    counts: dict[str, int] = field(default_factory=dict[str, int])


class Work(Protocol):
    """A kind of work."""

    @property
    def asset(self) -> str:
        """What it is called."""
        ...

    @property
    def unit(self) -> str:
        """What its items are: songs or albums."""
        ...

    @property
    def inputs(self) -> str:
        """What decides its outcome besides the catalogue."""
        ...

    def total(self, start: int, end: int) -> int:
        """How many items the leaf has: those with ids from `start` to before `end`."""
        ...

    def step(self, after: int, end: int) -> Step | None:
        """Does the next items whose ids are greater than `after` and less than `end`; None when there are none."""
        ...


def work_on_leaf(
    database: Database,
    work: Work,
    leaf: int,
    *,
    report: Callable[[str], object],
    observe: Callable[[Progress], object] | None = None,
    run: str | None = None,
) -> Progress:
    """Does all that is left of the leaf; says how far it is every few seconds. Raises `LeafIsBusy`, `UnknownLeaf`."""
    end = (leaf + 1) << LEAF_SHIFT
    with _claimed(database, work.asset, leaf):
        row = _begin(database, work, leaf, run)
        progress = Progress(
            work.unit, row.total, row.done, row.changed, row.failed, seconds_before=row.seconds, done_before=row.done
        )
        if row.done:
            report(f"goes on after {row.done} of {row.total} {work.unit}, where its last run ended")
        logged = observed = time.monotonic()
        position = row.position
        while (step := work.step(position, end)) is not None:
            position = step.position
            progress.done += step.done
            progress.changed += step.changed
            progress.failed += step.failed
            for name, number in step.counts.items():
                progress.add(name, number)
            _note(database, work, leaf, position, progress)
            now = time.monotonic()
            if now - logged >= LOG_SECONDS:
                report(progress.sentence)
                logged = now
            if observe is not None and now - observed >= OBSERVE_SECONDS:
                observe(progress)
                observed = now
        _finish(database, work, leaf)
        report(progress.sentence)
    return progress


@contextmanager
def _claimed(database: Database, asset: str, leaf: int) -> Generator[None]:
    """One run at a time does one kind of work on a leaf; the claim goes with the process that dies."""
    with database.autocommit() as db:
        if not db.value("claim_leaf_work", asset=asset, leaf=leaf):
            raise LeafIsBusy(f"It has {asset} of leaf {leaf}.")
        try:
            yield
        finally:
            db.value("release_leaf_work", asset=asset, leaf=leaf)


def _begin(database: Database, work: Work, leaf: int, run: str | None) -> Row:
    start, end = leaf << LEAF_SHIFT, (leaf + 1) << LEAF_SHIFT
    with database.begin() as db:
        row = db.one("continue_leaf_work", asset=work.asset, leaf=leaf, inputs=work.inputs, run=run)
    if row is not None:
        return row
    total = work.total(start, end)
    with database.begin() as db:
        row = db.one(
            "begin_leaf_work", asset=work.asset, leaf=leaf, inputs=work.inputs, run=run, position=start, total=total
        )
    if row is None:
        raise UnknownLeaf(f"It was asked for as number {leaf}.")
    return row


def _note(database: Database, work: Work, leaf: int, position: int, progress: Progress) -> None:
    with database.begin() as db:
        # Of a crash that takes this along, some items are the price; waiting for the disk is not worth that.
        db.value("commit_with_what_follows")
        db.run(
            "advance_leaf_work",
            asset=work.asset,
            leaf=leaf,
            position=position,
            done=progress.done,
            changed=progress.changed,
            failed=progress.failed,
            seconds=progress.seconds_before + progress.seconds,
        )


def _finish(database: Database, work: Work, leaf: int) -> None:
    with database.begin() as db:
        db.run("finish_leaf_work", asset=work.asset, leaf=leaf)
