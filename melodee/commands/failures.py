"""`melodee failures`: what could not be taken in and why, and what is to become of it."""

import getpass
import os
from collections.abc import Callable
from json import dumps
from typing import Any, TypeVar

import click

from melodee.commands.options import data_option, option
from melodee.commands.output import json_moment, moment, size
from melodee.errors import MelodeeError
from melodee.failure_retries import retry
from melodee.failures import Counted, Wanted, counted, drop, failure, page
from melodee.reach import open_database, reach
from melodee.remedies import remedy
from melodee.settings import DataDirectory
from melodee.text import clean_text, count, display_path

F = TypeVar("F", bound=Callable[..., Any])

PAGE = 100

STEPS = "plan, discover, stage, publish, review, scan, reread, covers, integrity, decode"


class NothingChosen(MelodeeError):
    """Say which failures are meant: their numbers, or --code, or --all."""

    code = "nothing_chosen"


@click.group("failures")
def command() -> None:
    """What could not be taken in, and why.

    A file or release that fails never stops the others. It stays where it is, in this list, until it succeeds, changes
    or is taken away, or until somebody drops it from the list.
    """


def _within(flag: str, **settings: Any) -> Callable[[F], F]:
    return option(flag, within="failures", **settings)


def _narrowing(function: F) -> F:
    """Options that choose a part of the inventory."""
    for wrap in (
        _within("--volume", metavar="NAME", help="Only on this volume."),
        _within("--path", metavar="GLOB", help="Only paths like this below their volume; * stands for anything."),
        _within("--batch", metavar="KEY", help="Only those last tried in this batch."),
        _within("--stage", metavar="STAGE", help=f"Only of this step: {STEPS}."),
        _within("--code", metavar="CODE", help="Only with this code."),
    ):
        function = wrap(function)
    return function


@command.command("list")
@_narrowing
@_within("--limit", type=click.IntRange(1, 10_000), metavar="N", help=f"Show so many at most.  [default: {PAGE}]")
@_within("--after", type=int, metavar="ID", help="Go on below the failure with this number.")
@option("--json", is_flag=True, help="Print JSON.")
@data_option
def list_(data: DataDirectory, limit: int | None, after: int | None, json: bool, **narrowing: str | None) -> None:
    """Show what failed, and what was mended (warnings), newest first.

    Bytes of a path that are no text are written as backslash, x and two digits, and a backslash is doubled.
    """
    most = limit or PAGE
    wanted = Wanted(**narrowing)  # pyright: ignore[reportArgumentType] - its fields have the options' names
    with open_database(reach(data)) as database:
        rows = page(database, wanted, most=most, after=after)
        if json:
            click.echo(dumps([_as_json(row) for row in rows], ensure_ascii=False, indent=2))
            return
        numbers = counted(database, wanted)
        everything = numbers if numbers or wanted == Wanted() else counted(database)
    if everything and not numbers:
        click.echo(f"None is like that. On the whole list: {_summary(everything)}")
        return
    total = sum(each.number for each in numbers)
    if total > len(rows):
        _print_counts(numbers)
    for row in rows:
        _print(row)
    click.echo(_summary(numbers))
    if len(rows) == most < total:
        click.echo(f"Shown are {len(rows)}; the next with --after {rows[-1].id}.")


@command.command("show")
@click.argument("number", metavar="ID", type=int)
@option("--json", is_flag=True, help="Print JSON.")
@data_option
def show(data: DataDirectory, number: int, json: bool) -> None:
    """Show all that is known of one failure, and what to do."""
    with open_database(reach(data)) as database:
        row = failure(database, number)
    if json:
        click.echo(dumps(_all_as_json(row), ensure_ascii=False, indent=2))
        return
    _print(row)
    click.echo(f"    what to do: {remedy(row.code)}")
    if row.gave_up_at:
        click.echo(f"    given up {moment(row.gave_up_at)}; 'melodee failures retry {row.id}' tries it again")
    where = display_path(os.fsdecode(row.path))
    click.echo(f"    file: {display_path(row.volume_path)}/{where}" if where else f"    volume: {row.volume_path}")
    if row.file_state:
        reason = f" ({row.file_reason})" if row.file_reason else ""
        click.echo(f"    in the ledger: {row.file_state}{reason}, {size(row.size_bytes)}, seen {moment(row.seen_at)}")
    else:
        click.echo("    in the ledger: nothing; it is no regular file, or a whole folder")
    for attempt in row.history:
        batch = f" in {attempt['batch']}" if attempt["batch"] else ""
        click.echo(f"    {attempt['at'][:19].replace('T', ' ')}{batch}: {clean_text(attempt['message'], 300)}")


