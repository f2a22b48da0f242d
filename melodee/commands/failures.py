"""`melodee failures`: what could not be taken in, and why."""

import os
from json import dumps
from typing import Any

import click

from melodee.commands.options import data_option, option
from melodee.commands.output import count, json_moment, moment
from melodee.reach import open_database, reach
from melodee.settings import DataDirectory
from melodee.text import clean_text, display_path


@click.group("failures")
def command() -> None:
    """What could not be taken in, and why.

    A file or release that fails never stops the others. It stays where it is, in this list, until it succeeds, changes
    or is taken away; 'melodee ingest' tries all of them again.
    """


@command.command("list")
@option("--json", is_flag=True, help="Print JSON.")
@data_option
def list_(data: DataDirectory, json: bool) -> None:
    """Show all that failed, and what was mended (warnings), newest first.

    Bytes of a path that are no text are written as backslash, x and two digits, and a backslash is doubled.
    """
    with open_database(reach(data)) as database, database.begin() as db:
        rows = db.rows("failures")
    if json:
        click.echo(dumps([_as_json(row) for row in rows], ensure_ascii=False, indent=2))
        return
    for row in rows:
        _print(row)
    failed = sum(1 for row in rows if row.severity == "error")
    mended = f"; {count(len(rows) - failed, 'mend')} on the way in" if len(rows) > failed else ""
    click.echo(f"{count(failed, 'failure') if failed else 'Nothing has failed'}{mended}.")


def _as_json(row: Any) -> dict[str, Any]:
    return {
        "code": row.code,
        "severity": row.severity,
        "stage": row.stage,
        "volume": row.volume,
        "volume_path": row.volume_path,
        "path": display_path(os.fsdecode(row.path)),
        "message": row.message,
        "attempts": row.attempts,
        "first_seen": json_moment(row.first_seen),
        "last_seen": json_moment(row.last_seen),
        "next_try": json_moment(row.next_try_at),
        "batch": row.batch,
    }


def _print(row: Any) -> None:
    click.echo(
        f"{row.severity} {row.code} in {row.stage}: {display_path(os.fsdecode(row.path)) or '(the whole volume)'}"
    )
    click.echo(f"    {clean_text(row.message, 2000)}")
    times = f"volume {row.volume}, {count(row.attempts, 'attempt')}, {moment(row.first_seen)}"
    if row.attempts > 1:
        times += f" to {moment(row.last_seen)}"
    if row.next_try_at:
        times += f", next try {moment(row.next_try_at)}"
    if row.batch:
        times += f", batch {row.batch}"
    click.echo(f"    {times}")
