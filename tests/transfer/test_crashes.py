"""The whole way of a file, and a crash at every step of it."""

import os
from pathlib import Path

import pytest

from melodee import no_replace, transfer
from melodee.no_replace import Way
from melodee.transfer import Standing, observe
from melodee.volume_probe import Abilities
from tests.transfer.world import CONTENT, DIGEST, WAYS, Journal, Volumes, make, path, replace


class Killed(BaseException):
    """The process is gone."""


class Kill:
    """Ends the process at its n-th change of the disk, before the change or after it; what follows never happens."""

    CHANGES = ("open", "link", "unlink", "mkdir", "rmdir", "write", "rename", "fsync", "utime")

    def __init__(self, monkeypatch: pytest.MonkeyPatch, at: int, *, after: bool) -> None:
        self.left, self.after, self.dead = at, after, False
        for name in self.CHANGES:
            monkeypatch.setattr(os, name, self._deadly(getattr(os, name)))
        monkeypatch.setattr(no_replace, "_renameat2", self._deadly(no_replace._renameat2))

    def _deadly(self, call):
        def wrapped(*arguments, **options):
            if call is OPEN and not arguments[1] & os.O_CREAT:
                return call(*arguments, **options)
            if self.dead:
                raise Killed
            self.left -= 1
            if self.left > 0:
                return call(*arguments, **options)
            self.dead = True
            if self.after:
                if call is WRITE:  # Of a write, a part may have happened.
                    call(arguments[0], bytes(arguments[1])[: len(arguments[1]) // 2])
                else:
                    call(*arguments, **options)
            raise Killed

        return wrapped


OPEN, WRITE = os.open, os.write


@pytest.mark.parametrize("linked", [False, True], ids=["copy", "link"])
@pytest.mark.parametrize("way", WAYS)
def test_a_file_is_moved(volumes, way, linked):
    before = volumes.drop()

    Journal(volumes, WAYS[way], linked).run()

    assert volumes.files() == {volumes.final.path: CONTENT}
    assert list(volumes.inbound.iterdir()) == []
    after = observe(volumes.final)
    assert (after.size, after.mtime_ns) == (before.size, before.mtime_ns)
    assert (after.inode == before.inode) == linked


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("linked", [False, True], ids=["copy", "link"])
@pytest.mark.parametrize("way", WAYS)
def test_a_crash_at_any_change_loses_nothing_and_the_next_run_completes(volumes, monkeypatch, way, linked, after):
    content = CONTENT[: (1 << 20) + 5]
    at = 0
    crashed = True
    while crashed:
        at += 1
        volumes.drop(content)
        journal = Journal(volumes, WAYS[way], linked)
        with monkeypatch.context() as patch:
            kill = Kill(patch, at, after=after)
            try:
                journal.run()
            except Killed:
                assert content in (volumes.files().get(volumes.source.path), volumes.files().get(volumes.final.path))
            crashed = kill.dead
        if way is Way.PLACEHOLDER and is_unfinished_placeholder(volumes):
            path(volumes.final).unlink()
        journal.run()

        assert volumes.files() == {volumes.final.path: content}
        path(volumes.final).unlink()
    assert at > 8


def is_unfinished_placeholder(volumes: Volumes) -> bool:
    """The one weakness of the weakest way: without its content, a placeholder is nobody's, and a person decides."""
    left = volumes.files().get(volumes.final.path)
    return left is not None and len(left) < 30


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="descriptors have names under /proc alone")
def test_each_step_is_on_the_disk_before_the_next_begins(volumes, monkeypatch):
    volumes.drop()
    steps: list[str] = []
    for name in ("mkdir", "link", "unlink", "fsync"):
        call = getattr(os, name)

        def noted(target, *arguments, name=name, call=call, **options):
            what = Path(f"/proc/self/fd/{target}").readlink().name if name == "fsync" else target
            steps.append(f"{name} {what}")
            return call(target, *arguments, **options)

        monkeypatch.setattr(os, name, noted)

    Journal(volumes, Abilities(), linked=False).run()

    assert steps == [
        *("mkdir BE", "fsync storage", "mkdir Artist", "fsync BE", "mkdir Album", "fsync Artist"),
        *("unlink .melodee-7.part", "fsync .melodee-7.part"),
        *("link .melodee-7.part", "fsync Album"),
        *("unlink song.flac", "fsync album", "unlink .melodee-7.part"),
    ]


def test_what_is_left_of_a_copy_is_recognised(copied):
    expected, places = observe(copied.source), (copied.temporary, copied.final)

    assert transfer.recognise(*places, expected, DIGEST) is Standing.ABSENT
    transfer.publish(*places, Abilities())
    assert transfer.recognise(*places, expected, DIGEST) is Standing.OURS
    transfer.remove_temporary(copied.temporary)
    assert transfer.recognise(*places, expected, DIGEST) is Standing.OURS
    path(copied.final).write_bytes(CONTENT[::-1])
    assert transfer.recognise(*places, expected, DIGEST) is Standing.TAKEN
    path(copied.final).unlink()
    assert transfer.recognise(*places, expected, DIGEST) is Standing.GONE
    path(copied.final).parent.rmdir()
    assert transfer.recognise(*places, expected, DIGEST) is Standing.GONE


def test_what_is_left_of_a_link_is_recognised(volumes):
    expected, places = volumes.drop(), (volumes.temporary, volumes.final)
    transfer.link_to_temporary(volumes.source, volumes.temporary, expected)

    assert transfer.recognise(*places, expected, None) is Standing.ABSENT
    transfer.publish(*places, WAYS[Way.RENAME])
    assert transfer.recognise(*places, expected, None) is Standing.OURS
    replace(path(volumes.final))
    assert transfer.recognise(*places, expected, None) is Standing.TAKEN


@pytest.mark.parametrize("taken_by", ["symlink", "dangling", "folder", "pipe"])
def test_a_name_that_something_odd_has_is_a_conflict(copied, taken_by):
    make(taken_by, path(copied.final))

    assert transfer.recognise(copied.temporary, copied.final, observe(copied.source), DIGEST) is Standing.TAKEN


def test_a_placeholder_counts_as_absent_while_there_is_something_to_publish(copied):
    path(copied.final).write_bytes(no_replace._content(copied.temporary.name))

    assert transfer.recognise(copied.temporary, copied.final, observe(copied.source), DIGEST) is Standing.ABSENT
    path(copied.temporary).unlink()
    assert transfer.recognise(copied.temporary, copied.final, observe(copied.source), DIGEST) is Standing.TAKEN
