"""Alerts on their way: one for each cause, within bounds, again when a receiver was away."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from melodee.alerts.message import Alert
from melodee.alerts.outbox import MOST_ATTEMPTS, Delivery, deliver, queue
from melodee.alerts.watch import FailedRun, watch_failures, watch_given_up
from melodee.database import Database
from melodee.ledger import Failure, Place, record_failures
from melodee.settings import AlertSettings
from tests.alerts.receiver import Receiver, receiving, status
from tests.library import Library


@pytest.fixture
def library(database_url, tmp_path, monkeypatch):
    monkeypatch.setenv("MELODEE_DATA", str(tmp_path / "data"))
    database = Database(database_url)
    yield Library(database, tmp_path / "volumes")
    database.close()


@pytest.fixture
def receiver():
    with receiving() as made:
        yield made


def settings(*receivers: Receiver, **more: object) -> AlertSettings:
    return AlertSettings(urls=tuple(each.url for each in receivers), **more)  # type: ignore[arg-type]


def alert(cause: str = "c") -> Alert:
    return Alert("run_failed", cause, "A title", "What happened.", {"empty": 3}, {"dagster": "http://x/runs/1"})


def be_due(library: Library) -> None:
    library.execute("update alert set next_try_at = now() where next_try_at is not null")


def fail(library: Library, *names: str, code: str = "empty", severity: str = "error") -> None:
    inbound = library.volumes["inbound"].id
    with library.database.begin() as db:
        record_failures(db, [Failure(Place(inbound, name), "discover", code, "", severity) for name in names], None)


def be_quiet(library: Library) -> None:
    library.execute("update ingest_failure set first_seen = first_seen - interval '1 min'")


# Making and sending.


def test_an_alert_is_sent_once_with_all_that_it_says(library, receiver):
    chosen = settings(receiver, secret="key")
    assert queue(library.database, alert(), chosen) == 1

    assert deliver(library.database, chosen).sent == 1
    assert deliver(library.database, chosen) == Delivery()

    (got,) = receiver.received
    assert {**got.body, "at": ""} == {
        "kind": "run_failed", "title": "A title", "text": "What happened.", "counts": {"empty": 3},
        "links": {"dagster": "http://x/runs/1"}, "at": "",
    }  # fmt: skip
    assert got.headers["x-melodee-signature"].startswith("sha256=")


def test_two_instances_that_send_at_once_send_each_alert_once(library, receiver):
    chosen = settings(receiver)
    both_begin = threading.Barrier(2)

    def instance(_: int) -> int:
        database = Database(library.database.url)
        both_begin.wait(10)
        for cause in ("a", "b", "c"):
            queue(database, alert(cause), chosen)
        sent = deliver(database, chosen).sent
        database.close()
        return sent

    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(instance, range(2))) == 3
    assert len({got.headers["x-melodee-alert"] for got in receiver.received}) == len(receiver.received) == 3


def test_without_a_webhook_none_is_made(library):
    assert queue(library.database, alert(), settings()) == 0
    assert library.query("select * from alert") == []


def test_one_cause_is_told_once_within_the_interval(library, receiver):
    chosen = settings(receiver, interval=3600)
    assert [queue(library.database, alert(cause), chosen) for cause in ("a", "a", "b")] == [1, 0, 1]

    library.execute("update alert set made_at = made_at - interval '61 min'")
    assert queue(library.database, alert("a"), chosen) == 1


def test_a_receiver_that_is_away_gets_it_later_and_the_other_gets_it_once(library, receiver):
    with receiving(status(500)) as away:
        chosen = settings(receiver, away)
        assert queue(library.database, alert(), chosen) == 2

        first = deliver(library.database, chosen)
        assert (first.sent, first.failed) == (1, 1)
        assert "answered 500" in str(first)
        assert "hush" not in str(first)
        assert deliver(library.database, chosen) == Delivery()

        away.answer = status(204)
        be_due(library)
        assert deliver(library.database, chosen).sent == 1

    assert len(receiver.received) == 1
    assert len({got.headers["x-melodee-alert"] for got in away.received}) == 1


def test_waits_double_and_end(library):
    with receiving(status(500)) as away:
        chosen = settings(away)
        queue(library.database, alert(), chosen)
        waits: list[float] = []
        for _ in range(MOST_ATTEMPTS):
            be_due(library)
            last = deliver(library.database, chosen)
            (row,) = library.query("select extract(epoch from next_try_at - now())::float8 as wait from alert")
            waits.append(row.wait)

    assert [round(wait / 30) for wait in waits[:4]] == [1, 2, 4, 8]
    assert waits[-1] is None
    assert last.given_up == 1
    assert library.query("select answer from alert")[0].answer.endswith("answered 500.")


def test_one_that_does_not_answer_does_not_hold_up_the_others(library, receiver):
    with receiving() as silent:
        silent.answer = lambda _: silent.over.wait(30)
        chosen = settings(silent, receiver, timeout=0.3)
        for number in range(4):
            queue(library.database, alert(str(number)), chosen)

        done = deliver(library.database, chosen)

    assert (done.sent, done.failed) == (4, 1)
    assert len(silent.received) == 1


def test_no_more_than_a_number_is_sent_within_an_hour(library, receiver):
    chosen = settings(receiver, most=3)
    for number in range(5):
        queue(library.database, alert(str(number)), chosen)

    assert (deliver(library.database, chosen).sent, deliver(library.database, chosen).held_back) == (3, True)

    library.execute("update alert set sent_at = sent_at - interval '61 min'")
    assert deliver(library.database, chosen).sent == 2


def test_a_webhook_that_was_taken_out_of_the_settings_gets_nothing(library, receiver):
    queue(library.database, alert(), settings(receiver))
    with receiving() as other:
        assert deliver(library.database, settings(other)).given_up == 1
        assert receiver.received == other.received == []


def test_the_database_does_not_hold_the_address(library, receiver):
    chosen = settings(receiver)
    queue(library.database, alert(), chosen)
    receiver.answer = status(500)
    deliver(library.database, chosen)

    assert "hush" not in str(library.query("select * from alert"))


def test_what_is_too_long_or_not_to_be_printed_is_cut(library, receiver):
    long = Alert("k", "c" * 5000, "t\n" * 500, "x" * 10_000 + "\x1b[31m", {f"c{n}": n for n in range(500)}, {})
    chosen = settings(receiver)
    queue(library.database, long, chosen)
    deliver(library.database, chosen)

    assert len(receiver.received[0].raw) < 4000
    assert "\x1b" not in receiver.received[0].body["text"]
    assert len(receiver.received[0].body["counts"]) == 20


# What is worth one.


def test_items_that_fail_are_told_by_code_once_no_more_come(library, receiver):
    chosen = settings(receiver)
    fail(library, "old.mp3")
    assert watch_failures(library.database, chosen) == 0

    fail(library, "1.mp3", "2.mp3")
    fail(library, "3.mp3", code="truncated")
    fail(library, "mended.mp3", code="overlong_tag", severity="warning")
    assert watch_failures(library.database, chosen) == 0
    be_quiet(library)
    assert watch_failures(library.database, chosen) == 3

    deliver(library.database, chosen)
    (got,) = receiver.received
    assert got.body["counts"] == {"empty": 2, "truncated": 1}
    assert got.body["title"] == "Melodee: 3 items could not be taken in"


def test_what_fails_within_the_interval_is_in_the_next_alert(library, receiver):
    chosen = settings(receiver)
    watch_failures(library.database, chosen)
    fail(library, "1.mp3")
    be_quiet(library)
    watch_failures(library.database, chosen)
    fail(library, "2.mp3")
    fail(library, "1.mp3")
    be_quiet(library)

    assert watch_failures(library.database, chosen) == 0
    library.execute("update alert set made_at = made_at - interval '61 min'")
    assert watch_failures(library.database, chosen) == 1


def test_fewer_than_the_setting_says_are_not_told_yet(library, receiver):
    chosen = settings(receiver, failures=3)
    watch_failures(library.database, chosen)
    fail(library, "1.mp3", "2.mp3")
    be_quiet(library)
    assert watch_failures(library.database, chosen) == 0
    fail(library, "3.mp3")
    be_quiet(library)
    assert watch_failures(library.database, chosen) == 3


def test_what_was_entered_long_before_it_was_committed_is_told_too(library, receiver, monkeypatch):
    """A batch's transaction may be open for longer than an alert waits; others tell of theirs meanwhile."""
    monkeypatch.setenv("MELODEE_ATTEMPTS", "1")
    chosen = settings(receiver, interval=0)
    inbound = library.volumes["inbound"].id
    for watch in (watch_failures, watch_given_up):
        watch(library.database, chosen)

    def failure(name: str) -> Failure:
        return Failure(Place(inbound, name), "discover", "unreadable", "", retry_after=300.0)

    with library.database.begin() as slow:
        record_failures(slow, [failure("slow.mp3")], None)
        with library.database.begin() as quick:
            record_failures(quick, [failure("quick.mp3")], None)
        past = "first_seen - interval '1 min', gave_up_at = gave_up_at - interval '1 min'"
        library.execute(f"update ingest_failure set first_seen = {past}")
        assert [watch(library.database, chosen) for watch in (watch_failures, watch_given_up)] == [1, 1]
    library.execute(f"update ingest_failure set first_seen = {past} where not told")

    assert [watch(library.database, chosen) for watch in (watch_failures, watch_given_up)] == [1, 1]
    assert [watch(library.database, chosen) for watch in (watch_failures, watch_given_up)] == [0, 0]


