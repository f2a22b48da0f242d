"""The settings of our server, and where it answers."""

import re
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
        "jit": "off",
        "random_page_cost": 1.1,
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
    """An eighth of the memory for the server's own cache; the planner may count on half of it being cached."""
    buffers = min(max(memory // 8, 128 * _MIB), 2048 * _MIB)
    return {
        "shared_buffers": f"'{buffers // _MIB}MB'",
        "effective_cache_size": f"'{max(memory // 2, buffers) // _MIB}MB'",
    }


def _tcp_port(conf: Path) -> int:
    before = re.search(r"^port = (\d+)$", conf.read_text("utf-8") if conf.exists() else "", re.MULTILINE)
    kept = int(before[1]) if before else SOCKET_PORT
    return kept if kept != SOCKET_PORT and port_is_free("127.0.0.1", kept) else free_port()
