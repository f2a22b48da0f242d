"""What is worth an alert: a run that failed for good, items that failed since the last time, and those given up."""

from dataclasses import dataclass

from melodee.alerts.message import Alert
from melodee.alerts.outbox import queue_in
from melodee.database import Database, Row
from melodee.instance import running_instance
from melodee.settings import AlertSettings, DataDirectory
from melodee.text import clean_text


@dataclass(frozen=True)
class _Watched:
    """Items of the inventory that become news."""

    name: str
    """Under which it is remembered that they are told."""
    new: str
    """The query of how many have not been told."""
    lock_new: str
    """The query of these by code."""
    note_told: str
    kind: str
    cause: str
    what: str
    """What became of them."""
    advice: str

    def alert(self, rows: list[Row], total: int) -> Alert:
        """What to say about rows of the query."""
        codes = ", ".join(f"{row.number} {row.code}" for row in rows[:10]) + (", …" if len(rows) > 10 else "")
        what = f"{total} {'item' if total == 1 else 'items'} {self.what}"
        return Alert(
            kind=self.kind,
            cause=self.cause,
            title=f"Melodee: {what}",
            text=f"{what} since the last alert: {codes}. {self.advice}",
            counts={row.code: row.number for row in rows},
            links=links("assets/inbound_files?view=checks"),
        )


FAILED = _Watched(
    "failures", "new_failures", "lock_new_failures", "note_failures_told", "items_failed", "items",
    "could not be taken in", "'melodee failures list' says what is wrong with each.",
)  # fmt: skip

GIVEN_UP = _Watched(
    "given_up", "new_given_up", "lock_new_given_up", "note_given_up_told", "items_given_up", "given up",
    "given up", "They are left alone until they change or 'melodee failures retry' has them tried again.",
)  # fmt: skip

QUIET_SECONDS = 30.0
"""Items fail in the middle of a batch: an alert waits until none has failed for so long …"""

IMPATIENT_SECONDS = 300.0
"""… or the first has waited so long."""


@dataclass(frozen=True)
class FailedRun:
    """A run that failed and that nothing repeats at once."""

    run: str
    job: str
    step: str | None
    """The asset that failed; None where the process did, or never began."""
    code: str
    reason: str
    batch: str | None

    def alert(self) -> Alert:
        """What to say about it: of one job, asset and code, once within the interval."""
        where = f" at {self.step}" if self.step else ""
        of = f", partition {self.batch}" if self.batch else ""
        return Alert(
            kind="run_failed",
            cause=f"run {self.job} {self.step or ''} {self.code}",
            title=f"Melodee: a run of {self.job} failed{where}",
            text=f"A run of {self.job}{of} failed{where}: {clean_text(self.reason, 1000)}",
            links=links(f"runs/{self.run}"),
        )


def watch_failures(database: Database, settings: AlertSettings) -> int:
    """Makes an alert when enough items have failed since the last one; returns the number of items told of.

    The first call with a webhook only remembers where it begins: what failed before is no news.
    """
    return _watch(database, settings, FAILED, settings.failures)


def watch_given_up(database: Database, settings: AlertSettings) -> int:
    """The same of items that are not tried again by themselves any more, however few."""
    return _watch(database, settings, GIVEN_UP, 1)


def _watch(database: Database, settings: AlertSettings, watched: _Watched, least: int) -> int:
    if not settings.urls:
        return 0
    with database.begin() as db:
        db.value("alert_lock")
        is_first = bool(db.value("begin_to_tell", name=watched.name))
        new = db.one(watched.new)
        if new is None or not new.number or not (is_first or (new.number >= least and _is_quiet(new))):
            return 0
        rows = db.rows(watched.lock_new)
        total = sum(row.number for row in rows)
        told = bool(rows) and not is_first and queue_in(db, watched.alert(rows, total), settings) > 0
        if is_first or told:
            db.run(watched.note_told, ids=[number for row in rows for number in row.ids])
        return total if told else 0


def _is_quiet(new: Row) -> bool:
    return new.newest > QUIET_SECONDS or new.oldest > IMPATIENT_SECONDS


def links(page: str) -> dict[str, str]:
    """A page of Dagster's, where this machine's `melodee up` says where that is."""
    try:
        running = running_instance(DataDirectory.from_environment())
    except OSError:
        running = None
    return {"dagster": f"{running.dagster_url.rstrip('/')}/{page}"} if running else {}
