"""Ids that carry their partition: 63 bits = leaf (20) | album number within the leaf (33) | slot (10).

An album has slot 0, its songs the slots 1 to 1023, so a song's id lies within 1023 of its album's and both in one leaf.
Leaf 0 holds everything that is not an album or a song: number (43 bits) | kind (10), and ids below 1024 are music
folders. One space for all, so that any id says by itself what it names. Ids exceed 2**53: strings in JSON, always.
"""

from collections.abc import Generator, Iterable
from enum import IntEnum
from itertools import groupby
from typing import Any

SLOT_BITS = 10
NUMBER_BITS = 33
LEAF_SHIFT = SLOT_BITS + NUMBER_BITS
SLOTS = 1 << SLOT_BITS
"""Ids from one album to the next; an album has room for one song less."""
LARGEST = (1 << 63) - 1


class Kind(IntEnum):
    """What an id names; the values up to `RELEASE_GROUP` are the kind bits of ids in leaf 0."""

    FOLDER = 0
    ARTIST = 1
    PLAYLIST = 2
    RELEASE_GROUP = 3
    ALBUM = 1024
    SONG = 1025


def kind_of(number: int) -> Kind | None:
    """What the id names, or `None` when no id of ours looks like that."""
    if not 0 < number <= LARGEST:
        return None
    slot = number & (SLOTS - 1)
    if number >> LEAF_SHIFT:
        return Kind.SONG if slot else Kind.ALBUM
    if number < SLOTS:
        return Kind.FOLDER
    return Kind(slot) if slot in (Kind.ARTIST, Kind.PLAYLIST, Kind.RELEASE_GROUP) else None


def album_id(leaf: int, number: int) -> int:
    """The id of the album with that number in that leaf."""
    return leaf << LEAF_SHIFT | number << SLOT_BITS


def of_kind(number: int, kind: Kind) -> int:
    """The id in leaf 0 of the entity with that sequence number."""
    return number << SLOT_BITS | kind


def leaf_of(number: int) -> int:
    """The leaf that holds the album or song."""
    return number >> LEAF_SHIFT


def by_leaf(ids: Iterable[int]) -> Generator[dict[str, Any]]:
    """Ids leaf by leaf, with the leaf's bounds: a list of ids alone would be looked up in every leaf."""
    for leaf, part in groupby(sorted(ids), leaf_of):
        yield {"ids": list(part), "low": leaf << LEAF_SHIFT, "high": (leaf + 1) << LEAF_SHIFT}
