"""`melodee up`: everything of one instance, started in order, kept running, and stopped.

The database comes first, then migrations and the first user; after that the API and Dagster's three processes start
together, since each costs seconds of Python's imports and none waits for another.
"""

import errno
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import psycopg
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from melodee import children, ffmpeg, guardian, packaged
from melodee.accounts import ADMINISTRATOR, ensure_admin
from melodee.database import Database
from melodee.demo import make_demo
from melodee.errors import FatalError
from melodee.folders import Folders, make_data_folder, make_volume_folders
from melodee.instance import Instance, InstanceLock, lock_instance, new_instance, write_environment
from melodee.library_numbers import library_numbers
from melodee.migrations import migrate
from melodee.ports import listening_process, port_is_free
from melodee.postgres.cluster import Cluster, locate_cluster
from melodee.postgres.configure import SUPERUSER, configure
from melodee.postgres.create import create_cluster
from melodee.postgres.databases import CATALOGUE, DatabaseUrls, has_tables, prepare_databases
from melodee.processes import marked_groups, name
from melodee.settings import DataDirectory, default_workers
from melodee.signals import Signals, StopAsked
from melodee.sockets import socket_path
from melodee.supervisor import Child, Supervisor
from melodee.token_secrets import VARIABLE as TOKEN_KEY
from melodee.token_secrets import TokenSecrets
from melodee.volumes import ensure_default_volumes

Say = Callable[[str], None]


class PortTaken(FatalError):
    """Melodee cannot listen there."""

    code = "port_taken"


class NotStarted(FatalError):
    """Melodee could not be started."""

    code = "not_started"


@dataclass(frozen=True)
class UpSettings:
    """What `melodee up` is told."""

    data: DataDirectory
    host: str = "127.0.0.1"
    port: int = 4040
    dagster_port: int = 3000
    workers: int = field(default_factory=default_workers)
    """Processes of the service."""
    inbound: Path | None = None
    storage: Path | None = None
    demo: bool = False
    admin_password: str | None = None
    """For the user admin of a first start; without it, one is made up and printed."""

    @property
    def url(self) -> str:
        """Where the API answers."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"

    @property
    def dagster_url(self) -> str:
        """Where Dagster's user interface is."""
        return f"http://127.0.0.1:{self.dagster_port}{children.DAGSTER_PREFIX}"


def run(settings: UpSettings, say: Say) -> None:
    """Runs the instance until Ctrl-C or SIGTERM; nothing of it is left when this returns or raises.

    Raises `MelodeeError` for all that keeps it from running.
    """
    with Signals() as signals:
        try:
            make_data_folder(settings.data)
            with lock_instance(settings.data, say, signals.wait) as lock:
                _run_locked(settings, lock, signals, say)
        except StopAsked:
            say("Melodee has stopped.")
        except (OSError, psycopg.Error, SQLAlchemyError) as error:
            raise NotStarted(str(error).strip().partition("\n")[0]) from error


def _run_locked(settings: UpSettings, lock: InstanceLock, signals: Signals, say: Say) -> None:
    data = settings.data
    _end_left_over(lock.left, say)
    instance = new_instance(settings.url, settings.dagster_url)
    lock.write(instance)
    folders = make_volume_folders(data, settings.inbound, settings.storage)
    _check_ports(settings)
    ffmpeg.describe()
    with (
        _code_socket(data) as code_socket,
        Supervisor(data.logs, signals, say, mark=instance.mark, keep_open=[lock.descriptor]) as supervisor,
    ):
        urls = _start_database(data, supervisor, instance.mark, say)
        signals.check()
        inbound = _prepare_catalogue(settings, folders, urls.catalogue, say)
        signals.check()
        variables = _variables(settings, urls, code_socket)
        _link_dagster_files(data)
        write_environment(data.environment, variables)
        if settings.demo:
            _drop_demo(urls.catalogue, Path(inbound), say)
            signals.check()
        if not has_tables(urls.dagster):
            _make_dagster_tables(variables, say)
            signals.check()
        say("Starting the API, and Dagster's code server, web server and daemon.")
        for child in _services(settings, variables, code_socket, instance.mark):
            supervisor.start(child)
        supervisor.wait_for_answers()
        lock.write(replace(instance, ready=True))
        say(f"Inbound folder: {inbound}")
        say(f"Dagster: {settings.dagster_url}")
        say(f"Melodee is ready: {settings.url}")
        supervisor.run()


def _end_left_over(left: Instance | None, say: Say) -> None:
    """Ends what is there when `melodee up` and its guardian were both killed."""
    if left and marked_groups(left.mark):
        say("Ending what an earlier run left.")
        guardian.end([], left.mark)


def _check_ports(settings: UpSettings) -> None:
    if settings.port == settings.dagster_port:
        raise PortTaken(f"--port and --dagster-port are both {settings.port}")
    for host, port, flag in (
        (settings.host, settings.port, "--port"),
        ("127.0.0.1", settings.dagster_port, "--dagster-port"),
    ):
        try:
            if port_is_free(host, port):
                continue
        except OSError as error:
            mend = flag if error.errno == errno.EACCES else "--host"
            raise PortTaken(f"{host}:{port}: {error.strerror}; choose another with {mend}") from error
        holder = listening_process(port)
        by = f" by process {holder} ({name(holder)})" if holder else ""
        raise PortTaken(f"Port {port} is taken{by}; choose another with {flag}")


