"""What one scan has found so far: in memory some thousands of folders at a time, the rest in the database.

A volume may hold millions of files, of which few are new or gone as a rule; a scan that is cut off leaves its notes for
the next one to clear.
"""

import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import NamedTuple

from melodee.database import Row, Session


class Seen(NamedTuple):
    """A folder as the scan found it."""

    path: str
    modified_ns: int | None
    """None: it is gone. 0: it must be listed again next time, for it was changing."""
    is_mount: bool
    fresh: int
    """New files in it."""


@dataclass
class Numbers:
    """What a scan did, for people."""

    folders: int = 0
    """Looked at: their times, in a quick scan."""
    listed: int = 0
    files: int = 0
    """In the folders that were listed."""
    new: int = 0
    changed: int = 0
    retagged: int = 0
    """Songs told anew, because their tags had changed."""
    moved: int = 0
    vanished: int = 0
    unreadable: int = 0
    """Folders that could not be read: what is in them is left as it was."""
    batches: int = 0
    seconds: float = 0.0

    def as_metadata(self) -> dict[str, int | float | str]:
        """The metadata of the scan's materialisation."""
        return {**asdict(self), "seconds": round(self.seconds, 3)}


@dataclass
class Notes:
    """A scan's notes."""

    scan: int
    volume: int
    numbers: Numbers = field(default_factory=Numbers)

    def note_folders(self, db: Session, folders: Sequence[Seen]) -> None:
        """Notes how folders looked."""
        db.run(
            "note_scanned_folders",
            scan=self.scan,
            paths=[os.fsencode(folder.path) for folder in folders],
            modified=[folder.modified_ns for folder in folders],
            mounts=[folder.is_mount for folder in folders],
            fresh=[folder.fresh for folder in folders],
        )

    def note_missing(self, db: Session, rows: Sequence[Row]) -> None:
        """Notes files of the ledger that were not found."""
        if rows:
            db.run(
                "note_missing",
                scan=self.scan,
                hashes=[row.path_hash for row in rows],
                sizes=[row.size_bytes for row in rows],
                samples=[row.sample_hash for row in rows],
            )
