"""What judging goes by, on real files: doubles, files that failed, covers, damage, and the album that is there."""

import shutil
from pathlib import Path

from melodee.findings.decoding import decode_all, decode_errors
from melodee.intake.discover import discover_batch
from melodee.intake.publish import publish_batch
from melodee.intake.stage import stage_batch
from melodee.settings import FindingSettings
from tests.audio import make_picture, make_song
from tests.damage import truncated
from tests.intake.conftest import library
from tests.library import Library

__all__ = ["library"]

QUIET = {"missing_year", "missing_cover_art", "too_short"}
"""What every short song without a year and a cover has; nothing here is about it."""


def found(library: Library) -> list[tuple[str, str, str | None]]:
    """Album, code and file of each finding, in the order of releases."""
    rows = library.query(
        "select r.album, f.code, convert_from(f.path, 'UTF8') as path "
        "from finding f join release r on r.id = f.release_id order by r.id, f.position"
    )
    return [(row.album, row.code, row.path) for row in rows if row.code not in QUIET]


def drop(library: Library, path: str, track: int, **tags: object) -> Path:
    given = {"title": f"S{track}", "artist": "Kino", "album": "Noch", "track": track, "seed": track} | tags
    return library.drop(path, **given)


def test_a_file_that_failed_is_a_finding_of_the_release_beside_it(library: Library) -> None:
    drop(library, "new/cd/1.mp3", 1)
    truncated(library.inbound / "new/cd/2.mp3")
    (library.inbound / "new/cd/3.flac").write_bytes(b"")
    (library.inbound / "elsewhere").mkdir()
    (library.inbound / "elsewhere/4.mp3").write_bytes(b"")

    library.ingest()

    assert found(library) == [("Noch", "truncated", "2.mp3"), ("Noch", "empty", "3.flac")]
    assert library.states() == {"published": 1, "failed": 3}


def test_a_late_track_that_fills_a_gap_is_no_finding(library: Library) -> None:
    drop(library, "new/1.mp3", 1, track_total=3)
    drop(library, "new/3.mp3", 3, track_total=3)
    library.ingest()
    assert found(library) == [("Noch", "gap_in_numbering", None), ("Noch", "missing_tracks", None)]

    drop(library, "late/2.mp3", 2, track_total=3)
    library.ingest()

    assert len(found(library)) == 2, "the late track completes the album"


def test_bytes_that_are_there_twice(library: Library) -> None:
    original = drop(library, "a/1.m4a", 1)
    copy = shutil.copy(original, library.folder / "copy")
    shutil.copy(original, library.inbound / "a/1.mp4")
    library.ingest()

    assert found(library) == [("Noch", "repeated_track_number", None), ("Noch", "duplicate_file", "1.m4a")]
    assert library.states() == {"published": 2}

    (library.inbound / "b").mkdir()
    shutil.copy(copy, library.inbound / "b/1.m4b")
    library.ingest()

    (double,) = library.query("select message, path from finding where code = 'duplicate_of_published'")
    assert "Music/" in double.message
    assert library.states() == {"published": 2, "waiting": 1}


def test_samples_that_agree_are_confirmed_by_all_bytes(library: Library) -> None:
    first = drop(library, "a/1.wav", 1, seconds=4)
    second = library.inbound / "b/1.wav"
    second.parent.mkdir()
    data = bytearray(first.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 100] = bytes(100)
    second.write_bytes(data)

    library.ingest()

    assert [code for _, code, _ in found(library) if code.startswith("duplicate")] == []


def test_the_cover_is_measured(library: Library) -> None:
    drop(library, "new/1.mp3", 1)
    (library.inbound / "new/cover.jpg").write_bytes(make_picture(100, 90))
    library.ingest()
    assert found(library) == [("Noch", "small_cover_art", "cover.jpg")]


def test_damage_in_the_middle_is_heard_when_all_is_decoded(library: Library) -> None:
    library.drop("new/1.flac", title="S1", artist="Kino", album="Noch", track=1, seconds=4, seed=1)
    path = library.inbound / "new/1.flac"
    data = bytearray(path.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 300] = bytes(range(256)) + bytes(44)
    path.write_bytes(data)
    drop(library, "new/2.mp3", 2)
    (batch,) = library.plan()
    discover_batch(library.database, batch, report=print, settings=library.settings)

    settings = FindingSettings(decode="all")
    stage_batch(library.database, batch, report=print, settings=library.settings, findings=settings)
    publish_batch(library.database, batch, report=print)

    assert ("Noch", "decode_error", "1.flac") in found(library)
    assert library.states() == {"waiting": 2}


def test_good_files_decode_without_an_error(tmp_path: Path) -> None:
    paths = [make_song(tmp_path / f"-f {name}.{name}", seed=1) for name in ("mp3", "flac", "ogg", "opus", "wav")]
    assert list(decode_all([(str(path), 1.0) for path in paths])) == [None] * 5


def test_what_is_no_sound_and_what_leads_elsewhere_does_not_decode(tmp_path: Path) -> None:
    (tmp_path / "noise.mp3").write_bytes(b"noise" * 1000)
    (tmp_path / "list.mp3").write_text("#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1:1/x.ts\n")
    for name in ("noise.mp3", "list.mp3", "not there.mp3"):
        assert decode_errors(tmp_path / name)
