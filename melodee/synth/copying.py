"""Rows as `copy … from stdin` reads them in its text format (PostgreSQL's documentation, COPY, File Formats)."""

from collections.abc import Iterable, Sequence

NULL = "\\N"

_SPECIAL = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def escaped(text: str) -> str:
    """Any text as a field."""
    return text.translate(_SPECIAL)


def line(values: Iterable[object]) -> str:
    """A row; None is null. Texts are to be escaped where they may hold more than letters."""
    return "\t".join([NULL if value is None else str(value) for value in values]) + "\n"


def array_text(texts: Sequence[object]) -> str:
    """The text of an array of numbers, or of texts without quotes and backslashes."""
    return "{" + ",".join([f'"{text}"' if isinstance(text, str) else str(text) for text in texts]) + "}"
