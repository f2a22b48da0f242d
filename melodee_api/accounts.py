"""Who is asking: accounts as the API needs them, read from the database at each request.

They are not cached: a changed password, a withdrawn role or key counts at once, on every worker and host, and the
look-up is one row by a unique key.
"""

import logging
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from melodee.accounts import LONGEST_NAME, key_digest, name_key
from melodee.async_database import AsyncDatabase
from melodee.database import Row
from melodee.errors import MelodeeError
from melodee.token_secrets import TokenSecrets

logger = logging.getLogger(__name__)


class Role(StrEnum):
    """What an account may be allowed to do; each is a column of its row and a flag of `getUser`."""

    SETTINGS = "settings"
    DOWNLOAD = "download"
    UPLOAD = "upload"
    PLAYLIST = "playlist"
    COVER_ART = "cover_art"
    COMMENT = "comment"
    PODCAST = "podcast"
    STREAM = "stream"
    JUKEBOX = "jukebox"
    SHARE = "share"
    VIDEO_CONVERSION = "video_conversion"


@dataclass(frozen=True, slots=True)
class Account:
    """An account and what it may do."""

    id: int
    name: str
    password_hash: str = field(repr=False)
    token_secret: str | None = field(default=None, repr=False)
    """The password, readable; nothing when the account has no token login."""
    enabled: bool = True
    admin: bool = False
    roles: frozenset[Role] = frozenset()
    email: str | None = None
    scrobbling: bool = True
    max_bit_rate: int | None = None
    """kbps; nothing is no limit."""


class Accounts(Protocol):
    """Where the accounts are."""

    async def by_name(self, name: str) -> Account | None:
        """The account of that name, whatever its case."""
        ...

    async def by_api_key(self, key: str) -> Account | None:
        """The account that the key belongs to."""
        ...

    async def replace_hash(self, account: Account, new: str) -> None:
        """Keeps the same password under newer parameters."""
        ...


class DatabaseAccounts:
    """`Accounts` in Melodee's database."""

    def __init__(self, database: AsyncDatabase, secrets: TokenSecrets) -> None:
        self._database, self._secrets = database, secrets

    async def by_name(self, name: str) -> Account | None:
        """The account of that name, whatever its case."""
        # Folding may lengthen a name, and NFD writes a letter as several characters; what is longer is no name.
        if not name or len(name) > 4 * LONGEST_NAME or "\0" in name:
            return None
        async with self._database.read() as db:
            row = await db.one("account_by_key", key=name_key(name))
        return None if row is None else self._account(row)

    async def by_api_key(self, key: str) -> Account | None:
        """The account that the key belongs to."""
        async with self._database.read() as db:
            row = await db.one("account_by_api_key", digest=key_digest(key))
        return None if row is None else self._account(row)

    async def replace_hash(self, account: Account, new: str) -> None:
        """Keeps the same password under newer parameters, unless it was changed in the meantime."""
        async with self._database.read() as db:
            await db.run("replace_password_hash", account=account.id, new=new, old=account.password_hash)

    def _account(self, row: Row) -> Account:
        return Account(
            id=row.id,
            name=row.name,
            password_hash=row.password_hash,
            token_secret=self._open(row),
            enabled=row.enabled,
            admin=row.admin,
            roles=frozenset(role for role in Role if getattr(row, f"{role}_role")),
            email=row.email,
            scrobbling=row.scrobbling,
            max_bit_rate=row.max_bit_rate,
        )

    def _open(self, row: Row) -> str | None:
        if row.token_secret is None:
            return None
        try:
            return self._secrets.open(row.token_secret)
        except MelodeeError as error:
            # The key was lost or changed: the password itself still works, and token login says that it does not.
            logger.warning("Account %s has no token login: %s", row.id, error)
            return None
