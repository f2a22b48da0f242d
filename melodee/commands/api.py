"""`melodee api`: the Subsonic service alone."""

import os
import sys

import click

from melodee.commands.options import data_option, option, workers_option
from melodee.errors import FatalError
from melodee.ports import port_is_free
from melodee.reach import reach
from melodee.settings import DataDirectory


class CannotListen(FatalError):
    """The service cannot listen there."""

    code = "cannot_listen"


@click.command("api")
@option("--host", default="127.0.0.1", show_default=True, help="Address to listen on; 0.0.0.0 is every one.")
@option("--port", type=click.IntRange(1, 65535), default=4040, show_default=True, help="Port to listen on.")
@workers_option
@data_option
def command(data: DataDirectory, host: str, port: int, workers: int) -> None:
    """Run the Subsonic service alone, until Ctrl-C or SIGTERM.

    'melodee up' runs it together with all else. By itself it needs a database, from MELODEE_DATABASE_URL or from the
    instance that runs on the data directory, and the volumes' folders; any number may run, on any number of hosts. For
    several hosts, MELODEE_TOKEN_KEY carries the key of DATA/keys/token.key.
    """
    reached = reach(data)
    url = reached.require_database_url()
    try:
        if not port_is_free(host, port):
            raise CannotListen(f"Port {port} is taken; choose another with --port")
    except OSError as error:
        raise CannotListen(f"{host}:{port}: {error.strerror or error}; choose others with --host and --port") from error
    environment = {
        **reached.variables,
        "MELODEE_DATA": str(data.path),
        "MELODEE_DATABASE_URL": url,
        "MELODEE_HOST": host,
        "MELODEE_PORT": str(port),
        "MELODEE_WORKERS": str(workers),
    }
    # Not imported: the core knows nothing of the service. This process becomes it, so signals reach it directly.
    os.execve(sys.executable, [sys.executable, "-m", "melodee_api"], environment)  # noqa: S606 - no shell is meant