def test_what_an_attempt_is_changing_is_told_another_time_and_nobody_waits(library, receiver):
    chosen = settings(receiver, interval=0)
    watch_failures(library.database, chosen)
    fail(library, "1.mp3", "2.mp3")
    be_quiet(library)

    with library.database.begin() as attempt:
        record_failures(
            attempt, [Failure(Place(library.volumes["inbound"].id, "1.mp3"), "discover", "empty", "")], None
        )
        assert watch_failures(library.database, chosen) == 1

    assert watch_failures(library.database, chosen) == 1
    assert watch_failures(library.database, chosen) == 0


def test_an_item_that_is_given_up_again_after_an_operator_had_it_tried_is_news(library, receiver, monkeypatch):
    monkeypatch.setenv("MELODEE_ATTEMPTS", "1")
    chosen = settings(receiver, interval=0)
    inbound = library.volumes["inbound"].id
    watch_given_up(library.database, chosen)
    for _ in range(2):
        with library.database.begin() as db:
            record_failures(db, [Failure(Place(inbound, "1"), "discover", "unreadable", "", retry_after=300.0)], None)
        library.execute("update ingest_failure set gave_up_at = gave_up_at - interval '1 min'")
        assert watch_given_up(library.database, chosen) == 1
        with library.database.begin() as db:
            db.run("renew_failures", ids=[row.id for row in library.query("select id from ingest_failure")])


