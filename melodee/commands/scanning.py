"""`melodee volume scan`: asks for scans of storage volumes, and follows them."""

import sys
import time
from collections.abc import Callable, Sequence

import click

from melodee.commands.ingest import INTERRUPTED, PATIENCE
from melodee.commands.options import data_option, option
from melodee.database import Database
from melodee.errors import MelodeeError
from melodee.reach import open_database, reach
from melodee.scan.requests import ScanState, ask_for_scan, scan_state, volumes_to_scan
from melodee.settings import DataDirectory
from melodee.text import count

_LOOK_EVERY = 0.5


class ScanNotTakenUp(MelodeeError):
    """No run has begun the scan yet: Dagster's scan sensor seems to be off, or all runs that may go on are busy."""

    code = "scan_not_taken_up"


@click.command("scan")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@option(
    "--full", "volume_scan", is_flag=True, help="Look at every file's times, not only into folders that have changed."
)
@option("--accept", "volume_scan", is_flag=True, help="It is right that a large part of a volume's files is gone.")
@option("--wait", is_flag=True, help="Follow the scans until they are done, and sum up.")
@data_option
def scan(names: tuple[str, ...], full: bool, accept: bool, wait: bool, data: DataDirectory) -> None:
    """Compare storage volumes with the catalogue: those called NAME, or all.

    Finds what others have added, tagged, moved or taken away there. Every volume is scanned once a day by itself.
    """
    with open_database(reach(data)) as database:
        wanted = volumes_to_scan(database, names)
        requests = {
            volume.name: ask_for_scan(database, volume.id, "melodee volume scan", full=full, accept=accept)
            for volume in wanted
        }
        click.echo(f"Asked for a scan of {count(len(requests), 'volume')}.")
        if not wait:
            return
        try:
            ended = _follow(database, list(requests.values()))
        except KeyboardInterrupt:
            click.echo("The scan goes on.", err=True)
            sys.exit(INTERRUPTED)
        for name, state in zip(requests, ended, strict=True):
            click.echo(f"{name}: {_summary(state)}")
        if any(state.state != "done" for state in ended):
            sys.exit(1)


def _follow(
    database: Database, requests: Sequence[int], pause: Callable[[float], object] = time.sleep
) -> list[ScanState]:
    """Waits until all are over. Raises `ScanNotTakenUp`."""
    began = time.monotonic()
    while True:
        states = [scan_state(database, request) for request in requests]
        if all(state.over for state in states):
            return states
        if all(state.state == "requested" for state in states) and time.monotonic() - began > PATIENCE:
            raise ScanNotTakenUp("It stays asked for; 'melodee doctor' looks at the sensors.")
        pause(_LOOK_EVERY)


def _summary(state: ScanState) -> str:
    if state.state != "done":
        return f"{state.state}. {state.message or ''}".strip()
    numbers = state.numbers
    found = ", ".join(f"{numbers[name]} {name}" for name in ("new", "changed", "moved", "vanished"))
    return f"{found} in {count(numbers['folders'], 'folder')}, {numbers['seconds']:.1f} s"
