"""What the sidecars of a batch say of its music, found out before releases are made of it."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from melodee.audio.formats import suffix_of
from melodee.errors import DependencyError, MelodeeError
from melodee.intake.read import Read
from melodee.sidecars.cutting import cut_files
from melodee.sidecars.m3u import Playlist, parse_m3u
from melodee.sidecars.reading import sidecar_bytes
from melodee.sidecars.verifying import Verified, verify
from melodee.volume_path import VolumePath


class Beside(NamedTuple):
    """The files of a batch as their cue sheets make them, and what lists of checksums say that is not so."""

    read: list[Read]
    wrong: Mapping[str, list[Verified]]
    """By the path of the list."""
    playlists: Mapping[str, tuple[bytes, Playlist]]
    """By the path of the file: its bytes, and what it holds."""


def beside_music(root: Path, read: Sequence[Read], *, checksums: bool, threads: int = 0) -> Beside:
    """Reads cue sheets and, if wanted, lists of checksums with all that they name. Raises `DependencyError`."""
    cuts = cut_files(root, read)
    cut_read = [
        each if (cut := cuts.get(each.file.path)) is None else each._replace(result=cut.track, parts=cut.parts)
        for each in read
    ]
    return Beside(cut_read, verify(root, cut_read, threads) if checksums else {}, _playlists(root, read))


def _playlists(root: Path, read: Sequence[Read]) -> dict[str, tuple[bytes, Playlist]]:
    """Those that can be read; what is wrong with the others is told of those that go with a release."""
    found: dict[str, tuple[bytes, Playlist]] = {}
    for each in read:
        if suffix_of(each.file.name) in ("m3u", "m3u8"):
            try:
                data = sidecar_bytes(VolumePath(root, each.file.path))
                found[each.file.path] = data, parse_m3u(data)
            except DependencyError:
                raise
            except MelodeeError:
                continue
    return found
