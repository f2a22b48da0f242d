"""What failed: trying it again by the clock and on request, giving it up, dropping it."""

import os

import pytest

from melodee.database import Database
from melodee.failure_retries import LEAF_WORK, plan_due, retry
from melodee.failures import UnknownFailure, Wanted, counted, drop, failure, failures_left, page
from melodee.intake.publish import _Promoter
from melodee.leaf_work import covers, integrity, tags
from melodee.ledger import Failure, Place, record_failures
from melodee.remedies import REMEDIES
from tests.audio import make_song
from tests.library import Library, check_equation, files_below
from tests.test_docs import OPERATING, documented, names


@pytest.fixture
def library(database_url, tmp_path):
    database = Database(database_url)
    yield Library(database, tmp_path / "volumes")
    database.close()


def fail(library: Library, *paths: str, code: str = "permission_denied", retry_after: float | None = 60.0) -> None:
    """Enters failures as discovery would."""
    inbound = library.volumes["inbound"].id
    failures = [
        Failure(Place(inbound, path), "discover", code, "It failed.", retry_after=retry_after) for path in paths
    ]
    with library.database.begin() as db:
        record_failures(db, failures, "b1")


def be_due(library: Library) -> None:
    library.execute("update ingest_failure set next_try_at = now() - interval '1 s' where next_try_at is not null")


def entries(library: Library, batch: str) -> list[str]:
    rows = library.query(f"select path from batch_entry where batch = '{batch}' order by path")
    return [os.fsdecode(row.path) for row in rows]


# By the clock.


def test_what_is_due_becomes_a_batch_that_tries_it_again(library):
    fail(library, "a/1.mp3", "a/2.mp3")
    assert plan_due(library.database).items == 0
    be_due(library)

    planned = plan_due(library.database)

    assert planned.items == 2
    assert entries(library, planned.batches[0]) == ["a/1.mp3", "a/2.mp3"]
    assert library.query("select again from batch")[0].again
    be_due(library)
    again = plan_due(library.database)
    assert (again.items, again.under_way) == (0, 2)


def test_an_item_that_its_batch_does_not_deal_with_is_due_again_only_later(library):
    fail(library, "a/1.mp3")
    be_due(library)
    plan_due(library.database)
    library.execute("update batch set state = 'finished'")

    assert plan_due(library.database).items == 0
    assert library.query("select next_try_at > now() + interval '50 min' as later from ingest_failure")[0].later


def test_what_heals_meanwhile_is_taken_in_by_its_next_try(library):
    library.drop("a/1.mp3", title="One", artist="A", album="B", track=1)
    (library.inbound / "a/2.mp3").write_bytes(b"")
    library.ingest()
    assert library.states() == {"published": 1, "failed": 1}
    # The disk could not be read at the time, and can be now; no folder's look shows that.
    make_song(library.folder / "aside.mp3", title="Two", artist="A", album="B", track=2, seed=2)
    status = (library.inbound / "a/2.mp3").stat()
    (library.inbound / "a/2.mp3").write_bytes((library.folder / "aside.mp3").read_bytes())
    (library.folder / "aside.mp3").unlink()
    os.utime(library.inbound / "a/2.mp3", ns=(status.st_atime_ns, status.st_mtime_ns))
    library.execute("update ingest_failure set next_try_at = now()")

    (batch,) = plan_due(library.database).batches
    library.run(batch)

    assert library.states() == {"published": 2}
    assert library.failures() == []
    check_equation(library)


def test_a_volume_that_is_away_keeps_its_items_due(library):
    fail(library, "a/1.mp3")
    be_due(library)
    library.inbound.rename(library.folder / "elsewhere")

    assert (plan_due(library.database).items, plan_due(library.database).elsewhere) == (0, 1)

    (library.folder / "elsewhere").rename(library.inbound)
    assert plan_due(library.database).items == 1


def test_each_attempt_is_remembered_up_to_ten(library):
    for _ in range(12):
        fail(library, "a/1.mp3")

    (row,) = page(library.database, Wanted(), most=10)
    known = failure(library.database, row.id)

    assert (known.attempts, len(known.history)) == (12, 10)
    assert known.gave_up_at is not None
    assert known.history[0]["batch"] == "b1"


