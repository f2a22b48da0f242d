"""Tracks that are cut out of a file: to the sample where nothing is lost by it."""

import os
import subprocess
import threading
from array import array
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import mutagen
import pytest

from melodee import cuts, ffmpeg
from melodee.audio.errors import TruncatedAudio
from melodee.cuts import Cuts, Wanted, sample_of
from melodee.file_errors import FileTrouble
from melodee.volume_path import VolumePath
from tests.audio import decode, make_song

FRAME = 1000 / 75


def samples(path: Path) -> "array[int]":
    """Left and right in turn, as they are decoded."""
    command = [ffmpeg.find(), "-v", "error", "-i", str(path), "-map", "0:a:0", "-f", "s16le", "pipe:1"]
    return array("h", subprocess.run(command, capture_output=True, check=True, stdin=subprocess.DEVNULL).stdout)


def make_album(path: Path, format: str, options: list[str] | None = None) -> Path:  # noqa: A002
    """Ten seconds of noise, in which no place is like another."""
    noise = "anoisesrc=duration=10.0137:sample_rate=44100:seed=1:amplitude=0.5"
    codec = {"flac": "flac", "wav": "pcm_s16le", "aiff": "pcm_s16be", "m4a": "alac", "wv": "wavpack", "tta": "tta"}[
        format
    ]
    if format == "wv":
        options = ["-sample_fmt", "s16p"]
    ffmpeg.run(["-f", "lavfi", "-i", noise, "-ac", "2", "-c:a", codec, *(options or []), "-y", str(path)])
    return path


@pytest.fixture
def cache(tmp_path: Path) -> Cuts:
    return Cuts(tmp_path / "cuts", 1 << 30)


def spans(whole_ms: int) -> list[tuple[int, int]]:
    """As cue sheets have them: whole frames of 1/75 s, as ms."""
    starts = [0, round(137 * FRAME), round(300 * FRAME), round(601 * FRAME)]
    return list(zip(starts, [*starts[1:], whole_ms], strict=True))


