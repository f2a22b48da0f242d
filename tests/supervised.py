"""Runs the supervisor over stand-ins: `python supervised.py FOLDER NAME[:MANNER,…] …`, until it is told to stop.

It says READY when all answer. It ends as `melodee up` does: 0 when told to stop, 1 with the reason on stderr.
"""

import fcntl
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import IO

from melodee.errors import MelodeeError
from melodee.signals import Signals, StopAsked
from melodee.supervisor import Child, Process, Supervisor, spawn

STANDIN = Path(__file__).with_name("standin.py")


def pids(folder: Path, name: str) -> list[int]:
    """All process ids that a stand-in has had."""
    file = folder / f"{name}.pids"
    return [int(line) for line in file.read_text().split()] if file.exists() else []


def child(folder: Path, description: str, mark: str) -> Child:
    name, _, manners = description.partition(":")

    def start(log: IO[bytes]) -> Process:
        command = [sys.executable, STANDIN, folder, name, *filter(None, manners.split(","))]
        return spawn(command, log, environment=dict(os.environ), folder=folder, mark=mark)

    return Child(
        name=name,
        title=f"the {name}",
        start=start,
        answers=lambda process: process.pid in pids(folder, name),
        patience=2,
        grace=1,
        needs=() if name == "database" else ("database",),
        last=name == "database",
    )


def say(text: str) -> None:
    print(text, flush=True)


def main(folder: Path, descriptions: list[str], tell: Callable[[str], None] = say) -> None:
    mark = f"test-{os.getpid()}"
    lock = os.open(folder / "lock", os.O_RDWR | os.O_CREAT)
    fcntl.flock(lock, fcntl.LOCK_EX)
    with Signals() as signals:
        try:
            with Supervisor(folder, signals, tell, mark=mark, keep_open=[lock]) as supervisor:
                for description in descriptions:
                    supervisor.start(child(folder, description, mark))
                supervisor.wait_for_answers()
                tell("READY")
                supervisor.run()
        except StopAsked:
            pass


if __name__ == "__main__":
    try:
        main(Path(sys.argv[1]), sys.argv[2:])
    except MelodeeError as error:
        sys.exit(f"{error}")
