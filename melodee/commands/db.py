"""`melodee db`: the migrations of Melodee's database."""

import click
import psycopg

from melodee import migrations
from melodee.commands.options import data_option
from melodee.errors import FatalError
from melodee.postgres.databases import prepare_databases
from melodee.reach import database_errors, first_line, reach
from melodee.settings import DataDirectory
from melodee.text import count


class MigrationFailed(FatalError):
    """A migration cannot be applied, and nothing of it was."""

    code = "migration_failed"


@click.group("db")
def command() -> None:
    """The database's migrations.

    'melodee up' applies them by itself. These commands are for a database that MELODEE_DATABASE_URL names, where the
    parts run without 'melodee up'; without it they look at the running instance's.
    """


@command.command("status")
@data_option
def status(data: DataDirectory) -> None:
    """Show which migrations are applied and which are pending."""
    reached = reach(data)
    url = reached.require_database_url()
    with database_errors(reached):
        found = migrations.status(url)
    for name in found.applied:
        click.echo(f"applied  {name}")
    for name in found.pending:
        click.echo(f"pending  {name}")
    if found.pending:
        click.echo("Run 'melodee db migrate' to apply what is pending.")


@command.command("migrate")
@data_option
def migrate(data: DataDirectory) -> None:
    """Apply all pending migrations, in order; nothing happens when there are none.

    Makes the database and the extension pg_trgm first where they are missing and the role may. Says what to do where
    the server is older than PostgreSQL 15, or where the database's locale would make text search blind.
    """
    reached = reach(data)
    url = reached.require_database_url()
    with database_errors(reached):
        # Dagster makes and migrates its own database; here, only ours is looked at.
        prepare_databases(url, dagster_url=url)
        try:
            applied = migrations.migrate(url)
        except psycopg.OperationalError:
            raise
        except psycopg.Error as error:
            raise MigrationFailed(first_line(error)) from error
    for name in applied:
        click.echo(f"applied  {name}")
    click.echo(f"{count(len(applied), 'migration')} applied." if applied else "The database is up to date.")
