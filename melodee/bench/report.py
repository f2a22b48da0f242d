"""What a run found, as a table and the sentences below it."""

from collections.abc import Sequence

from melodee.bench.results import Results, Row

_HEADINGS = ("CALL", "REQUESTS", "ERRORS", "P50 MS", "P90 MS", "P99 MS", "MAX MS", "PER S", "ITEMS", "BYTES")

_BUSY = 0.8
"""Share of the time from which on the client itself is what bounds a figure."""


def headline(results: Results) -> str:
    """Who was measured, how much it holds, and how."""
    library, settings = results.library, results.settings
    clients = "1 client" if settings.clients == 1 else f"{settings.clients} clients"
    pace = f"{settings.rounds} requests each" if settings.rounds else f"{settings.seconds:g} s a call"
    holds = f"{library.songs:,} songs, {library.albums:,} albums, {library.artists:,} artists"
    return f"{results.name} at {results.url}: {holds}; {clients}, {pace}, {settings.format}"


Table = tuple[list[str], list[list[str]]]
"""Headings and lines."""


def table(results: Results) -> Table:
    """A line for each call; what was not measured is left out."""
    return aligned(_HEADINGS, [_line(row) for row in results.rows if row.requests or row.errors])


def aligned(headings: Sequence[str], lines: Sequence[Sequence[str]]) -> Table:
    """With all columns but the first to the right."""
    widths = [max(map(len, column)) for column in zip(headings, *lines, strict=True)]
    first, *rest = (
        [line[0], *(cell.rjust(width) for cell, width in zip(line[1:], widths[1:], strict=True))]
        for line in (headings, *lines)
    )
    return first, rest


def _line(row: Row) -> list[str]:
    errors = sum(row.errors.values())
    times = [milliseconds(ms) for ms in (row.p50_ms, row.p90_ms, row.p99_ms, row.max_ms)]
    # The line of a call's first byte tells of the same requests as the line above it.
    rest = ["", "", ""] if not row.bytes else [f"{row.requests_per_second:,.0f}", f"{row.items:,}", f"{row.bytes:,}"]
    return [row.call, f"{row.requests:,}", f"{errors:,}" if errors else "", *times, *rest]


def milliseconds(ms: float | None) -> str:
    """Three digits that matter: `0.42`, `3.1`, `1,204`."""
    if ms is None:
        return "-"
    return f"{ms:.2f}" if ms < 1 else f"{ms:.1f}" if ms < 100 else f"{ms:,.0f}"


def notes(results: Results) -> list[str]:
    """What stands below the table."""
    rows = results.rows
    found = [f"Not measured: {row.call} ({row.missing})" for row in rows if row.missing is not None]
    found += [f"Errors of {row.call}: {number:,} times {what}" for row in rows for what, number in row.errors.items()]
    closed = sum(row.reopened for row in rows)
    if closed:
        found.append(f"The server closed the connection {closed:,} times; opening it again is part of the times.")
    ping = next((row for row in rows if row.call == "ping" and row.requests), None)
    if ping is not None:
        found.append(f"The client's own part: {ping.client_ms:.2f} ms of processor time for a ping.")
    busy = [row.call for row in rows if row.client_ms * row.requests_per_second / 1000 > _BUSY]
    if busy:
        found.append(f"The client itself was the bound of: {', '.join(busy)}.")
    if results.ended_early:
        found.append(f"Ended early: {results.ended_early}.")
    return found