@command.command("retry")
@click.argument("numbers", metavar="[ID]...", nargs=-1, type=int)
@_within("--all", is_flag=True, help="All that failed.")
@_within("--code", metavar="CODE", help="All with this code.")
@data_option
def retry_(data: DataDirectory, numbers: tuple[int, ...], all: bool, code: str | None) -> None:  # noqa: A002
    """Try again at once, also what was given up.

    The items become batches, which the running Melodee takes up within seconds.
    """
    wanted = _chosen(numbers, code, everything=all)
    with open_database(reach(data)) as database:
        retried = retry(database, wanted)
    if retried.items:
        batches = ", ".join(retried.batches[:5]) + (", …" if len(retried.batches) > 5 else "")
        click.echo(
            f"{count(retried.items, 'item')} planned in {count(len(retried.batches), 'batch', 'batches')}: {batches}"
        )
    elif code and not (retried.under_way or retried.elsewhere):
        click.echo(f"Nothing was planned: nothing is left failed with the code {clean_text(code, 100)}.")
    else:
        click.echo("Nothing was planned.")
    if retried.under_way:
        click.echo(f"{count(retried.under_way, 'item')} in a batch that is not finished yet.")
    for others, number in sorted(retried.others.items()):
        click.echo(f"{count(number, 'item')} {others}.")


@command.command("drop")
@click.argument("numbers", metavar="[ID]...", nargs=-1, type=int)
@_within("--code", metavar="CODE", help="All with this code.")
@_within("--note", metavar="TEXT", help="Why, for others to read.")
@data_option
def drop_(data: DataDirectory, numbers: tuple[int, ...], code: str | None, note: str | None) -> None:
    """Take failures off the list: a file is left alone, as 'ignored', until it changes.

    Nothing is removed from the disk. What concerns a whole volume cannot be dropped.
    """
    wanted = _chosen(numbers, code)
    with open_database(reach(data)) as database:
        dropped = drop(database, wanted, who=_who(), note=note)
    click.echo(f"{count(dropped.items, 'failure')} dropped; {count(dropped.files, 'file')} ignored from now on.")
    if dropped.kept:
        kept = count(dropped.kept, "item")
        click.echo(f"{kept} kept: what concerns a whole volume leaves the list once it is mended.")


def _chosen(numbers: tuple[int, ...], code: str | None, *, everything: bool = False) -> Wanted:
    """What the arguments choose. Raises `NothingChosen`."""
    if not (numbers or code or everything):
        raise NothingChosen
    return Wanted(ids=numbers or None, code=code)


def _who() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # A container may run as a number without a name.
        return f"user {os.getuid()}"


def _summary(numbers: list[Counted]) -> str:
    failed = sum(each.number for each in numbers if each.severity == "error")
    warnings = sum(each.number for each in numbers if each.severity != "error")
    given_up = sum(each.given_up for each in numbers)
    parts = [count(failed, "failure") if failed else "Nothing has failed"]
    if given_up:
        parts[0] += f", {given_up} given up"
    if warnings:
        parts.append(count(warnings, "warning"))
    return "; ".join(parts) + "."


def _print_counts(numbers: list[Counted]) -> None:
    for each in numbers:
        given_up = f", {each.given_up} given up" if each.given_up else ""
        click.echo(f"{each.number:>8}  {each.severity} {each.code} in {each.stage}{given_up}")
    click.echo()


def _as_json(row: Any) -> dict[str, Any]:
    return {
        "id": row.id,
        "code": row.code,
        "severity": row.severity,
        "stage": row.stage,
        "volume": row.volume,
        "volume_path": row.volume_path,
        "path": display_path(os.fsdecode(row.path)),
        "message": row.message,
        "remedy": remedy(row.code),
        "attempts": row.attempts,
        "first_seen": json_moment(row.first_seen),
        "last_seen": json_moment(row.last_seen),
        "next_try": json_moment(row.next_try_at),
        "gave_up": json_moment(row.gave_up_at),
        "batch": row.batch,
    }


def _all_as_json(row: Any) -> dict[str, Any]:
    file = {
        "state": row.file_state,
        "reason": row.file_reason,
        "size_bytes": row.size_bytes,
        "release": row.release_id,
        "seen": json_moment(row.seen_at),
    }
    return {**_as_json(row), "history": row.history, "file": file if row.file_state else None}


def _print(row: Any) -> None:
    path = display_path(os.fsdecode(row.path)) or "(the whole volume)"
    click.echo(f"{row.id}: {row.severity} {row.code} in {row.stage}: {path}")
    click.echo(f"    {clean_text(row.message, 2000)}")
    times = f"volume {row.volume}, {count(row.attempts, 'attempt')}, {moment(row.first_seen)}"
    if row.attempts > 1:
        times += f" to {moment(row.last_seen)}"
    if row.next_try_at:
        times += f", next try {moment(row.next_try_at)}"
    if row.gave_up_at:
        times += ", given up"
    if row.batch:
        times += f", batch {row.batch}"
    click.echo(f"    {times}")
