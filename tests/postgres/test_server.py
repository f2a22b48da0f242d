"""Starting a server where another one is, or was."""

import os
import subprocess
import time
from contextlib import closing

import psycopg
import pytest

from melodee.postgres.configure import configure
from melodee.postgres.server import (
    ServerHeld,
    ServerNotStarted,
    is_ready,
    start_server,
    stop_server,
    take_over,
    wait_until_ready,
)
from melodee.processes import is_alive, working_in


def test_a_server_that_is_asked_to_stop_ends_cleanly(cluster, start):
    server = start(cluster)
    assert is_ready(cluster, server.pid)

    stop_server(server)

    assert server.returncode == 0
    assert not (cluster.folder / "postmaster.pid").exists()


def test_a_server_that_an_earlier_run_left_makes_way(cluster, start):
    left = start(cluster)

    assert take_over(cluster)

    left.wait(10)
    assert not take_over(cluster)
    assert is_ready(cluster, start(cluster).pid)


def test_a_server_that_somebody_else_started_stays_and_is_named(cluster):
    foreign = subprocess.Popen(
        [cluster.binaries.postgres, "-D", cluster.folder],
        cwd=cluster.run,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        **cluster.account.popen_options(),
    )
    try:
        wait_until_ready(cluster, foreign, seconds=30)

        with pytest.raises(ServerHeld, match=f"kill -INT {foreign.pid}"):
            take_over(cluster)

        assert foreign.poll() is None
    finally:
        stop_server(foreign)


def test_a_stale_file_whose_process_id_is_somebody_elses_does_not_matter(cluster, start):
    pid_file = cluster.folder / "postmaster.pid"
    pid_file.write_text(f"{os.getpid()}\n{cluster.folder}\n{int(time.time())}\n5432\n\n\n\nready\n")

    assert not take_over(cluster)

    assert is_ready(cluster, start(cluster).pid)


def test_after_a_killed_server_the_next_one_starts_though_a_client_was_busy(cluster, start):
    server = start(cluster)
    with closing(psycopg.connect(configure(cluster).url("postgres"), autocommit=True)) as connection:
        busy = connection.info.backend_pid
        connection.pgconn.send_query(b"select count(*) from generate_series(1, 1000000000)")
        server.kill()
        server.wait()

        assert not take_over(cluster)

        assert not is_alive(busy)
        assert not list(working_in(cluster.folder))
    assert is_ready(cluster, start(cluster).pid)


def test_a_server_that_cannot_start_says_so(cluster, data):
    (cluster.folder / "melodee.conf").write_text("shared_buffers = 'much'\n")
    with (data.path / "postgres.log").open("ab") as log:
        server = start_server(cluster, log)

    with pytest.raises(ServerNotStarted, match="ended with code 1"):
        wait_until_ready(cluster, server, seconds=30)

    assert "shared_buffers" in (data.path / "postgres.log").read_text()
    configure(cluster)
