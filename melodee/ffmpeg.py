"""The ffmpeg that Melodee uses: named by a setting, the system's, or the one inside the wheel imageio-ffmpeg.

The wheel has no ffprobe, so nothing here or elsewhere may need one. ffmpeg is always started with a list of arguments,
never through a shell, and never reads from our terminal.
"""

import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import ClassVar

from melodee.errors import MelodeeError

WHEEL = "wheel"
NEEDED_ENCODERS = ("libmp3lame", "libopus", "libvorbis", "aac", "flac")
"""What renditions and tests encode with."""


class FfmpegMissing(MelodeeError):
    """There is no usable ffmpeg: install it, or set MELODEE_FFMPEG to its path or to 'wheel'."""

    code: ClassVar[str] = "ffmpeg_missing"


class FfmpegFailed(MelodeeError):
    """ffmpeg could not do it."""

    code: ClassVar[str] = "ffmpeg_failed"


@dataclass(frozen=True)
class Ffmpeg:
    """An ffmpeg that was started once and answered."""

    path: str
    source: str
    """Where it comes from: `setting`, `system` or `wheel`."""
    version: str
    encoders: frozenset[str]

    def missing_encoders(self) -> list[str]:
        """Those of `NEEDED_ENCODERS` that it was built without."""
        return [name for name in NEEDED_ENCODERS if name not in self.encoders]


def find() -> str:
    """The path of the ffmpeg to use. Raises `FfmpegMissing`.

    `MELODEE_FFMPEG` is a path or a name on PATH, or `wheel` for the wheel's; then ffmpeg on PATH; then the wheel's.
    """
    return _locate()[0]


def describe() -> Ffmpeg:
    """Starts the ffmpeg that `find` chose and asks what it is. Raises `FfmpegMissing`, `FfmpegFailed`."""
    path, source = _locate()
    banner = run(["-version"], ffmpeg=path, timeout=20).decode(errors="replace")
    words = banner.split(maxsplit=3)
    version = words[2] if len(words) > 2 and words[:2] == ["ffmpeg", "version"] else "unknown"
    return Ffmpeg(path, source, version, _encoders(path))


def run(arguments: Sequence[str], *, stdin: bytes = b"", timeout: float = 600, ffmpeg: str | None = None) -> bytes:
    """Standard output of ffmpeg for `arguments`; `stdin` is what it reads at `pipe:0`. Waits at most `timeout` seconds.

    Raises `FfmpegFailed` with the last line of what it said, and `FfmpegMissing`.
    """
    path = ffmpeg or find()
    command = [path, "-hide_banner", "-loglevel", "error", *arguments]
    try:
        done = subprocess.run(command, input=stdin, capture_output=True, timeout=timeout, check=False)
    except subprocess.TimeoutExpired as error:
        raise FfmpegFailed(f"It took more than {timeout:g} s.") from error
    except OSError as error:
        raise FfmpegMissing(error.strerror or str(error), path=path) from error
    if done.returncode != 0:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        raise FfmpegFailed(said[-1][:500] if said else f"it ended with {done.returncode} and said nothing")
    return done.stdout


def _locate() -> tuple[str, str]:
    setting = os.environ.get("MELODEE_FFMPEG", "")
    if setting and setting != WHEEL:
        path = shutil.which(str(Path(setting).expanduser()))
        if path is None:
            raise FfmpegMissing("MELODEE_FFMPEG does not name a program", path=setting)
        return path, "setting"
    if not setting and (path := shutil.which("ffmpeg")):
        return path, "system"
    path = _wheel()
    if path is None:
        raise FfmpegMissing("The wheel imageio-ffmpeg holds none for this platform.")
    return path, "wheel"


@lru_cache(maxsize=1)
def _wheel() -> str | None:
    # Not its get_ffmpeg_exe(): that one falls back to whatever is called ffmpeg on PATH, and starts it to see.
    spec = find_spec("imageio_ffmpeg")
    if spec is None or spec.origin is None:
        return None
    binaries = sorted((Path(spec.origin).parent / "binaries").glob("ffmpeg-*"))
    return str(binaries[0]) if binaries and os.access(binaries[0], os.X_OK) else None


@lru_cache(maxsize=4)
def _encoders(path: str) -> frozenset[str]:
    lines = run(["-encoders"], ffmpeg=path, timeout=20).decode(errors="replace").splitlines()
    # " A....D libopus    libopus Opus (codec opus)"; the legend above it has "=" in second place.
    table = [line.split(maxsplit=2) for line in lines if len(line) > 8 and line[1] in "VAS"]
    return frozenset(row[1] for row in table if len(row) > 1 and row[1] != "=")
