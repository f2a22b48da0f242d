"""Files that were read again, as cue sheets make them: cut into tracks, or with what their tags leave out filled in.

A sheet knows the names that the files were dropped with (`melodee.sidecars.dropped_names`).
"""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from melodee.audio.formats import suffix_of
from melodee.audio.track import Track
from melodee.database import Database, Row, Session
from melodee.intake.look import FileLook
from melodee.intake.read import Read
from melodee.sidecars.cutting import cut_files
from melodee.sidecars.dropped_names import DroppedNames
from melodee.sidecars.parts import cut_again
from melodee.volumes import Volume

Starts = Mapping[int, int | None]
"""Songs of a file, each with where it begins in it, in ms; None for one that has the file for itself."""


def with_sheets(database: Database, volume: Volume, read: Sequence[tuple[Read, Starts]]) -> list[Read]:
    """Files of the volume, each with its songs, as sheets make them; in the given order.

    A file that is one song stays that, whatever a sheet says. Raises `DependencyError` when the volume is away.
    """
    cut = [any(start is not None for start in starts.values()) for _, starts in read]
    again = iter(cut_again(volume.root, [each for (each, _), is_cut in zip(read, cut, strict=True) if is_cut]))
    whole = iter(_filled(database, volume, [pair for pair, is_cut in zip(read, cut, strict=True) if not is_cut]))
    return [next(again if is_cut else whole) for is_cut in cut]


def _filled(database: Database, volume: Volume, read: Sequence[tuple[Read, Starts]]) -> list[Read]:
    by_song = {song: each for each, starts in read for song in starts}
    tracks: dict[str, Track] = {}
    with database.autocommit() as db:
        sheets, names = _sheets_of(db, volume, list(by_song))
    for of_release, own in zip(sheets, names, strict=True):
        known = {name: by_song[song] for song, its in own.items() if song in by_song for name in its}
        tracks |= _filled_by(volume.root, of_release, known)
    return [each._replace(result=tracks.get(each.file.path, each.result)) for each, _ in read]


def _filled_by(root: Path, sheets: Sequence[str], known: Mapping[str, Read]) -> dict[str, Track]:
    """What the sheets fill in of files, each by the name under which they know it; by the path that it has."""
    files = [Read(FileLook(name, 0, 0, 0), each.result, "") for name, each in known.items()]
    files += [Read(FileLook(sheet, 0, 0, 0), None, "") for sheet in sheets]
    tracks: dict[str, Track] = {}
    for name, made in cut_files(root, files).items():
        track = known[name].result
        if isinstance(track, Track) and not made.parts:
            # What does not fit was told when it came.
            tracks.setdefault(known[name].file.path, msgspec.structs.replace(made.track, mended=track.mended))
    return tracks


def _sheets_of(db: Session, volume: Volume, songs: Sequence[int]) -> tuple[list[list[str]], list[dict[int, list[str]]]]:
    """The sheets of the songs' albums, release by release, and for each of these what its sheets may call songs."""
    albums = sorted({row.album_id for row in db.rows("albums_of_songs", ids=sorted(songs))}) if songs else []
    by_release: dict[int | None, list[Row]] = {}
    for row in db.rows("sidecars_of_albums", ids=albums) if albums else ():
        if row.volume_id == volume.id and suffix_of(os.fsdecode(row.path).rpartition("/")[2]) == "cue":
            by_release.setdefault(row.release_id, []).append(row)
    if not by_release:
        return [], []
    with_sheet = sorted({row.album_id for rows in by_release.values() for row in rows})
    names = DroppedNames(db, db.rows("songs_to_join", ids=with_sheet))
    sheets = [[os.fsdecode(row.path) for row in rows] for rows in by_release.values()]
    return sheets, [names.on(volume.id, release) for release in by_release]
