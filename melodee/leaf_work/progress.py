"""How far a pass over a leaf has come, as an operator wants to read it."""

import time
from dataclasses import dataclass, field

MetadataValue = int | float | str


@dataclass
class Progress:
    """Counts of a pass, those of earlier runs of it included."""

    unit: str
    """What is counted: songs or albums."""
    total: int
    """Items of the leaf when the pass began."""
    done: int = 0
    changed: int = 0
    failed: int = 0
    counts: dict[str, int] = field(default_factory=dict[str, int])
    """What this run met besides, by name."""
    seconds_before: float = 0.0
    """What earlier runs of the pass took."""
    done_before: int = 0
    started: float = field(default_factory=time.monotonic)

    @property
    def left(self) -> int:
        """Items to come; songs that came in since may make it more than 0 to the end."""
        return max(self.total - self.done, 0)

    @property
    def seconds(self) -> float:
        """Of this run."""
        return max(time.monotonic() - self.started, 0.001)

    @property
    def rate(self) -> float:
        """Items a second, in this run."""
        return (self.done - self.done_before) / self.seconds

    @property
    def seconds_to_finish(self) -> float | None:
        """At the rate of this run; None before it has one."""
        return self.left / self.rate if self.rate else None

    @property
    def sentence(self) -> str:
        """For the log."""
        rest = self.seconds_to_finish
        finish = f", {duration(rest)} to finish" if rest is not None and self.left else ""
        return (
            f"{self.done} of {self.total} {self.unit} done, {self.left} left, {self.rate:.1f} a second{finish}; "
            f"{self.changed} changed, {self.failed} failed"
        )

    def as_metadata(self) -> dict[str, MetadataValue]:
        """Of an observation while it runs, and of the materialisation at its end."""
        rest = self.seconds_to_finish
        metadata: dict[str, MetadataValue] = {
            "done": self.done,
            "left": self.left,
            "changed": self.changed,
            "failed": self.failed,
            "per_second": round(self.rate, 1),
            "time_to_finish": duration(rest) if rest is not None else "not known yet",
            "seconds": round(self.seconds_before + self.seconds, 3),
        }
        return metadata | self.counts

    def add(self, name: str, number: int = 1) -> None:
        """Counts something besides."""
        if number:
            self.counts[name] = self.counts.get(name, 0) + number


def duration(seconds: float) -> str:
    """`3 s`, `12 min 5 s`, `2 h 40 min`."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"
