"""What samples of times say: percentiles from all of them, not from buckets."""

from collections.abc import Sequence
from dataclasses import dataclass


def percentile(ordered: Sequence[float], percent: float) -> float:
    """Of samples in ascending order, at least one; between two of them on the straight line.

    As NumPy's default and Python's `statistics.quantiles(method="inclusive")`: of few samples the 99th lies near the
    largest.
    """
    place = (len(ordered) - 1) * percent / 100
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


@dataclass(frozen=True, slots=True)
class Times:
    """Milliseconds."""

    p50: float
    p90: float
    p99: float
    longest: float

    @classmethod
    def of(cls, samples: Sequence[float]) -> "Times":
        """Of at least one sample, in any order."""
        ordered = sorted(samples)
        return cls(percentile(ordered, 50), percentile(ordered, 90), percentile(ordered, 99), ordered[-1])
