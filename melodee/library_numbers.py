"""The library in numbers: files by state, and what the catalogue holds."""

from dataclasses import dataclass

from melodee.database import Session
from melodee.ledger import STATES


@dataclass(frozen=True)
class LibraryNumbers:
    """As of one moment."""

    files: dict[str, int]
    """Each state of the ledger with its number of files."""
    songs: int
    albums: int
    artists: int

    @property
    def seen(self) -> int:
        """All files: every one has exactly one state."""
        return sum(self.files.values())

    @property
    def settled(self) -> int:
        """Files that are not on their way."""
        return self.seen - self.files["pending"]


def library_numbers(db: Session) -> LibraryNumbers:
    """Reads a few rows of counters, however large the library is."""
    row = db.one("library_numbers")
    if row is None:
        return LibraryNumbers(dict.fromkeys(STATES, 0), 0, 0, 0)
    return LibraryNumbers({state: row.files.get(state, 0) for state in STATES}, row.songs, row.albums, row.artists)
