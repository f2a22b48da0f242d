"""`melodee user`: listeners, their passwords and their players' keys."""

import sys
from json import dumps

import click

from melodee import accounts
from melodee.accounts import BadPassword
from melodee.commands.options import data_option, option
from melodee.commands.output import json_moment, moment, print_table
from melodee.reach import open_database, reach
from melodee.settings import DataDirectory
from melodee.text import count, display_path

_STDIN_BYTES = 10_000

_password_stdin = option("--password-stdin", is_flag=True, help="Read the password from standard input, as one line.")


@click.group("user")
def command() -> None:
    """Listeners and their passwords.

    A user logs in to every player with name and password, or with an API key where the player knows those. Upper and
    lower case and accents do not count in names.
    """


@command.command("list")
@option("--json", is_flag=True, help="Print JSON.")
@data_option
def list_(data: DataDirectory, json: bool) -> None:
    """Show all users."""
    with open_database(reach(data)) as database:
        found = accounts.accounts(database)
    if json:
        rows = [
            {
                "name": account.name,
                "admin": account.admin,
                "enabled": account.enabled,
                "token_login": account.token_login,
                "api_keys": account.api_keys,
                "created_at": json_moment(account.created_at),
            }
            for account in found
        ]
        click.echo(dumps(rows, ensure_ascii=False, indent=2))
        return
    print_table(
        ["NAME", "ROLE", "LOGIN", "API KEYS", "SINCE"],
        [
            [
                account.name,
                "administrator" if account.admin else "listener",
                "switched off" if not account.enabled else "password and token" if account.token_login else "password",
                str(account.api_keys),
                moment(account.created_at),
            ]
            for account in found
        ],
    )


@command.command("add")
@click.argument("name")
@option("--admin", is_flag=True, help="Make the user an administrator.")
@_password_stdin
@data_option
def add(name: str, data: DataDirectory, admin: bool, password_stdin: bool) -> None:
    """Make a user called NAME.

    In a terminal, asks for the password twice; an empty answer makes a random one. Without a terminal and without
    --password-stdin, makes a random one. What was made is printed last, alone on its line, and cannot be shown again.
    """
    reached = reach(data)
    with open_database(reached) as database:
        accounts.require_free_name(database, name)
        password, made = _password(from_stdin=password_stdin)
        accounts.add_account(database, name, password, reached.token_secrets, admin=admin)
    click.echo(f"Made the {'administrator' if admin else 'user'} {display_path(name.strip())}.")
    if made:
        click.echo(password)


@command.command("password")
@click.argument("name")
@_password_stdin
@data_option
def password_(name: str, data: DataDirectory, password_stdin: bool) -> None:
    """Give the user NAME a new password.

    In a terminal, asks for it twice; an empty answer makes a random one. Without a terminal and without
    --password-stdin, makes a random one. What was made is printed last, alone on its line, and cannot be shown again.
    """
    reached = reach(data)
    with open_database(reached) as database:
        name = accounts.require_account(database, name)
        password, made = _password(from_stdin=password_stdin)
        accounts.set_password(database, name, password, reached.token_secrets)
    click.echo(f"The password of {name} is changed.")
    if made:
        click.echo(password)


@command.command("remove")
@click.argument("name")
@data_option
def remove(name: str, data: DataDirectory) -> None:
    """Remove the user NAME and all that is theirs.

    Stars, ratings, plays, playlists and API keys go as well. The last administrator stays.
    """
    with open_database(reach(data)) as database:
        accounts.remove_account(database, name)
    click.echo(f"Removed the user {display_path(name.strip())}.")


@command.command("key")
@click.argument("name")
@option("--label", default="", metavar="TEXT", help="What the key is for, such as the player's name.")
@option("--revoke", is_flag=True, help="Make no key, and make all keys of the user worthless.")
@data_option
def key(name: str, data: DataDirectory, label: str, revoke: bool) -> None:
    """Make an API key for a player of the user NAME.

    The key is printed last, alone on its line; only a digest of it is kept, so it cannot be shown again.
    """
    with open_database(reach(data)) as database:
        name = accounts.require_account(database, name)
        if revoke:
            click.echo(f"{count(accounts.revoke_api_keys(database, name), 'API key')} of {name} revoked.")
            return
        made = accounts.make_api_key(database, name, label)
    click.echo(f"An API key for {name}; it is shown this once:")
    click.echo(made)


def _password(*, from_stdin: bool) -> tuple[str, bool]:
    """A password, and whether it was made up here. Raises `BadPassword`."""
    try:
        if from_stdin:
            return _line_of_stdin(), False
        # A command whose standard input is closed has none.
        if not sys.stdin or not sys.stdin.isatty():
            return accounts.make_password(), True
        return _ask()
    except UnicodeDecodeError as error:
        raise BadPassword("It is not UTF-8") from error


def _line_of_stdin() -> str:
    stdin = sys.stdin.buffer
    given = stdin.readline(_STDIN_BYTES) if stdin.isatty() else stdin.read(_STDIN_BYTES)
    return given.decode().removesuffix("\n").removesuffix("\r")


def _ask() -> tuple[str, bool]:
    while True:
        first: str = click.prompt(
            "Password (empty: make one)", default="", show_default=False, hide_input=True, err=True
        )
        if not first:
            return accounts.make_password(), True
        if first == click.prompt("Again", default="", show_default=False, hide_input=True, err=True):
            return first, False
        click.echo("They differ.", err=True)
