"""The mark of a volume: a hidden file that tells its file system from the empty folder where it is to be mounted.

Without it, files would be published onto the disk below, where the mounted volume then hides them.
"""

import os
from pathlib import Path

MARKER = ".melodee-volume"


def mark(root: Path, token: str) -> None:
    """Puts the mark into a volume's root; raises `OSError`."""
    temporary = root / f"{MARKER}.tmp"
    with temporary.open("w") as file:
        file.write(f"{token}\n")
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(root / MARKER)


def is_marked(root: Path, token: str) -> bool:
    """Whether the volume that has this mark is what the folder shows."""
    try:
        return (root / MARKER).read_text().strip() == token
    except (OSError, ValueError):
        return False
