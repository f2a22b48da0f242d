"""Files that a cue sheet cuts, read again: the tracks that sheet and tags make of them, and whose songs these are."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from melodee.audio.formats import suffix_of
from melodee.audio.track import Track
from melodee.database import Session
from melodee.intake.look import look_at, parent
from melodee.intake.read import Read
from melodee.sidecars.cutting import cut_files


class Part(NamedTuple):
    """A song of a file, as the file is now."""

    song: int
    track: Track
    size_bytes: int


def sizes_of_parts(tracks: Sequence[Track], size: int) -> list[int]:
    """What each song has of its file's bytes: of a file that is cut, as much as of its time."""
    ends = [track.span_end_ms for track in tracks]
    if len(tracks) == 1 or (whole := ends[-1]) is None:
        return [size] * len(tracks)
    bounds = [round(size * (track.span_start_ms or 0) / whole) for track in tracks] + [size]
    return [end - start for start, end in pairwise(bounds)]


def cut_again(root: Path, read: Sequence[Read]) -> list[Read]:
    """Files of a volume that were read, each with the tracks that a sheet beside, above or inside it cuts it into.

    Raises `DependencyError` when the volume is away.
    """
    by_folder: dict[str, list[Read]] = {}
    for each in read:
        by_folder.setdefault(parent(each.file.path), []).append(each)
    parts: dict[str, Sequence[Track]] = {}
    for folder, files in by_folder.items():
        sheets = [
            Read(file, None, "")
            for beside in sorted({folder, parent(folder)})
            for file in look_at(root, beside).files
            if suffix_of(file.name) == "cue"
        ]
        parts |= {path: cut.parts for path, cut in cut_files(root, [*files, *sheets]).items()}
    return [each._replace(parts=parts.get(each.file.path, ())) for each in read]


def spans_of(db: Session, songs: Sequence[int]) -> dict[int, int | None]:
    """Where songs begin in their files, in ms; None for one that has its file for itself."""
    return {row.id: row.span_start_ms for row in db.rows("spans_of_songs", ids=songs)}


def songs_in(read: Read, starts: Mapping[int, int | None]) -> Iterator[Part]:
    """What the file's songs, each with where it begins, are by what was read.

    None are told of a file that is cut otherwise now, or whose sheet is gone: what is known of them is better.
    """
    if not isinstance(read.result, Track):
        return
    if not any(start is not None for start in starts.values()):
        for song in starts:
            yield Part(song, read.result, read.file.size)
        return
    if {part.span_start_ms for part in read.parts} != set(starts.values()):
        return
    sizes = sizes_of_parts(read.parts, read.file.size)
    by_start = {part.span_start_ms: (part, size) for part, size in zip(read.parts, sizes, strict=True)}
    for song, start in starts.items():
        yield Part(song, *by_start[start])
