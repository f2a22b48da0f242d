"""What a worker of the API holds open: the database and what reads from it."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import psycopg
from sqlalchemy.exc import SQLAlchemyError

from melodee.async_database import AsyncDatabase
from melodee.settings import DatabaseSettings, DataDirectory
from melodee.token_secrets import TokenSecrets
from melodee_api.accounts import Accounts, DatabaseAccounts
from melodee_api.covers import Covers


@dataclass(frozen=True)
class Services:
    """Shared by all requests of a worker; routes reach it as `call.services`."""

    database: AsyncDatabase
    accounts: Accounts
    covers: Covers = field(default_factory=Covers.from_environment)

    async def answers(self) -> bool:
        """Whether the database answers."""
        try:
            async with self.database.read() as db:
                return bool(await db.value("answers"))
        except (psycopg.Error, SQLAlchemyError, OSError):
            return False


@asynccontextmanager
async def open_services() -> AsyncGenerator[Services]:
    """The services that the environment describes. Raises `SettingError` when `MELODEE_DATABASE_URL` is not set."""
    settings = DatabaseSettings.from_environment()
    database = AsyncDatabase(settings.require_url(), settings)
    try:
        yield Services(database, DatabaseAccounts(database, TokenSecrets.of(DataDirectory.from_environment())))
    finally:
        await database.close()
