"""`melodee alerts test`: whether webhooks are reached."""

import pytest

from tests.alerts.receiver import receiving, status
from tests.commands.conftest import Melodee


@pytest.fixture
def receiver():
    with receiving() as made:
        yield made


def test_a_trial_is_sent_and_the_answer_is_said(nothing: Melodee, receiver, monkeypatch):
    monkeypatch.setenv("MELODEE_ALERT_URLS", receiver.url)
    monkeypatch.setenv("MELODEE_ALERT_SECRET", "key")

    said = nothing.ok("alerts", "test").out

    assert said == f"http://127.0.0.1:{receiver.port}/… answered 200.\n"
    (got,) = receiver.received
    assert (got.body["kind"], got.body["title"]) == ("test", "Melodee: a trial")
    assert got.headers["x-melodee-signature"].startswith("sha256=")


def test_each_webhook_is_tried_and_one_that_refuses_is_an_error(nothing: Melodee, receiver, monkeypatch):
    with receiving(status(403)) as refusing:
        monkeypatch.setenv("MELODEE_ALERT_URLS", f"{refusing.url},{receiver.url}")
        done = nothing("alerts", "test")

    assert done.code == 1
    assert done.out.splitlines() == [
        f"http://127.0.0.1:{refusing.port}/… answered 403.",
        f"http://127.0.0.1:{receiver.port}/… answered 200.",
    ]
    assert "hush" not in done.out


def test_without_a_webhook_it_says_where_they_are_named(nothing: Melodee):
    assert "MELODEE_ALERT_URLS names no webhook" in nothing.refused("alerts", "test")
