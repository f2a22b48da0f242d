"""What this machine, or the container that we are in, has to give."""

import os
from pathlib import Path


def machine_memory() -> int:
    """Bytes of memory."""
    limits = [os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")]
    for file in ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"):
        try:
            limits.append(int(Path(file).read_text("ascii")))
        except (OSError, ValueError):  # There is no such limit, or it is "max".
            continue
    return min(limits)


def processors() -> int:
    """Processors that may be used; of a container's share, whole ones, and one at least."""
    here = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    try:
        share, period = Path("/sys/fs/cgroup/cpu.max").read_text("ascii").split()
        return max(min(here, int(share) // int(period)), 1)
    except (OSError, ValueError):  # There is no such limit, or it is "max".
        return here
