"""Whatever step intake dies in, running the batch again ends with every file in its place, once.

Each step is died in once with linked files before it is done, and once with copied ones after it. `KILLS=50 pytest -m
slow` tries linked and copied both before and after, as it tries more moments in `tests/integration/test_kills.py`.
"""

import itertools
import os
from collections.abc import Callable
from typing import Any

import pytest

from melodee import journal
from melodee.intake.discover import discover_batch
from melodee.intake.publish import publish_batch
from melodee.intake.stage import stage_batch
from tests.audio import make_picture
from tests.library import Library, check_equation, hashes_below

STEPS = (
    "observe",
    "link_to_temporary",
    "copy_to_temporary",
    "publish",
    "recognise",
    "remove_source",
    "remove_temporary",
    "remove_empty_folders",
)


each_way_to_die = pytest.mark.parametrize(
    ("copied", "after"),
    [
        pytest.param(copied, after, id=f"{how}-{when}", marks=pytest.mark.slow)
        for copied, how in ((False, "linked"), (True, "copied"))
        for after, when in ((False, "before"), (True, "after"))
        if copied == after or "KILLS" in os.environ
    ],
)
"""Files are linked or copied, and the last step is done or not."""


class Died(BaseException):
    """The process is gone: nothing in it may catch this."""


class Fuse:
    """Lets the n-th of the journal's steps be the last thing that happens, before or after it is done."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.left: int | None = None
        self.after = False
        for name in STEPS:
            monkeypatch.setattr(journal, name, self._fused(getattr(journal, name)))
        begin = journal.Database.begin
        monkeypatch.setattr(journal.Database, "begin", lambda database: self._counted(lambda: begin(database)))

    def _counted(self, step: Callable[[], Any]) -> Any:
        if self.left is None:
            return step()
        self.left -= 1
        if self.left < 0 and not self.after:
            raise Died
        done = step()
        if self.left < 0:
            raise Died
        return done

    def _fused(self, step: Callable[..., Any]) -> Callable[..., Any]:
        return lambda *given, **named: self._counted(lambda: step(*given, **named))


def run(library: Library, batch: str) -> None:
    discover_batch(library.database, batch, report=print, settings=library.settings)
    stage_batch(library.database, batch, report=print, settings=library.settings)
    publish_batch(library.database, batch, report=print)


@each_way_to_die
@pytest.mark.usefixtures("read_here")
def test_a_batch_that_died_anywhere_is_finished_by_the_next_run(
    library: Library, monkeypatch: pytest.MonkeyPatch, after: bool, copied: bool
) -> None:
    if copied:
        refuse_links(monkeypatch)
    fuse = Fuse(monkeypatch)
    fuse.after = after
    deaths = 0
    for point in itertools.count():
        album = f"Album {point}"
        for number in (1, 2):
            library.drop(f"{album}/{number}.mp3", title=f"{number}", artist="A", album=album, track=number, seed=number)
        (library.inbound / album / "cover.jpg").write_bytes(make_picture(10 + point, 10))
        before = library.hashes()
        (key,) = library.plan()
        fuse.left = point
        try:
            run(library, key)
            died = False
        except Died:
            died = True
            deaths += 1
        fuse.left = None
        library.forget_connections()
        assert set(library.hashes()) >= set(before), f"bytes were lost at step {point}"
        run(library, key)
        check_equation(library)
        assert library.hashes() == before
        assert hashes_below(library.inbound) == hashes_below(library.staging) == []
        assert library.query("select 1 from file_move") == []
        assert library.failures() == []
        if not died:
            break
    assert deaths > 20
    (totals,) = library.query("select songs, albums from catalogue_total")
    assert (totals.songs, totals.albums) == (2 * (deaths + 1), deaths + 1)
    assert library.query("select 1 from albums where song_count <> 2 or next_slot <> 3") == []


@each_way_to_die
def test_a_companion_whose_batch_died_anywhere_joins_its_album_with_the_next_run(
    library: Library, monkeypatch: pytest.MonkeyPatch, after: bool, copied: bool
) -> None:
    if copied:
        refuse_links(monkeypatch)
    fuse = Fuse(monkeypatch)
    fuse.after = after
    deaths = 0
    for point in itertools.count():
        album = f"Album {point}"
        library.drop(f"{album}/1.mp3", title="1", artist="A", album=album, track=1, seed=1)
        library.ingest()
        (library.inbound / album).mkdir()
        (library.inbound / album / "cover.jpg").write_bytes(make_picture(300 + point, 10))
        (library.inbound / album / "1.lrc").write_text(f"[00:01.00]{point}")
        before = library.hashes()
        (key,) = library.plan()
        fuse.left = point
        try:
            run(library, key)
            died = False
        except Died:
            died = True
            deaths += 1
        fuse.left = None
        library.forget_connections()
        assert set(library.hashes()) >= set(before), f"bytes were lost at step {point}"
        run(library, key)
        check_equation(library)
        assert library.hashes() == before
        assert hashes_below(library.inbound) == hashes_below(library.staging) == []
        assert library.query("select 1 from file_move") == []
        assert library.failures() == []
        if not died:
            break
    assert deaths > 20
    covers = library.query(
        "select c.width - 300 as point from albums as a join cover as c on c.id = a.cover_id order by 1"
    )
    assert [row.point for row in covers] == list(range(deaths + 1))
    assert len(library.query("select 1 from lyrics")) == deaths + 1


def refuse_links(monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes the volumes look as if they were on different file systems."""

    def refuse(source: Any, *_rest: Any, **_more: Any) -> None:
        raise journal.NotLinkable(path=source.full)

    monkeypatch.setattr(journal, "link_to_temporary", refuse)


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
