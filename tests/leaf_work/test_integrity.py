"""Whether files still hold what was catalogued."""

import hashlib
import os

import pytest

from melodee.leaf_work.integrity import IntegrityAgain
from tests.leaf_work.shelf import Shelf


def verify(shelf: Shelf, *, decode: float = 0) -> dict[str, int]:
    progress = shelf.work(IntegrityAgain(shelf.library.database, decode_share=decode))
    return {"failed": progress.failed, **progress.counts}


def damage(shelf: Shelf, title: str) -> None:
    """Other bytes in the middle of the sound, as a failing disk makes them: size and time stay."""
    path = shelf.path(title)
    times = path.stat()
    with path.open("r+b") as file:
        file.seek(times.st_size // 2)
        file.write(bytes(byte ^ 0xFF for byte in path.read_bytes()[times.st_size // 2 :][:2000]))
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))


def test_files_without_a_hash_get_one(shelf: Shelf) -> None:
    assert verify(shelf) == {"failed": 0, "files_read": 6, "hashes_stored": 6}

    hashes = shelf.library.query("select content_hash from files where kind = 'audio'")
    files = [path for path in shelf.library.storage.rglob("*") if path.suffix in (".flac", ".mp3")]
    assert sorted(bytes(row.content_hash) for row in hashes) == sorted(
        hashlib.sha256(path.read_bytes()).digest() for path in files
    )
    assert verify(shelf) == {"failed": 0, "files_read": 6}


def test_a_file_whose_bytes_have_changed_by_themselves_is_a_failure(shelf: Shelf) -> None:
    verify(shelf)
    damage(shelf, "A2")

    assert verify(shelf)["failed"] == 1

    assert shelf.failures() == [("integrity", "corrupted", shelf.path("A2").name)]
    assert verify(shelf)["failed"] == 1
    (failure,) = shelf.library.failures()
    assert failure.attempts == 2


def test_a_failure_goes_when_the_file_is_what_it_was(shelf: Shelf) -> None:
    path = shelf.path("A2")
    content, times = path.read_bytes(), path.stat()
    verify(shelf)
    damage(shelf, "A2")
    verify(shelf)

    path.write_bytes(content)
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    verify(shelf)

    assert shelf.failures() == []


def test_a_file_that_somebody_has_changed_is_no_damage(shelf: Shelf) -> None:
    verify(shelf)
    path = shelf.path("A2")
    path.write_bytes(path.read_bytes() + b"more")

    assert verify(shelf) == {"failed": 0, "files_read": 5, "changed_since": 1}


def test_a_file_that_is_gone_is_a_failure(shelf: Shelf) -> None:
    path = shelf.path("A2")
    content = path.read_bytes()
    path.unlink()

    assert verify(shelf)["failed"] == 1

    assert shelf.failures() == [("integrity", "vanished", path.name)]
    path.write_bytes(content)


def test_damage_that_has_no_hash_to_compare_with_shows_when_it_is_decoded(shelf: Shelf) -> None:
    damage(shelf, "A2")

    assert verify(shelf, decode=1) == {"failed": 1, "files_read": 6, "files_decoded": 6, "hashes_stored": 6}

    assert shelf.failures() == [("decode", "decode_error", shelf.path("A2").name)]
    (failure,) = shelf.library.failures()
    assert failure.message.startswith("The file cannot be decoded from beginning to end. ")


@pytest.mark.parametrize(("share", "decoded"), [(0.0, None), (1.0, 6)])
def test_the_share_that_is_decoded_is_an_option(shelf: Shelf, share: float, decoded: int | None) -> None:
    assert verify(shelf, decode=share).get("files_decoded") == decoded
