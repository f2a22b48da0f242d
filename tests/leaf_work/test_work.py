"""A pass over a leaf: where it goes on, what it says of itself, and who may do it."""

from collections.abc import Iterator

import pytest

from melodee.database import Database
from melodee.leaf_work import work as work_module
from melodee.leaf_work.errors import LeafIsBusy, UnknownLeaf
from melodee.leaf_work.progress import Progress, duration
from melodee.leaf_work.work import work_on_leaf
from tests.leaf_work.shelf import Counting

START = 1 << 43
STEPS = [START + number for number in range(1, 6)]


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    made = Database(database_url)
    yield made
    made.close()


@pytest.fixture
def lines() -> list[str]:
    return []


def run(database: Database, work: Counting, lines: list[str]) -> Progress:
    return work_on_leaf(database, work, 1, report=lines.append)


def test_a_pass_does_every_item_once_and_says_what_it_did(database: Database, lines: list[str]) -> None:
    work = Counting(STEPS)

    progress = run(database, work, lines)

    assert work.seen == STEPS
    assert (progress.done, progress.left, progress.changed, progress.counts) == (5, 0, 5, {"odd": 3})
    assert progress.as_metadata().keys() >= {"done", "left", "per_second", "time_to_finish", "changed", "failed", "odd"}
    assert lines[-1].startswith("5 of 5 songs done, 0 left, ")


def test_a_pass_that_was_stopped_goes_on_where_it_was(database: Database, lines: list[str]) -> None:
    with pytest.raises(KeyboardInterrupt):
        run(database, Counting(STEPS, stop_after=2), lines)

    again = Counting(STEPS)
    progress = run(database, again, lines)

    assert again.seen == STEPS[2:]
    assert (progress.done, progress.changed, progress.total) == (5, 5, 5)
    assert "goes on after 2 of 5 songs, where its last run ended" in lines


def test_a_pass_that_was_finished_begins_anew(database: Database, lines: list[str]) -> None:
    run(database, Counting(STEPS), lines)

    again = Counting(STEPS)
    run(database, again, lines)

    assert again.seen == STEPS


def test_a_pass_begins_anew_when_what_decides_its_outcome_has_changed(database: Database, lines: list[str]) -> None:
    with pytest.raises(KeyboardInterrupt):
        run(database, Counting(STEPS, stop_after=2), lines)

    again = Counting(STEPS, inputs="two")
    run(database, again, lines)

    assert again.seen == STEPS


def test_two_runs_do_not_do_the_same_work_on_a_leaf(database: Database, lines: list[str]) -> None:
    with database.autocommit() as other:
        assert other.value("claim_leaf_work", asset="leaf_counting", leaf=1)
        with pytest.raises(LeafIsBusy):
            run(database, Counting(STEPS), lines)
        other.value("release_leaf_work", asset="leaf_counting", leaf=1)


def test_a_leaf_that_is_not_there_is_named(database: Database, lines: list[str]) -> None:
    with pytest.raises(UnknownLeaf, match="number 9"):
        work_on_leaf(database, Counting(STEPS), 9, report=lines.append)


def test_progress_is_told_while_it_runs(database: Database, lines: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work_module, "LOG_SECONDS", 0)
    monkeypatch.setattr(work_module, "OBSERVE_SECONDS", 0)
    observed: list[int] = []

    work_on_leaf(
        database, Counting(STEPS), 1, report=lines.append, observe=lambda progress: observed.append(progress.left)
    )

    assert observed == [4, 3, 2, 1, 0]
    assert lines[0].startswith("1 of 5 songs done, 4 left, ")
    assert " to finish; 1 changed, 0 failed" in lines[0]


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.4, "0 s"), (59, "59 s"), (61, "1 min 1 s"), (3600, "1 h 0 min"), (9000, "2 h 30 min")]
)
def test_durations_are_words(seconds: float, words: str) -> None:
    assert duration(seconds) == words
