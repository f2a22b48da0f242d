"""Texts of lists on the disk: whole or not at all, and never more than a few."""

import os
import time
from pathlib import Path

import pytest

from melodee_api import plain_texts
from melodee_api.plain_texts import PlainTexts


@pytest.fixture
def texts(tmp_path: Path) -> PlainTexts:
    return PlainTexts(tmp_path / "cache" / "artists")


def put(texts: PlainTexts, name: str, text: bytes = b"text") -> None:
    writing = texts.write(name, len(text))
    assert writing
    writing.add(text, 0)
    writing.close()


def read(texts: PlainTexts, name: str, size: int) -> bytes | None:
    descriptor = texts.open(name, size)
    if descriptor is None:
        return None
    with os.fdopen(descriptor, "rb") as file:
        return file.read()


def test_parts_may_come_in_any_order(texts: PlainTexts):
    writing = texts.write("a", 9)
    assert writing
    for start, part in ((6, b"ghi"), (0, b"abc"), (3, b"def")):
        assert texts.open("a", 9) is None
        writing.add(part, start)
    writing.close()

    assert read(texts, "a", 9) == b"abcdefghi"
    assert [file.name for file in texts.folder.iterdir()] == ["a"]


def test_what_is_not_whole_is_not_kept(texts: PlainTexts):
    writing = texts.write("a", 9)
    assert writing
    writing.add(b"abc", 0)
    writing.close()

    assert list(texts.folder.iterdir()) == []
    put(texts, "a")
    assert read(texts, "a", 4) == b"text"


def test_a_file_of_another_length_is_no_text(texts: PlainTexts):
    put(texts, "a")

    assert texts.open("a", 5) is None


def test_a_text_is_written_by_one_request_at_a_time(texts: PlainTexts):
    first = texts.write("a", 4)
    assert first
    assert texts.write("a", 4) is None
    other = texts.write("b", 4)
    assert other
    first.close()
    again = texts.write("a", 4)
    assert again
    for writing in (other, again):
        writing.close()


def test_what_comes_after_the_end_is_written_nowhere(texts: PlainTexts):
    writing = texts.write("a", 4)
    assert writing
    writing.close()

    writing.add(b"late", 0)  # From a thread: by now the descriptor may be another file's.


def test_only_those_that_were_read_last_are_kept(texts: PlainTexts, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(plain_texts, "KEPT", 3)
    for number, name in enumerate("abc"):
        put(texts, name)
        os.utime(texts.folder / name, (number, number))

    assert read(texts, "a", 4)
    put(texts, "d")

    assert sorted(file.name for file in texts.folder.iterdir()) == ["a", "c", "d"]


def test_what_a_killed_process_left_is_removed(texts: PlainTexts):
    put(texts, "a")
    old, new = texts.folder / "old.part", texts.folder / "new.part"
    for file in (old, new):
        file.touch()
    os.utime(old, (0, time.time() - 100_000))

    put(texts, "b")

    assert sorted(file.name for file in texts.folder.iterdir()) == ["a", "b", "new.part"]


def test_without_room_for_it_there_is_no_text(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    (tmp_path / "file").touch()
    texts = PlainTexts(tmp_path / "file" / "artists")

    assert texts.write("a", 4) is None
    assert texts.open("a", 4) is None
    assert "cannot be kept" in caplog.text


def test_a_full_disk_costs_the_text_alone(
    texts: PlainTexts, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    writing = texts.write("a", 4)
    assert writing
    with monkeypatch.context() as patch:
        patch.setattr(os, "pwrite", full)
        writing.add(b"text", 0)
    writing.close()

    assert list(texts.folder.iterdir()) == []
    assert "No space left" in caplog.text
