"""The table of outcomes: for each file of the corpus its state at rest, and what the API is to say of a song."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from tests.audio import make_song

STATES = ("published", "failed", "ignored", "waiting")

Said = Mapping[str, Any]
"""Fields of a song as `getSong` has them, and `album.<field>` for those of its album by `getAlbum`."""


@dataclass(frozen=True)
class Expected:
    """What is to become of one file."""

    state: str
    """Of the ledger: published, failed, ignored or waiting. What is no regular file is `odd`, and none that is whole
    yet `unseen`: neither is in the ledger."""
    code: str = ""
    """Why it failed, was ignored, or is odd."""
    songs: tuple[Said, ...] = ()
    """What the API says of the songs in it; each has at least a title, which no other song of the corpus has."""
    findings: frozenset[str] = frozenset()
    """Codes of findings that name the file, or no file of its release, and of warnings. Others may be there."""
    changes: tuple[str, ...] = ()
    """What `melodee review show` says of values that a rule changed."""


@dataclass
class Corpus:
    """A folder that is filled file by file, and what is expected of each, by its path below that folder."""

    root: Path
    expected: dict[str, Expected] = field(default_factory=dict[str, Expected])
    titles: int = 0
    damages: set[str] = field(default_factory=set[str])
    """What is wrong with files, each kind once however many have it."""

    def title(self) -> str:
        """One that nothing else has."""
        self.titles += 1
        return f"Title {self.titles:04}"

    def song(
        self,
        path: str,
        says: Said | None = None,
        *,
        findings: Iterable[str] = (),
        state: str = "published",
        code: str = "",
        changes: Iterable[str] = (),
        damage: str = "",
        broken: Callable[[bytes], bytes] | None = None,
        **tags: Any,
    ) -> Path:
        """A tagged song that is published (or waits), under the title that its tags have unless `says` has another.

        `broken` makes of its bytes those that the file has.
        """
        tags.setdefault("title", self.title())
        said = {"title": tags["title"]} | dict(says or {})
        songs = (said,) if state == "published" else ()
        self.expect(path, Expected(state, code, songs, frozenset(findings), tuple(changes)), damage)
        made = make_song(self.root / path, **{"seconds": 0.5, "artist": "Torture", "track": 1} | tags)
        if broken is not None:
            made.write_bytes(broken(made.read_bytes()))
        return made

    def file(
        self,
        path: str,
        data: bytes,
        state: str = "published",
        code: str = "",
        *,
        findings: Iterable[str] = (),
        damage: str = "",
    ) -> Path:
        """Any other file, with its bytes."""
        self.expect(path, Expected(state, code, findings=frozenset(findings)), damage)
        place = self.root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
        return place

    def expect(self, path: str, expected: Expected, damage: str = "") -> None:
        """Notes what is expected of a file that the caller makes, and what is wrong with it."""
        assert path not in self.expected, f"{path} is there twice"
        self.expected[path] = expected
        if damage:
            self.damages.add(damage)

    def say(self, path: str, songs: Iterable[Said]) -> None:
        """The songs that a file has, where they are others than the one that it was made with."""
        self.expected[path] = replace(self.expected[path], songs=tuple(songs))

    def counts(self) -> dict[str, int]:
        """Files of the ledger by state."""
        counted: dict[str, int] = dict.fromkeys(STATES, 0)
        for expected in self.expected.values():
            if expected.state in counted:
                counted[expected.state] += 1
        return counted
