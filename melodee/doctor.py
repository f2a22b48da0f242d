"""The doctor: looks at everything that Melodee needs, and says of each what to do.

It looks at what it can whether Melodee runs or not, and changes nothing unless it is told to mend the catalogue.
"""

import os
import stat
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from sqlalchemy.exc import SQLAlchemyError

from melodee import ffmpeg, migrations
from melodee.catalogue.checkup import look_at_catalogue
from melodee.catalogue.upkeep import far_behind
from melodee.dagster_health import DagsterHealth, dagster_health
from melodee.database import Database, Session
from melodee.errors import MelodeeError
from melodee.file_errors import VolumeUnavailable
from melodee.postgres.binaries import OLDEST_MAJOR
from melodee.probes import http_answers, loopback
from melodee.reach import Reached, first_line
from melodee.rules.checkup import look_at_rules
from melodee.settings.database import DATABASE, check_url
from melodee.text import display_path
from melodee.token_secrets import TokenSecrets, TokenSecretUnreadable
from melodee.verdict import Finding, Findings, ok, skipped, warning, wrong
from melodee.volume_folders import current_user, is_there, same_file_system
from melodee.volume_marker import is_marked
from melodee.volume_presence import require_files
from melodee.volumes import KINDS, Volume, volumes

LITTLE_ROOM = 1_000_000_000
"""Bytes: less than this free on a volume is worth a warning, a tenth of it is wrong."""


def examine(reached: Reached, *, thorough: bool = False, mend: bool = False) -> Findings:
    """Looks at everything, in the order in which one thing needs the other. Raises nothing that it looks for.

    `thorough` compares every row that is derived from the catalogue; `mend` does so too, and puts right what is wrong.
    """
    yield from _instance(reached)
    yield from _data_directory(reached)
    yield from look_at_rules(reached.data)
    yield from _database(reached, thorough=thorough, mend=mend)
    yield from _ffmpeg()
    yield from _dagster(reached)


_WITHOUT_SENSOR = {
    "inbound_sensor": "nothing comes in",
    "retry_sensor": "what failed and may heal is not tried again",
    "failure_sensor": "the checks of what is left failed grow old",
    "failed_run_sensor": "no webhook is told of failed runs",
    "alert_sensor": "no webhook is told of anything",
    "upkeep_sensor": "lists and searches of a large library grow old",
    "leaf_sensor": "full leaves are not vacuumed",
}


def _instance(reached: Reached) -> Findings:
    place = display_path(str(reached.data.path))
    running = reached.running
    if running is None:
        if reached.database_url:
            yield ok("Melodee", f"no 'melodee up' on {place}; looking at what {DATABASE} names")
        else:
            yield wrong("Melodee", f"it does not run on {place}", "start it with 'melodee up', or name another --data")
        return
    if not running.ready:
        yield warning("Melodee", f"process {running.pid} is still starting", f"wait; or look into {place}/logs")
        return
    yield ok("Melodee", f"process {running.pid}, since {running.started_at}")
    url = urlsplit(running.url)
    if http_answers(loopback(url.hostname or ""), url.port or 80, "/rest/ping"):
        yield ok("Service", f"it answers at {running.url}")
    else:
        yield wrong("Service", f"it does not answer at {running.url}", f"look into {place}/logs/api.log")


def _data_directory(reached: Reached) -> Findings:
    data = reached.data
    if not is_there(data.path):
        if reached.running is None:
            yield skipped("Data", f"{display_path(str(data.path))} does not exist")
        return
    if not os.access(data.path, os.W_OK | os.X_OK):
        mend = f"run this as the user who runs 'melodee up', or give {current_user()} the right to"
        yield wrong("Data", f"{current_user()} may not write in {display_path(str(data.path))}", mend)
    keys = data.token_key.parent
    open_to_others = [file for file in (data.environment, keys, *_files_in(keys)) if _others_may_read(file)]
    for file in open_to_others:
        mode = "700" if file.is_dir() else "600"
        shown = display_path(str(file))
        yield wrong("Secrets", f"other users may read {shown}", f"chmod {mode} '{shown}'")
    if not open_to_others and keys.is_dir():
        yield ok("Secrets", "only their owner may read them")


