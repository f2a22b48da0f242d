"""`melodee doctor`: looks at everything that Melodee needs, and says what to do."""

import sys

import click

from melodee.commands.options import data_option, option
from melodee.doctor import examine
from melodee.reach import reach
from melodee.settings import DataDirectory
from melodee.text import clean_text, count
from melodee.verdict import Verdict

_MARKS = {Verdict.OK: "ok", Verdict.WARNING: "!!", Verdict.WRONG: "XX", Verdict.SKIPPED: "--"}


@click.command("doctor")
@option(
    "--thorough",
    is_flag=True,
    help="Compare every row that lists, search and numbers are made of: minutes per million.",
)
@option("--mend", is_flag=True, help="Do so, and mend what is wrong with them. Promotions go on meanwhile.")
@data_option
def command(data: DataDirectory, *, thorough: bool, mend: bool) -> None:
    """Check everything that Melodee needs, and say what to do.

    Looks at the instance and its service, the database with its extensions, locale and migrations, the volumes, the
    keys, the catalogue, ffmpeg, and Dagster. Changes nothing without --mend; where Melodee does not run, it looks at
    what is left. The exit code is 1 when something is wrong (XX), and 0 when there are warnings (!!) at most.
    """
    wrong = 0
    for finding in examine(reach(data), thorough=thorough, mend=mend):
        click.echo(f"{_MARKS[finding.verdict]}  {finding.subject}: {clean_text(finding.found, 1000)}")
        if finding.mend:
            click.echo(f"    -> {clean_text(finding.mend, 1000)}")
        wrong += finding.verdict is Verdict.WRONG
    if wrong:
        click.echo(f"{count(wrong, 'thing')} to mend.")
        sys.exit(1)
