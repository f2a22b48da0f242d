"""Whatever step intake dies in, running the batch again ends with every file in its place, once."""

import os
from collections.abc import Callable

import pytest

from melodee import journal
from melodee.intake.discover import discover_batch
from melodee.intake.publish import publish_batch
from melodee.intake.stage import stage_batch
from tests.audio import make_picture
from tests.deaths import Died, Fuse, die_everywhere, each_way_to_die, refuse_links
from tests.library import Library, hashes_below


def run(library: Library, batch: str) -> None:
    discover_batch(library.database, batch, report=print, settings=library.settings)
    stage_batch(library.database, batch, report=print, settings=library.settings)
    publish_batch(library.database, batch, report=print)


class _Runs:
    """Batches that are run until they die, and run again."""

    def __init__(self, library: Library, drop: Callable[[str, int], object]) -> None:
        self._library, self._drop = library, drop
        self._key = ""

    def begin(self, point: int) -> Callable[[], object]:
        self._drop(f"Album {point}", point)
        (self._key,) = self._library.plan()
        return self._run

    def finish(self, _point: int) -> None:
        self._run()
        assert hashes_below(self._library.inbound) == []
        assert self._library.failures() == []

    def _run(self) -> None:
        run(self._library, self._key)


@each_way_to_die
@pytest.mark.usefixtures("read_here")
def test_a_batch_that_died_anywhere_is_finished_by_the_next_run(
    library: Library, monkeypatch: pytest.MonkeyPatch, after: bool, copied: bool
) -> None:
    if copied:
        refuse_links(monkeypatch)

    def drop(album: str, point: int) -> None:
        for number in (1, 2):
            library.drop(f"{album}/{number}.mp3", title=f"{number}", artist="A", album=album, track=number, seed=number)
        (library.inbound / album / "cover.jpg").write_bytes(make_picture(10 + point, 10))

    runs = _Runs(library, drop)
    deaths = die_everywhere(library, Fuse(monkeypatch, after=after), runs.begin, runs.finish)

    assert deaths > 20
    (totals,) = library.query("select songs, albums from catalogue_total")
    assert (totals.songs, totals.albums) == (2 * (deaths + 1), deaths + 1)
    assert library.query("select 1 from albums where song_count <> 2 or next_slot <> 3") == []


@each_way_to_die
@pytest.mark.usefixtures("read_here")
def test_a_companion_whose_batch_died_anywhere_joins_its_album_with_the_next_run(
    library: Library, monkeypatch: pytest.MonkeyPatch, after: bool, copied: bool
) -> None:
    if copied:
        refuse_links(monkeypatch)

    def drop(album: str, point: int) -> None:
        library.drop(f"{album}/1.mp3", title="1", artist="A", album=album, track=1, seed=1)
        library.ingest()
        (library.inbound / album).mkdir()
        (library.inbound / album / "cover.jpg").write_bytes(make_picture(300 + point, 10))
        (library.inbound / album / "1.lrc").write_text(f"[00:01.00]{point}")

    runs = _Runs(library, drop)
    deaths = die_everywhere(library, Fuse(monkeypatch, after=after), runs.begin, runs.finish)

    assert deaths > 20
    covers = library.query(
        "select c.width - 300 as point from albums as a join cover as c on c.id = a.cover_id order by 1"
    )
    assert [row.point for row in covers] == list(range(deaths + 1))
    assert len(library.query("select 1 from lyrics")) == deaths + 1


def test_what_was_refused_is_said_although_the_process_died_right_after_the_commit(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in (1, 2):
        library.drop(f"a/{number}.mp3", title=f"{number}", artist="A", album="B", track=number, seed=number)
    (key,) = library.plan()
    discover_batch(library.database, key, report=print, settings=library.settings)
    stage_batch(library.database, key, report=print, settings=library.settings)
    (library.storage / "A/A/A/B").mkdir(parents=True)
    (library.storage / "A/A/A/B/02 2.mp3").write_bytes(b"somebody's")

    def die(*_: object) -> None:
        raise Died

    with monkeypatch.context() as patched, pytest.raises(Died):
        patched.setattr(journal.Mover, "_finish", die)
        publish_batch(library.database, key, report=print)
    library.forget_connections()
    run(library, key)

    assert library.states() == {"published": 1, "failed": 1}
    assert [failure.code for failure in library.failures()] == ["name_taken"]
    assert (library.storage / "A/A/A/B/02 2.mp3").read_bytes() == b"somebody's"
    (library.storage / "A/A/A/B/02 2.mp3").unlink()


def died(*_given: object, **_named: object) -> None:
    raise Died


def test_what_got_the_name_of_a_file_that_was_copied_stays_and_the_file_waits(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody puts another file where ours is to be, after a crash between copying and naming."""
    library.drop("new/1.mp3", title="One", artist="A", album="B", track=1)
    (batch,) = library.plan()
    discover_batch(library.database, batch, report=print, settings=library.settings)
    stage_batch(library.database, batch, report=print, settings=library.settings)
    before = hashes_below(library.staging)
    with monkeypatch.context() as patch:
        patch.setattr(journal, "publish", died)
        with pytest.raises(Died):
            publish_batch(library.database, batch, report=print)
    library.forget_connections()
    (move,) = library.query("select target_path from file_move where state = 'copied'")
    other = library.storage / os.fsdecode(bytes(move.target_path))
    other.write_bytes(b"somebody's")

    publish_batch(library.database, batch, report=print)

    assert other.read_bytes() == b"somebody's"
    assert [failure.code for failure in library.failures()] == ["name_taken"]
    assert library.songs() == []
    assert hashes_below(library.staging) == before
    assert list(library.storage.rglob("*.part")) == []
    other.unlink()  # A scan has not seen it yet, so the ledger has not either.
