"""Accounts: who may listen, with which password, and the API keys of players.

A password is kept twice: as an Argon2id hash, which says whether it is right, and encrypted (melodee/token_secrets.py),
because Subsonic's token login hashes it with a salt of its own. An API key is kept as a digest alone: it is random, so
nothing can be guessed from that, and it is shown once.
"""

import hashlib
import re
import secrets
import string
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from melodee.database import Database, Row, Session
from melodee.errors import MelodeeError
from melodee.text import clean_text, display_path, fold
from melodee.token_secrets import TokenSecrets

ADMINISTRATOR = "admin"
"""The account that the first start makes."""

LONGEST_NAME = 100
LONGEST_PASSWORD = 1000

_LETTERS = "abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ"
_DIGITS = "23456789"
# Of the symbols, those that no shell, URL or player's login form gives a meaning to.
_SYMBOLS = "-_.~"

_hasher = PasswordHasher()


class BadName(MelodeeError):
    """That cannot be the name of a user."""

    code = "bad_name"


class BadPassword(MelodeeError):
    """That cannot be a password."""

    code = "bad_password"


class NameTaken(MelodeeError):
    """There is a user of that name already; upper and lower case and accents do not count."""

    code = "name_taken"


class UnknownAccount(MelodeeError):
    """There is no user of that name; 'melodee user list' shows them."""

    code = "unknown_account"


class LastAdministrator(MelodeeError):
    """This is the last administrator: make another first, with 'melodee user add NAME --admin'."""

    code = "last_administrator"


@dataclass(frozen=True)
class Account:
    """An account as lists show it."""

    id: int
    name: str
    admin: bool
    enabled: bool
    token_login: bool
    """Whether players may log in with `t` and `s`."""
    api_keys: int
    created_at: datetime


def name_key(name: str) -> str:
    """The form in which names are unique and looked up; empty for what cannot be a name."""
    return fold(name)


def password_matches(password_hash: str | None, password: str) -> bool:
    """Whether this is the password. Takes as long without a hash, so that nobody learns who has an account."""
    if len(password) > LONGEST_PASSWORD:
        return False
    try:
        return _hasher.verify(password_hash or _nobody(), _normal(password)) and password_hash is not None
    except (VerificationError, InvalidHashError, UnicodeEncodeError):
        return False


def newer_hash(password_hash: str, password: str) -> str | None:
    """A hash of a password that matched, for the query `replace_password_hash`, when the parameters have changed."""
    return _hasher.hash(_normal(password)) if _hasher.check_needs_rehash(password_hash) else None


def key_digest(key: str) -> bytes:
    """What is kept of an API key."""
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest()


def accounts(database: Database) -> list[Account]:
    """All accounts, by name."""
    with database.begin() as db:
        return [
            Account(row.id, row.name, row.admin, row.enabled, row.token_login, row.api_keys, row.created_at)
            for row in db.rows("accounts")
        ]


def add_account(database: Database, name: str, password: str, keys: TokenSecrets, *, admin: bool = False) -> int:
    """Makes an account; returns its id. Raises `BadName`, `BadPassword` and `NameTaken`."""
    row = _new_account(name, password, keys, admin=admin)
    with database.begin() as db:
        return _insert(db, row)


def set_password(database: Database, name: str, password: str, keys: TokenSecrets) -> None:
    """Gives an account a new password. Raises `UnknownAccount` and `BadPassword`."""
    with database.begin() as db:
        account = _find(db, name)
        password = _checked_password(password)
        sealed = keys.seal(password)
        db.run("set_password", key=account.key, password_hash=_hasher.hash(password), token_secret=sealed)


def require_account(database: Database, name: str) -> str:
    """The name as the account spells it. Raises `UnknownAccount`."""
    with database.begin() as db:
        return str(_find(db, name).name)


def require_free_name(database: Database, name: str) -> None:
    """Raises `BadName` or `NameTaken`, before somebody types a password in vain."""
    name = _checked_name(name)
    with database.begin() as db:
        if db.one("account_by_key", key=name_key(name)):
            raise NameTaken(f"({name})")


def require_password(password: str) -> None:
    """Raises `BadPassword`, before somebody does work in vain."""
    _checked_password(password)


