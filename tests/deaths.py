"""Dying at each step in turn: what is left is finished by whoever comes next, and no byte is lost.

Each step is died in once with linked files before it is done, and once with copied ones after it. `KILLS=50 pytest -m
slow` tries linked and copied both before and after, as it tries more moments in `tests/integration/test_kills.py`.
"""

import itertools
import os
from collections.abc import Callable
from typing import Any

import pytest

from melodee import journal
from tests.library import Library, check_equation, hashes_below

STEPS = (
    "observe",
    "link_to_temporary",
    "copy_to_temporary",
    "sync_temporary",
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

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *, after: bool) -> None:
        self.left: int | None = None
        self.after = after
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

    def burn(self, steps: int, act: Callable[[], object]) -> bool:
        """Acts for so many steps; whether it died of it."""
        self.left = steps
        try:
            act()
        except Died:
            return True
        finally:
            self.left = None
        return False


def refuse_links(monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes the volumes look as if they were on different file systems."""

    def refuse(source: Any, *_rest: Any, **_more: Any) -> None:
        raise journal.NotLinkable(path=source.full)

    monkeypatch.setattr(journal, "link_to_temporary", refuse)


def die_everywhere(
    library: Library, fuse: Fuse, begin: Callable[[int], Callable[[], object]], finish: Callable[[int], object]
) -> int:
    """Lets what `begin` returns die at its first step, at its second on something new, and so on until it lives.

    Each time `finish` is to bring it to its end. Both are given the number of the step. Returns how often it died.
    """
    for point in itertools.count():
        act = begin(point)
        before = library.hashes()
        died = fuse.burn(point, act)
        library.forget_connections()
        assert set(library.hashes()) >= set(before), f"bytes were lost at step {point}"
        finish(point)
        check_equation(library)
        assert library.hashes() == before
        assert hashes_below(library.staging) == []
        assert library.query("select 1 from file_move") == []
        if not died:
            return point
    raise AssertionError("it never lives")
