"""Clusters to make and break."""

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from melodee.postgres.cluster import Cluster, locate_cluster
from melodee.postgres.configure import Address, configure
from melodee.postgres.create import create_cluster
from melodee.postgres.server import Server, start_server, stop_server, wait_until_ready
from melodee.settings import DataDirectory

StartServer = Callable[[Cluster], Server]

_numbers = itertools.count()


@pytest.fixture
def data(open_directory: Path) -> DataDirectory:
    """A data directory that the server's user can reach."""
    folder = open_directory / f"data{next(_numbers)}"
    folder.mkdir()
    return DataDirectory(folder)


@pytest.fixture
def cluster(data: DataDirectory) -> Cluster:
    """A cluster, made but not started."""
    found = locate_cluster(data, durable=False)
    create_cluster(found)
    configure(found)
    return found


@pytest.fixture
def start(data: DataDirectory) -> Iterator[StartServer]:
    """Starts a cluster's server, and stops it after the test."""
    servers: list[Server] = []

    def start_and_wait(cluster: Cluster) -> Server:
        with (data.path / "postgres.log").open("ab") as log:
            server = start_server(cluster, log)
        servers.append(server)
        wait_until_ready(cluster, server, seconds=60)
        return server

    yield start_and_wait
    for server in servers:
        stop_server(server)


@pytest.fixture
def address(cluster: Cluster, start: StartServer) -> Address:
    """Where the cluster's server answers."""
    start(cluster)
    return configure(cluster)
