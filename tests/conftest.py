"""What all tests share: a PostgreSQL server of their own and fresh databases on it."""

import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from melodee.intake.reader import Answer, Job, read
from melodee.migrations import migrate
from melodee.postgres.cluster import locate_cluster
from melodee.postgres.configure import Address, configure
from melodee.postgres.create import create_cluster
from melodee.postgres.server import start_server, stop_server, wait_until_ready
from melodee.settings import DataDirectory

TEMPLATE = "melodee_template"


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int | None:
    """Half as many again of the slow half at a time as there are processors: its tests wait more than they work."""
    return (os.cpu_count() or 1) * 3 // 2 if config.getoption("markexpr") == "slow" else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What starts the whole of Melodee takes longest and comes first: what is short fills the gaps at the end."""
    items.sort(key=lambda item: "integration" not in item.path.parts)


@dataclass(frozen=True)
class PostgresServer:
    """A server for one test session; its databases come and go."""

    address: Address

    def url(self, database: str) -> str:
        return self.address.url(database)

    def create(self, database: str, template: str = "template0") -> str:
        """Makes a database; returns its URL."""
        self._run("create database {} template {}", database, template)
        return self.url(database)

    def drop(self, database: str) -> None:
        self._run("drop database if exists {} with (force)", database)

    def _run(self, statement: str, *names: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))  # pyright: ignore[reportArgumentType]


@pytest.fixture(autouse=True)
def _no_data_directory_is_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a command of an earlier test was given as --data is not where this one's settings and rules are."""
    monkeypatch.setattr("melodee.settings.source._chosen", [])


@pytest.fixture(scope="session")
def open_directory() -> Iterator[Path]:
    """A directory that the server's user can reach also when the tests run as root: pytest's own are private to us."""
    folder = Path(tempfile.mkdtemp(prefix="melodee-tests-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_server(open_directory: Path) -> Iterator[PostgresServer]:
    """A real PostgreSQL, made for this session and removed with it. It does not wait for the disk."""
    data = DataDirectory(open_directory / "session")
    data.path.mkdir()
    cluster = locate_cluster(data, durable=False)
    create_cluster(cluster)
    address = configure(cluster)
    log = data.path / "postgres.log"
    with log.open("ab") as file:
        process = start_server(cluster, file)
    try:
        wait_until_ready(cluster, process, seconds=60)
        with psycopg.connect(address.url("postgres"), autocommit=True) as connection:
            # Its workers hold snapshots when they please, and what a test reads of a table then depends on the moment.
            connection.execute("alter system set autovacuum = off")
            connection.execute("select pg_reload_conf()")
        yield PostgresServer(address)
    finally:
        stop_server(process)


@pytest.fixture(scope="session")
def template_database(postgres_server: PostgresServer) -> str:
    """The name of a database with all migrations applied and nothing else."""
    migrate(postgres_server.create(TEMPLATE))
    return TEMPLATE


@pytest.fixture
def database_url(postgres_server: PostgresServer, template_database: str) -> Iterator[str]:
    """The URL of a fresh database with the catalogue's tables, dropped after the test."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    yield postgres_server.create(name, template_database)
    postgres_server.drop(name)


@pytest.fixture(scope="session")
def _emptied_database(postgres_server: PostgresServer, template_database: str) -> str:
    return postgres_server.create("test_emptied", template_database)


_EMPTY = """
    delete from file_move;
    delete from ingest_failure;
    delete from release;
    delete from scan_request;
    delete from batch;
    delete from files;
    delete from file_count;
    delete from volume;
    delete from account;
    delete from album_rating;
    delete from song_rating;
    update catalogue_total set songs = 0, albums = 0, artists = 0;
"""


@pytest.fixture
def emptied_database_url(_emptied_database: str) -> str:
    """The URL of a database without accounts, volumes and files: what earlier tests left in it is gone.

    A tenth of the time of a fresh one, for tests that neither fill the catalogue nor change tables.
    """
    with psycopg.connect(_emptied_database) as connection:
        connection.execute(_EMPTY)
    return _emptied_database


@pytest.fixture
def read_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files are read by this process: to start a reader for each of hundreds of batches takes longer than they do."""

    def read_all(jobs: Sequence[Job], _number: int) -> list[Answer]:
        return [read(job) for job in jobs]

    monkeypatch.setattr("melodee.intake.read._read_in_processes", read_all)
