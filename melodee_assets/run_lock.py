"""A sign of life: the process of a run holds an advisory lock in Dagster's database.

Dagster's default launcher cannot tell a run that works from one whose process is gone: when the code server dies with
it, a run stays "started" for hours and keeps its place in the queue. A lock needs no clock and no heartbeat row, and
PostgreSQL lets go of it however the process ends. `MelodeeRunLauncher` looks at it.

The same thread ends the run when its parent is gone: nothing that Melodee starts outlives it, and a run that stops half
way is safe, because each step of the file protocol is committed before the next begins.
"""

import logging
import os
import signal
import threading
from types import TracebackType
from typing import TYPE_CHECKING, Any, cast

import psycopg
from dagster import DagsterInstance
from sqlalchemy.engine import make_url

from melodee.database import queries

if TYPE_CHECKING:
    from dagster_postgres import PostgresRunStorage

LOOK_SECONDS = 2.0
"""Between two looks at the connection and at the parent."""

EXIT_SECONDS = 5.0
"""What a run that was told to stop may take before its process ends at once."""

_OPTIONS = " ".join(
    f"-c {name}={value}"
    for name, value in {
        # A host that vanished lets go of its locks in 25 seconds, not in two hours.
        "tcp_keepalives_idle": 10,
        "tcp_keepalives_interval": 5,
        "tcp_keepalives_count": 3,
        "lock_timeout": "10s",
        "client_min_messages": "warning",
    }.items()
)

_log = logging.getLogger(__name__)


def connect(instance: DagsterInstance) -> psycopg.Connection[Any]:
    """A connection of its own to the database of Dagster's storage, each statement its own transaction."""
    storage = cast("PostgresRunStorage", instance.run_storage)
    url = make_url(storage.postgres_url).set(drivername="postgresql")
    return psycopg.connect(
        url.render_as_string(hide_password=False), autocommit=True, connect_timeout=10, options=_OPTIONS
    )


class RunLock:
    """Holds the lock of one run inside a `with` block, from a thread that also watches the parent process."""

    def __init__(self, instance: DagsterInstance, run_id: str) -> None:
        self._instance = instance
        self._run_id = run_id
        self._parent = os.getppid()
        self._over = threading.Event()
        self._connection = self._take()
        self._thread = threading.Thread(target=self._watch, name="run-lock", daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()
        self._connection.close()

    def _take(self) -> psycopg.Connection[Any]:
        connection = connect(self._instance)
        try:
            connection.execute(queries()["hold_run_lock"], {"run": self._run_id})
        except BaseException:
            connection.close()
            raise
        return connection

    def _watch(self) -> None:
        while not self._over.wait(LOOK_SECONDS):
            if os.getppid() != self._parent:
                self._end_process()
            try:
                self._connection.execute("select 1")
            except psycopg.Error:
                # The server was restarted, say: the lock went with the connection, so take it again.
                self._connection.close()
                try:
                    self._connection = self._take()
                except psycopg.Error as error:
                    _log.warning("The run's lock could not be taken again yet: %s", error)

    def _end_process(self) -> None:
        _log.warning("The process that started this run is gone; the run ends and will be taken up again")
        os.kill(os.getpid(), signal.SIGINT)
        if not self._over.wait(EXIT_SECONDS):
            os._exit(1)