def test_a_folder_that_fails_again_counts_its_tries_and_is_given_up(library, monkeypatch):
    monkeypatch.setenv("MELODEE_ATTEMPTS", "2")
    (library.inbound / "a").mkdir()
    (library.inbound / "a/link.mp3").symlink_to("/nowhere")
    library.ingest()
    (row,) = library.failures()

    (batch,) = retry(library.database, Wanted(ids=(row.id,))).batches
    library.run(batch)

    (again,) = library.failures()
    assert (again.id, again.attempts) == (row.id, 2)


# On request.


def test_what_was_given_up_is_tried_again_when_somebody_asks(library, monkeypatch):
    monkeypatch.setenv("MELODEE_ATTEMPTS", "1")
    fail(library, "a/1.mp3")
    (row,) = library.failures()
    assert row.gave_up_at is not None
    assert row.next_try_at is None

    assert retry(library.database, Wanted(code="permission_denied")).items == 1

    (row,) = library.failures()
    assert (row.gave_up_at, row.tries, row.attempts) == (None, 0, 1)
    assert retry(library.database, Wanted()).under_way == 1


def test_many_are_planned_in_bounded_batches(library):
    fail(library, *(f"a/{number:05}.mp3" for number in range(12_000)))

    planned = retry(library.database, Wanted())

    assert (planned.items, len(planned.batches)) == (12_000, 3)


def test_a_whole_volume_is_not_tried_as_a_batch(library):
    fail(library, "", code="volume_unavailable", retry_after=None)

    planned = retry(library.database, Wanted())

    assert (planned.items, planned.elsewhere) == (0, 1)
    assert library.planned() == []


def test_a_file_that_failed_on_staging_is_published_once_its_name_is_free(library, monkeypatch):
    library.drop("a/2.mp3", title="Two", artist="A", album="B", track=2)
    library.ingest()
    (published,) = files_below(library.storage)
    stranger = published.with_name(published.name.replace("02", "01").replace("Two", "One"))
    library.drop("a/1.mp3", title="One", artist="A", album="B", track=1, seed=1)
    (batch,) = library.plan()
    promote = _Promoter.promote

    def somebody_was_faster(promoter, *arguments):
        stranger.write_bytes(b"a stranger")
        promote(promoter, *arguments)

    monkeypatch.setattr(_Promoter, "promote", somebody_was_faster)
    library.run(batch)
    monkeypatch.undo()
    (row,) = library.failures()
    assert (row.code, row.stage) == ("name_taken", "publish")

    stranger.unlink()
    (again,) = retry(library.database, Wanted()).batches
    library.run(again)

    assert library.states() == {"published": 2}
    assert library.failures() == []
    assert len(library.songs()) == 2
    check_equation(library)


# Dropping.


def test_a_dropped_file_is_ignored_until_it_changes(library):
    (library.inbound / "bad.mp3").write_bytes(b"")
    library.ingest()
    (row,) = library.failures()

    done = drop(library.database, Wanted(ids=(row.id,)), who="erika", note="a test file")

    assert (done.items, done.files) == (1, 1)
    assert library.failures() == []
    assert library.states() == {"ignored": 1}
    (kept,) = library.query("select dropped_by, note, code from dropped_item")
    assert tuple(kept) == ("erika", "a test file", "empty")

    library.execute("insert into scan_request (requested_by) values ('a test')")
    library.ingest()
    assert library.states() == {"ignored": 1}
    assert library.failures() == []

    make_song(library.inbound / "bad.mp3", title="Good", artist="A", album="B", track=1)
    library.ingest()
    assert library.states() == {"published": 1}
    check_equation(library)


def test_a_dropped_file_that_changes_and_fails_again_is_back(library):
    (library.inbound / "bad.mp3").write_bytes(b"")
    library.ingest()
    drop(library.database, Wanted(code="empty"), who="erika")

    (library.inbound / "bad.mp3").unlink()
    (library.inbound / "bad.mp3").write_bytes(b"")
    os.utime(library.inbound / "bad.mp3", (1, 1))
    library.ingest()

    assert [row.code for row in library.failures()] == ["empty"]
    assert library.states() == {"failed": 1}


