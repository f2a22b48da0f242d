"""Real pictures and sound for a synthetic catalogue: some hundred covers, and recordings that many songs are links to.

They are kept between loads and made anew only where they are missing.
"""

import hashlib
import os
import random
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from melodee import ffmpeg
from melodee.cover_art import probe
from melodee.demo.covers import MOTIFS, draw_cover
from melodee.demo.library import STYLES
from melodee.demo.music import RATE, compose
from melodee.ledger import path_hash
from melodee.synth.album import FIRST_DAY, Recording
from melodee.synth.copying import line
from melodee.synth.shape import Shape
from melodee.synth.tally import Tally

RECORDINGS = 4
SECONDS = 210
"""Length of a recording."""
BIT_RATE = 320
"""kbit/s."""

COVERS = "Covers"
"""The folder on the first volume that holds the pictures."""

_COMPOSED = 21
"""Seconds that are computed; they are repeated until the recording is full."""


def make_recordings(folder: Path, seed: int, count: int = RECORDINGS, seconds: int = SECONDS) -> list[Path]:
    """MP3 files with a constant bit rate. Raises `FfmpegMissing`, `FfmpegFailed`, `OSError`."""
    folder.mkdir(parents=True, exist_ok=True)
    program = ffmpeg.find()
    styles = list(STYLES.values())

    def make(number: int) -> Path:
        path = folder / f"{seed}-{number}-{seconds}.mp3"
        if not path.exists():
            sound = compose(styles[number % len(styles)], _COMPOSED, f"synth {seed} {number}")
            whole = (sound * (seconds * 2 * RATE // len(sound) + 1))[: seconds * 2 * RATE]
            unfinished = path.with_suffix(".part")
            read = ["-f", "s16le", "-ar", str(RATE), "-ac", "1", "-i", "pipe:0", "-ar", "44100", "-ac", "2"]
            write = ["-c:a", "libmp3lame", "-b:a", f"{BIT_RATE}k", "-map_metadata", "-1", "-fflags", "+bitexact"]
            ffmpeg.run([*read, *write, "-f", "mp3", "-y", f"file:{unfinished}"], stdin=whole, ffmpeg=program)
            unfinished.replace(path)
        return path

    with ThreadPoolExecutor(RECORDINGS) as pool:
        return list(pool.map(make, range(count)))


def describe(files: list[Path], seconds: int = SECONDS) -> list[Recording]:
    """What songs say of their recording."""
    return [Recording(seconds * 1000, file.stat().st_size) for file in files]


def place_recordings(files: list[Path], roots: list[Path], tally: Tally) -> None:
    """Gives each real song a file of its own: a link, or a copy where the volume is on another file system."""
    for _, _, volume, path, number, _ in tally.real:
        target = roots[volume] / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.unlink(missing_ok=True)
        try:
            os.link(files[number], target)
        except OSError:
            shutil.copyfile(files[number], target)


def remove_recordings(root: Path) -> None:
    """Removes what an earlier load left on a volume of its own, but the pictures and the volume's mark."""
    for entry in root.iterdir():
        if entry.is_dir() and entry.name != COVERS:
            shutil.rmtree(entry)


def file_rows(roots: list[Path], volumes: list[int], tally: Tally) -> Iterator[str]:
    """Rows of `files` for the real songs."""
    for song, album, volume, path, _, _ in sorted(tally.real):
        status = (roots[volume] / path).stat()
        yield line(
            (
                path_hash(volumes[volume], path),
                volumes[volume],
                path,
                "audio",
                "published",
                status.st_size,
                status.st_mtime_ns,
                status.st_ctime_ns,
                song,
                album,
            )
        )


def draw_covers(root: Path, shape: Shape, volume: int) -> list[str]:
    """Draws the pictures below a volume's root; returns rows of `cover`, whose ids are their places from 1."""
    (root / COVERS).mkdir(exist_ok=True)
    rows: list[str] = []
    for number in range(1, shape.covers + 1):
        name = f"{COVERS}/{shape.seed}-{number:04}.jpg"
        path = root / name
        if not path.exists():
            chance = random.Random(f"cover {shape.seed} {number}")  # noqa: S311 - a drawing
            red, green, blue = (chance.randrange(30, 226) for _ in range(3))
            colours = (
                f"#{red // 3:02x}{green // 3:02x}{blue // 3:02x}",
                f"#{red:02x}{green:02x}{blue:02x}",
                f"#{255 - red // 4:02x}{255 - blue // 4:02x}{255 - green // 4:02x}",
                f"#{blue // 5:02x}{red // 5:02x}{green // 5:02x}",
            )
            unfinished = path.with_suffix(".part")
            unfinished.write_bytes(draw_cover(list(MOTIFS)[number % len(MOTIFS)], colours, f"{shape.seed} {number}"))
            unfinished.replace(path)
        content = path.read_bytes()
        picture = probe(content)
        digest = hashlib.sha256(content).hexdigest()
        moment = f"{FIRST_DAY:%Y-%m-%d %H:%M:%S}+00"
        rows.append(
            line((number, f"\\\\x{digest}", volume, name, "f", picture.mime, picture.width, picture.height, moment))
        )
    return rows
