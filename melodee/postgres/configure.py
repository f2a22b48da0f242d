"""The settings of our server, and where it answers."""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from melodee.machine import machine_memory
from melodee.ports import free_port, port_is_free
from melodee.postgres.cluster import Cluster
from melodee.sockets import socket_fits

SUPERUSER = "melodee"
CONF = "melodee.conf"
SOCKET_PORT = 5432
"""Part of a socket's name; libpq's default, so that URLs need not say it."""

_MIB = 1 << 20


@dataclass(frozen=True)
class Address:
    """Where our server answers, and to which password."""

    host: str
    """A host's address, or the folder of a Unix socket."""
    port: int
    password: str

    def url(self, database: str) -> str:
        """`postgresql://…`, as libpq and SQLAlchemy read it."""
        user = f"{SUPERUSER}:{self.password}"
        if self.host.startswith("/"):
            return f"postgresql://{user}@/{database}?host={quote(self.host, safe='/')}"
        return f"postgresql://{user}@{self.host}:{self.port}/{database}"


_READING_SETTINGS = {"effective_io_concurrency": 64} if sys.platform == "linux" else {}
"""A search reads rows all over a table: so many at once, or a third of its time is waiting. Other systems' servers do
not start with it."""


def configure(cluster: Cluster) -> Address:
    """Writes the server's settings for this machine; returns where it will answer.

    A Unix socket keeps the server off the network. Where the path of the data directory does not fit (the system's
    limit on a socket's path, or characters that PostgreSQL's lists and libpq's hosts are split at), the server listens
    on 127.0.0.1 instead, at a port that it keeps for as long as nobody else takes it.
    """
    conf = cluster.folder / CONF
    port = SOCKET_PORT if socket_fits(cluster.run / f".s.PGSQL.{SOCKET_PORT}") else _tcp_port(conf)
    tcp = port != SOCKET_PORT
    settings: dict[str, str | int | float] = {
        "listen_addresses": "'127.0.0.1'" if tcp else "''",
        "port": port,
        "unix_socket_directories": "''" if tcp else f"'{cluster.run}'",
        "unix_socket_permissions": "0700",
        "max_connections": 200,
        # A generic plan locks each leaf that it might visit.
        "max_locks_per_transaction": 256,
        **_memory_settings(machine_memory()),
        **_log_settings(cluster),
        **_VACUUM_SETTINGS,
        "jit": "off",
        "random_page_cost": 1.1,
        **_READING_SETTINGS,
        "timezone": "'UTC'",
        "log_timezone": "'UTC'",
        "log_line_prefix": "'%m [%p] %d '",
        "lc_messages": "'C'",
    }
    if not cluster.durable:
        settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
    conf.write_text("".join(f"{name} = {value}\n" for name, value in settings.items()), "utf-8")
    cluster.account.own(conf)
    return Address("127.0.0.1" if tcp else str(cluster.run), port, cluster.password)


def _memory_settings(memory: int) -> dict[str, str]:
    """What the server may take of a machine with so many bytes, on which the service and Dagster run as well.

    The server's own cache gets a quarter (an eighth where that would leave the others too little), and the planner may
    count on half of the memory being cached. A sort may take a 512th: a search holds a few, and a worker six searches.
    """
    buffers = _between(128 * _MIB, memory // (4 if memory >= 4096 * _MIB else 8), 2048 * _MIB)
    maintenance = _between(64 * _MIB, memory // 16, 512 * _MIB)
    return {
        "shared_buffers": _megabytes(buffers),
        "effective_cache_size": _megabytes(max(memory // 2, buffers)),
        "work_mem": _megabytes(_between(4 * _MIB, memory // 512, 16 * _MIB)),
        "maintenance_work_mem": _megabytes(maintenance),
        # There are several of these.
        "autovacuum_work_mem": _megabytes(max(maintenance // 4, 64 * _MIB)),
    }


def _log_settings(cluster: Cluster) -> dict[str, str]:
    """How the write-ahead log is kept.

    The first change of a page after a checkpoint writes the whole page: promotion logs 14 KB a song right after one,
    and 6 KB later. So checkpoints are rare, as far as the disk has room, and lz4 takes a quarter off those pages for
    nothing; the server's own method takes a third and half as much processor again, so where lz4 is missing there is
    none.
    """
    size = _between(512 * _MIB, shutil.disk_usage(cluster.folder).free // 16, 4096 * _MIB)
    return {
        "max_wal_size": _megabytes(size),
        "min_wal_size": _megabytes(size // 8),
        "checkpoint_timeout": "'15min'",
        "wal_compression": "lz4" if _takes(cluster, "wal_compression", "lz4") else "off",
    }


_VACUUM_SETTINGS: dict[str, str | int | float] = {
    # By default a table waits until a fifth of it is dead or new: of ten million songs, two million that no list can
    # read from its index alone.
    "autovacuum_vacuum_scale_factor": 0.05,
    "autovacuum_vacuum_insert_scale_factor": 0.05,
    "autovacuum_analyze_scale_factor": 0.05,
    "autovacuum_max_workers": 2,
}


def _takes(cluster: Cluster, name: str, value: str) -> bool:
    """Whether the server knows this value of a setting; it depends on how it was built."""
    nothing_else = ("-D", cluster.folder, "-c", f"config_file={os.devnull}")
    command = [cluster.binaries.postgres, "-C", name, *nothing_else, "-c", f"{name}={value}"]
    return not subprocess.run(command, capture_output=True, timeout=30, check=False).returncode


def _between(least: int, wanted: int, most: int) -> int:
    return min(max(wanted, least), most)


def _megabytes(size: int) -> str:
    return f"'{size // _MIB}MB'"


def _tcp_port(conf: Path) -> int:
    before = re.search(r"^port = (\d+)$", conf.read_text("utf-8") if conf.exists() else "", re.MULTILINE)
    kept = int(before[1]) if before else SOCKET_PORT
    return kept if kept != SOCKET_PORT and port_is_free("127.0.0.1", kept) else free_port()
