"""What an operator does with what failed: look at it, try it again, drop it.

All of it takes who asks, so that a command and a service can offer the same. The inventory itself is kept by
`melodee.ledger`; an item is one of its rows, and its number is the row's.
"""

import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from melodee.database import Database, Row, Session
from melodee.errors import MelodeeError
from melodee.text import clean_text, display_path

CHUNK = 5000
"""Items that one statement or one batch deals with."""

LONGEST_NOTE = 1000


class UnknownFailure(MelodeeError):
    """There is no such failure; 'melodee failures list' shows those that are there."""

    code = "unknown_failure"


class OnlyAWarning(MelodeeError):
    """That is a warning and no failure: its music goes its way, so there is nothing to try again or to drop."""

    code = "only_a_warning"


@dataclass(frozen=True)
class Wanted:
    """A part of the inventory; what is None does not matter."""

    ids: tuple[int, ...] | None = None
    code: str | None = None
    stage: str | None = None
    batch: str | None = None
    volume: str | None = None
    """The volume's name."""
    path: str | None = None
    """A path below its volume, in which `*` stands for anything."""
    severity: str | None = None

    def parameters(self) -> dict[str, object]:
        """For the queries of the inventory."""
        ids = None if self.ids is None else list(self.ids)
        return {**asdict(self), "ids": ids, "path": None if self.path is None else _pattern(self.path)}


def _pattern(glob: str) -> bytes:
    escaped = os.fsencode(glob).replace(b"\\", b"\\\\").replace(b"%", b"\\%").replace(b"_", b"\\_")
    return escaped.replace(b"*", b"%")


@dataclass(frozen=True)
class Counted:
    """How much of the inventory one code makes in one stage."""

    severity: str
    stage: str
    code: str
    number: int
    given_up: int
    """Of them, those that will not be tried again by themselves although they might have healed."""
    last_seen: datetime
    """The newest attempt."""


def counted(database: Database, wanted: Wanted | None = None) -> list[Counted]:
    """The inventory, or a part of it, by code; errors first, the most frequent first."""
    with database.autocommit() as db:
        rows = db.rows("failures_counted", **(wanted or Wanted()).parameters())
    return [Counted(row.severity, row.stage, row.code, row.number, row.given_up, row.last_seen) for row in rows]


def page(database: Database, wanted: Wanted, *, most: int, after: int | None = None) -> list[Row]:
    """Rows of the inventory, errors first, the newest first, below the one with the number `after`."""
    with database.autocommit() as db:
        return db.rows("failures", **wanted.parameters(), most=most, after=after)


def failure(database: Database, number: int) -> Row:
    """All that is known of one item. Raises `UnknownFailure`."""
    with database.autocommit() as db:
        row = db.one("failure_by_id", id=number)
    if row is None:
        raise UnknownFailure(f"It was asked for as {number}.")
    return row


@dataclass(frozen=True)
class FailuresLeft:
    """What stands in the inventory of failures, of one stage or of all; mended items (warnings) are not counted."""

    total: int
    given_up: int
    by_code: dict[str, int]
    samples: list[str]
    """Paths of the newest, as text for people."""


def failures_left(database: Database, samples: int = 20, stage: str | None = None) -> FailuresLeft:
    """The inventory by code, with some of its paths."""
    rows = counted(database, Wanted(stage=stage, severity="error"))
    by_code: dict[str, int] = {}
    for row in rows:
        by_code[row.code] = by_code.get(row.code, 0) + row.number
    with database.autocommit() as db:
        newest = db.rows("newest_failures", most=samples, stage=stage)
    ordered = dict(sorted(by_code.items(), key=lambda item: (-item[1], item[0])))
    paths = [f"{row.code}: {row.volume}/{display_path(os.fsdecode(row.path))}" for row in newest]
    return FailuresLeft(sum(by_code.values()), sum(row.given_up for row in rows), ordered, paths)


@dataclass(frozen=True)
class Dropped:
    """What dropping did."""

    items: int
    """Rows that left the inventory."""
    files: int
    """Files among them, which are ignored from now on; the rest are folders, links and the like."""
    kept: int
    """Rows that stay, since they concern a whole volume."""


def drop(database: Database, wanted: Wanted, *, who: str, note: str | None = None) -> Dropped:
    """Takes items off the inventory: a file is ignored until it changes, anything else is not named again.

    What concerns a whole volume stays, since it would be back at the next look. Raises as `matching`.
    """
    ids = matching(database, wanted)
    items = files = 0
    for start in range(0, len(ids), CHUNK):
        with database.begin() as db:
            done = _drop(db, ids[start : start + CHUNK], who, note)
        items, files = items + done[0], files + done[1]
    return Dropped(items, files, len(ids) - items)


def _drop(db: Session, ids: Sequence[int], who: str, note: str | None) -> tuple[int, int]:
    """Numbers of items and files."""
    rows = db.rows("failures_to_drop", ids=list(ids))
    files = [row.path_hash for row in db.rows("drop_files", items=[row.item for row in rows])]
    text = None if note is None else clean_text(note, LONGEST_NOTE)
    db.run("note_dropped", ids=[row.id for row in rows], files=files, who=clean_text(who, 200), note=text)
    db.run("clear_failures", items=[row.item for row in rows], stage=None)
    return len(rows), len(files)


def matching(database: Database, wanted: Wanted) -> list[int]:
    """Numbers of the errors that are wanted.

    Raises `UnknownFailure` when one that was asked for is not there, and `OnlyAWarning` when it is none.
    """
    parameters = {**wanted.parameters(), "severity": "error"}
    with database.autocommit() as db:
        found = [row.id for row in db.rows("failure_numbers", **parameters)]
        missing = sorted(set(wanted.ids or ()) - set(found))
        known = db.one("failure_by_id", id=missing[0]) if missing else None
    if known is not None and known.severity == "warning":
        raise OnlyAWarning(
            f"It is {known.id}, {known.code}; 'melodee failures show {known.id}' says what to do about it. It leaves "
            "the list by itself, MELODEE_KEEP_WARNINGS days after it was seen last."
        )
    if missing:
        raise UnknownFailure(f"It was asked for as {missing[0]}.")
    return found
