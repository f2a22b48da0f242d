"""What the sidecars of a batch say of its music, found out before releases are made of it."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from melodee.intake.read import Read
from melodee.sidecars.cutting import cut_files
from melodee.sidecars.verifying import Verified, verify


class Beside(NamedTuple):
    """The files of a batch as their cue sheets make them, and what lists of checksums say that is not so."""

    read: list[Read]
    wrong: Mapping[str, list[Verified]]
    """By the path of the list."""


def beside_music(root: Path, read: Sequence[Read], *, checksums: bool, threads: int = 0) -> Beside:
    """Reads cue sheets and, if wanted, lists of checksums with all that they name. Raises `DependencyError`."""
    cuts = cut_files(root, read)
    cut_read = [
        each if (cut := cuts.get(each.file.path)) is None else each._replace(result=cut.track, parts=cut.parts)
        for each in read
    ]
    return Beside(cut_read, verify(root, cut_read, threads) if checksums else {})
