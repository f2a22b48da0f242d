"""Approving and rejecting: what a decision changes, and what stands in its way."""

import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from melodee.database import Database
from melodee.errors import MelodeeError
from melodee.file_errors import VolumeUnavailable
from melodee.intake.claim import claimed
from melodee.intake.discover import discover_batch
from melodee.intake.publish import publish_batch
from melodee.intake.stage import stage_batch
from melodee.review.deciding import approve, reject
from melodee.review.errors import MusicGone, NotWaiting, ReasonMissing, UnknownRelease
from melodee.review.listing import details
from tests.library import Library, check_equation, files_below, hashes_below
from tests.review.conftest import drop_album, states, waiting


def test_what_is_approved_is_published_by_the_next_run_of_its_batch(library: Library) -> None:
    drop_album(library)
    (batch,) = library.ingest()
    (release,) = waiting(library)
    assert library.states() == {"waiting": 2}

    decided = approve(library.database, release, "Ann", "sounds good")

    assert (decided.batch, decided.artist, decided.album) == (batch.key, "Kino", "Noch")
    assert library.states() == {"pending": 2}
    assert library.planned() == [batch.key]
    library.run(batch.key)
    assert library.states() == {"published": 2}
    assert [song.title for song in library.songs()] == ["S1", "S2"]
    assert library.planned() == []


def test_history_says_who_decided_what_when_and_why(library: Library) -> None:
    drop_album(library)
    library.ingest()
    (release,) = waiting(library)
    approve(library.database, release, "Ann", "sounds good")
    library.run(library.planned()[0])

    history = details(library.database, release).history

    assert [(event.from_state, event.to_state, event.who, event.note) for event in history] == [
        (None, "discovered", "intake", None),
        ("discovered", "staged", "intake", None),
        ("staged", "waiting", "policy", None),
        ("waiting", "approved", "Ann", "sounds good"),
        ("approved", "published", "intake", None),
    ]
    assert [event.at for event in history] == sorted(event.at for event in history)
    assert history[2].reason == "review_all"


def test_history_is_only_added_to(library: Library) -> None:
    drop_album(library)
    library.ingest()
    with pytest.raises(Exception, match="only added to"):
        library.execute("update release_event set who = 'nobody'")


def test_what_waits_holds_nothing_else_up(library: Library) -> None:
    library.settings = replace(library.settings, review="errors")
    drop_album(library, "good")
    library.drop("bad/1.mp3", title="One", album="Nobody's", track=1, seed=7)
    library.ingest()
    assert states(library) == ["waiting", "published"]
    assert {row.state for row in library.query("select state from batch")} == {"finished"}

    drop_album(library, "later", album="Later", seed=20)
    library.ingest()

    assert states(library) == ["waiting", "published", "published"]
    assert library.states() == {"waiting": 1, "published": 4}


def test_approving_does_not_try_again_what_failed_in_the_batch(library: Library) -> None:
    drop_album(library)
    (library.inbound / "new/broken.mp3").write_bytes(b"")
    library.execute("insert into scan_request (requested_by) values ('somebody')")  # Its batches try all again.
    (batch,) = library.ingest()
    assert [failure.attempts for failure in library.failures()] == [1]

    approve(library.database, waiting(library)[0], "Ann")
    library.run(batch.key)

    assert library.states() == {"published": 2, "failed": 1}
    assert [failure.attempts for failure in library.failures()] == [1]
    library.run(batch.key)  # Only a person does this to a finished batch, and then it does try again.
    assert [failure.attempts for failure in library.failures()] == [2]


def test_approving_needs_no_inbound_volume(library: Library) -> None:
    drop_album(library)
    (batch,) = library.ingest()
    approve(library.database, waiting(library)[0], "Ann")
    away = library.inbound.rename(library.folder / "unmounted")

    library.run(batch.key)

    away.rename(library.inbound)
    assert library.states() == {"published": 2}


def test_approving_one_release_leaves_the_others_waiting(library: Library) -> None:
    drop_album(library, "a", album="A")
    drop_album(library, "b", album="B", seed=20)
    (batch,) = library.ingest()
    first, second = waiting(library)

    approve(library.database, first, "Ann")
    library.run(batch.key)
    assert library.states() == {"published": 2, "waiting": 2}
    approve(library.database, second, "Ann")
    library.run(batch.key)

    assert library.states() == {"published": 4}


def test_what_is_approved_while_a_run_works_on_its_batch_is_published_by_the_next(library: Library) -> None:
    drop_album(library, "a", album="A")
    drop_album(library, "b", album="B", seed=20)
    (batch,) = library.ingest()
    first, second = waiting(library)
    approve(library.database, first, "Ann")
    discover_batch(library.database, batch.key, report=print, settings=library.settings)
    stage_batch(library.database, batch.key, report=print, settings=library.settings)

    def decide(_: str) -> None:
        if waiting(library):
            approve(library.database, second, "Bob")

    publish_batch(library.database, batch.key, report=decide)

    assert states(library) == ["published", "approved"]
    assert library.planned() == [batch.key]
    library.run(batch.key)
    assert states(library) == ["published", "published"]


