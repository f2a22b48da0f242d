"""Making a cluster, and finding it again."""

import os
import shutil
import socket
import stat
from pathlib import Path

import psycopg
import pytest

from melodee.machine import machine_memory
from melodee.ports import port_is_free
from melodee.postgres import binaries
from melodee.postgres.account import NoServerAccount, server_account
from melodee.postgres.binaries import NoPostgres
from melodee.postgres.cluster import ClusterUnusable, locate_cluster
from melodee.postgres.configure import configure
from melodee.postgres.create import create_cluster
from melodee.settings import DataDirectory

root_only = pytest.mark.skipif(os.geteuid() != 0, reason="only root may run PostgreSQL as another user")


def value(url: str, query: str) -> object:
    with psycopg.connect(url) as connection:
        row = connection.execute(query).fetchone()  # pyright: ignore[reportArgumentType]
    assert row is not None
    return row[0]


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        ("server_encoding", "UTF8"),
        ("lc_collate", "C.UTF-8"),
        ("data_checksums", "on"),
        ("password_encryption", "scram-sha-256"),
        ("listen_addresses", ""),
        ("jit", "off"),
        ("random_page_cost", "1.1"),
        ("max_locks_per_transaction", "256"),
        ("max_connections", "200"),
        ("TimeZone", "UTC"),
    ],
)
def test_a_cluster_is_set_as_the_catalogue_needs_it(postgres_server, setting, expected):
    query = "select current_setting(%s)"
    if setting == "lc_collate":  # No longer a setting since PostgreSQL 16.
        query = "select datcollate from pg_database where datname = 'postgres' and %s <> ''"
    with psycopg.connect(postgres_server.url("postgres")) as connection:
        assert connection.execute(query, [setting]).fetchone() == (expected,)


def test_memory_settings_stay_within_bounds(postgres_server):
    buffers = value(postgres_server.url("postgres"), "select pg_size_bytes(current_setting('shared_buffers'))")
    cache = value(postgres_server.url("postgres"), "select pg_size_bytes(current_setting('effective_cache_size'))")

    assert isinstance(buffers, int)
    assert isinstance(cache, int)
    assert 128 << 20 <= buffers <= 2048 << 20
    assert buffers <= cache <= max(machine_memory(), 128 << 20)


@pytest.mark.parametrize(
    ("memory", "expected"),
    [
        (1, {"shared_buffers": 128, "effective_cache_size": 512, "work_mem": 4, "maintenance_work_mem": 64}),
        (2, {"shared_buffers": 256, "effective_cache_size": 1024, "work_mem": 4, "maintenance_work_mem": 128}),
        (8, {"shared_buffers": 2048, "effective_cache_size": 4096, "work_mem": 16, "maintenance_work_mem": 512}),
        (64, {"shared_buffers": 2048, "effective_cache_size": 32768, "work_mem": 16, "maintenance_work_mem": 512}),
    ],
)
def test_the_server_takes_its_part_of_the_machine(cluster, monkeypatch, memory, expected):
    monkeypatch.setattr("melodee.postgres.configure.machine_memory", lambda: memory << 30)

    configure(cluster)

    lines = dict(line.split(" = ") for line in (cluster.folder / "melodee.conf").read_text().splitlines())
    assert {name: lines[name] for name in expected} == {name: f"'{size}MB'" for name, size in expected.items()}


@pytest.mark.parametrize(("gigabytes", "most"), [(1, 512), (16, 1024), (1000, 4096)])
def test_the_log_takes_no_more_of_the_disk_than_there_is_room_for(cluster, monkeypatch, gigabytes, most):
    usage = shutil._ntuple_diskusage(10**13, 0, gigabytes << 30)
    monkeypatch.setattr("melodee.postgres.configure.shutil.disk_usage", lambda _: usage)

    configure(cluster)

    assert f"max_wal_size = '{most}MB'" in (cluster.folder / "melodee.conf").read_text()


def test_a_server_without_lz4_does_without(cluster, tmp_path, monkeypatch):
    assert "wal_compression = lz4" in (cluster.folder / "melodee.conf").read_text() or cluster.binaries.wheel

    built_otherwise = tmp_path / "postgres"
    built_otherwise.write_text("#!/bin/sh\nexit 1\n")
    built_otherwise.chmod(0o755)
    monkeypatch.setattr(type(cluster.binaries), "postgres", built_otherwise)
    configure(cluster)

    assert "wal_compression = off" in (cluster.folder / "melodee.conf").read_text()


def test_the_password_is_random_private_and_demanded(address, cluster, data):
    assert mode(cluster.password_file) == 0o600
    assert mode(data.path / "keys") == 0o700
    assert mode(cluster.run) == 0o700
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(address.url("postgres").replace(address.password, "wrong"))
    assert value(address.url("postgres"), "select current_user") == "melodee"
    assert not list(cluster.run.glob("password"))


def test_what_an_interrupted_start_left_is_made_again(data):
    cluster = locate_cluster(data, durable=False)
    unfinished = cluster.folder.with_name("postgres.new")
    unfinished.mkdir()
    (unfinished / "PG_VERSION").write_text("15\n")
    (cluster.run / "password").write_text("of the interrupted start")

    assert not cluster.exists
    create_cluster(cluster)

    assert cluster.exists
    assert not unfinished.exists()


