import os
import stat
from pathlib import Path

import pytest

from melodee import ffmpeg
from melodee.ffmpeg import FfmpegFailed, FfmpegMissing


@pytest.fixture(autouse=True)
def _no_setting(monkeypatch):
    monkeypatch.delenv("MELODEE_FFMPEG", raising=False)


def _program(path: Path, says: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{says}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def test_the_systems_ffmpeg_comes_before_the_wheels(tmp_path, monkeypatch):
    program = _program(tmp_path / "bin" / "ffmpeg", "exit 0")
    monkeypatch.setenv("PATH", str(program.parent))

    assert ffmpeg.find() == str(program)


def test_without_one_on_the_path_the_wheels_is_used_and_can_do_all_that_is_needed(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))

    found = ffmpeg.describe()

    assert found.source == "wheel"
    assert found.missing_encoders() == []
    assert {"libmp3lame", "libopus", "alac", "pcm_s16le"} <= found.encoders
    assert found.version != "unknown"


def test_wheel_means_the_wheels_although_there_is_another(tmp_path, monkeypatch):
    program = _program(tmp_path / "bin" / "ffmpeg", "exit 0")
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    monkeypatch.setenv("MELODEE_FFMPEG", "wheel")

    assert ffmpeg.describe().source == "wheel"


def test_a_setting_comes_first(tmp_path, monkeypatch):
    program = _program(tmp_path / "my own" / "ffmpeg-$(id); x", "echo 'ffmpeg version 7.1 Copyright'")
    monkeypatch.setenv("MELODEE_FFMPEG", str(program))

    found = ffmpeg.describe()

    assert (found.path, found.source, found.version) == (str(program), "setting", "7.1")
    assert found.missing_encoders() == list(ffmpeg.NEEDED_ENCODERS)


def test_a_setting_that_names_nothing_is_said_and_not_passed_over(tmp_path, monkeypatch):
    monkeypatch.setenv("MELODEE_FFMPEG", str(tmp_path / "nothing"))

    with pytest.raises(FfmpegMissing, match="MELODEE_FFMPEG does not name a program"):
        ffmpeg.find()


def test_without_any_the_message_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(ffmpeg, "_wheel", lambda: None)

    with pytest.raises(FfmpegMissing, match="install it, or set MELODEE_FFMPEG"):
        ffmpeg.find()


def test_a_failure_carries_what_ffmpeg_said():
    with pytest.raises(FfmpegFailed, match="No such file"):
        ffmpeg.run(["-i", "/nowhere/at-all.mp3", "-f", "null", "-"])


def test_a_hanging_ffmpeg_is_stopped(tmp_path):
    program = _program(tmp_path / "ffmpeg", "exec sleep 60")

    with pytest.raises(FfmpegFailed, match=r"more than 0\.2 s"):
        ffmpeg.run([], ffmpeg=str(program), timeout=0.2)


def test_bytes_go_in_and_come_out():
    silence = b"\0" * 4410
    out = ffmpeg.run(
        ["-f", "s16le", "-ar", "44100", "-ac", "1", "-i", "pipe:0", "-f", "s16le", "pipe:1"], stdin=silence
    )

    assert out == silence
