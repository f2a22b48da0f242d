"""What commands print: aligned columns, sizes, times. Plain text, the same in a terminal and in a pipe."""

import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime

import click


def print_table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Columns as wide as their widest cell, two blanks apart."""
    table = [headings, *rows]
    widths = [max(_width(row[column]) for row in table) for column in range(len(headings))]
    for row in table:
        cells = (cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True))
        click.echo("  ".join(cells).rstrip())


def _width(text: str) -> int:
    """Columns of a terminal: East Asian characters take two, accents none."""
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text
    )


def size(number: int) -> str:
    """Bytes as people read them: `1.5 GB`. Powers of 1000."""
    amount = float(number)
    for unit in ("bytes", "kB", "MB", "GB", "TB"):
        if abs(amount) < 1000 or unit == "TB":
            break
        amount /= 1000
    return f"{number} bytes" if unit == "bytes" else f"{amount:.1f} {unit}"


def moment(time: datetime) -> str:
    """`2026-11-22 10:15:00 UTC`."""
    return f"{time.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def json_moment(time: datetime | None) -> str | None:
    """ISO 8601 in UTC."""
    return time and time.astimezone(UTC).isoformat()
