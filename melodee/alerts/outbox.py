"""Alerts on their way: made once for a cause, sent in order, again when the receiver was away, given up at some time.

Making one is an insert; whoever does it never waits for a receiver. Sending happens by itself (`deliver`), bounded in
time and in number.
"""

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass

from psycopg.types.json import Jsonb

from melodee.alerts.message import Alert, encoded
from melodee.alerts.webhook import NotDelivered, post
from melodee.database import Database, Row, Session
from melodee.settings import AlertSettings

FIRST_WAIT = 30.0
"""Seconds until a message is sent again; each further wait is twice as long."""

LONGEST_WAIT = 3600.0

MOST_ATTEMPTS = 10
"""These take some four hours; who was away for longer has other alerts to look at."""

MOST_WAITING = 500
"""Messages that wait at most; what comes beyond is not made."""

MOST_A_CALL = 10

CALL_SECONDS = 40.0
"""What a call may take: a sensor's tick is cut off after 60."""


@dataclass
class Delivery:
    """What a call did."""

    sent: int = 0
    failed: int = 0
    given_up: int = 0
    held_back: bool = False
    """Whether as many as an hour may have were sent already."""
    said: str = ""
    """What the last receiver that refused said."""

    def __str__(self) -> str:
        parts = [
            f"{number} {what}"
            for number, what in ((self.sent, "sent"), (self.failed, "not delivered yet"), (self.given_up, "given up"))
            if number
        ]
        if self.held_back:
            parts.append("the rest waits, since the hour has had its number")
        if self.said:
            parts.append(self.said)
        return "; ".join(parts) or "nothing to send"


def receiver_of(url: str) -> str:
    """What stands for an address in the database, since an address may hold a secret."""
    return hashlib.blake2b(url.encode(), digest_size=12).hexdigest()


def queue(database: Database, alert: Alert, settings: AlertSettings) -> int:
    """Makes an alert for each webhook; returns how many, 0 when the cause was told lately or there is no webhook."""
    if not settings.urls:
        return 0
    with database.begin() as db:
        return queue_in(db, alert, settings)


def queue_in(db: Session, alert: Alert, settings: AlertSettings) -> int:
    """The same within a transaction of the caller's."""
    db.value("alert_lock")
    made = db.rows(
        "queue_alert",
        kind=alert.kind,
        cause=alert.cause[:500],
        receivers=[receiver_of(url) for url in settings.urls],
        body=Jsonb(alert.body()),
        interval=settings.interval,
        most_waiting=MOST_WAITING,
    )
    return len(made)


def deliver(database: Database, settings: AlertSettings, *, clock: Callable[[], float] = time.monotonic) -> Delivery:
    """Sends what is due, some at a time."""
    done = Delivery()
    until = clock() + CALL_SECONDS
    addresses = {receiver_of(url): url for url in settings.urls}
    away: set[str] = set()
    with database.autocommit() as db:
        for row in db.rows("alerts_due", most=MOST_A_CALL):
            if clock() + settings.timeout > until:
                break
            if db.value("alerts_sent_lately") >= settings.most:
                done.held_back = True
                break
            # One that does not answer would take the time of the others.
            if row.receiver in away or db.value("claim_alert", id=row.id) is None:
                continue
            if (url := addresses.get(row.receiver)) is None:
                _refused(db, row, "The webhook is no longer in the settings.", None, done)
                continue
            try:
                status = post(url, encoded(row.body), secret=settings.secret, timeout=settings.timeout, number=row.id)
            except NotDelivered as error:
                away.add(row.receiver)
                last = row.attempts + 1 >= MOST_ATTEMPTS
                wait = None if last else min(FIRST_WAIT * 2**row.attempts, LONGEST_WAIT)
                _refused(db, row, error.reason, wait, done)
            else:
                db.run("note_alert_sent", id=row.id, answer=str(status))
                done.sent += 1
    return done


def _refused(db: Session, row: Row, reason: str, wait: float | None, done: Delivery) -> None:
    db.run("note_alert_refused", id=row.id, wait=wait, answer=reason)
    done.said = reason
    if wait is None:
        done.given_up += 1
    else:
        done.failed += 1
