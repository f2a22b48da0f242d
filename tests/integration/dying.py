"""Works on a batch as a run does, and is killed right after a step of the file protocol was done for the n-th time.

`python -m tests.integration.dying DATABASE_URL` reads lines `BATCH link|copy [STEP N]`, does each in a process of its
own and answers with how that ended, as `os.waitstatus_to_exitcode` has it; without a step it lives. With `copy` all
volumes seem to be on file systems of their own. Nothing is cleaned up: the process ends by SIGKILL, as it would when
memory runs out or somebody pulls the plug on it. It is forked from this one, which has imported all that it needs and
has neither threads nor connections.
"""

import os
import signal
import stat
import sys
import traceback
from collections.abc import Callable
from typing import Any

from melodee import journal, no_replace, transfer
from melodee.database import Database
from melodee.intake.discover import discover_batch
from melodee.intake.publish import publish_batch
from melodee.intake.stage import stage_batch
from tests.library import AT_ONCE

STEPS: dict[str, tuple[Any, str]] = {
    "copied": (transfer, "read_blocks"),
    "synced": (os, "fsync"),
    "verified": (journal, "copy_to_temporary"),
    "linked": (no_replace, "link"),
    "named": (journal, "publish"),
    "folder synced": (journal, "sync_folder_of"),
    "committed": (journal.Database, "begin"),
    "source removed": (journal, "remove_source"),
}
"""Where each step ends. `copied`: the bytes are written and not synced; `verified`: the source is as it was."""


def die_after(step: str, times: int) -> None:
    """Arranges for the death of this process."""
    owner, name = STEPS[step]
    done = getattr(owner, name)
    left = times

    def count() -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    if step == "committed":
        setattr(journal.Mover, "_finish", _before(journal.Mover._finish, count))  # noqa: B010 - as the others
        return

    def deadly(*given: Any, **named: Any) -> Any:
        result = done(*given, **named)
        if step != "synced" or stat.S_ISREG(os.fstat(given[0]).st_mode):
            count()
        return result

    setattr(owner, name, deadly)


def _before(function: Callable[..., Any], count: Callable[[], None]) -> Callable[..., Any]:
    def deadly(*given: Any) -> Any:
        if given[1]:
            count()
        return function(*given)

    return deadly


def refuse_links() -> None:
    """Lets no file be linked from one folder to another."""

    def refuse(source: Any, *_rest: Any, **_more: Any) -> None:
        raise journal.NotLinkable(path=source.full)

    setattr(journal, "link_to_temporary", refuse)  # noqa: B010 - as the others


def work(url: str, batch: str, way: str, step: str, times: str) -> None:
    """Runs the three steps of intake."""
    if way == "copy":
        refuse_links()
    if step:
        die_after(step, int(times))
    database = Database(url)
    discover_batch(database, batch, report=ignore, settings=AT_ONCE)
    stage_batch(database, batch, report=ignore, settings=AT_ONCE)
    publish_batch(database, batch, report=ignore)
    database.close()


def ignore(_said: str) -> None:
    """The parent's output is for how processes end."""


def main(url: str) -> None:
    """Answers each line until there are no more."""
    for line in sys.stdin:
        batch, way, step, times = [*line.rstrip("\n").split("\t"), "", ""][:4]
        child = os.fork()
        if child == 0:
            try:
                work(url, batch, way, step, times)
            except BaseException:  # noqa: BLE001 - it must not go on as its parent
                traceback.print_exc()
                os._exit(1)
            os._exit(0)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
