"""Accounts for tests of intake."""

from melodee.accounts import add_account
from melodee.settings import DataDirectory
from melodee.token_secrets import TokenSecrets
from tests.library import Library


def chief_of(library: Library) -> None:
    """Makes a listener and, after them, the first administrator."""
    keys = TokenSecrets.of(DataDirectory(library.folder), {})
    add_account(library.database, "listener", "secret word", keys)
    add_account(library.database, "chief", "secret word", keys, admin=True)
