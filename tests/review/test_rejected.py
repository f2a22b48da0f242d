"""Files of rejected releases: where they go, that none is lost on the way, and that they are deleted in time."""

import os
from collections.abc import Callable
from contextlib import nullcontext
from datetime import UTC, datetime
from typing import Any

import pytest

from melodee import journal
from melodee.file_errors import VolumeUnavailable
from melodee.intake.discover import discover_batch
from melodee.review.deciding import reject
from melodee.review.errors import NotWaiting
from melodee.review.listing import details
from melodee.review.rejected import finish_rejections
from tests.audio import make_picture
from tests.deaths import Died, Fuse, die_everywhere, each_way_to_die, refuse_links
from tests.library import Library, files_below
from tests.review.conftest import drop_album, rejected, states, waiting


def test_a_rejected_release_goes_to_the_hidden_folder_of_its_volume(library: Library) -> None:
    drop_album(library, "drop/Noch")
    (library.inbound / "drop/Noch/scans").mkdir()
    (library.inbound / "drop/Noch/scans/back.jpg").write_bytes(make_picture())
    before = library.hashes()
    library.ingest()
    (release,) = waiting(library)

    outcome = reject(library.database, release, "Ann", "a bad rip")

    today = f"{datetime.now(UTC):%Y-%m-%d}"
    folder = library.inbound / f".rejected/{today}-{release}-Kino - Noch"
    assert sorted(str(path.relative_to(folder)) for path in files_below(folder)) == ["1.mp3", "2.mp3", "scans/back.jpg"]
    assert outcome.brought == (str(folder.relative_to(library.inbound)), 3, 0)
    assert library.states() == {"rejected": 3}
    assert library.hashes() == before
    assert files_below(library.staging) == []
    last = details(library.database, release).history[-1]
    assert (last.to_state, last.who, last.reason) == ("rejected", "Ann", "a bad rip")
    assert library.ingest() == []


def test_a_returned_release_lies_where_it_was_dropped_and_is_passed_over(library: Library) -> None:
    drop_album(library, "drop/Noch")
    names = [path.relative_to(library.inbound) for path in files_below(library.inbound)]
    library.ingest()
    reject(library.database, waiting(library)[0], "Ann", "number the songs", return_=True)

    assert [path.relative_to(library.inbound) for path in files_below(library.inbound)] == names
    assert library.states() == {"rejected": 2}
    assert library.ingest() == [], "what was returned was planned again"
    library.execute("insert into scan_request (requested_by) values ('somebody')")
    library.ingest()
    assert states(library) == ["rejected"]


def test_a_file_returns_to_a_name_that_another_had_meanwhile_and_has_no_more(library: Library) -> None:
    drop_album(library, "drop/Noch")
    names = [path.relative_to(library.inbound) for path in files_below(library.inbound)]
    library.ingest()
    for name in names:
        (library.inbound / name).parent.mkdir(parents=True, exist_ok=True)
        (library.inbound / name).write_bytes(b"")
    library.ingest()
    assert library.states() == {"waiting": 2, "failed": 2}
    for name in names:
        (library.inbound / name).unlink()

    reject(library.database, waiting(library)[0], "Ann", "number the songs", return_=True)

    assert [path.relative_to(library.inbound) for path in files_below(library.inbound)] == names
    assert library.states() == {"rejected": 2}
    assert library.failures() == []


@pytest.mark.parametrize("change", ["tag", "touch", "add"])
def test_a_change_of_one_file_takes_all_of_a_returned_release_up_again(library: Library, change: str) -> None:
    rejected(library, return_=True)
    if change == "tag":
        library.drop("new/2.mp3", title="Second", artist="Kino", album="Noch", track=2, seed=3, date="1986")
    elif change == "touch":
        os.utime(library.inbound / "new/2.mp3", ns=(1, 1))
    else:
        library.drop("new/3.mp3", title="S3", artist="Kino", album="Noch", track=3, seed=9, date="1986")

    library.ingest()

    assert states(library) == ["rejected", "waiting"]
    assert library.states() == {"waiting": 3 if change == "add" else 2}
    assert [file.state for file in details(library.database, waiting(library)[0]).files] == ["waiting"] * (
        3 if change == "add" else 2
    )


def test_a_picture_that_comes_to_a_returned_release_does_not_take_it_up_again(library: Library) -> None:
    rejected(library, return_=True)
    (library.inbound / "new/cover.jpg").write_bytes(make_picture())
    library.ingest()
    assert library.states() == {"rejected": 2, "ignored": 1}


def test_what_is_taken_away_from_a_returned_release_is_forgotten(library: Library) -> None:
    rejected(library, return_=True)
    (library.inbound / "new/2.mp3").unlink()
    library.ingest()
    assert library.states() == {"rejected": 1}
    (library.inbound / "new/1.mp3").unlink()
    (library.inbound / "new").rmdir()
    library.plan()
    assert library.states() == {}


