"""A Dagster instance as `dagster.yaml` describes it, on a PostgreSQL database of its own."""

import uuid
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from melodee import packaged
from melodee.database import Database
from tests.conftest import PostgresServer
from tests.library import Library

DAGSTER_TEMPLATE = "dagster_template"


def dagster_url(url: str) -> str:
    return url.replace("postgresql://", "postgresql+psycopg2://", 1)


@pytest.fixture(scope="session")
def dagster_template(postgres_server: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of a database with Dagster's tables: making them takes a second, copying them a tenth."""
    url = dagster_url(postgres_server.create(DAGSTER_TEMPLATE))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MELODEE_DAGSTER_DATABASE_URL", url)
        patch.setenv("MELODEE_DAGSTER_STORAGE", str(tmp_path_factory.mktemp("storage")))
        with dg.DagsterInstance.from_config(str(packaged.path("dagster.yaml").parent)):
            pass
    return DAGSTER_TEMPLATE


@pytest.fixture
def dagster_home(
    postgres_server: PostgresServer, dagster_template: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Path]:
    """`DAGSTER_HOME` as `melodee up` lays it out: links to the files that ship, and the environment that they read."""
    home = tmp_path / "dagster"
    home.mkdir()
    for name in ("dagster.yaml", "workspace.yaml"):
        (home / name).symlink_to(packaged.path(name))
    name = f"dagster_{uuid.uuid4().hex[:12]}"
    monkeypatch.setenv("DAGSTER_HOME", str(home))
    monkeypatch.setenv("MELODEE_DAGSTER_DATABASE_URL", dagster_url(postgres_server.create(name, dagster_template)))
    monkeypatch.setenv("MELODEE_DAGSTER_STORAGE", str(tmp_path / "dagster-storage"))
    yield home
    postgres_server.drop(name)


@pytest.fixture
def instance(dagster_home: Path) -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.from_config(str(dagster_home)) as made:
        yield made


@pytest.fixture
def ephemeral() -> Iterator[dg.DagsterInstance]:
    """An instance in memory, for what does not depend on ours."""
    with dg.DagsterInstance.ephemeral() as made:
        yield made


@pytest.fixture
def library(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Library]:
    """Empty volumes and an empty catalogue, which Dagster's resource finds in the environment; nothing need settle."""
    monkeypatch.setenv("MELODEE_DATABASE_URL", database_url)
    monkeypatch.setenv("MELODEE_SETTLE_SECONDS", "0")
    database = Database(database_url)
    yield Library(database, tmp_path / "volumes")
    database.close()
