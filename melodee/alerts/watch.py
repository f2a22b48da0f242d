"""What is worth an alert: a run that failed for good, and items that failed since the last time."""

from dataclasses import dataclass

from melodee.alerts.message import Alert
from melodee.alerts.outbox import queue_in
from melodee.database import Database, Row
from melodee.instance import running_instance
from melodee.settings import AlertSettings, DataDirectory
from melodee.text import clean_text

MARK = "failures"

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
    if not settings.urls:
        return 0
    with database.begin() as db:
        db.value("alert_lock")
        mark = db.value("alert_mark", name=MARK)
        if mark is None:
            db.run("set_alert_mark", name=MARK, value=db.value("newest_failure"))
            return 0
        rows = db.rows("new_failures", mark=mark)
        total = sum(row.number for row in rows)
        if total < settings.failures or not _is_quiet(rows) or not queue_in(db, _failed_items(rows, total), settings):
            return 0
        db.run("set_alert_mark", name=MARK, value=max(row.up_to for row in rows))
        return total


def _is_quiet(rows: list[Row]) -> bool:
    return min(row.newest for row in rows) > QUIET_SECONDS or max(row.oldest for row in rows) > IMPATIENT_SECONDS


def _failed_items(rows: list[Row], total: int) -> Alert:
    codes = ", ".join(f"{row.number} {row.code}" for row in rows[:10]) + (", …" if len(rows) > 10 else "")
    items = "item" if total == 1 else "items"
    return Alert(
        kind="items_failed",
        cause="items",
        title=f"Melodee: {total} {items} could not be taken in",
        text=f"{total} {items} could not be taken in since the last alert: {codes}. "
        "'melodee failures list' says what is wrong with each.",
        counts={row.code: row.number for row in rows},
        links=links("assets/inbound_files?view=checks"),
    )


def links(page: str) -> dict[str, str]:
    """A page of Dagster's, where this machine's `melodee up` says where that is."""
    try:
        running = running_instance(DataDirectory.from_environment())
    except OSError:
        running = None
    return {"dagster": f"{running.dagster_url.rstrip('/')}/{page}"} if running else {}
