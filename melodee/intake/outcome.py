"""What a step of intake did with a batch, as an operator wants to read it."""

import time
from dataclasses import dataclass, field


@dataclass
class Outcome:
    """Counts of one step. Files are regular files of every kind; songs are published audio files."""

    files: int = 0
    releases: int = 0
    published: int = 0
    waiting: int = 0
    failed: int = 0
    ignored: int = 0
    left: int = 0
    """Folders and files left for a later batch: they had not settled, or the batch was full."""
    songs: int = 0
    bytes: int = 0
    """Bytes of the files that the step dealt with."""
    codes: dict[str, int] = field(default_factory=dict[str, int])
    """Failures by code."""
    started: float = field(default_factory=time.monotonic)

    def fail(self, code: str) -> None:
        """Counts a failure."""
        self.failed += 1
        self.codes[code] = self.codes.get(code, 0) + 1

    def as_metadata(self) -> dict[str, int | float | str]:
        """The metadata of the step's materialisation; numbers become plots over time in Dagster's UI."""
        seconds = max(time.monotonic() - self.started, 0.001)
        metadata: dict[str, int | float | str] = {
            "files_seen": self.files,
            "releases_seen": self.releases,
            "files_published": self.published,
            "files_waiting": self.waiting,
            "files_failed": self.failed,
            "files_ignored": self.ignored,
            "left_for_later": self.left,
            "songs": self.songs,
            "bytes": self.bytes,
            "seconds": round(seconds, 3),
            "songs_per_second": round(self.songs / seconds, 1),
        }
        if self.codes:
            metadata["failures"] = ", ".join(f"{code}: {number}" for code, number in sorted(self.codes.items()))
        return metadata
