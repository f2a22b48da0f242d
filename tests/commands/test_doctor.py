"""`melodee doctor`: finds what is wrong and says what to do."""

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from melodee import dagster_health, doctor
from melodee.volumes import add_volume
from tests.commands.conftest import Melodee, Outcome

WELL = {
    "version": "1.13.27",
    "instance": {
        "daemonHealth": {
            "allDaemonStatuses": [
                {"daemonType": "SENSOR", "required": True, "healthy": True},
                {"daemonType": "FRESHNESS", "required": False, "healthy": False},
            ]
        }
    },
    "workspaceOrError": {
        "__typename": "Workspace",
        "locationEntries": [
            {
                "name": "melodee",
                "loadStatus": "LOADED",
                "locationOrLoadError": {
                    "__typename": "RepositoryLocation",
                    "repositories": [
                        {"sensors": [{"name": "inbound_sensor", "sensorState": {"status": "RUNNING", "ticks": []}}]}
                    ],
                },
            }
        ],
    },
}


@pytest.fixture
def pages():
    """A server that answers as the service and Dagster do; what it says of Dagster can be changed."""
    said = {"data": json.loads(json.dumps(WELL))}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._say(b"<subsonic-response/>" if self.path == "/rest/ping" else b"")

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            text = said["data"]
            self._say(text if isinstance(text, bytes) else json.dumps({"data": text}).encode())

        def _say(self, body: bytes) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", said
        server.shutdown()
        thread.join()


@pytest.fixture
def well(nothing: Melodee, start, database, pages, tmp_path: Path) -> Melodee:
    """The command line on an instance in which all is well."""
    for kind, name in (("storage", "Music"), ("staging", "Staging"), ("inbound", "Inbound")):
        (tmp_path / kind).mkdir()
        add_volume(database, name, tmp_path / kind, kind)
    start(url=pages[0])
    nothing.ok("user", "add", "ann")
    return nothing


def wrong(outcome: Outcome, subject: str) -> str:
    """What is said of the subject, which must be wrong, and what to do."""
    assert outcome.code == 1, outcome.out
    assert outcome.err == ""
    lines = outcome.lines
    at = next((number for number, line in enumerate(lines) if line.startswith(f"XX  {subject}: ")), None)
    assert at is not None, outcome.out
    assert lines[at + 1].startswith("    -> ")
    return f"{lines[at]}\n{lines[at + 1]}"


def test_all_is_well(well):
    outcome = well.ok("doctor")

    assert [line for line in outcome.lines if not line.startswith("ok  ")] == []
    seen = {line.removeprefix("ok  ").partition(":")[0] for line in outcome.lines}
    assert seen >= {
        "Melodee", "Service", "Secrets", "Database", "Extensions", "Locale", "Migrations", "Volume Music",
        "Volume Staging", "Volume Inbound", "Token login", "Catalogue", "ffmpeg", "Dagster", "Daemon", "Code",
        "Sensors",
    }  # fmt: skip


def test_where_nothing_runs_it_says_so_and_looks_at_what_is_left(nothing):
    outcome = nothing("doctor")

    assert "melodee up" in wrong(outcome, "Melodee")
    assert "ok  ffmpeg" in outcome.out
    assert "--  Database" in outcome.out
    assert not nothing.data.path.exists()


def test_a_database_alone_is_looked_at_without_melodee_up(melodee):
    outcome = melodee("doctor")

    assert "ok  Database" in outcome.out
    assert "ok  Locale" in outcome.out
    assert "--kind inbound" in wrong(outcome, "Volumes")


def test_a_database_that_does_not_answer(nothing, monkeypatch):
    monkeypatch.setenv("MELODEE_DATABASE_URL", "postgresql://ann:hunter2@127.0.0.1:1/none")

    outcome = nothing("doctor")

    assert "refused" in wrong(outcome, "Database")
    assert "hunter2" not in outcome.out
    assert "ok  ffmpeg" in outcome.out


def test_a_url_that_is_none(nothing, monkeypatch):
    monkeypatch.setenv("MELODEE_DATABASE_URL", "nonsense hunter2")

    outcome = nothing("doctor")

    assert "MELODEE_DATABASE_URL" in wrong(outcome, "Database")
    assert "hunter2" not in outcome.out


def on_database(melodee: Melodee, postgres_server, statement: str) -> Outcome:
    """The doctor's words on a database made by the statement, which names it test_patient."""
    postgres_server._run(statement)
    try:
        melodee.patch.setenv("MELODEE_DATABASE_URL", postgres_server.url("test_patient"))
        return melodee("doctor")
    finally:
        postgres_server.drop("test_patient")


def test_pending_migrations_and_a_missing_extension(nothing, postgres_server):
    outcome = on_database(nothing, postgres_server, "create database test_patient template template0")

    assert "pg_trgm" in wrong(outcome, "Extensions")
    assert "melodee db migrate" in wrong(outcome, "Migrations")
    assert "Traceback" not in outcome.out


