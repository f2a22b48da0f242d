"""Files that one core reads a second: `python -m tests.benchmarks.bench_reading`.

Songs of five seconds in every format with some 65 tags and a cover of 60 kB, in a warm page cache; the target is 1,000
files a CPU-second. The figures are processor time, so that other work on the machine counts little.
"""

import os
import tempfile
import time
from pathlib import Path

from melodee.audio.tags import read_track
from tests.audio import FORMATS, SUFFIXES, make_song
from tests.audio_reading.native_tags import EXTRA

ROUNDS = 500


def main() -> None:
    """Prints a line for each format."""
    cover = b"\xff\xd8\xff" + os.urandom(60_000)
    with tempfile.TemporaryDirectory() as folder:
        for name in FORMATS:
            path = make_song(
                Path(folder) / f"{name}.{SUFFIXES[name]}",
                format=name,
                seconds=5,
                title="The Song",
                artist=["Ana", "Bo"],
                album="The Record",
                album_artist="Ana",
                track=3,
                track_total=12,
                date="2004-05-06",
                genre=["Rock", "Pop"],
                lyrics="La la la\n" * 30,
                picture=cover,
                extra=EXTRA[name],
            )
            begun = time.process_time()
            for _ in range(ROUNDS):
                read_track(path)
            used = time.process_time() - begun
            print(f"{name:5} {used / ROUNDS * 1e6:6.0f} µs a file, {ROUNDS / used:6.0f} files a second")


if __name__ == "__main__":
    main()
