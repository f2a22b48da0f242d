"""Files of a batch with the rules applied, and the releases that a rule keeps out."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

from melodee.audio.track import Track
from melodee.intake.group import Draft, ReadFile
from melodee.rules.prepare import prepare
from melodee.rules.rule import Ignored, Rules


class Ruled(NamedTuple):
    """The files of a batch as releases are made of them."""

    files: list[ReadFile]
    ignored: dict[str, Ignored]
    """By path: the files whose release a rule keeps out. They are among `files`, to be grouped with their release."""


def ruled(files: Iterable[ReadFile], rules: Rules) -> Ruled:
    """Files with their tracks completed from their paths and put through the rules."""
    done = Ruled([], {})
    for file in files:
        if file.track is None:
            done.files.append(file)
            continue
        path = file.look.path

        def told(track: Track, path: str = path) -> Track:
            after = prepare(track, path, rules)
            if isinstance(after, Ignored):
                done.ignored.setdefault(path, after)
                return after.track
            return after

        done.files.append(replace(file, track=told(file.track), parts=[told(part) for part in file.parts]))
    return done


class KeptOut(NamedTuple):
    """A release that is not taken in."""

    draft: Draft
    path: str
    """Of the first file that the rule is about."""
    rule: str
    reason: str

    @property
    def message(self) -> str:
        """What an operator reads."""
        told = f"The rule {self.rule!r} keeps its release out of the library"
        return f"{told}: {self.reason}" if self.reason else f"{told}."


def kept_out(drafts: Sequence[Draft], ignored: dict[str, Ignored]) -> tuple[list[Draft], list[KeptOut]]:
    """The releases that are taken in, and those of which a rule ignores a file."""
    if not ignored:
        return list(drafts), []
    wanted: list[Draft] = []
    out: list[KeptOut] = []
    for draft in drafts:
        path = next((file.look.path for file in draft.files if file.look.path in ignored), None)
        if path is None:
            wanted.append(draft)
        else:
            out.append(KeptOut(draft, path, ignored[path].rule, ignored[path].reason))
    return wanted, out