def test_an_encoding_that_is_not_utf8(nothing, postgres_server):
    statement = "create database test_patient template template0 encoding 'LATIN1' locale 'C'"

    assert "LATIN1" in wrong(on_database(nothing, postgres_server, statement), "Encoding")


def test_a_locale_in_which_search_is_blind(well, database):
    with database.autocommit() as db:
        run = db.connection.exec_driver_sql
        run("alter extension pg_trgm drop function show_trgm(text)")
        run("create or replace function show_trgm(text) returns text[] language sql return array[]::text[]")
        try:
            assert "C.UTF-8" in wrong(well("doctor"), "Locale")
        finally:
            run("drop extension pg_trgm")
            run("drop function show_trgm(text)")
            run("create extension pg_trgm")


def test_an_older_server(well, monkeypatch):
    monkeypatch.setattr(doctor, "OLDEST_MAJOR", 99)

    assert "PostgreSQL 99" in wrong(well("doctor"), "Database")


def test_a_database_of_a_newer_melodee(well, database):
    with database.autocommit() as db:
        run = db.connection.exec_driver_sql
        run("insert into _yoyo_migration (migration_hash, migration_id) values ('f00', '9999.future')")
        try:
            assert "newer" in wrong(well("doctor"), "Migrations")
        finally:
            run("delete from _yoyo_migration where migration_hash = 'f00'")


def test_volumes_that_are_away_or_not_mounted(well, tmp_path):
    (tmp_path / "inbound").rmdir()
    for file in (tmp_path / "storage").iterdir():
        file.unlink()

    outcome = well("doctor")

    assert "is not there" in wrong(outcome, "Volume Inbound")
    assert "mount" in wrong(outcome, "Volume Music")
    assert "ok  Volume Staging" in outcome.out


def test_a_volume_that_is_full(well, monkeypatch):
    monkeypatch.setattr(doctor, "LITTLE_ROOM", 10**30)
    assert "make room" in wrong(well("doctor"), "Volume Music")


def test_a_volume_with_little_room_is_a_warning(well, monkeypatch):
    free = 5_000_000_000
    monkeypatch.setattr(doctor.Volume, "free_bytes", lambda _: free)
    monkeypatch.setattr(doctor, "LITTLE_ROOM", free + 1)

    outcome = well("doctor")

    assert outcome.code == 0
    assert "!!  Volume Music" in outcome.out


def test_storage_without_staging_beside_it_is_a_warning(well, monkeypatch):
    monkeypatch.setattr(doctor, "same_file_system", lambda *_: False)

    outcome = well("doctor")

    assert outcome.code == 0
    assert "--kind staging" in outcome.out


def test_secrets_that_others_may_read(well):
    well.data.token_key.chmod(0o644)
    well.data.environment.chmod(0o640)
    well.data.token_key.parent.chmod(0o755)

    outcome = well("doctor")

    assert f"chmod 600 '{well.data.environment}'" in wrong(outcome, "Secrets")
    assert f"chmod 700 '{well.data.token_key.parent}'" in outcome.out
    assert f"chmod 600 '{well.data.token_key}'" in outcome.out


@pytest.mark.parametrize(
    "damage", [Path.unlink, lambda key: key.write_text("k" * 43 + "="), lambda key: key.write_text("")]
)
def test_a_key_that_does_not_fit(well, damage: Callable[[Path], object]):
    damage(well.data.token_key)

    assert "key" in wrong(well("doctor"), "Token login")


@pytest.fixture
def damaged(well, database) -> Iterator[Melodee]:
    """An instance whose catalogue lists a song that is not there."""
    with database.autocommit() as db:
        db.connection.exec_driver_sql("""
            insert into song_index (id, volume_id, artist_id, search_name, terms) values (1::bigint << 43, 1, 1, '', '')
        """)
        yield well
        db.connection.exec_driver_sql("delete from song_index")


def test_a_catalogue_whose_counts_do_not_agree(damaged):
    said = wrong(damaged("doctor"), "Catalogue")

    assert "song_index: 1 instead of 0" in said
    assert "melodee doctor --mend" in said


def test_a_thorough_look_names_what_is_wrong_and_changes_nothing(damaged):
    assert "song_index: 1 stray" in wrong(damaged("doctor", "--thorough"), "Catalogue, leaf 0001")
    assert "song_index: 1 stray" in wrong(damaged("doctor", "--thorough"), "Catalogue, leaf 0001")


def test_what_is_wrong_with_the_catalogue_is_mended(damaged):
    outcome = damaged.ok("doctor", "--mend")

    assert "ok  Catalogue, leaf 0001: mended: song_index: 1 stray" in outcome.lines
    seen = {line.partition(": ")[0] for line in damaged.ok("doctor", "--thorough").lines if "Catalogue" in line}
    assert seen == {
        "ok  Catalogue", "ok  Catalogue, songs elsewhere", "ok  Catalogue, leaf 0001", "ok  Catalogue, leaf 0002",
        "ok  Catalogue, credits", "ok  Catalogue, artists", "ok  Catalogue, numbers",
    }  # fmt: skip


