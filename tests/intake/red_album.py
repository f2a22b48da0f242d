"""An album to which pictures, lyrics and notes come late, and what became of them."""

import os
from pathlib import Path

from melodee.volume_marker import MARKER
from tests.library import Library

COVER = "select c.width from albums as a join cover as c on c.id = a.cover_id where a.name = 'Red'"


def drop_album(library: Library, folder: str = "Ann - Red", numbers: tuple[int, ...] = (1, 2), **tags: object) -> None:
    for number in numbers:
        given: dict[str, object] = {
            "title": f"Song {number}", "artist": "Ann", "album": "Red", "track": number, "seed": number, "date": "1999",
        }  # fmt: skip
        library.drop(f"{folder}/{number:02} Song {number}.mp3", **(given | tags))


def put(root: Path, name: str, content: bytes | str) -> Path:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def widths(library: Library, query: str = COVER) -> list[int]:
    return [row.width for row in library.query(query)]


def ignored(library: Library) -> list[tuple[str, str]]:
    rows = library.query("select path, reason from files where state = 'ignored' order by path")
    return [(os.fsdecode(bytes(row.path)), row.reason) for row in rows]


def in_storage(library: Library) -> list[str]:
    below = [path.relative_to(library.storage) for path in library.storage.rglob("*") if path.is_file()]
    return sorted("/".join(path.parts[4:]) for path in below if path.name != MARKER)
