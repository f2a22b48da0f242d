"""The table of outcomes: for each file of the corpus its state at rest, and what the API is to say of a song."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.audio import make_song

Said = Mapping[str, Any]
"""Fields of a song as `getSong` has them, and `album.<field>` for those of its album by `getAlbum`."""


@dataclass(frozen=True)
class Expected:
    """What is to become of one file."""

    state: str
    """Of the ledger: published, failed, ignored or waiting."""
    code: str = ""
    """Why it failed or was ignored."""
    songs: tuple[Said, ...] = ()
    """What the API says of the songs in it; each has at least a title, which no other song of the corpus has."""
    findings: frozenset[str] = frozenset()
    """Codes of findings that name the file, or its release where it is the release's first. Others may be there."""


@dataclass
class Corpus:
    """A folder that is filled file by file, and what is expected of each, by its path below that folder."""

    root: Path
    expected: dict[str, Expected] = field(default_factory=dict[str, Expected])
    titles: int = 0

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
        **tags: Any,
    ) -> Path:
        """A tagged song that is published (or waits), under the title that its tags have unless `says` has another."""
        tags.setdefault("title", self.title())
        title = tags["title"]
        said = {"title": title} | dict(says or {})
        self.expect(path, Expected(state, songs=(said,), findings=frozenset(findings)))
        return make_song(self.root / path, **{"seconds": 0.5, "artist": "Torture", "track": 1} | tags)

    def file(self, path: str, data: bytes, state: str = "published", code: str = "") -> Path:
        """Any other file, with its bytes."""
        self.expect(path, Expected(state, code))
        place = self.root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
        return place

    def expect(self, path: str, expected: Expected) -> None:
        """Notes what is expected of a file that the caller makes."""
        assert path not in self.expected, f"{path} is there twice"
        self.expected[path] = expected

    def counts(self) -> dict[str, int]:
        """Files by state."""
        counted = dict.fromkeys(("published", "failed", "ignored", "waiting"), 0)
        for expected in self.expected.values():
            counted[expected.state] += 1
        return counted
