"""Cue sheets put to use: the files of a batch that they cut into tracks, before releases are made of them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import msgspec

from melodee.audio.formats import suffix_of
from melodee.audio.track import Mend, Track
from melodee.errors import DependencyError, MelodeeError
from melodee.intake.group import ReadFile
from melodee.intake.look import parent
from melodee.sidecars.cue import CueSheet, parse_cue, parse_cue_text
from melodee.sidecars.cue_tracks import cut, filled
from melodee.sidecars.reading import sidecar_bytes
from melodee.sidecars.references import Files, same, stem_of
from melodee.volume_path import VolumePath


class _Sheet(NamedTuple):
    """A cue sheet and where it lies."""

    path: str
    sheet: CueSheet


def with_cue_sheets(root: Path, files: Sequence[ReadFile], embedded: Mapping[str, str]) -> list[ReadFile]:
    """The files, those cut that a cue sheet beside or inside them cuts; `embedded` are sheets in tags, by path.

    A sheet that cannot be used is noted on the files of its folder that it may have meant. One beside the file goes
    before the one inside. Raises `DependencyError` when the volume is away.
    """
    music = {file.look.path: file for file in files if file.track is not None}
    if not music or not (embedded or any(_is_cue(file) for file in files)):
        return list(files)
    names = Files(music)
    for path in sorted(file.look.path for file in files if _is_cue(file)):
        try:
            sheet = parse_cue(sidecar_bytes(VolumePath(root, path)))
        except DependencyError:
            raise
        except MelodeeError as error:
            _complain(music, path, error)
            continue
        _apply(music, names, _Sheet(path, sheet))
    for path, text in embedded.items():
        if path in music and not music[path].parts:
            _apply_embedded(music, path, text)
    return [music.get(file.look.path, file) for file in files]


def _is_cue(file: ReadFile) -> bool:
    return file.track is None and suffix_of(file.look.name) == "cue"


def _track(file: ReadFile) -> Track:
    assert file.track is not None  # noqa: S101 - only music is in the table
    return file.track


def _apply(music: dict[str, ReadFile], names: Files, found: _Sheet) -> None:
    """Cuts the files that the sheet means, or fills in what their tags leave out."""
    folder = parent(found.path)
    sheet = found.sheet
    unmatched: list[int] = []
    for number, reference in enumerate(sheet.files):
        tracks = sheet.tracks_of(number)
        path = names.find(reference, folder) or names.find_stem(reference, folder)
        if path is None and len(sheet.files) == 1 and len(tracks) > 1:
            path = names.find_stem(found.path.rpartition("/")[2], folder)
        if path is None:
            unmatched += [number] if len(tracks) > 1 else []
        elif not music[path].parts and tracks:
            _use(music, path, sheet, number)
    # One image of several, or none: who split the image into files and kept its sheet knows what is missing.
    beside = [path for path in music if parent(path) == folder]
    if unmatched and len(beside) == 1:
        named = sheet.files[unmatched[0]]
        _note(music, beside[0], "unused_cue", f"Its cue sheet is for {named[:200]!r}, which is not there.")


def _use(music: dict[str, ReadFile], path: str, sheet: CueSheet, number: int) -> None:
    tracks = sheet.tracks_of(number)
    file = music[path]
    if len(tracks) == 1:
        music[path] = replace(file, track=filled(_track(file), sheet, tracks[0]))
        return
    whole, parts = cut(_track(file), sheet, number)
    music[path] = replace(file, track=whole, parts=parts)


def _apply_embedded(music: dict[str, ReadFile], path: str, text: str) -> None:
    try:
        sheet = parse_cue_text(text)
    except MelodeeError as error:
        _note(music, path, "unreadable_sidecar", f"The cue sheet in its tags: {error.sentence}")
        return
    # Whatever name it has for its file: it is inside this one.
    if len({track.file for track in sheet.tracks}) == 1 and len(sheet.tracks_of(sheet.tracks[0].file)) > 1:
        _use(music, path, sheet, sheet.tracks[0].file)


def _complain(music: dict[str, ReadFile], path: str, error: MelodeeError) -> None:
    """Notes a sheet that cannot be read on the file of its name, else on the only one beside it."""
    beside = [each for each in music if parent(each) == parent(path)]
    named = [each for each in beside if same(stem_of(each)) == same(stem_of(path))]
    for each in named[:1] or (beside if len(beside) == 1 else []):
        _note(music, each, error.code, f"The cue sheet beside it: {error.sentence}")


def _note(music: dict[str, ReadFile], path: str, code: str, message: str) -> None:
    file = music[path]
    track = _track(file)
    noted = msgspec.structs.replace(track, mended=[*track.mended, Mend(code, "", message)])
    music[path] = replace(file, track=noted)
