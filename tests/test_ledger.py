"""The inventory of failures: when an item is tried again."""

from datetime import timedelta

import pytest

from melodee.database import Database
from melodee.failures import Wanted, page
from melodee.ledger import Failure, Place, record_failures
from tests.library import Library


@pytest.fixture
def library(database_url, tmp_path):
    database = Database(database_url)
    yield Library(database, tmp_path)
    database.close()


def waits(library: Library, retry_after: float | None, attempts: int) -> list[timedelta | None]:
    """How long the item waits after each attempt."""
    failure = Failure(Place(library.volumes["inbound"].id, "song.mp3"), "discover", "code", "", retry_after=retry_after)
    found: list[timedelta | None] = []
    for _ in range(attempts):
        with library.database.begin() as db:
            record_failures(db, [failure], batch=None)
        (row,) = page(library.database, Wanted(), most=10)
        found.append(row.next_try_at and row.next_try_at - row.last_seen)
    return found


def test_what_only_a_change_can_heal_is_never_due(library):
    assert waits(library, None, 3) == [None, None, None]


def test_what_may_heal_waits_twice_as_long_each_time_up_to_a_day(library):
    found = waits(library, 300.0, 12)

    assert found[:3] == [timedelta(minutes=5), timedelta(minutes=10), timedelta(minutes=20)]
    assert found[-2] == timedelta(days=1)


def test_what_did_not_heal_in_as_many_tries_as_the_setting_says_is_given_up(library):
    assert waits(library, 300.0, 12)[-1] is None

    (row,) = page(library.database, Wanted(), most=10)
    assert row.gave_up_at is not None
    assert waits(library, 300.0, 1) == [None]
