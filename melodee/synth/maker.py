"""A process that makes its share of a synthetic catalogue's pieces: `python -m melodee.synth.maker FOLDER PART PARTS`.

It reads what `melodee.synth.generate` left in the folder, writes the rows beside it, prints a line for each piece, and
leaves what it counted. Not multiprocessing: that would import the main module of its parent.
"""

import sys
from pathlib import Path

import msgspec

from melodee.synth.album import Recording, Setting
from melodee.synth.piece import PieceMaker
from melodee.synth.shape import Shape
from melodee.synth.spool import Spool
from melodee.synth.world import read_artists, read_heads, read_words

ORDER = "order.json"
TALLY = "tally-{}"


class Order(msgspec.Struct):
    """What is to be made."""

    shape: Shape
    volumes: list[int]
    recordings: list[Recording]


def main() -> None:
    """Makes the pieces of one part."""
    folder, part, parts = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    order = msgspec.json.decode((folder / ORDER).read_bytes(), type=Order)
    setting = Setting(order.shape, order.volumes, read_words(folder), read_artists(folder), order.recordings)
    spool, maker = Spool(folder), PieceMaker(setting)
    for piece in order.shape.pieces():
        if piece.number % parts == part:
            for table, lines in maker.make(piece, read_heads(folder, piece)).items():
                spool.write(table, lines, piece.number)
            sys.stdout.write(f"{piece.songs}\n")
            sys.stdout.flush()
    maker.tally.write(folder / TALLY.format(part))


if __name__ == "__main__":
    main()
