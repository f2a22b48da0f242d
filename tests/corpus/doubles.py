"""What is there twice: the same file, the same song, and the same name, in one drop and after it."""

import shutil
from typing import Any

from tests.corpus.expected import Corpus, Expected

_COPIED: dict[str, Any] = {"artist": "Copyist", "album": "Copied", "seed": 21}


def add(corpus: Corpus) -> None:
    """Of one drop."""
    corpus.song("Copied/1.mp3", {"album.songCount": 2}, title="Copied One", track=1, **_COPIED)
    corpus.song("Copied/2.mp3", {"album.songCount": 2}, title="Copied Two", track=2, **_COPIED)
    _copy(corpus, "Copied/1.mp3", "Copied/1_copy.mp3", "a copy beside the file")
    _copy(corpus, "Copied/2.mp3", "Second copy/of/2.mp3", "a copy in another folder")
    corpus.song("Other rip/1.mp3", state="failed", code="name_taken", damage="the same song from another source",
                **_COPIED | {"title": "Copied One", "track": 1, "seed": 22})  # fmt: skip
    # Without tags the file's name is the title, so that both have room.
    for name in ("b one", "b two"):
        corpus.song(f"Untagged/{name}.mp3", {"title": name}, findings=["duplicate_file"] if name == "b one" else [],
                    title="", album="Untagged", artist="Copyist", track=None, seed=23,
                    damage="the same bytes under two names")  # fmt: skip
    corpus.song("Case/a.mp3", title="Same Name", album="Case", artist="Copyist", seed=24)
    corpus.song("Case/b.mp3", state="failed", code="name_taken", title="SAME NAME", album="Case", artist="Copyist",
                seed=25, damage="titles that differ by case alone")  # fmt: skip


def _copy(corpus: Corpus, path: str, to: str, kind: str) -> None:
    """A copy that has no place beside the file."""
    corpus.expect(to, Expected("failed", "name_taken"), kind)
    (corpus.root / to).parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(corpus.root / path, corpus.root / to)


def add_later(corpus: Corpus) -> None:
    """Of a second drop, when those are published."""
    corpus.song("Again/1.mp3", state="failed", code="name_taken", title="Copied One", track=1, **_COPIED,
                damage="a copy of what is published")  # fmt: skip
    corpus.song("Again/b three.mp3", state="waiting", findings=["duplicate_of_published"], title="", track=None,
                album="Untagged", artist="Copyist", seed=23, damage="published bytes under another name")  # fmt: skip