def test_a_cluster_without_its_version_of_postgresql_is_not_touched(cluster, data):
    (cluster.folder / "PG_VERSION").write_text("99\n")

    with pytest.raises(NoPostgres, match="version 99"):
        locate_cluster(data)


def test_a_lost_password_says_where_it_belongs(cluster):
    cluster.password_file.unlink()

    with pytest.raises(ClusterUnusable, match=r"postgres\.password back from a backup"):
        configure(cluster)


def test_a_lost_cluster_is_not_replaced_by_an_empty_one(cluster, data):
    data.environment.write_text(f"MELODEE_DATABASE_URL={configure(cluster).url('melodee')}\n")
    cluster.refuse_if_lost(data)
    cluster.folder.rename(cluster.folder.with_name("elsewhere"))

    with pytest.raises(ClusterUnusable, match=r"put .*postgres back, or remove .*melodee\.env"):
        locate_cluster(data).refuse_if_lost(data)

    data.environment.write_text("MELODEE_DATABASE_URL=postgresql://melodee:another@db.example.org/melodee\n")
    locate_cluster(data).refuse_if_lost(data)


@pytest.mark.parametrize("name", ["x" * 90, "наша, 'музыка'"])
def test_where_a_socket_does_not_fit_the_server_keeps_to_this_machine(open_directory, start, name):
    data = DataDirectory(open_directory / name)
    data.path.mkdir()
    cluster = locate_cluster(data, durable=False)
    create_cluster(cluster)

    address = configure(cluster)
    start(cluster)

    assert address.host == "127.0.0.1"
    assert value(address.url("postgres"), "show listen_addresses") == "127.0.0.1"
    assert value(address.url("postgres"), "show unix_socket_directories") == ""


def test_a_port_is_kept_until_somebody_else_has_it(open_directory):
    data = DataDirectory(open_directory / ("y" * 90))
    data.path.mkdir()
    cluster = locate_cluster(data, durable=False)
    create_cluster(cluster)

    first = configure(cluster)
    assert configure(cluster).port == first.port

    with socket.create_server(("127.0.0.1", first.port)):
        assert not port_is_free("127.0.0.1", first.port)
        assert configure(cluster).port != first.port


@root_only
def test_root_runs_it_as_a_user_that_exists(cluster, start):
    start(cluster)

    assert cluster.account.name in {"postgres", "nobody"}
    assert cluster.folder.stat().st_uid == cluster.account.uid
    assert mode(cluster.folder) == 0o700


@root_only
def test_a_data_directory_that_the_servers_user_cannot_enter_holds_a_link(tmp_path, open_directory, start):
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    data = DataDirectory(home / "melodee")
    data.path.mkdir()
    elsewhere = open_directory / "elsewhere"

    cluster = locate_cluster(data, elsewhere=elsewhere, durable=False)
    create_cluster(cluster)
    address = configure(cluster)
    start(cluster)

    assert cluster.folder.parent.parent == elsewhere
    assert data.postgres.resolve() == cluster.folder
    assert mode(home) == 0o700
    assert value(address.url("postgres"), "select 1") == 1
    assert locate_cluster(data, elsewhere=elsewhere) == locate_cluster(data, elsewhere=open_directory / "other")


@root_only
def test_binaries_of_the_wheel_are_copied_to_where_the_servers_user_can_run_them(
    tmp_path, open_directory, start, monkeypatch
):
    installed = binaries.wheel_folder()
    assert installed is not None
    hidden = tmp_path / "site-packages"
    hidden.mkdir(mode=0o700)
    package = installed.parent.parent
    shutil.copytree(package / "pginstall", hidden / package.name / "pginstall")
    shutil.copytree(package.with_name(f"{package.name}.libs"), hidden / f"{package.name}.libs")
    monkeypatch.setattr(binaries, "wheel_folder", lambda: hidden / package.name / "pginstall" / "bin")
    data = DataDirectory(tmp_path / "data")
    data.path.mkdir()

    cluster = locate_cluster(data, "wheel", elsewhere=open_directory / "copies", durable=False)
    create_cluster(cluster)
    address = configure(cluster)
    start(cluster)

    assert cluster.binaries.wheel
    assert cluster.binaries.folder.is_relative_to(open_directory / "copies")
    assert mode(hidden) == 0o700
    assert str(value(address.url("postgres"), "show server_version")) == cluster.binaries.version
    # Made once; the next start finds it.
    before = cluster.binaries.postgres.stat().st_mtime_ns
    assert (
        locate_cluster(data, "wheel", elsewhere=open_directory / "copies").binaries.postgres.stat().st_mtime_ns
        == before
    )


@root_only
def test_a_cluster_of_another_user_goes_on_as_theirs(tmp_path):
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    os.chown(theirs, 1, 1)

    assert server_account(theirs).uid == 1


@root_only
def test_an_owner_without_a_name_cannot_run_it(tmp_path):
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    os.chown(theirs, 54321, 54321)

    with pytest.raises(NoServerAccount, match="54321"):
        server_account(theirs)


def test_who_is_not_root_may_not_start_the_cluster_of_another(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 12345)

    with pytest.raises(NoServerAccount, match="run 'melodee up' as that user or as root"):
        server_account(tmp_path)
