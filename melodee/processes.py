"""Looking at the machine's processes, with the standard library alone: the guardian must start in no time.

A process that ended and that nobody has waited for is not alive: in a container whose first process reaps nothing, the
orphans of a killed parent stay for ever.
"""

import os
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

PROC = Path("/proc")
NICENESS = 10
"""Of what is done in the background: a tenth of what others get, as long as they want all."""

MARK = "MELODEE_UP"
"""The environment variable that tells the processes of one `melodee up`, and all that they start."""


def is_alive(pid: int) -> bool:
    """Whether a process runs; also for those of other users."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    stat = _stat(pid)
    return stat is None or stat[0] != "Z"


def group_is_alive(group: int) -> bool:
    """Whether any process of a process group runs."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    if not PROC.joinpath("self").exists():
        return True
    return any(stat[2] == str(group) and stat[0] != "Z" for stat in map(_stat, _pids()) if stat)


def send(group: int, signal: int) -> None:
    """Sends a signal to a process group, if there still is one."""
    # macOS says "not permitted" of a group in which there are only zombies.
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal)


def put_behind_others(pid: int) -> None:
    """Has a process, and what it starts, wait for those that listeners wait for, where processors are short.

    It goes as fast as ever on a machine that is idle otherwise. Where the system does not allow it, nothing changes.
    """
    with suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, pid, NICENESS)
    # Linux shares processors out among sessions first, and each of ours leads one. Users other than root are heard ten
    # times a second.
    with suppress(OSError):
        for _ in range(5):
            try:
                PROC.joinpath(str(pid), "autogroup").write_text(str(NICENESS))
            except BlockingIOError:
                time.sleep(0.05)
            else:
                break


def marked_groups(mark: str) -> set[int]:
    """The process groups of all processes whose environment has this `MELODEE_UP`: Linux only, else none.

    Finds what a process group misses: a child whose id was not noted yet, and what left its group.
    """
    wanted = f"{MARK}={mark}".encode()
    found: set[int] = set()
    for pid in _pids():
        try:
            environment = PROC.joinpath(str(pid), "environ").read_bytes()
            if wanted in environment.split(b"\0") and is_alive(pid):
                found.add(os.getpgid(pid))
        except OSError:  # It ended meanwhile, or is not ours.
            continue
    return found


def name(pid: int) -> str:
    """What the process is called, or an empty string."""
    try:
        return PROC.joinpath(str(pid), "comm").read_text("utf-8", "replace").strip()
    except OSError:
        return ""


def working_in(folder: Path) -> Iterator[int]:
    """The processes whose working directory this is: Linux only, else none."""
    place = os.path.realpath(folder)
    for pid in _pids():
        try:
            if str((PROC / str(pid) / "cwd").readlink()) == place and is_alive(pid):
                yield pid
        except OSError:
            continue


def _pids() -> Iterator[int]:
    try:
        entries = list(PROC.iterdir())
    except OSError:
        return
    yield from (int(entry.name) for entry in entries if entry.name.isdecimal())


def _stat(pid: int) -> list[str] | None:
    """State, parent and process group, and what follows; `None` when unknown."""
    try:
        # The name before it, in brackets, may hold anything.
        return PROC.joinpath(str(pid), "stat").read_text("utf-8", "replace").rpartition(")")[2].split()
    except OSError:
        return None