def test_a_decision_does_not_wait_for_a_run_of_the_batch(library: Library) -> None:
    drop_album(library, "a", album="A")
    drop_album(library, "b", album="B", seed=20)
    (batch,) = library.ingest()
    first, second = waiting(library)
    with claimed(library.database, batch.key):
        approve(library.database, first, "Ann")
        reject(library.database, second, "Ann", "twice there")
    assert states(library) == ["approved", "rejected"]


@pytest.mark.parametrize("first", ["approve", "reject"])
def test_of_two_who_decide_the_second_is_told_what_the_first_decided(library: Library, first: str) -> None:
    drop_album(library)
    library.ingest()
    (release,) = waiting(library)
    if first == "approve":
        approve(library.database, release, "Ann")
    else:
        reject(library.database, release, "Ann", "bad rip")

    with pytest.raises(NotWaiting, match="by Ann on 20"):
        approve(library.database, release, "Bob")
    with pytest.raises(NotWaiting, match="by Ann on 20"):
        reject(library.database, release, "Bob", "why not")


def test_of_many_who_decide_at_once_one_does(library: Library) -> None:
    drop_album(library)
    library.ingest()
    (release,) = waiting(library)

    def decide(number: int) -> str:
        database = Database(library.database.url)
        try:
            if number % 2:
                approve(database, release, f"user {number}")
            else:
                reject(database, release, f"user {number}", "bad rip")
        except MelodeeError as error:
            return error.code
        finally:
            database.close()
        return "decided"

    with ThreadPoolExecutor(6) as pool:
        outcomes = list(pool.map(decide, range(6)))

    assert sorted(outcomes) == ["decided", *["not_waiting"] * 5]
    decisions = [event for event in details(library.database, release).history if event.who.startswith("user")]
    assert len(decisions) == 1


def test_nothing_can_be_decided_about_what_is_not_there_or_is_done(library: Library) -> None:
    with pytest.raises(UnknownRelease):
        approve(library.database, 4711, "Ann")
    with pytest.raises(UnknownRelease):
        reject(library.database, 4711, "Ann", "why not")
    library.settings = replace(library.settings, review="none")
    drop_album(library)
    library.ingest()
    (published,) = library.query("select id from release")
    with pytest.raises(NotWaiting, match="published already"):
        approve(library.database, published.id, "Ann")
    with pytest.raises(NotWaiting, match="published already"):
        reject(library.database, published.id, "Ann", "no")


def test_rejecting_wants_a_reason(library: Library) -> None:
    drop_album(library)
    library.ingest()
    with pytest.raises(ReasonMissing):
        reject(library.database, waiting(library)[0], "Ann", " \n\0")
    assert library.states() == {"waiting": 2}


def test_music_that_was_taken_from_staging_cannot_be_approved(library: Library) -> None:
    drop_album(library)
    library.ingest()
    (release,) = waiting(library)
    hidden = library.folder / "taken"
    (folder,) = {path.parent for path in files_below(library.staging)}
    shutil.move(folder, hidden)

    with pytest.raises(MusicGone):
        approve(library.database, release, "Ann")

    shutil.move(hidden, folder)
    approve(library.database, release, "Ann")
    library.run(library.planned()[0])


def test_staging_that_is_away_is_said_before_anything_is_decided(library: Library) -> None:
    drop_album(library)
    library.ingest()
    (release,) = waiting(library)
    away = library.staging.rename(library.folder / "unmounted")
    with pytest.raises(VolumeUnavailable, match="Staging"):
        approve(library.database, release, "Ann")
    with pytest.raises(VolumeUnavailable, match="Staging"):
        reject(library.database, release, "Ann", "no")
    away.rename(library.staging)
    assert states(library) == ["waiting"]


def test_whoever_has_the_name_of_the_policy_is_not_the_policy(library: Library) -> None:
    drop_album(library)
    library.ingest()
    (release,) = waiting(library)
    approve(library.database, release, "policy", "\0" + "x" * 9999)
    last = details(library.database, release).history[-1]
    assert (last.who, len(last.note or "")) == ("user policy", 2000)
    library.run(library.planned()[0])


def test_what_would_do_harm_waits_under_every_policy(library: Library) -> None:
    library.settings = replace(library.settings, review="none")
    drop_album(library)
    (batch,) = library.plan()
    discover_batch(library.database, batch, report=print, settings=library.settings)
    listed = '[{"path": "312e6d7033", "expected": "aa", "found": "bb"}]'
    library.execute(f"update release set checksums = '{listed}'")
    stage_batch(library.database, batch, report=print, settings=library.settings)
    publish_batch(library.database, batch, report=print)

    (release,) = waiting(library)
    worst = details(library.database, release).findings[0]
    assert (worst.code, worst.path, worst.harmful) == ("checksum_mismatch", "1.mp3", True)
    found = details(library.database, release)
    assert {"missing_cover_art", "too_short"} < {finding.code for finding in found.findings}
    assert found.history[-1].reason == "checksum_mismatch", "the others hold nothing"
    assert hashes_below(library.storage) == []
    check_equation(library)
