"""`melodee env`: the variables of an instance, for systemd, containers and Dagster's own commands."""

import click

from melodee.commands.options import data_option
from melodee.instance import read_environment
from melodee.settings import DataDirectory


@click.command("env")
@data_option
def command(data: DataDirectory) -> None:
    """Print the instance's variables as KEY=value lines.

    For systemd's EnvironmentFile, or for a shell that is to run Dagster's own commands: 'set -a; . <(melodee env)'.
    The lines hold the database's password.
    """
    click.echo(read_environment(data), nl=False)
