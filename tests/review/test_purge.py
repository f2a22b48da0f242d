"""Files of rejected releases are deleted after their time, and nothing else ever is."""

import os
import stat
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from melodee.review.deciding import approve, reject
from melodee.review.listing import details
from melodee.review.rejected import purge_rejected
from tests.damage import truncated
from tests.deaths import Died
from tests.library import Library, files_below, hashes_below
from tests.review.conftest import drop_album, later, rejected, waiting


def test_rejected_files_are_deleted_after_their_time(library: Library) -> None:
    release = rejected(library)
    assert purge_rejected(library.database, datetime.now(UTC) - timedelta(days=30)).files == 0

    purged = purge_rejected(library.database, later())

    assert (purged.files, purged.kept) == (2, 0)
    assert purged.bytes > 1000
    assert list(library.inbound.iterdir()) == []
    assert library.states() == {}
    assert details(library.database, release).history[-1].reason == "a bad rip"


def test_nothing_but_what_was_rejected_is_ever_deleted(library: Library) -> None:
    drop_album(library, "a", album="A")
    drop_album(library, "b", album="B", seed=20)
    drop_album(library, "c", album="C", seed=30)
    truncated(library.inbound / "a/bad.mp3")
    library.ingest()
    first, second, third = waiting(library)
    reject(library.database, first, "Ann", "no", return_=True)
    reject(library.database, second, "Ann", "no")
    approve(library.database, third, "Ann")
    library.run(library.planned()[0])
    before = hashes_below(library.inbound / "a") + hashes_below(library.storage)

    assert purge_rejected(library.database, later()).files == 2

    assert hashes_below(library.inbound / "a") + hashes_below(library.storage) == before
    assert library.states() == {"rejected": 2, "published": 2, "failed": 1}


@pytest.mark.parametrize("how", ["changed", "replaced by a link", "folder is a link"])
def test_what_somebody_has_changed_since_is_kept(library: Library, how: str) -> None:
    rejected(library)
    (folder,) = {path.parent for path in files_below(library.inbound)}
    victim = library.folder / "victim.mp3"
    victim.write_bytes((folder / "1.mp3").read_bytes())
    if how == "changed":
        with (folder / "1.mp3").open("ab") as file:
            file.write(b"more")
    elif how == "replaced by a link":
        _replace_by_link(folder / "1.mp3", victim)
    else:
        real = folder.rename(library.folder / "elsewhere")
        folder.symlink_to(real)

    purged = purge_rejected(library.database, later())

    assert victim.exists()
    assert purged.kept == (2 if how == "folder is a link" else 1)
    if how == "folder is a link":
        assert len(list(real.iterdir())) == 2
        folder.unlink()
        real.rename(folder)
    elif how == "replaced by a link":
        (folder / "1.mp3").unlink()
        purge_rejected(library.database, later())


def _replace_by_link(path: Path, target: Path) -> None:
    path.unlink()
    path.symlink_to(target)


def test_what_somebody_took_away_is_forgotten(library: Library) -> None:
    rejected(library)
    (folder,) = {path.parent for path in files_below(library.inbound)}
    (folder / "1.mp3").unlink()
    assert purge_rejected(library.database, later()).files == 2
    assert library.states() == {}


def test_a_purge_passes_over_a_volume_that_is_away(library: Library) -> None:
    rejected(library)
    away = library.inbound.rename(library.folder / "unmounted")
    assert purge_rejected(library.database, later()) == (0, 0, 0, ("Inbound",))
    away.rename(library.inbound)
    assert library.states() == {"rejected": 2}


def test_a_file_that_cannot_be_deleted_is_kept(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    rejected(library)
    refuse: Callable[..., None] = _refusing("1.mp3")
    with monkeypatch.context() as patched:
        patched.setattr(os, "unlink", refuse)
        purged = purge_rejected(library.database, later())
    assert (purged.files, purged.kept) == (1, 1)
    assert library.states() == {"rejected": 1}


def _refusing(name: str) -> Callable[..., None]:
    unlink = os.unlink

    def refuse(path: Any, **where: Any) -> None:
        if path == name:
            raise PermissionError(stat.S_IWUSR, "no")
        unlink(path, **where)

    return refuse


def test_a_purge_that_died_after_deleting_is_finished_by_the_next(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    rejected(library)

    def die(*_: object) -> None:
        raise Died

    with monkeypatch.context() as patched, pytest.raises(Died):
        patched.setattr("melodee.review.rejected._settle", die)
        purge_rejected(library.database, later())
    assert purge_rejected(library.database, later()).files == 2
    assert library.states() == {}