def test_a_dropped_link_is_not_named_again(library):
    (library.inbound / "a").mkdir()
    (library.inbound / "a/link.mp3").symlink_to("/nowhere")
    library.ingest()

    assert drop(library.database, Wanted(code="symlink"), who="erika").files == 0
    library.execute("insert into scan_request (requested_by) values ('a test')")
    library.ingest()

    assert library.failures() == []


def test_what_concerns_a_whole_volume_is_not_dropped(library):
    fail(library, "", code="volume_unavailable", retry_after=None)

    assert drop(library.database, Wanted(code="volume_unavailable"), who="erika").items == 0
    assert len(library.failures()) == 1


# Looking.


def test_a_part_of_the_inventory_is_chosen_by_path_code_stage_batch_and_volume(library):
    fail(library, "a/1.mp3", "a_b/2.mp3", "a%/3.mp3")
    fail(library, "c/4.mp3", code="empty")

    def found(**part: str) -> set[str]:
        return {os.fsdecode(row.path) for row in page(library.database, Wanted(**part), most=10)}

    assert found(path="a_*") == {"a_b/2.mp3"}
    assert found(path="*%/*") == {"a%/3.mp3"}
    assert found(path="*/?.mp3") == set()
    assert found(code="empty") == found(path="c/*") == {"c/4.mp3"}
    assert len(found(stage="discover", batch="b1", volume="Inbound")) == 4
    assert found(volume="Music") == set()


def test_pages_go_on_where_the_last_one_ended(library):
    fail(library, *(f"{number}.mp3" for number in range(10)))
    fail(library, "mended.mp3", code="overlong_tag", retry_after=None)
    library.execute("update ingest_failure set severity = 'warning' where code = 'overlong_tag'")
    seen: list[int] = []
    after = None
    while rows := page(library.database, Wanted(), most=3, after=after):
        seen += [row.id for row in rows]
        after = rows[-1].id

    assert len(seen) == len(set(seen)) == 11
    assert seen[:-1] == sorted(seen[:-1], reverse=True)


def test_counts_are_by_code_and_say_how_many_were_given_up(library, monkeypatch):
    fail(library, "1", "2", code="empty", retry_after=None)
    monkeypatch.setenv("MELODEE_ATTEMPTS", "1")
    fail(library, "3")

    assert [(each.code, each.number, each.given_up) for each in counted(library.database)] == [
        ("empty", 2, 0), ("permission_denied", 1, 1)
    ]  # fmt: skip
    left = failures_left(library.database, stage="discover")
    assert (left.total, left.given_up) == (3, 1)
    assert failures_left(library.database, stage="publish").total == 0


def test_a_number_that_is_not_there_is_refused_and_nothing_happens(library):
    fail(library, "1.mp3")
    (row,) = library.failures()

    for act in (
        lambda ids: drop(library.database, Wanted(ids=ids), who="x"),
        lambda ids: retry(library.database, Wanted(ids=ids)),
    ):
        with pytest.raises(UnknownFailure):
            act((row.id, row.id + 1))
    with pytest.raises(UnknownFailure):
        failure(library.database, row.id + 1)

    assert len(library.failures()) == 1
    assert library.planned() == []


def test_all_steps_that_fail_on_published_files_say_what_tries_them_again():
    named = " ".join(LEAF_WORK.values())
    assert set(LEAF_WORK) == {tags.STAGE, covers.STAGE, integrity.STAGE, integrity.DECODE_STAGE}
    assert {tags.ASSET, covers.ASSET, integrity.ASSET} <= set(named.replace(",", "").split())


def test_every_code_that_is_documented_has_a_remedy():
    codes = documented("Of a file or folder:", "\n## ")

    assert len(codes) > 30
    assert codes - set(REMEDIES) == set()
    assert names(OPERATING, "code")
