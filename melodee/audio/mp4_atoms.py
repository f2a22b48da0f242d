"""The boxes ('atoms') of an MP4 file, walked to see whether all of them are there.

ISO/IEC 14496-12, section 4.2. Only headers are read, never the sound.
"""

from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from melodee.audio.errors import TruncatedAudio, UnreadableAudio
from melodee.audio.stream import read_at

_MOST_ATOMS = 100_000


class Atom(NamedTuple):
    """One box: `start` is the offset of its content, `end` that of the box after it."""

    name: bytes
    start: int
    end: int


def atoms(file: BinaryIO, start: int, end: int) -> Iterator[Atom]:
    """The boxes between two offsets. The last one may end beyond `end`; the walk stops at anything that is no box."""
    for _ in range(_MOST_ATOMS):
        header = read_at(file, start, 16)
        if start + 8 > end or len(header) < 8:
            return
        length, name, content = int.from_bytes(header[:4]), header[4:8], start + 8
        if length == 1 and len(header) == 16:
            length, content = int.from_bytes(header[8:]), start + 16
        elif length == 0 and name.strip(b"\0"):
            length = end - start  # to the end of the file
        if length < content - start:
            return
        yield Atom(name, content, start + length)
        start += length


def check(file: BinaryIO, size: int) -> int:
    """How many bytes of sound data the file has.

    Raises `TruncatedAudio` when a box ends beyond the file or the index (moov) was never written, and `UnreadableAudio`
    for a cover that would keep a reader busy for ever.
    """
    index: Atom | None = None
    sound = 0
    for atom in atoms(file, 0, size):
        if atom.end > size:
            name = atom.name.decode("latin-1")
            raise TruncatedAudio(f"Its '{name}' box ends {atom.end - size:,} bytes beyond the end of the file.")
        if atom.name == b"moov" and index is None:
            index = atom
        elif atom.name == b"mdat":
            sound += atom.end - atom.start
    if index is None:
        raise TruncatedAudio("It has no index ('moov' box).")
    _check_covers(file, index)
    return sound


def _check_covers(file: BinaryIO, index: Atom) -> None:
    """Reading tags with mutagen 1.48 never ends at a 'name' of length 0 within a cover."""
    place = index
    for name in (b"udta", b"meta", b"ilst"):
        start = place.start + 4 if place.name == b"meta" else place.start
        found = next((atom for atom in atoms(file, start, place.end) if atom.name == name), None)
        if found is None:
            return
        place = found
    for cover in atoms(file, place.start, place.end):
        at = cover.start
        while cover.name == b"covr" and at + 8 <= cover.end:
            header = read_at(file, at, 8)
            if len(header) < 8:
                break  # it claims to be larger than the file
            if header == b"\0\0\0\0name":
                raise UnreadableAudio("Its cover art is damaged.")
            at += max(int.from_bytes(header[:4]), 8)
