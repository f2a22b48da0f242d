"""What the rules would do to files, wherever they lie; nothing is changed anywhere."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec

from melodee.audio.formats import FileKind
from melodee.audio.track import Track
from melodee.errors import MelodeeError
from melodee.intake.look import FileLook, walk
from melodee.intake.read import read_files
from melodee.intake.reader import Problem
from melodee.rules.prepare import prepare
from melodee.rules.rule import Ignored, Rules
from melodee.text import display_path

_AT_ONCE = 1_000
"""Files that are read before their changes are told."""


class NothingThere(MelodeeError):
    """There is no such file or folder."""


class Difference(msgspec.Struct, frozen=True):
    """A field that has another value than in the file."""

    field: str
    before: Any
    after: Any
    by: list[str]
    """What changed it, in order: `path`, `rule:<name>`."""


class Preview(msgspec.Struct, frozen=True):
    """One file."""

    path: str
    """Relative to the root; one printable line."""
    changes: list[Difference] = []
    ignored_by: str = ""
    """The rule that keeps its release out."""
    reason: str = ""
    error: str = ""
    """Why the file could not be read."""


def preview(path: Path, root: Path, rules: Rules) -> Iterator[Preview]:
    """The music at or below `path`, in order; rules see it relative to `root`, as if that were its volume.

    Raises `NothingThere`. Links are not followed, and hidden files are passed over, as in intake.
    """
    try:
        entry = path.relative_to(root).as_posix()
    except ValueError:
        raise NothingThere(f"{path} does not lie below {root}.") from None
    if not path.exists():
        raise NothingThere(path=str(path))
    files = (
        file
        for look in walk(root, ["" if entry == "." else entry])
        for file in look.files
        if file.kind is FileKind.AUDIO
    )
    while some := list(islice(files, _AT_ONCE)):
        yield from _previews(root, some, rules)


def _previews(root: Path, files: list[FileLook], rules: Rules) -> Iterator[Preview]:
    for answer in read_files(root, files):
        file, result = answer[0], answer[1]
        shown = display_path(file.path)
        if isinstance(result, Problem):
            yield Preview(shown, error=result.message)
        elif result is not None:
            yield _compared(shown, prepare(result, file.path, rules))


def _compared(path: str, after: Track | Ignored) -> Preview:
    rule, reason, track = (after.rule, after.reason, after.track) if isinstance(after, Ignored) else ("", "", after)
    changes = [
        Difference(change.field, change.original, msgspec.to_builtins(getattr(track, change.field)), change.by)
        for change in track.changes
    ]
    return Preview(path, changes, rule, reason)
