"""Cue sheets put to use: the files of a batch that they cut into tracks, before releases are made of them."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec

from melodee.audio.formats import suffix_of
from melodee.audio.track import Mend, Track
from melodee.errors import DependencyError, MelodeeError
from melodee.findings.codes import sidecar_code
from melodee.intake.look import parent
from melodee.intake.read import Read
from melodee.sidecars.cue import CueSheet, parse_cue, parse_cue_text
from melodee.sidecars.cue_tracks import Cut, cut, filled
from melodee.sidecars.reading import sidecar_bytes
from melodee.sidecars.references import Files, same, stem_of
from melodee.volume_path import VolumePath


class _Sheet(NamedTuple):
    """A cue sheet and where it lies."""

    path: str
    sheet: CueSheet


def cut_files(root: Path, read: Sequence[Read]) -> dict[str, Cut]:
    """What cue sheets make of the files that were read, by path; files without one are left out.

    A sheet that cannot be used is noted on the file that it may have meant. One beside the file goes before the one
    inside. Raises `DependencyError` when the volume is away.
    """
    sheets = sorted(each.file.path for each in read if suffix_of(each.file.name) == "cue")
    embedded = {each.file.path: each.cue_sheet for each in read if each.cue_sheet}
    if not sheets and not embedded:
        return {}
    cutter = _Cutter({each.file.path: each.result for each in read if isinstance(each.result, Track)})
    for path in sheets:
        try:
            sheet = parse_cue(sidecar_bytes(VolumePath(root, path)))
        except DependencyError:
            raise
        except MelodeeError as error:
            cutter.complain(path, error)
        else:
            cutter.apply(_Sheet(path, sheet))
    for path, text in embedded.items():
        cutter.apply_embedded(path, text)
    return cutter.cuts


class _Cutter:
    """The files of a batch, and what sheets have made of them so far."""

    def __init__(self, tracks: Mapping[str, Track]) -> None:
        self._tracks = tracks
        self._names = Files(tracks)
        self._beside: dict[str, list[str]] = {}
        for path in tracks:
            self._beside.setdefault(parent(path), []).append(path)
        self.cuts: dict[str, Cut] = {}

    def apply(self, found: _Sheet) -> None:
        """Cuts the files that the sheet means, or fills in what their tags leave out."""
        folder = parent(found.path)
        sheet = found.sheet
        unmatched: list[str] = []
        for number, reference in enumerate(sheet.files):
            tracks = sheet.tracks_of(number)
            path = self._names.find(reference, folder) or self._names.find_stem(reference, folder)
            if path is None and len(sheet.files) == 1 and len(tracks) > 1:
                # The image was renamed and its sheet with it.
                path = self._names.find_stem(found.path.rpartition("/")[2], folder)
            if path is None:
                unmatched += [reference] if len(tracks) > 1 else []
            elif tracks and not self._now(path).parts:
                self._use(path, sheet, number)
        beside = self._beside.get(folder, [])
        if unmatched and len(beside) == 1 and not self._now(beside[0]).parts:
            self._note(beside[0], "unused_cue", f"Its cue sheet is for {unmatched[0][:200]!r}, which is not there.")

    def apply_embedded(self, path: str, text: str) -> None:
        """Cuts a file by the sheet in its tags, whatever name that has for it."""
        if path not in self._tracks or self._now(path).parts:
            return
        try:
            sheet = parse_cue_text(text)
        except MelodeeError as error:
            self._note(path, sidecar_code(error.code), f"The cue sheet in its tags: {error.sentence}")
            return
        numbers = {track.file for track in sheet.tracks}
        if len(numbers) == 1 and len(sheet.tracks_of(number := numbers.pop())) > 1:
            self._use(path, sheet, number)

    def complain(self, path: str, error: MelodeeError) -> None:
        """Notes a sheet that cannot be read on the file of its name, else on the only one beside it."""
        beside = self._beside.get(parent(path), [])
        named = [each for each in beside if same(stem_of(each)) == same(stem_of(path))]
        for each in named[:1] or (beside if len(beside) == 1 else []):
            self._note(each, sidecar_code(error.code), f"The cue sheet beside it: {error.sentence}")

    def _now(self, path: str) -> Cut:
        return self.cuts.get(path) or Cut(self._tracks[path], [])

    def _use(self, path: str, sheet: CueSheet, number: int) -> None:
        track, tracks = self._now(path).track, sheet.tracks_of(number)
        whole = Cut(filled(track, sheet, tracks[0]), []) if len(tracks) == 1 else cut(track, sheet, number)
        self.cuts[path] = whole

    def _note(self, path: str, code: str, message: str) -> None:
        track, parts = self._now(path)
        noted = msgspec.structs.replace(track, mended=[*track.mended, Mend(code, "", message)])
        self.cuts[path] = Cut(noted, parts)
