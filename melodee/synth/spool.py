"""Where the rows of a synthetic catalogue lie between being made and being copied: files of `copy`'s text format.

They are a kilobyte a song, so they are read in blocks, in the order of the pieces, and removed as soon as the server
has them.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

BLOCK = 1 << 20


class Spool:
    """A folder of rows, by table and piece; what belongs to no piece is piece 0 of its table."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, table: str, lines: Iterable[str], piece: int = 0) -> None:
        """Keeps the rows of one piece."""
        self._file(table, piece).write_bytes("".join(lines).encode())

    def read(self, table: str, pieces: Iterable[int] = (0,)) -> Iterator[bytes]:
        """The rows of these pieces, in blocks; each file is removed when it was read."""
        for piece in pieces:
            path = self._file(table, piece)
            if not path.exists():
                continue
            with path.open("rb") as file:
                while block := file.read(BLOCK):
                    yield block
            path.unlink()

    def size(self) -> int:
        """Bytes of all that is kept."""
        return sum(path.stat().st_size for path in self.folder.iterdir())

    def _file(self, table: str, piece: int) -> Path:
        return self.folder / f"{table}-{piece:05}.copy"
