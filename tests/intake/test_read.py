"""Reading tags in expendable processes."""

import hashlib
import os
from pathlib import Path

import pytest

from melodee.intake import read
from melodee.intake.look import look_at
from melodee.intake.reader import Problem
from tests.audio import make_song


def test_files_are_read_in_their_order_whatever_process_reads_them(tmp_path: Path) -> None:
    for number in range(60):
        make_song(tmp_path / f"{number:03}.mp3", seconds=0.5, title=f"Song {number}")

    found = list(read.read_files(tmp_path, look_at(tmp_path, "").files, readers=2))

    assert [each.result.title for each in found] == [f"Song {number}" for number in range(60)]


def test_a_file_of_which_the_reader_dies_is_named_and_the_others_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read, "SECONDS", 5)
    for number in range(3):
        make_song(tmp_path / f"{number}.mp3", seconds=0.5, title=f"Song {number}")
    files = look_at(tmp_path, "").files
    (tmp_path / "1.mp3").unlink()
    # Whoever opens a pipe waits for its other end; the reader opens what the walk took for a file.
    os.mkfifo(tmp_path / "1.mp3")

    first, middle, last = (each.result for each in read.read_files(tmp_path, files))

    assert (first.title, last.title) == ("Song 0", "Song 2")
    assert isinstance(middle, Problem)
    assert middle.code == "unreadable"


def test_every_file_that_is_read_has_its_sample(tmp_path: Path) -> None:
    make_song(tmp_path / "a.mp3", seconds=30, title="Song")
    (tmp_path / "b.mp3").write_bytes((tmp_path / "a.mp3").read_bytes())
    (tmp_path / "c.mp3").write_bytes((tmp_path / "a.mp3").read_bytes()[:300_000])
    (tmp_path / "d.txt").write_text("words")
    (tmp_path / "e.mp3").touch()

    a, b, c, d, e = read.read_files(tmp_path, look_at(tmp_path, "").files)

    content = (tmp_path / "a.mp3").read_bytes()
    assert len(content) > 2 << 16
    whole = len(content).to_bytes(8, "little") + content[: 1 << 16] + content[-1 << 16 :]
    assert a.sample == b.sample == a.result.sample_hash == hashlib.blake2b(whole, digest_size=16).hexdigest()
    assert isinstance(c.result, Problem)
    assert d.sample == hashlib.blake2b((5).to_bytes(8, "little") + b"words", digest_size=16).hexdigest()
    assert e.sample == hashlib.blake2b(bytes(8), digest_size=16).hexdigest()
    assert len({each.sample for each in (a, c, d, e)}) == 4


def test_nothing_to_read_starts_nothing(tmp_path: Path) -> None:
    assert list(read.read_files(tmp_path, [])) == []
