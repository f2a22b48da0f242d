"""`melodee ingest`: asks for a scan of the inbound volumes, and follows it."""

import sys
import time
from collections.abc import Callable
from pathlib import Path

import click

from melodee.commands.options import data_option, option
from melodee.database import Database
from melodee.errors import MelodeeError
from melodee.intake.backfill import Planned, plan_library
from melodee.library_numbers import LibraryNumbers, library_numbers
from melodee.reach import Reached, open_database, reach
from melodee.scan_request import ScanProgress, ask_for_scan, scan_failures, scan_progress
from melodee.settings import DataDirectory
from melodee.text import count

PATIENCE = 60.0
"""Seconds without any change after which something seems to be off."""

INTERRUPTED = 130
"""What shells expect of a command that was ended by Ctrl-C."""

_LOOK_EVERY = 0.5
_BAR = 30


class NotTakenUp(MelodeeError):
    """Nobody has taken up the request to scan: Dagster's inbound sensor seems to be off."""

    code = "not_taken_up"


@click.command("ingest")
@option("--wait", is_flag=True, help="Follow the scan until all that it found is dealt with, and sum up.")
@option(
    "--plan",
    "ingest",
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="Make batches of a large library, and hold them until they are launched from Dagster's page or by night.",
)
@data_option
def command(data: DataDirectory, wait: bool, plan: Path | None) -> None:
    """Ask for a scan of the inbound volumes.

    Melodee sees by itself what is dropped there; this looks at everything at once, and tries again what failed or was
    ignored before. Files that fail do not make this command fail: the summary counts them, and 'melodee failures list'
    says why. Ctrl-C ends the waiting, not the scan.

    With --plan, a large library at PATH, on an inbound volume or on a storage volume in place, becomes batches that
    wait: launch them as one backfill from Dagster's page, or switch the schedule nightly_backfill on. Cut off, the plan
    goes on where it was when the command is run again.
    """
    reached = reach(data)
    if plan is not None:
        if wait:
            raise click.UsageError("--wait follows a scan, and --plan asks for none")
        with open_database(reached) as database:
            _plan(database, plan.expanduser().absolute(), reached)
        return
    with open_database(reached) as database:
        with database.begin() as db:
            before = library_numbers(db)
        request = ask_for_scan(database, "melodee ingest")
        click.echo("Asked for a scan of the inbound volumes.")
        if not wait:
            return
        began = time.monotonic()
        try:
            after = _follow(database, request, reached)
        except KeyboardInterrupt:
            click.echo("The scan goes on; 'melodee status' shows how far it is.", err=True)
            sys.exit(INTERRUPTED)
        _sum_up(before, after, scan_failures(database, request), time.monotonic() - began)


def _plan(database: Database, path: Path, reached: Reached) -> None:
    line = _Line(sys.stdout.isatty())
    began = time.monotonic()

    def show(planned: Planned) -> None:
        line.say(f"{planned.folders:,} folders with {planned.files:,} files, {planned.batches:,} batches")

    try:
        planned = plan_library(database, path, report=show)
    finally:
        line.clear()
    if not planned.folders:
        click.echo("Nothing lies there.")
        return
    click.echo(
        f"{'Went on: ' if planned.resumed else ''}{count(planned.folders, 'folder')} of {planned.volume} with "
        f"{count(planned.files, 'file')} are {count(planned.batches, 'batch', 'batches')} now, which are held "
        f"({time.monotonic() - began:.1f} s)."
    )
    where = f" at {reached.running.dagster_url}" if reached.running else ""
    click.echo(
        f"Launch them as one backfill from the asset discovered_releases on Dagster's page{where}, or switch the "
        "schedule nightly_backfill on there."
    )


def _follow(
    database: Database, request: int, reached: Reached, pause: Callable[[float], object] = time.sleep
) -> ScanProgress:
    """Waits until the request is done; shows a bar in a terminal. Raises `NotTakenUp`."""
    line = _Line(sys.stdout.isatty())
    last: ScanProgress | None = None
    # Files that were settled when it was least: what failed before and is tried again leaves that number at first.
    settled = sys.maxsize
    changed, complained = time.monotonic(), False
    try:
        while True:
            progress = scan_progress(database, request)
            settled = min(settled, progress.library.settled)
            if progress.done:
                return progress
            if progress != last:
                last, changed = progress, time.monotonic()
            elif time.monotonic() - changed > PATIENCE and not complained:
                if not progress.taken_up:
                    raise NotTakenUp(_where_to_look(reached))
                complained = True
                line.clear()
                click.echo(f"Nothing has changed for {PATIENCE:g} s. {_where_to_look(reached)}.", err=True)
            done = progress.library.settled - settled
            line.show(progress, done, done + progress.library.files["pending"])
            pause(_LOOK_EVERY)
    finally:
        line.clear()


def _where_to_look(reached: Reached) -> str:
    where = f"Look at {reached.running.dagster_url}, or run" if reached.running else "Run"
    return f"{where} 'melodee doctor'"


class _Line:
    """One line of a terminal that is written over; nothing where there is none."""

    def __init__(self, terminal: bool) -> None:
        self._terminal = terminal

    def show(self, progress: ScanProgress, done: int, files: int) -> None:
        """The bar, or what is waited for where there is nothing to count yet."""
        if not self._terminal:
            return
        if not progress.taken_up:
            text = "Waiting for the inbound sensor"
        elif not files:
            text = (
                f"Reading what lies there ({progress.finished} of {count(progress.batches, 'batch', 'batches')} done)"
            )
        else:
            filled = _BAR * done // files
            bar = "#" * filled + "-" * (_BAR - filled)
            text = f"[{bar}] {done} of {count(files, 'file')}, {progress.finished} of "
            text += count(progress.batches, "batch", "batches")
        self.say(text)

    def say(self, text: str) -> None:
        """Writes over what the line says."""
        if self._terminal:
            click.echo(f"\r\x1b[K{text}", nl=False)

    def clear(self) -> None:
        """Leaves an empty line."""
        if self._terminal:
            click.echo("\r\x1b[K", nl=False)


def _sum_up(before: LibraryNumbers, after: ScanProgress, failures: dict[str, int], seconds: float) -> None:
    """What changed in the library since the request, and what stands failed in its batches."""
    if not after.batches:
        click.echo("Nothing lies on the inbound volumes.")
        return
    gained = {state: max(number - before.files[state], 0) for state, number in after.library.files.items()}
    click.echo(f"Done in {seconds:.1f} s.")
    click.echo(f"  published  {gained['published']} ({max(after.library.songs - before.songs, 0)} songs added)")
    click.echo(f"  waiting    {gained['waiting']}")
    codes = ", ".join(f"{code} {number}" for code, number in failures.items())
    click.echo(f"  failed     {sum(failures.values())}" + (f" ({codes})" if codes else ""))
    click.echo(f"  ignored    {gained['ignored']}")
    if gained["waiting"]:
        click.echo("'melodee review list' says what waits for a person and why.")
    if failures:
        click.echo("'melodee failures list' says what failed and why.")