@pytest.mark.parametrize("format", ["flac", "wav", "aiff", "m4a", "wv", "tta"])
def test_cuts_joined_are_the_whole_sample_by_sample(cache: Cuts, tmp_path: Path, format: str):  # noqa: A002
    album = make_album(tmp_path / f"album.{format}", format)
    place = VolumePath(tmp_path, album.name)

    made = [cache.cut(Wanted(place, start, end)) for start, end in spans(10_014)]

    assert {cut.content_type for cut in made} == {"audio/flac"}
    parts = [samples(cut.path) for cut in made]
    assert [len(part) // 2 for part in parts[:-1]] == [588 * frames for frames in (137, 163, 301)]
    joined = array("h")
    for part in parts:
        joined.extend(part)
    assert joined == samples(album)


def test_more_than_16_bits_are_kept(cache: Cuts, tmp_path: Path):
    album = make_album(tmp_path / "album.flac", "flac", ["-sample_fmt", "s32", "-ar", "48000"])
    cut = cache.cut(Wanted(VolumePath(tmp_path, "album.flac"), 1000, 2000))
    sound = mutagen.File(cut.path).info
    assert (sound.bits_per_sample, sound.sample_rate, sound.total_samples) == (24, 48000, 48000)
    assert mutagen.File(album).info.bits_per_sample == 24


def test_a_cut_bears_the_tags_of_its_track_and_none_of_the_files(cache: Cuts, tmp_path: Path):
    make_song(tmp_path / "album.flac", seconds=4, title="Whole", comment="Of the whole", track=9)
    tags = (("title", "Zwei = 2; “two”"), ("artist", "Ann"), ("album", "Album"), ("track", "2"), ("date", ""))
    cut = cache.cut(Wanted(VolumePath(tmp_path, "album.flac"), 1000, 3000, tags))
    found = mutagen.File(cut.path)
    assert found["title"] == ["Zwei = 2; “two”"] and found["tracknumber"] == ["2"] and found["artist"] == ["Ann"]
    assert "comment" not in found and "date" not in found
    assert found.info.length == 2


@pytest.mark.parametrize(("format", "suffix"), [("mp3", "mp3"), ("m4a", "m4a"), ("ogg", "ogg"), ("opus", "opus")])
def test_what_is_lossy_is_copied_at_its_frames(cache: Cuts, tmp_path: Path, format: str, suffix: str):  # noqa: A002
    make_song(tmp_path / f"album.{format}", format=format, seconds=6, seed=3, title="Whole")
    cut = cache.cut(Wanted(VolumePath(tmp_path, f"album.{format}"), 2000, 4000, (("title", "Two"),)))
    assert cut.suffix == suffix
    assert abs(mutagen.File(cut.path).info.length - 2) < 0.08
    assert abs(decode(cut.path).pitch - 230) < 2


def test_the_same_track_is_cut_once_whoever_asks(cache: Cuts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    make_song(tmp_path / "album.flac", seconds=4)
    runs: list[int] = []
    everybody = threading.Barrier(4)
    run = ffmpeg.run

    def counted(arguments: list[str], **options: float) -> bytes:
        runs.append(1)
        return run(arguments, **options)  # type: ignore[arg-type]

    def ask() -> Path:
        everybody.wait()
        return Cuts(tmp_path / "cuts", 1 << 30).cut(Wanted(VolumePath(tmp_path, "album.flac"), 0, 2000)).path

    monkeypatch.setattr(ffmpeg, "run", counted)
    with ThreadPoolExecutor(4) as pool:
        paths = {each.result() for each in [pool.submit(ask) for _ in range(4)]}
    assert len(paths) == 1
    assert len(runs) == 1
    before = paths.pop().stat()
    assert cache.cut(Wanted(VolumePath(tmp_path, "album.flac"), 0, 2000)).path.stat().st_mtime_ns == before.st_mtime_ns
    assert [each.name for each in (tmp_path / "cuts").rglob(".*")] == []


def test_another_file_under_the_name_is_cut_anew(cache: Cuts, tmp_path: Path):
    wanted = Wanted(VolumePath(tmp_path, "album.flac"), 0, 1000)
    make_song(tmp_path / "album.flac", seconds=2, seed=1)
    first = cache.cut(wanted)
    make_song(tmp_path / "album.flac", seconds=3, seed=2)
    second = cache.cut(wanted)
    assert second.path != first.path
    assert round(decode(second.path).pitch) == 220


def test_what_was_heard_longest_ago_gives_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(cuts, "JUST_USED", 1.0)
    make_album(tmp_path / "album.wav", "wav")
    place = VolumePath(tmp_path, "album.wav")
    cache = Cuts(tmp_path / "cuts", 1)
    first, second = (cache.cut(Wanted(place, at, at + 1000)).path for at in (0, 1000))
    assert first.exists() and second.exists(), "both were just used"
    os.utime(first, ns=(0, first.stat().st_mtime_ns))
    cache.cut(Wanted(place, 2000, 3000))
    assert not first.exists() and second.exists()


def test_what_is_not_there_or_no_file_is_not_cut(cache: Cuts, tmp_path: Path):
    (tmp_path / "link.flac").symlink_to("/etc/passwd")
    (tmp_path / "folder.flac").mkdir()
    for name in ("gone.flac", "link.flac", "folder.flac"):
        with pytest.raises(FileTrouble):
            cache.cut(Wanted(VolumePath(tmp_path, name), 0, 1000))


def test_a_cut_that_fails_leaves_nothing(cache: Cuts, tmp_path: Path):
    make_song(tmp_path / "album.flac", seconds=2)
    with pytest.raises(TruncatedAudio):
        cache.cut(Wanted(VolumePath(tmp_path, "album.flac"), 500_000, 600_000))
    assert not [each for each in (tmp_path / "cuts").rglob("*") if each.is_file()]


def test_frames_are_found_again_in_rounded_ms():
    assert sample_of(round(137 * FRAME), 44100) == 137 * 588
    assert sample_of(round(137 * FRAME), 48000) == 137 * 640
    assert sample_of(1001, 44100) == 44144
