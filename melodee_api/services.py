"""What a worker of the API holds open: the database and what reads from it."""

import logging
import time
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace

import psycopg

from melodee.async_database import AsyncDatabase
from melodee.errors import DependencyError
from melodee.machine import processors
from melodee.settings import ApiSettings, DatabaseSettings, DataDirectory
from melodee.token_secrets import TokenSecrets
from melodee_api.accounts import Accounts, DatabaseAccounts
from melodee_api.admission import Gate
from melodee_api.covers import Covers
from melodee_api.cut_tracks import CutTracks
from melodee_api.plain_texts import PlainTexts
from melodee_api.search_ladder import SEARCH_QUERIES

logger = logging.getLogger(__name__)

JUST_NOW = 1.0
"""Seconds for which a statement that went well proves that the database answers."""

_NOTHING: Mapping[str, object] = {"ids": [0], "account": 0, "folders": [0]}

HOT_QUERIES: Mapping[str, Mapping[str, object]] = {
    "account_by_key": {"key": ""},
    "account_by_api_key": {"digest": b""},
    "visible_folders": {"account": 0},
    "songs_by_id": _NOTHING,
    "albums_by_id": _NOTHING,
    "artists_by_id": _NOTHING,
    "song_file": {"song": 0, "folders": [0]},
    "cover_of_album": {"id": 0, "folders": [0]},
    "songs_of_album": {"album": 0},
    "newest_albums": {"folders": [0], "size": 0, "offset": 0},
    "known_songs": {"ids": [0], "folders": [0]},
    **SEARCH_QUERIES,
}
"""What nearly each request asks, with parameters that find nothing. Each touches all leaves when it is planned."""


PICTURES_WAIT = 10.0
"""Seconds: a grid of a hundred covers that are made for the first time asks for all of them at once."""

CUTS_WAIT = 20.0
"""Seconds: a player that begins an album asks for its next tracks as well, each of which is a second of work or two."""

SPARE_CONNECTIONS = 2
"""That requests leave to what is read ahead, and to the health check."""

LEAST_POOL = 2
"""Connections of a worker: one for requests, and one for what is read ahead."""


@dataclass(frozen=True)
class Services:
    """Shared by all requests of a worker; routes reach it as `call.services`."""

    database: AsyncDatabase
    accounts: Accounts
    covers: Covers = field(default_factory=Covers.from_environment)
    requests: Gate = field(default_factory=lambda: Gate("Requests", 1, ApiSettings.longest_wait))
    """What each request passes; its slots are fewer than the database's connections."""
    pictures: Gate = field(default_factory=lambda: Gate("Pictures", processors(), PICTURES_WAIT))
    """What has to be read from a volume, and made."""
    cuts: CutTracks = field(default_factory=CutTracks.from_environment)
    cutting: Gate = field(default_factory=lambda: Gate("Cuts", processors(), CUTS_WAIT))
    """What has to be cut out of a file."""
    plain_texts: PlainTexts = field(default_factory=PlainTexts.from_environment)

    async def answers(self) -> bool:
        """Whether the database answers; it is not asked while it does, so that a full house counts as healthy."""
        if time.monotonic() - self.database.last_success < JUST_NOW:
            return True
        try:
            async with self.database.read() as db:
                return bool(await db.value("answers"))
        except (psycopg.Error, DependencyError, OSError):
            return False


@asynccontextmanager
async def open_services() -> AsyncGenerator[Services]:
    """The services that the environment describes. Raises `SettingError` when `MELODEE_DATABASE_URL` is not set."""
    settings, api = DatabaseSettings.from_environment(), ApiSettings.from_environment()
    limit = await _connection_limit(settings)
    size = fitting(settings.api_pool_size, limit, api.workers)
    database = AsyncDatabase(settings.require_url(), replace(settings, api_pool_size=size))
    try:
        if limit is not None:
            with suppress(DependencyError):
                await database.warm(HOT_QUERIES)
        yield Services(
            database,
            DatabaseAccounts(database, TokenSecrets.of(DataDirectory.from_environment())),
            requests=Gate("Requests", max(database.size - SPARE_CONNECTIONS, 1), api.longest_wait),
        )
    finally:
        await database.close()


async def _connection_limit(settings: DatabaseSettings) -> int | None:
    """How many connections the server allows; `None` when it is away."""
    database = AsyncDatabase(settings.require_url(), replace(settings, api_pool_size=1))
    try:
        async with database.read() as db:
            return await db.value("connection_limit")
    except (psycopg.Error, DependencyError, OSError) as error:
        # It may come back: then the first requests pay for what could not be done now.
        logger.warning("The database does not answer: %s", str(error).partition("\n")[0])
        return None
    finally:
        await database.close()


def fitting(wanted: int, limit: int | None, workers: int) -> int:
    """Connections of one worker, so that all workers together leave the half of them to Dagster and the intake."""
    if limit is None:
        return wanted
    fitting = max(min(wanted, limit // 2 // workers), LEAST_POOL)
    if fitting < wanted:
        logger.warning("The database allows %s connections: each of %s workers has %s", limit, workers, fitting)
    return fitting
