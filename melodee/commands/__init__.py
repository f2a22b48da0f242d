"""The `melodee` command. Each subcommand is a module of its own and is imported when it is called."""

import importlib
import sys
from io import TextIOWrapper
from typing import Any, cast

import click

from melodee import __version__
from melodee.errors import MelodeeError

_COMMANDS = {
    "up": "Start all of Melodee, and keep it running.",
    "api": "Run the Subsonic service alone.",
    "env": "Print the variables of the running instance.",
    "ingest": "Ask for a scan of the inbound volumes, and follow it.",
    "status": "What runs and where, and what is in the library.",
    "failures": "What could not be taken in, and why.",
    "review": "Releases that wait for a person, and deciding about them.",
    "rules": "Metadata rules: check them, and see what they would do.",
    "playlists": "Playlists that came as files.",
    "alerts": "Messages to webhooks: try them.",
    "user": "Listeners and their passwords.",
    "volume": "Folders that Melodee works in.",
    "db": "The database's migrations.",
    "synth": "Load a synthetic catalogue, to measure and to try things on.",
    "bench": "Measure what each call of a Subsonic server takes.",
    "doctor": "Check everything that Melodee needs, and say what to do.",
}


class _Lazy(click.Group):
    """Imports a subcommand when it is called: `melodee --help` need not load what runs a server."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in _COMMANDS:
            return None
        return getattr(importlib.import_module(f"melodee.commands.{cmd_name}"), "command")  # noqa: B009

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="melodee")
def group() -> None:
    """A music library run as a data platform, served to every Subsonic player."""


def main() -> None:
    """Runs the command line; what went wrong is one sentence on stderr, and the exit code is not 0."""
    if sys.stdout and sys.stdout.errors == "strict":
        # A terminal that lacks the letters of a name shows their numbers.
        cast("TextIOWrapper[Any]", sys.stdout).reconfigure(errors="backslashreplace")
    try:
        group(standalone_mode=True)
    except MelodeeError as error:
        click.echo(f"melodee: {error}", err=True)
        sys.exit(1)
