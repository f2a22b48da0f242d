"""A child for the supervisor to keep: `python standin.py FOLDER NAME [deaf] [grandchild] [leaver] [mute] [dies]`.

It appends its process id to FOLDER/NAME.pids, and so does its grandchild to FOLDER/NAME-grandchild.pids.
"""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path


def main(folder: Path, name: str, manners: set[str]) -> None:
    if "deaf" in manners:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if "dies" in manners:
        sys.exit("it cannot be helped")
    if manners & {"grandchild", "leaver"}:
        subprocess.Popen(
            [sys.executable, __file__, folder, f"{name}-grandchild", *({"deaf"} & manners)],
            start_new_session="leaver" in manners,  # It leaves the process group.
        )
    if "mute" not in manners:
        with (folder / f"{name}.pids").open("a") as file:
            file.write(f"{os.getpid()}\n")
    while True:
        time.sleep(60)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], set(sys.argv[3:]))
