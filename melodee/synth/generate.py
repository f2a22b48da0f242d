"""Makes all rows of a synthetic catalogue, in as many processes as there are processors."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import msgspec

from melodee.errors import MelodeeError
from melodee.synth.album import Recording
from melodee.synth.counted import write_counted
from melodee.synth.maker import ORDER, TALLY, Order
from melodee.synth.shape import Shape
from melodee.synth.spool import Spool
from melodee.synth.tally import Tally
from melodee.synth.world import Artists, make_world


class MakerFailed(MelodeeError):
    """A process that makes a synthetic catalogue has died."""

    code = "maker_failed"


class Made(NamedTuple):
    """What is known of a catalogue whose rows lie in a spool."""

    artists: Artists
    tally: Tally


def generate(
    folder: Path, shape: Shape, volumes: list[int], recordings: list[Recording], progress: Callable[[int], object]
) -> Made:
    """Leaves the rows as a spool in the folder.

    `progress` is told how many songs were made since it was told last. Raises `MakerFailed`.
    """
    (folder / ORDER).write_bytes(msgspec.json.encode(Order(shape, volumes, recordings)))
    artists = make_world(folder, shape)
    parts = min(os.cpu_count() or 1, 8)
    # -P: what lies in the working directory must not be imported in place of our own modules.
    command = [sys.executable, "-P", "-m", "melodee.synth.maker", str(folder)]
    makers = [
        subprocess.Popen([*command, str(part), str(parts)], stdout=subprocess.PIPE, text=True) for part in range(parts)
    ]
    try:
        listeners = [threading.Thread(target=_listen, args=(maker, progress)) for maker in makers]
        for listener in listeners:
            listener.start()
        for listener in listeners:
            listener.join()
        if any(maker.wait() for maker in makers):
            raise MakerFailed
    finally:
        for maker in makers:
            maker.kill()
            maker.wait()
    tally = Tally(shape.artists)
    for part in range(parts):
        tally.merge(Tally.read(folder / TALLY.format(part)))
    write_counted(Spool(folder), shape, volumes, artists, tally)
    return Made(artists, tally)


def _listen(maker: "subprocess.Popen[str]", progress: Callable[[int], object]) -> None:
    assert maker.stdout is not None  # noqa: S101 - it is a pipe
    with maker.stdout as lines:
        for line in lines:
            progress(int(line))
