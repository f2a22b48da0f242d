"""A library with a volume whose files stay where they are."""

from pathlib import Path

import pytest

from melodee.scan.notes import Numbers
from melodee.scan.scan import scan_volume
from melodee.volumes import Volume, add_volume
from tests.audio import make_song
from tests.intake.conftest import library
from tests.library import Library

__all__ = ["library"]


class Shelf:
    """A volume in place, and what scans make of it."""

    def __init__(self, library: Library, root: Path, volume: Volume) -> None:
        self.library, self.root, self.volume = library, root, volume

    def put(self, path: str, seed: int = 1, **tags: object) -> Path:
        tags = {"title": f"Song {seed}", "artist": "A", "album": "B", "track": seed} | tags
        return make_song(self.root / path, seed=seed, **tags)  # type: ignore[arg-type]

    def scan(self, *, full: bool = False, accept: bool = False) -> Numbers:
        """A scan, and all that it has planned."""
        numbers = scan_volume(
            self.library.database, self.volume.id, full=full, accept=accept, intake=self.library.settings
        )
        self.library.ingest()
        return numbers

    def songs(self) -> dict[str, int]:
        """Ids by path."""
        rows = self.library.query(f"select id, path from songs where volume_id = {self.volume.id}")
        return {bytes(row.path).decode("utf-8", "surrogateescape"): row.id for row in rows}


@pytest.fixture
def shelf(library: Library, tmp_path: Path) -> Shelf:
    # A name that the equation looks at too.
    root = tmp_path / "second"
    root.mkdir()
    return Shelf(library, root, add_volume(library.database, "Shelf", root, "storage", in_place=True))