def _files_in(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []


def _others_may_read(file: Path) -> bool:
    try:
        return bool(stat.S_IMODE(file.stat().st_mode) & 0o077)
    except OSError:
        return False


def _database(reached: Reached, *, thorough: bool, mend: bool) -> Findings:
    url = reached.database_url
    if url is None:
        yield skipped("Database", f"it runs together with Melodee; {DATABASE} would name another")
        return
    try:
        check_url(url)
        database = Database(url)
    except MelodeeError as error:
        yield wrong("Database", str(error), f"mend {DATABASE}")
        return
    try:
        yield from _server(database)
        yield from _migrations(database)
        yield from _volumes(database)
        yield from _token_secrets(database, reached.token_secrets)
        yield from look_at_catalogue(database, thorough=thorough, mend=mend)
        yield from _upkeep(database)
    except (psycopg.Error, SQLAlchemyError) as error:
        cause = error.__cause__ if isinstance(error, SQLAlchemyError) and error.__cause__ else error
        if isinstance(cause, psycopg.errors.UndefinedTable | psycopg.errors.UndefinedColumn):
            yield skipped("Library", "tables are missing")
        else:
            do = "see that the server runs and lets us in; its log says more"
            if reached.database_is_embedded:
                do = f"look into {display_path(str(reached.data.logs))}/postgres.log"
            yield wrong("Database", first_line(cause), do)
    finally:
        database.close()


def _server(database: Database) -> Findings:
    with database.autocommit() as db:
        facts = db.one("server_facts")
        if facts is None:
            return
        if facts.version // 10000 < OLDEST_MAJOR:
            yield wrong("Database", f"PostgreSQL {facts.version_name}", f"use PostgreSQL {OLDEST_MAJOR} or later")
        else:
            yield ok("Database", f"PostgreSQL {facts.version_name} answers")
        if facts.encoding != "UTF8":
            yield wrong("Encoding", facts.encoding, "make the database anew, with encoding UTF8 and template template0")
        if not facts.trigrams:
            mend = (
                "run 'melodee db migrate'; when that may not, let the database's owner run 'create extension pg_trgm'"
            )
            yield wrong("Extensions", "pg_trgm is missing", mend)
            return
        yield ok("Extensions", "pg_trgm")
        if db.value("trigrams_of_cyrillic"):
            yield ok("Locale", "search sees letters of every script")
        else:
            mend = "make the database anew, with locale C.UTF-8 and template template0"
            yield wrong("Locale", "search sees ASCII letters only", mend)


def _migrations(database: Database) -> Findings:
    try:
        found = migrations.status(database.url)
    except migrations.NewerDatabase as error:
        yield wrong("Migrations", str(error), "install the Melodee that was used last")
        return
    if found.pending:
        yield wrong("Migrations", f"pending: {', '.join(found.pending)}", "run 'melodee db migrate'")
    else:
        yield ok("Migrations", f"all {len(found.applied)} are applied")


def _volumes(database: Database) -> Findings:
    with database.begin() as db:
        every = volumes(db)
        for kind in KINDS:
            if not any(volume.kind == kind and not volume.in_place for volume in every):
                yield wrong(
                    "Volumes", f"there is none of the kind {kind}", f"melodee volume add NAME PATH --kind {kind}"
                )
        for volume in every:
            yield _volume(db, volume)
    staging = [volume for volume in every if volume.kind == "staging"]
    for volume in every:
        alone = not any(same_file_system(volume.root, other.root) for other in staging)
        if volume.kind == "storage" and not volume.in_place and is_there(volume.root) and alone:
            mend = "add one there: melodee volume add NAME PATH --kind staging"
            yield warning(
                f"Volume {volume.name}", "no staging volume is on its file system: files are copied twice", mend
            )


def _volume(db: Session, volume: Volume) -> Finding:
    subject, path = f"Volume {volume.name}", display_path(volume.path)
    if not is_there(volume.root):
        return wrong(subject, f"{path} is not there", "mount it, or mend its name")
    if volume.in_place:
        return _volume_in_place(db, volume)
    if not os.access(volume.path, os.R_OK | os.W_OK | os.X_OK):
        return wrong(subject, f"{current_user()} may not read and write {path}", "mend its permissions, or its mount")
    if volume.kind == "inbound":
        away = bool(db.value("files_of_volume", volume=volume.id)) and not _files_in(volume.root)
    else:
        away = not is_marked(volume.root, volume.marker)
    if away:
        return wrong(subject, f"what {path} shows is not the volume", "mount its disk there")
    free = volume.free_bytes() or 0
    room = f"{path}, {free // 1_000_000} MB free"
    if free < LITTLE_ROOM:
        verdict = wrong if free < LITTLE_ROOM // 10 else warning
        return verdict(subject, room, "make room, or add a volume on another disk")
    return ok(subject, f"{volume.kind}, {room}")


def _volume_in_place(db: Session, volume: Volume) -> Finding:
    subject, path = f"Volume {volume.name}", display_path(volume.path)
    if not os.access(volume.path, os.R_OK | os.X_OK):
        return wrong(subject, f"{current_user()} may not read {path}", "mend its permissions, or its mount")
    try:
        require_files(db, volume)
    except VolumeUnavailable as error:
        return wrong(subject, error.reason, "mount its disk there")
    return ok(subject, f"storage in place, {path}")


def _upkeep(database: Database) -> Findings:
    behind = far_behind(database)
    for name, hours in behind.items():
        mend = "see why its runs fail, or turn upkeep_sensor on, on Dagster's pages"
        yield warning("Upkeep", f"{name} has not seen what changed in the last {hours:.0f} hours", mend)
    if not behind:
        yield ok("Upkeep", "nothing is far behind the catalogue")


def _token_secrets(database: Database, keys: TokenSecrets) -> Findings:
    with database.begin() as db:
        sealed = db.rows("sealed_secrets")
    unreadable: list[str] = []
    for row in sealed:
        try:
            keys.open(bytes(row.token_secret))
        except TokenSecretUnreadable:
            unreadable.append(row.name)
        except MelodeeError as error:
            yield wrong("Token login", str(error), "bring the key back, from a backup or from another host")
            return
    if unreadable:
        some = ", ".join(unreadable[:5]) + (", …" if len(unreadable) > 5 else "")
        mend = "bring back the key that was used, or give them new passwords: melodee user password NAME"
        yield wrong("Token login", f"the key does not fit the secrets of {len(unreadable)} users: {some}", mend)
    elif sealed:
        yield ok("Token login", "the key fits")


def _ffmpeg() -> Findings:
    try:
        found = ffmpeg.describe()
    except MelodeeError as error:
        yield wrong("ffmpeg", str(error), "install ffmpeg, or set MELODEE_FFMPEG")
        return
    if missing := found.missing_encoders():
        mend = "install a complete ffmpeg, or set MELODEE_FFMPEG=wheel"
        yield wrong("ffmpeg", f"{found.path} cannot encode with {', '.join(missing)}", mend)
    else:
        yield ok("ffmpeg", f"{found.version}, {found.path}, with all encoders")


def _dagster(reached: Reached, ask: Callable[[str], DagsterHealth | None] = dagster_health) -> Findings:
    if reached.running is None:
        yield skipped("Dagster", "it is looked at where 'melodee up' runs")
        return
    url, logs = reached.running.dagster_url, display_path(str(reached.data.logs))
    health = ask(url)
    if health is None:
        yield wrong("Dagster", f"its web server does not answer at {url}", f"look into {logs}/dagster-webserver.log")
        return
    yield ok("Dagster", f"{health.version} answers at {url}")
    if health.silent_daemons:
        names = ", ".join(name.lower().replace("_", " ") for name in health.silent_daemons)
        yield wrong("Daemon", f"no sign of life from: {names}", f"look into {logs}/dagster-daemon.log")
    else:
        yield ok("Daemon", "all its loops give signs of life")
    for name, trouble in health.locations.items():
        if trouble:
            yield wrong("Code", f"{name}: {trouble}", f"look into {logs}/code-server.log")
        else:
            yield ok("Code", f"{name} is loaded")
    for sensor in health.sensors:
        if not sensor.running:
            loss = _WITHOUT_SENSOR.get(sensor.name, "what it starts is left undone")
            yield wrong("Sensors", f"{sensor.name} is off: {loss}", f"turn it on at {url}/automation")
        elif sensor.error:
            yield wrong(
                "Sensors", f"the last tick of {sensor.name} failed: {sensor.error}", f"look at {url}/automation"
            )
        else:
            yield ok("Sensors", f"{sensor.name} is on")
