"""The torture corpus through a whole Melodee: two drops, and a collection in place that its owner changes."""

import hashlib
import os
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

from tests.corpus import (
    broken,
    broken_sidecars,
    damages,
    doubles,
    formats,
    late,
    names,
    numbering,
    releases,
    ruled,
    shelf,
    sidecars,
    tags,
)
from tests.corpus.expected import Corpus
from tests.integration.running import Instance, asked, wait_until
from tests.library import files_below

_PARTS = (formats, names, damages, broken, tags, numbering, releases, sidecars, broken_sidecars, ruled, doubles, late)

FIRST: dict[str, ModuleType] = {part.__name__.rpartition(".")[2]: part for part in _PARTS}
LATER: dict[str, ModuleType] = {"doubles later": doubles, "late later": late}
SHELF = "shelf"
NAMES = (*FIRST, *LATER, SHELF)

Look = Mapping[str, tuple[int, int, str]]
"""Inode, mtime in nanoseconds and SHA-256 by path; folders have no hash."""


@dataclass
class Run:
    """The corpus on its way through an instance, and what was seen of it."""

    instance: Instance
    made: Path
    """Where it is made before it is dropped; the collection in place stays there."""
    corpora: dict[str, Corpus] = field(default_factory=dict[str, Corpus])
    dropped: "Counter[str]" = field(default_factory=Counter[str])
    """SHA-256 of each file."""
    counts: list[dict[str, int]] = field(default_factory=list[dict[str, int]])
    """Files by state after each drop."""
    songs: list[dict[str, dict[str, Any]]] = field(default_factory=list[dict[str, dict[str, Any]]])
    """By title, as search3 tells of them after each drop."""
    looks: list[Look] = field(default_factory=list[Look])
    """At the collection in place: before and after it was catalogued, and before and after its scan."""
    scanned: dict[str, int] = field(default_factory=dict[str, int])
    """What the scan has found."""

    _albums: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])

    @property
    def shelf(self) -> Path:
        """The root of the collection in place."""
        return self.made / SHELF

    def expected_counts(self) -> dict[str, int]:
        """Files by state, as the tables have them."""
        counted: Counter[str] = Counter()
        for corpus in self.corpora.values():
            counted.update(corpus.counts())
        return {"seen": counted.total(), "pending": 0, "rejected": 0} | dict(counted)

    def album(self, number: str) -> dict[str, Any]:
        """What `getAlbum` says when all has come."""
        if number not in self._albums:
            self._albums[number] = self.instance.call("getAlbum", id=number)["album"]
        return self._albums[number]

    def make(self, name: str, part: ModuleType, *, later: bool = False) -> None:
        """Makes a part of the corpus, under titles that no other has."""
        titles = max((corpus.titles for corpus in self.corpora.values()), default=0)
        corpus = self.corpora[name] = Corpus(self.made / name, titles=titles)
        (part.add_later if later else part.add)(corpus)
        (self.made / name / "made").is_dir() and (self.made / name / "made").rmdir()

    def make_all(self) -> None:
        """Makes what is dropped first, and the collection in place."""
        for name, part in FIRST.items():
            self.make(name, part)
        self.make(SHELF, shelf)

    def first(self) -> None:
        """All of it is dropped, but for what comes later, and the collection in place is added."""
        (self.instance.data / "rules.toml").write_text(ruled.RULES)
        self.looks.append(look_at(self.shelf))
        self._drop(FIRST)
        self.instance.melodee("volume", "add", "Shelf", str(self.shelf), "--kind", "storage", "--in-place")
        self._settle()
        self.looks.append(look_at(self.shelf))

    def later(self) -> None:
        """The rest is dropped, while the collection in place is changed and scanned."""
        for name, part in LATER.items():
            self.make(name, part, later=True)
        shelf.change(self.corpora[SHELF])
        self.looks.append(look_at(self.shelf))
        self._drop(LATER)
        self.instance.melodee("volume", "scan", "Shelf", "--full")
        self._await_scan()
        self._settle()
        self.looks.append(look_at(self.shelf))
        self.dropped += hashes(self.shelf)

    def _drop(self, wanted: Mapping[str, object]) -> None:
        for name in wanted:
            self.dropped += hashes(self.made / name)
            shutil.move(self.made / name, self.instance.inbound / name)

    def _await_scan(self) -> None:
        def newest() -> tuple[Any, ...]:
            statement = "select state, numbers, message from volume_scan order by id desc limit 1"
            return asked(self.instance.database, statement)[0]

        wait_until(lambda: newest()[0] not in ("requested", "running"), 240, lambda: f"the scan; it is {newest()}")
        state, self.scanned, message = newest()
        assert state == "done", message

    def _settle(self) -> None:
        self.counts.append(self.instance.settled(self.expected_counts()["seen"], seconds=240))
        self.songs.append({song["title"]: song for song in self._all_songs()})

    def _all_songs(self) -> Iterator[dict[str, Any]]:
        offset = 0
        while found := self.instance.call(
            "search3", query="", songCount=500, songOffset=offset, albumCount=0, artistCount=0
        )["searchResult3"].get("song", []):
            yield from found
            offset += len(found)


def look_at(root: Path) -> Look:
    """Everything below a folder, and the folder."""
    found: dict[str, tuple[int, int, str]] = {}
    for path in (root, *root.rglob("*")):
        status = path.lstat()
        digest = "" if path.is_dir() else hashlib.sha256(path.read_bytes()).hexdigest()
        found[os.fspath(path)] = status.st_ino, status.st_mtime_ns, digest
    return found


def hashes(root: Path) -> "Counter[str]":
    """Of every regular file below a folder, but for the marks of volumes."""
    there = [path for path in files_below(root) if path.is_file() and not path.is_symlink()]
    return Counter(hashlib.sha256(path.read_bytes()).hexdigest() for path in there)