def test_songs_without_an_album_are_named_and_nobody_can_mend_them(well, database):
    with database.autocommit() as db:
        db.connection.exec_driver_sql("""
            insert into songs (id, album_id, artist_id, album_artist_id, volume_id, path, title, sort_name, album,
                display_artist, display_album_artist, suffix, content_type, size_bytes, modified_at)
            values ((1::bigint << 43) + 1, 1::bigint << 43, 1, 1, 1, '', '', '', '', '', '', '', '', 0, now())
        """)
        try:
            outcome = well("doctor", "--mend")
        finally:
            db.connection.exec_driver_sql("delete from songs; delete from song_index")

    assert "songs: 1 orphaned" in wrong(outcome, "Catalogue, leaf 0001")
    assert "backup" in outcome.out


def test_upkeep_that_has_not_come_for_hours(well, database):
    with database.autocommit() as db:
        db.connection.exec_driver_sql(
            "insert into upkeep_task (name, finished_at, seconds) values ('vocabulary', now() - interval '5 h', 1)"
        )
        try:
            outcome = well("doctor")
        finally:
            db.connection.exec_driver_sql("delete from upkeep_task")

    (line,) = [line for line in outcome.lines if "Upkeep" in line]
    assert "vocabulary has not seen what changed in the last 5 hours" in line


def test_a_missing_ffmpeg(well, monkeypatch):
    monkeypatch.setenv("MELODEE_FFMPEG", "/no/such/ffmpeg")

    assert "/no/such/ffmpeg" in wrong(well("doctor"), "ffmpeg")


def test_an_ffmpeg_without_an_encoder(well, monkeypatch):
    monkeypatch.setattr(doctor.ffmpeg, "NEEDED_ENCODERS", ("aac", "no_such_encoder"))

    assert "no_such_encoder" in wrong(well("doctor"), "ffmpeg")


def test_a_service_and_a_dagster_that_do_not_answer(nothing, start):
    start(url="http://127.0.0.1:1")

    outcome = nothing("doctor")

    assert "api.log" in wrong(outcome, "Service")
    assert "dagster-webserver.log" in wrong(outcome, "Dagster")


@pytest.mark.parametrize("answer", [b"", b"{", b"[]", b"null", b'{"data": 1}', b'{"data": {"version": 1}}', b"\xff"])
def test_an_answer_that_is_not_dagster_s(well, pages, answer):
    pages[1]["data"] = answer

    assert "does not answer" in wrong(well("doctor"), "Dagster")


def location(pages) -> dict:
    return pages[1]["data"]["workspaceOrError"]["locationEntries"][0]


def sensor_state(pages) -> dict:
    return location(pages)["locationOrLoadError"]["repositories"][0]["sensors"][0]["sensorState"]


def test_a_daemon_without_a_sign_of_life(well, pages):
    pages[1]["data"]["instance"]["daemonHealth"]["allDaemonStatuses"][0]["healthy"] = False

    assert "sensor" in wrong(well("doctor"), "Daemon")


def test_code_that_does_not_load(well, pages):
    location(pages)["locationOrLoadError"] = {
        "__typename": "PythonError",
        "message": "\nImportError: no\x1b[31m such\n",
    }

    said = wrong(well("doctor"), "Code")

    assert "ImportError: no" in said
    assert "\x1b" not in said


def test_code_that_is_still_loading(well, pages):
    location(pages).update(loadStatus="LOADING", locationOrLoadError=None)

    assert "still loading" in wrong(well("doctor"), "Code")


def test_a_workspace_that_does_not_load(well, pages):
    pages[1]["data"]["workspaceOrError"] = {"__typename": "PythonError", "message": "no workspace"}

    assert "no workspace" in wrong(well("doctor"), "Code")


def test_a_sensor_that_is_off(well, pages):
    sensor_state(pages)["status"] = "STOPPED"

    assert "/automation" in wrong(well("doctor"), "Sensors")


def test_a_sensor_whose_last_tick_failed(well, pages):
    sensor_state(pages)["ticks"] = [{"status": "FAILURE", "error": {"message": "no database"}}]

    assert "no database" in wrong(well("doctor"), "Sensors")


def test_an_instance_that_is_starting_is_a_warning(nothing, start, pages):
    start(url=pages[0], ready=False)

    assert "!!  Melodee" in nothing("doctor").out


def test_what_is_asked_of_dagster_fits_its_schema():
    # Here, since they cost seconds to import.
    from dagster_graphql.schema import create_schema  # noqa: PLC0415
    from graphql import parse, validate  # noqa: PLC0415

    assert validate(create_schema().graphql_schema, parse(dagster_health._QUERY)) == []