def remove_account(database: Database, name: str) -> None:
    """Removes an account and all that is its own. Raises `UnknownAccount` and `LastAdministrator`."""
    with database.begin() as db:
        administrators = [row.id for row in db.rows("lock_administrators")]
        account = _find(db, name)
        if administrators == [account.id]:
            raise LastAdministrator
        for query in (
            "withdraw_sole_album_ratings",
            "withdraw_album_ratings",
            "withdraw_sole_song_ratings",
            "withdraw_song_ratings",
            "remove_account",
        ):
            db.run(query, account=account.id)


def make_api_key(database: Database, name: str, label: str = "") -> str:
    """Makes an API key for an account; it cannot be shown again. Raises `UnknownAccount`."""
    key = secrets.token_urlsafe(32)
    with database.begin() as db:
        db.run("add_api_key", account=_find(db, name).id, name=clean_text(label, LONGEST_NAME), digest=key_digest(key))
    return key


def revoke_api_keys(database: Database, name: str) -> int:
    """Makes all API keys of an account worthless; returns how many there were. Raises `UnknownAccount`."""
    with database.begin() as db:
        return db.run("revoke_api_keys", account=_find(db, name).id)


def ensure_admin(database: Database, password: str | None, keys: TokenSecrets) -> str | None:
    """Makes the administrator `admin` when there is no account at all.

    Returns the password when none was given and one was made up, else None. Raises `BadPassword`.
    """
    with database.begin() as db:
        db.run("lock_accounts")
        if db.value("any_account"):
            return None
        made = None if password else make_password()
        _insert(db, _new_account(ADMINISTRATOR, password or made or "", keys, admin=True))
        return made


def make_password(length: int = 20) -> str:
    """A random password with small and capital letters, digits and symbols; it begins with a letter."""
    groups = (_LETTERS, string.ascii_lowercase, string.ascii_uppercase, _DIGITS, _SYMBOLS)
    while True:
        made = secrets.choice(_LETTERS) + "".join(
            secrets.choice(_LETTERS + _DIGITS + _SYMBOLS) for _ in range(length - 1)
        )
        # A symbol at the end is lost when a terminal's double click or a message's punctuation decides where it ends.
        if all(set(made) & set(group) for group in groups) and made[-1] not in _SYMBOLS:
            return made


def _find(db: Session, name: str) -> Row:
    account = db.one("account_by_key", key=name_key(name))
    if account is None:
        raise UnknownAccount(f"({display_path(name)})")
    return account


def _new_account(name: str, password: str, keys: TokenSecrets, *, admin: bool) -> dict[str, object]:
    name = _checked_name(name)
    password = _checked_password(password)
    return {
        "name": name,
        "key": name_key(name),
        "password_hash": _hasher.hash(password),
        "token_secret": keys.seal(password),
        "admin": admin,
    }


def _insert(db: Session, row: dict[str, object]) -> int:
    account = db.value("add_account", **row)
    if account is None:
        raise NameTaken(f"({row['name']})")
    return int(account)


def _checked_name(name: str) -> str:
    name = unicodedata.normalize("NFC", name[: 4 * LONGEST_NAME].strip())
    if any(unicodedata.category(char) in _INVISIBLE for char in name):
        raise BadName(f"It has a control or invisible character: {display_path(name)}")
    if len(name) > LONGEST_NAME:
        raise BadName(f"It is longer than {LONGEST_NAME} characters")
    if not name_key(name):
        raise BadName("It is empty")
    return name


_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_UNTYPABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


def _checked_password(password: str) -> str:
    if not password:
        raise BadPassword("It is empty")
    if len(password) > LONGEST_PASSWORD:
        raise BadPassword(f"It is longer than {LONGEST_PASSWORD} characters")
    if _UNTYPABLE.search(password):
        raise BadPassword("It has a line break or another character that no player can send")
    return _normal(password)


def _normal(text: str) -> str:
    """NFC, as keyboards type it: the same password from every system."""
    return unicodedata.normalize("NFC", text)


@cache
def _nobody() -> str:
    return _hasher.hash(secrets.token_urlsafe())
