"""Decoding songs from beginning to end, which alone shows that nothing is damaged in the middle of a file."""

import os
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from melodee import ffmpeg

LEAST_SECONDS = 60.0
SPEED = 5
"""What the slowest decoder does at least: seconds of sound a second."""


def decode_errors(path: str | os.PathLike[str], *, seconds: float = 0) -> str | None:
    """What ffmpeg says of the first thing that it cannot decode; None when all of the file is sound.

    `seconds` is how long the sound takes: decoding may take a fifth of that, or a minute. Raises `FfmpegMissing`.
    """
    # What plays lists would follow their entries, also into the network: "file" alone is opened, and by that name.
    source = ["-protocol_whitelist", "file", "-i", f"file:{Path(path).absolute()}"]
    wanted = ["-map", "0:a:0", "-threads", "1", "-f", "null", "-"]
    try:
        ffmpeg.run(
            ["-nostdin", "-xerror", "-threads", "1", *source, *wanted], timeout=max(LEAST_SECONDS, seconds / SPEED)
        )
    except ffmpeg.FfmpegFailed as error:
        return error.reason
    return None


def decode_all(files: Sequence[tuple[str, float]], processes: int = 0) -> Iterable[str | None]:
    """`decode_errors` of many paths with their seconds, in the same order, as many at once as there are processors."""
    if not files:
        return []
    # A thread waits for each process; the work is in these.
    with ThreadPoolExecutor(processes or os.cpu_count() or 1) as pool:
        return list(pool.map(_decode, files))


def _decode(file: tuple[str, float]) -> str | None:
    return decode_errors(file[0], seconds=file[1])
