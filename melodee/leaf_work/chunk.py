"""Cutting a leaf into pieces."""

from typing import TypeVar

from melodee.database import Row
from melodee.ids import SLOT_BITS

T = TypeVar("T", bound=Row)


def whole_albums(rows: list[T], most: int) -> list[T]:
    """The rows without the last album's, which `most` may have cut; an album that is longer than that is cut."""
    if len(rows) < most:
        return rows
    last = rows[-1].id >> SLOT_BITS
    kept = [row for row in rows if row.id >> SLOT_BITS != last]
    return kept or rows
