"""Ends the children of a `melodee up` that was killed: `python -m melodee.guardian MARK`.

A killed process cannot tidy up, so this one does. It reads a pipe whose other end only `melodee up` holds, and through
which it learns of each child's process group. When the pipe ends, for whatever reason, it stops the groups that are
still there, and every process that carries the mark of that `up` in its environment: SIGTERM, after 4 s SIGKILL, and
PostgreSQL last, when its clients are gone. It also holds the instance's lock until then, so the next `up` waits.

Only the standard library: this runs beside Melodee all the time, and must never be the reason for anything.
"""

import json
import signal
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import IO

from melodee.processes import group_is_alive, marked_groups, send

GRACE = 4.0
"""Seconds that a child has from the first signal to SIGKILL."""

DEADLINE = 9.0
"""Seconds until all must be gone. PostgreSQL has what its clients leave of them, to write what is in memory; after that
it must do without, and recover at its next start."""


@dataclass(frozen=True)
class Group:
    """A child's process group, and how to stop it."""

    id: int
    stop: int = signal.SIGTERM
    kill: int = signal.SIGKILL
    """The signal for one that did not heed the first."""
    last: bool = False
    """Whether it is stopped after the others, which need it."""


def message(group: Group, *, alive: bool) -> bytes:
    """The line that tells the guardian of a group that began or ended."""
    fields = {"id": int(group.id), "stop": int(group.stop), "kill": int(group.kill), "last": group.last}
    return json.dumps({"alive": alive, **fields}).encode() + b"\n"


def follow(pipe: IO[bytes]) -> list[Group]:
    """Reads until the pipe ends; returns the groups that were still there."""
    groups: dict[int, Group] = {}
    for line in pipe:
        try:
            fields = json.loads(line)
        except ValueError:  # Half a line: its writer was killed.
            continue
        group = Group(fields["id"], fields["stop"], fields["kill"], fields["last"])
        if fields["alive"]:
            groups[group.id] = group
        else:
            groups.pop(group.id, None)
    return list(groups.values())


def end(groups: Iterable[Group], mark: str) -> None:
    """Ends the groups and whatever carries the mark; returns when they are gone."""
    began = time.monotonic()
    groups = list(groups)
    named = {group.id for group in groups}
    strays = [Group(stray) for stray in marked_groups(mark) - named]
    _end([group for group in groups if not group.last] + strays, GRACE)
    # What was being started while the others ended.
    _end([Group(stray) for stray in marked_groups(mark) - named], 0)
    _end([group for group in groups if group.last], began + DEADLINE - time.monotonic())


def _end(groups: list[Group], grace: float) -> None:
    for group in groups:
        send(group.id, group.stop)
    left = _wait(groups, grace)
    for group in left:
        send(group.id, group.kill)
    for group in _wait(left, 1.0):
        send(group.id, signal.SIGKILL)


def _wait(groups: list[Group], seconds: float) -> list[Group]:
    deadline = time.monotonic() + seconds
    while left := [group for group in groups if group_is_alive(group.id)]:
        if time.monotonic() > deadline:
            break
        time.sleep(0.05)
    return left


def main() -> None:
    """Waits for the end of `melodee up`, and ends what it left."""
    # What stops `up` is also sent to us, by a terminal or by systemd; but we end after it.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    end(follow(sys.stdin.buffer), mark=sys.argv[1])


if __name__ == "__main__":
    main()
