"""A small library whose first leaf is worked on."""

import os
from dataclasses import dataclass, field
from pathlib import Path

from mutagen.flac import FLAC

from melodee.database import Row
from melodee.leaf_work.progress import Progress
from melodee.leaf_work.work import Step, Work, work_on_leaf
from melodee.rules.load import rules_from
from melodee.rules.rule import Rules
from tests.library import Library


@dataclass
class Shelf:
    """The library, and what was reported of work on it."""

    library: Library
    lines: list[str] = field(default_factory=list[str])

    def work(self, work: Work, leaf: int = 1) -> Progress:
        return work_on_leaf(self.library.database, work, leaf, report=self.lines.append)

    def song(self, title: str) -> Row:
        (found,) = [song for song in self.library.songs() if song.title == title]
        return found

    def path(self, title: str) -> Path:
        return self.library.storage / os.fsdecode(self.song(title).path)

    def album(self, name: str) -> Row:
        (found,) = self.library.query(f"select * from albums where name = '{name}'")
        return found

    def pass_of(self, asset: str) -> Row:
        (found,) = self.library.query(f"select * from leaf_work where asset = '{asset}'")
        return found

    def failures(self) -> list[tuple[str, str, str]]:
        return [
            (row.stage, row.code, os.fsdecode(row.path).rpartition("/")[2])
            for row in self.library.query("select * from ingest_failure order by stage, path")
        ]


def rules(text: str = "") -> Rules:
    """The shipped rules and these."""
    return rules_from(text)


def retag(path: Path, **values: str) -> None:
    """Gives a FLAC file other tags."""
    file = FLAC(path)
    file.update({name: [value] for name, value in values.items()})  # pyright: ignore[reportUnknownMemberType]
    file.save()


@dataclass
class Counting:
    """Work that notes which items it was given, and may be stopped in the middle."""

    steps: list[int]
    stop_after: int | None = None
    inputs: str = "one"
    asset: str = "leaf_counting"
    unit: str = "songs"
    seen: list[int] = field(default_factory=list[int])

    def total(self, start: int, end: int) -> int:
        return len([number for number in self.steps if start <= number < end])

    def step(self, after: int, end: int) -> Step | None:
        if self.stop_after is not None and len(self.seen) == self.stop_after:
            raise KeyboardInterrupt
        number = next((number for number in self.steps if after < number < end), None)
        if number is None:
            return None
        self.seen.append(number)
        return Step(number, 1, changed=1, counts={"odd": number % 2})