def test_a_place_that_is_taken_by_now_is_left_to_what_has_it(library: Library) -> None:
    drop_album(library)
    library.ingest()
    (release,) = waiting(library)
    (library.inbound / "new").mkdir()
    (library.inbound / "new/1.mp3").write_bytes(b"")

    outcome = reject(library.database, release, "Ann", "a bad rip", return_=True)

    assert (outcome.brought.moved, outcome.brought.left) == (2, 0)
    assert (library.inbound / "new/1.mp3").read_bytes() == b""
    assert [path.name for path in files_below(library.inbound / ".rejected")] == ["1.mp3"]
    library.ingest()
    # Music has come to the folder, so what was returned there is looked at again.
    assert library.states() == {"rejected": 1, "waiting": 1, "failed": 1}
    assert [failure.code for failure in library.failures()] == ["empty"]


def test_an_inbound_volume_that_is_away_is_said_before_anything_is_decided(library: Library) -> None:
    drop_album(library)
    library.ingest()
    (release,) = waiting(library)
    before = library.hashes()
    away = library.inbound.rename(library.folder / "unmounted")

    with pytest.raises(VolumeUnavailable, match="Inbound"):
        reject(library.database, release, "Ann", "a bad rip")

    away.rename(library.inbound)
    assert (states(library), library.hashes()) == (["waiting"], before)
    reject(library.database, release, "Ann", "a bad rip")


def test_names_of_any_bytes_can_be_rejected(library: Library) -> None:
    for seed, name in enumerate([os.fsdecode(b"\xff\xfe.mp3"), "new\nline.mp3", "-rf.mp3", "x" * 251 + ".mp3"]):
        library.drop(f"mess/{name}", title=f"{seed}", artist="/../", album="a/b\\..", track=seed + 1, seed=seed)
    before = library.hashes()
    library.ingest()
    reject(library.database, waiting(library)[0], "Ann", "a mess")
    assert library.states() == {"rejected": 4}
    assert library.hashes() == before
    assert len(list((library.inbound / ".rejected").iterdir())) == 1


def test_one_moves_the_files_of_a_release_at_a_time(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    drop_album(library)
    library.ingest()
    (release,) = waiting(library)
    move = journal.Mover.move

    def meanwhile(mover: journal.Mover, *given: Any) -> None:
        assert finish_rejections(library.database) == 0
        with pytest.raises(NotWaiting, match="rejected by Ann"):
            reject(library.database, release, "Bob", "me too")
        move(mover, *given)

    monkeypatch.setattr(journal.Mover, "move", meanwhile)
    assert reject(library.database, release, "Ann", "a bad rip").brought.moved == 2


@pytest.mark.parametrize("return_", [False, True], ids=["reject", "return"])
@each_way_to_die
@pytest.mark.usefixtures("read_here")
def test_a_rejection_that_died_anywhere_is_finished_later(
    library: Library, monkeypatch: pytest.MonkeyPatch, return_: bool, after: bool, copied: bool
) -> None:
    if copied:
        refuse_links(monkeypatch)
    release = 0

    def decide(reason: str = "a bad rip") -> None:
        reject(library.database, release, "Ann", reason, return_=return_)

    def begin(point: int) -> Callable[[], object]:
        nonlocal release
        folder = f"album {point}"
        drop_album(library, folder, album=folder, seed=3 * point)
        library.ingest()
        (release,) = waiting(library)
        return decide

    def finish(point: int) -> None:
        # A scan may come in between, and must not take what is on its way for something new.
        library.execute("insert into scan_request (requested_by) values ('somebody')")
        library.ingest()
        if waiting(library):
            decide()
        elif point % 2:
            finish_rejections(library.database)
        else:
            with nullcontext() if _is_open(library, release) else pytest.raises(NotWaiting):
                decide("once more")
        assert set(states(library)) == {"rejected"}

    deaths = die_everywhere(library, Fuse(monkeypatch, after=after), begin, finish)

    assert deaths > 15
    library.ingest()
    assert set(states(library)) == {"rejected"}, "what was returned was taken up again"


def _is_open(library: Library, release: int) -> bool:
    with library.database.autocommit() as db:
        return bool(db.value("rejection_is_open", release=release))


def test_a_return_that_is_cut_off_is_not_taken_for_new_music(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    drop_album(library)
    library.ingest()
    (release,) = waiting(library)

    def die(*_: object) -> None:
        raise Died

    with monkeypatch.context() as patched, pytest.raises(Died):
        patched.setattr(journal.Mover, "_finish", die)
        reject(library.database, release, "Ann", "a bad rip", return_=True)
    library.forget_connections()
    batches = library.ingest()

    assert all(batch.discovered.releases == 0 for batch in batches)
    assert finish_rejections(library.database) == 1
    assert library.states() == {"rejected": 2}
    assert library.ingest() == []


def test_discovery_of_a_batch_leaves_what_was_returned_meanwhile(library: Library) -> None:
    drop_album(library)
    (batch,) = library.ingest()
    reject(library.database, waiting(library)[0], "Ann", "no", return_=True)
    discover_batch(library.database, batch.key, report=print, settings=library.settings)
    assert states(library) == ["rejected"]
    library.run(batch.key)