def test_items_that_are_given_up_are_told_once_by_an_alert_of_their_own(library, receiver, monkeypatch):
    monkeypatch.setenv("MELODEE_ATTEMPTS", "2")
    chosen = settings(receiver, failures=100)
    inbound = library.volumes["inbound"].id

    def fail_again(name: str) -> None:
        with library.database.begin() as db:
            record_failures(db, [Failure(Place(inbound, name), "discover", "unreadable", "", retry_after=300.0)], None)

    for _ in range(2):
        fail_again("old.mp3")
    assert watch_given_up(library.database, chosen) == 0
    fail_again("1.mp3")
    assert watch_given_up(library.database, chosen) == 0
    fail_again("1.mp3")
    assert watch_given_up(library.database, chosen) == 0
    library.execute("update ingest_failure set gave_up_at = gave_up_at - interval '1 min' where told_given_up is null")

    assert watch_given_up(library.database, chosen) == 1
    fail_again("1.mp3")
    assert watch_given_up(library.database, chosen) == 0
    assert watch_failures(library.database, chosen) == 0
    deliver(library.database, chosen)
    (got,) = receiver.received
    assert (got.body["kind"], got.body["counts"]) == ("items_given_up", {"unreadable": 1})
    assert got.body["title"] == "Melodee: 1 item given up"


def test_a_failed_run_is_told_by_job_step_and_code(library, receiver):
    chosen = settings(receiver)
    run = FailedRun("r1", "intake", "published_releases", "disk_full", "The volume has no room left.", "b1")
    assert queue(library.database, run.alert(), chosen) == 1
    again = FailedRun("r2", "intake", "published_releases", "disk_full", "The volume has no room left.", "b2")
    assert queue(library.database, again.alert(), chosen) == 0

    deliver(library.database, chosen)
    assert receiver.received[0].body["text"] == (
        "A run of intake, partition b1 failed at published_releases: The volume has no room left."
    )
