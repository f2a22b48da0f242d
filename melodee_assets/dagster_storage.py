"""Dagster's storage on PostgreSQL, with connections that are kept.

Dagster's own opens a connection for each statement, and looks for its tables whenever an instance is made, which the
code server does at each tick of each sensor: while nothing happened, 1,800 connections a minute. Here the instances of
a process share one small pool and what they know of the tables.
"""

import os
import threading
from dataclasses import dataclass, field

from dagster._core.storage.config import PostgresStorageConfig
from dagster._serdes import ConfigurableClassData
from dagster_postgres import DagsterPostgresStorage
from dagster_postgres.auth import PgTokenProvider
from dagster_postgres.utils import create_pg_engine, get_token_provider_from_config, pg_url_from_config
from sqlalchemy import Engine

KEPT = 2
"""Connections that a process keeps; what it needs besides at a moment is opened and closed."""

BESIDES = 60


@dataclass(frozen=True)
class _Shared:
    """What the storages of a process have in common."""

    engine: Engine
    built_runs: dict[str, bool] = field(default_factory=dict[str, bool])
    built_events: dict[str, bool] = field(default_factory=dict[str, bool])


_shared: dict[tuple[int, str], _Shared] = {}
"""By process, since connections do not survive a fork, and URL."""

_making = threading.Lock()


class KeptPostgresStorage(DagsterPostgresStorage):
    """`storage: custom:` in dagster.yaml; takes the settings that `storage: postgres:` takes."""

    def __init__(
        self,
        postgres_url: str,
        should_autocreate_tables: bool = True,
        inst_data: ConfigurableClassData | None = None,
        token_provider: PgTokenProvider | None = None,
    ) -> None:
        key = os.getpid(), postgres_url
        with _making:
            shared = _shared.get(key)
            super().__init__(postgres_url, should_autocreate_tables and shared is None, inst_data, token_provider)
            if shared is None:
                shared = _shared[key] = _Shared(
                    create_pg_engine(
                        postgres_url,
                        token_provider,
                        isolation_level="AUTOCOMMIT",
                        pool_size=KEPT,
                        max_overflow=BESIDES,
                        # After a restart of the server a kept connection is found broken before it is used.
                        pool_pre_ping=True,
                    )
                )
        # Dagster has no setting for it.
        for storage in (self._run_storage, self._event_log_storage, self._schedule_storage):
            storage._engine = shared.engine  # noqa: SLF001
        self._run_storage._index_migration_cache = shared.built_runs  # noqa: SLF001
        self._event_log_storage._secondary_index_cache = shared.built_events  # noqa: SLF001

    @classmethod
    def from_config_value(
        cls, inst_data: ConfigurableClassData | None, config_value: PostgresStorageConfig
    ) -> "KeptPostgresStorage":
        """As dagster.yaml has it."""
        return cls(
            pg_url_from_config(config_value),
            config_value.get("should_autocreate_tables", True),
            inst_data,
            get_token_provider_from_config(config_value),
        )
