"""Runs on libraries of several sizes, side by side: which calls grow with the library."""

from collections.abc import Sequence
from dataclasses import dataclass

from melodee.bench.report import Table, aligned, milliseconds
from melodee.bench.results import Results

LARGE = 50_000
"""Songs from which on a library's size must not matter; smaller ones fit into the processor's caches."""

BOUND = 2.0
"""A call whose p50 grows by more, between the smallest of the large libraries and the largest, is marked."""


@dataclass(frozen=True)
class Line:
    """One call over all runs."""

    call: str
    group: str
    p50_ms: list[float | None]
    """By run; `None` where it was not measured."""
    charted: bool
    factor: float | None
    """From the smallest library that has it to the largest."""
    marked: bool


@dataclass(frozen=True)
class Growth:
    """Runs in the order of their libraries, and the calls that they have."""

    runs: list[Results]
    lines: list[Line]
    base: int
    """The run from which on growth is bounded."""


def growth(runs: Sequence[Results]) -> Growth:
    """Compares runs, at least one; of libraries of one size the earlier run comes first."""
    ordered = sorted(runs, key=lambda run: (run.library.songs, run.date))
    large = [place for place, run in enumerate(ordered[:-1]) if run.library.songs >= LARGE]
    base = large[0] if large else 0
    found = [{row.call: row for row in run.rows} for run in ordered]
    lines = list[Line]()
    # All names, in the order of the largest run and after it of the others.
    for call in dict.fromkeys(name for rows in reversed(found) for name in rows):
        rows = [run.get(call) for run in found]
        row = next(row for row in reversed(rows) if row is not None)
        p50 = [row.p50_ms if row is not None else None for row in rows]
        if any(p50):
            late = _factor(p50[base], p50[-1])
            marked = late is not None and late > BOUND and base < len(ordered) - 1
            first = next(ms for ms in p50 if ms)
            lines.append(Line(call, row.group, p50, row.charted, _factor(first, p50[-1]), marked))
    return Growth(ordered, lines, base)


def _factor(first: float | None, last: float | None) -> float | None:
    return last / first if first and last else None


def table(found: Growth) -> Table:
    """p50 in milliseconds by songs in the library, and the factor between first and last."""
    names = [f"{run.library.songs:,}" for run in found.runs]
    if len({run.label for run in found.runs}) > 1:
        # Sizes tell runs apart, unless one server is compared with itself or with another.
        names = [f"{run.name} {name}" for run, name in zip(found.runs, names, strict=True)]
    lines = [
        [line.call, *map(milliseconds, line.p50_ms), _shown(line.factor) + (" *" if line.marked else "  ")]
        for line in found.lines
    ]
    return aligned(["CALL", *names, "FACTOR  "], lines)


def _shown(factor: float | None) -> str:
    return "-" if factor is None else f"{factor:.2f}"


def notes(found: Growth) -> list[str]:
    """What the marks mean."""
    first, last = found.runs[found.base], found.runs[-1]
    if first is last:
        return []
    marked = sum(line.marked for line in found.lines)
    between = f"from {first.library.songs:,} to {last.library.songs:,} songs"
    return [f"* p50 grows by more than {BOUND:g} times {between}: {marked} of {len(found.lines)} calls."]
