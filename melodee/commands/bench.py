"""`melodee bench`: what each call of a Subsonic server takes."""

import sys
from functools import partial
from pathlib import Path

import click

from melodee.bench import growth, report, results
from melodee.bench.address import parse_address
from melodee.bench.errors import NothingToMeasure, NotLetIn
from melodee.bench.login import Login
from melodee.bench.results import Results, SettingFacts
from melodee.bench.run import run, selected
from melodee.bench.server import enter
from melodee.commands.options import option
from melodee.commands.output import print_table
from melodee.text import clean_text

INTERRUPTED = 130
"""The exit code of what was ended by Ctrl-C, as shells have it."""

_option = partial(option, within="bench")
_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command("bench")
@_option("--url", metavar="URL", help="Where the server is: http://host:4040, https://host/path.")
@_option("--user", default="", metavar="NAME", help="Who asks.")
@_option("--password", default="", metavar="PW", help="Better as the variable: other users see flags.")
@_option("--api-key", default="", metavar="KEY", help="Instead of user and password.")
@_option("--plain-password", is_flag=True, help="Send the password itself, to servers without tokens.")
@_option("--seconds", type=click.FloatRange(0.01, 3600), default=2.0, show_default=True,
        help="How long each call is timed.")  # fmt: skip
@_option("--rounds", type=click.IntRange(1), metavar="N", help="Requests of each call and client; instead of seconds.")
@_option("--clients", type=click.IntRange(1, 1000), default=1, show_default=True,
        help="Clients that ask at once, each over a connection of its own.")  # fmt: skip
@_option("--only", default="", metavar="PATTERN", help="Calls with this regular expression in their name.")
@_option("--writes", is_flag=True,
        help="Stars, ratings and plays too. Stars and ratings are taken back, plays stay.")  # fmt: skip
@_option("--format", type=click.Choice(["json", "xml"]), default="json", show_default=True,
        help="What the server answers in.")  # fmt: skip
@_option("--gzip", is_flag=True, help="Ask for compressed answers.")
@_option("--seed", type=int, default=1, show_default=True, help="Chooses what is asked for.")
@_option("--label", default="", metavar="TEXT", help="A name for this run.")
@_option("--json", type=click.Path(path_type=Path, dir_okay=False, allow_dash=True), metavar="FILE",
        help="Keep the results; - prints them instead of the table.")  # fmt: skip
@_option("--compare", type=_FILE, multiple=True, metavar="FILE",
        help="Results of an earlier run; may be repeated. Without --url nothing is measured.")  # fmt: skip
@_option("--chart", type=_FILE, metavar="FILE", help="Draw an SVG.")
def command(  # noqa: PLR0917 - click passes by name
    url: str | None,
    user: str,
    password: str,
    api_key: str,
    plain_password: bool,
    seconds: float,
    rounds: int | None,
    clients: int,
    only: str,
    writes: bool,
    format: str,  # noqa: A002 - the flag's name
    gzip: bool,
    seed: int,
    label: str,
    json: Path | None,
    compare: tuple[Path, ...],
    chart: Path | None,
) -> None:
    """Measure what each call of a Subsonic server takes.

    Any server will do: ids, sizes and words to search for are learned by its API. Each call is timed by itself, after a
    short warm-up, over connections that are kept. Calls that the server does not have are listed as such. With
    --compare, calls that grow with the library are marked. Ctrl-C ends it with what has been measured.
    """
    earlier = [results.read(path) for path in compare]
    for path in (json, chart):
        if path is not None and path != Path("-"):
            results.require_writable(path)
    measured = None
    if url is not None:
        settings = SettingFacts(
            seconds=seconds, rounds=rounds, clients=clients, format=format, gzip=gzip, writes=writes, only=only,
            seed=seed,
        )  # fmt: skip
        selected(only, writes=writes)
        server = enter(parse_address(url), _login(user, password, api_key, plain_password))
        measured = run(server, settings, label, _tell)
        _tell("")
        if json is not None:
            _keep(json, measured)
    elif not earlier:
        raise NothingToMeasure("--url names a server, or --compare earlier results")
    runs = [*earlier, *([measured] if measured else [])]
    if chart is not None:
        # pygal takes a fifth of a second to import.
        from melodee.bench.chart import draw  # noqa: PLC0415

        results.write(chart, draw(runs))
    # Printed last: whoever reads may go before the end.
    if measured is None or json != Path("-"):
        _print(measured, runs if earlier else [])
    if measured is not None and measured.ended_early:
        sys.exit(INTERRUPTED if measured.ended_early == results.BY_CTRL_C else 1)


def _login(user: str, password: str, api_key: str, plain: bool) -> Login:
    if api_key and (user or password):
        raise NotLetIn("--api-key stands for both user and password")
    if not api_key and not (user and password):
        raise NotLetIn("It needs --user and --password, or --api-key, or their variables")
    return Login(user, password, api_key, plain)


def _keep(path: Path, measured: Results) -> None:
    content = results.dump(measured)
    if path == Path("-"):
        click.echo(content.decode(), nl=False)
    else:
        results.write(path, content)


def _print(measured: Results | None, compared: list[Results]) -> None:
    if measured is not None:
        click.echo(clean_text(report.headline(measured), 1000))
        click.echo()
        print_table(*report.table(measured))
        _print_notes(report.notes(measured))
    if compared:
        if measured is not None:
            click.echo()
        found = growth.growth(compared)
        click.echo("p50 in milliseconds by songs in the library")
        click.echo()
        print_table(*growth.table(found))
        _print_notes(growth.notes(found))


def _print_notes(notes: list[str]) -> None:
    if notes:
        click.echo()
    for note in notes:
        click.echo(clean_text(note, 1000))


def _tell(what: str) -> None:
    """Shows on a terminal what is being done, on one line that the next one replaces."""
    if sys.stderr and sys.stderr.isatty():
        click.echo(f"\r\x1b[K{clean_text(what, 100)}", nl=False, err=True)
