"""Serves the API: `python -m melodee_api [--host H] [--port N] [--workers N]`.

The log has one line a request with the method's name and its outcome: never a query string, which carries credentials.
"""

import argparse
import asyncio
import gc
import os
import resource
import signal
import sys
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import Any

from granian.constants import Interfaces
from granian.server import Server

from melodee.collector import spare_the_collector
from melodee.errors import SettingError
from melodee.ports import address_of, port_is_free
from melodee.settings import ApiSettings, DatabaseSettings, default_workers
from melodee_api.app import Service, create_app
from melodee_api.services import Services, open_services

STOP_SECONDS = 3
"""How long a worker may go on with what it is sending when it is told to stop; a song would take minutes."""

MOST_CONNECTIONS = 10_000
"""Of players, to one worker."""

MOST_FILES = 65_536
"""Where the system would let us have any number."""

_LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "stream": "ext://sys.stderr"}},
    "loggers": {"_granian": {"level": "INFO"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
}


def main() -> None:
    """Serves until it is told to stop. Exits with one sentence when it cannot."""
    parser = argparse.ArgumentParser(prog="python -m melodee_api", description="Serves Melodee to Subsonic players.")
    parser.add_argument("--host", default=os.environ.get("MELODEE_HOST") or "127.0.0.1", help="MELODEE_HOST")
    parser.add_argument(
        "--port", type=_number(1, 65535), default=os.environ.get("MELODEE_PORT") or "4040", help="MELODEE_PORT"
    )
    parser.add_argument(
        "--workers",
        type=_number(1, 1000),
        default=os.environ.get("MELODEE_WORKERS") or str(default_workers()),
        help="MELODEE_WORKERS",
    )
    arguments = parser.parse_args()
    try:
        DatabaseSettings.from_environment().require_url()
        ApiSettings.from_environment()
        if not port_is_free(arguments.host, arguments.port):
            sys.exit(f"melodee_api: Port {arguments.port} of {arguments.host} is taken; choose another with --port.")
    except (SettingError, OSError) as error:
        sys.exit(f"melodee_api: {error}")
    serve(arguments.host, arguments.port, arguments.workers)


def _number(least: int, most: int) -> Callable[[str], int]:
    def convert(text: str) -> int:
        if not (text.isascii() and text.isdigit() and least <= int(text[:9]) <= most):
            raise argparse.ArgumentTypeError(f"{text!r} is not a number from {least} to {most}")
        return int(text)

    return convert


def serve(host: str, port: int, workers: int) -> None:
    """Serves until SIGTERM or SIGINT. A worker that dies is replaced; one that dies again at once ends the service."""
    os.environ["MELODEE_WORKERS"] = str(workers)  # They share the database's connections.
    files = _raise_file_limit()
    # What is imported by now stays, and the workers share it: nobody need look for garbage in it.
    gc.freeze()
    Server(
        "melodee_api.__main__:worker_app",
        factory=True,
        address=address_of(host),  # Granian takes no names.
        port=port,
        interface=Interfaces.ASGI,
        workers=workers,
        # Granian stops accepting at so many connections, and those of players that only keep theirs open count; the
        # rest would wait unseen in the backlog. So it takes all that there are files for: a worker refuses requests
        # by itself, and says so (melodee_api/admission.py). A song that is sent is a connection and a file.
        backpressure=min(MOST_CONNECTIONS, files // 3),
        websockets=False,
        respawn_failed_workers=True,
        workers_kill_timeout=STOP_SECONDS,
        log_dictconfig=_LOGGING,
    ).serve()


def _raise_file_limit() -> int:
    """Lets this process and its workers open as many files as they may; returns how many that is."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, MOST_FILES)
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return MOST_FILES
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    return wanted


def worker_app() -> Service:
    """The application as a worker process runs it."""
    return create_app(_open_services_of_worker)


@asynccontextmanager
async def _open_services_of_worker() -> AsyncGenerator[Services]:
    parent = os.getppid()
    watch = asyncio.create_task(_end_with(parent))
    try:
        async with open_services() as services:
            spare_the_collector()
            yield services
    finally:
        watch.cancel()


async def _end_with(parent: int) -> None:
    """Ends this worker when the process that started it was killed: it would serve its port, and old code, for ever."""
    while os.getppid() == parent:  # noqa: ASYNC110  No event tells of it on every system.
        await asyncio.sleep(1)
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    main()