def _start_database(data: DataDirectory, supervisor: Supervisor, mark: str, say: Say) -> DatabaseUrls:
    given = os.environ.get("MELODEE_DATABASE_URL", "")
    dagster_given = os.environ.get("MELODEE_DAGSTER_DATABASE_URL", "")
    if given and not _is_ours(given, data):
        say("Using the database of MELODEE_DATABASE_URL.")
        return prepare_databases(given, dagster_given)
    cluster = locate_cluster(data)
    _tell_of(cluster, data, say)
    cluster.refuse_if_lost(data)
    if not cluster.exists:
        say("Making the database; this takes a few seconds.")
        create_cluster(cluster, mark=mark)
    address = configure(cluster)
    supervisor.start(children.postgres(cluster, say))
    supervisor.wait_for_answers()
    return prepare_databases(address.url(CATALOGUE), "" if _is_ours(dagster_given, data) else dagster_given)


def _tell_of(cluster: Cluster, data: DataDirectory, say: Say) -> None:
    user = "" if cluster.account.is_current else f", as user {cluster.account.name}"
    say(f"Database: {cluster.binaries}{user}.")
    if cluster.folder != data.postgres:
        say(f"User {cluster.account.name} cannot enter {data.path}, so the database lies in {cluster.folder}.")


def _is_ours(url: str, data: DataDirectory) -> bool:
    """Whether the URL is one that an earlier start wrote to `melodee.env`, and the environment was read from there."""
    password = data.path / "keys" / "postgres.password"
    try:
        parsed = make_url(url)
        return parsed.username == SUPERUSER and parsed.password == password.read_text("ascii").strip()
    except (ArgumentError, OSError):
        return False


def _prepare_catalogue(settings: UpSettings, folders: Folders, url: str, say: Say) -> str:
    """Migrations, the default volumes and the first user; returns the inbound volume's path."""
    applied = migrate(url)
    if applied:
        say(f"Migrations applied: {len(applied)}.")
    chosen = (["inbound"] if settings.inbound else []) + (["staging", "storage"] if settings.storage else [])
    database = Database(url)
    try:
        volumes = ensure_default_volumes(database, folders.inbound, folders.staging, folders.storage, chosen=chosen)
        made = ensure_admin(database, settings.admin_password, TokenSecrets.of(settings.data))
    finally:
        database.close()
    if made:
        say(f"Made the user {ADMINISTRATOR} with the password {made}")
        say("It is shown this once; 'melodee user password admin' sets another.")
    return volumes["inbound"].path


def _drop_demo(url: str, inbound: Path, say: Say) -> None:
    """Puts the demo into the inbound folder, unless files are known already: it was there before, or others are."""
    database = Database(url)
    try:
        with database.begin() as db:
            seen = library_numbers(db).seen
    finally:
        database.close()
    if seen:
        say("The demo is for an empty library, and this one is not: nothing was added.")
        return
    say("Making a small library for the demo; this takes some seconds.")
    albums = make_demo(inbound)
    say(f"{len(albums)} albums are in the inbound folder.")


def _make_dagster_tables(variables: dict[str, str], say: Say) -> None:
    """Before Dagster's processes are there: started together, each would make them, and get in the others' way."""
    say("Making Dagster's tables.")
    command = [sys.executable, "-m", "dagster", "instance", "migrate"]
    done = subprocess.run(command, env={**os.environ, **variables}, capture_output=True, text=True, check=False)
    if done.returncode:
        last = (done.stderr.strip() or "it says nothing").splitlines()[-1]
        raise NotStarted(f"Dagster cannot use its database: {last}")


def _variables(settings: UpSettings, urls: DatabaseUrls, code_socket: Path) -> dict[str, str]:
    """What each part of the instance reads from its environment."""
    return {
        "MELODEE_DATA": str(settings.data.path),
        "MELODEE_DATABASE_URL": urls.catalogue,
        "MELODEE_DAGSTER_DATABASE_URL": urls.dagster,
        "MELODEE_HOST": settings.host,
        "MELODEE_PORT": str(settings.port),
        "MELODEE_WORKERS": str(settings.workers),
        "MELODEE_DAGSTER_PORT": str(settings.dagster_port),
        "MELODEE_CODE_SOCKET": str(code_socket),
        "MELODEE_DAGSTER_STORAGE": str(settings.data.dagster_home / "storage"),
        "DAGSTER_HOME": str(settings.data.dagster_home),
        "DAGSTER_DISABLE_TELEMETRY": "1",
        # A password that another shell sets is sealed with the key that the API opens it with.
        **{name: os.environ[name] for name in (TOKEN_KEY,) if os.environ.get(name)},
    }


def _services(settings: UpSettings, variables: dict[str, str], code_socket: Path, mark: str) -> list[Child]:
    setting = children.Setting(
        data=settings.data,
        environment={**os.environ, **variables, "PYTHONUNBUFFERED": "1"},
        mark=mark,
        host=settings.host,
        port=settings.port,
        dagster_port=settings.dagster_port,
        code_socket=code_socket,
    )
    make = (children.code_server, children.web_server, children.daemon, children.api)
    return [child(setting) for child in make]


def _link_dagster_files(data: DataDirectory) -> None:
    """Links, not copies: an upgrade of Melodee brings its own. A file that somebody put there stays."""
    for file in ("dagster.yaml", "workspace.yaml"):
        link, target = data.dagster_home / file, packaged.path(file)
        if link.is_symlink() and link.readlink() != target:
            link.unlink()
        if not link.exists():
            link.symlink_to(target)


@contextmanager
def _code_socket(data: DataDirectory) -> Generator[Path]:
    path = socket_path(data.dagster_home, "code.sock")
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)
        if path.parent != data.dagster_home:
            shutil.rmtree(path.parent, ignore_errors=True)
