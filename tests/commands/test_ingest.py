"""`melodee ingest`: asking for a scan and following it."""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable

import pytest

from melodee.commands import ingest
from melodee.database import Database
from melodee.ledger import Failure, Place, path_hash, record_failures
from melodee.volumes import add_volume
from tests.commands.conftest import PROGRAM
from tests.commands.terminal import terminal


@pytest.fixture
def volume(database, tmp_path):
    (tmp_path / "drop").mkdir()
    return add_volume(database, "Drop", tmp_path / "drop", "inbound").id


class Sensor:
    """Does to the rows of a request what the sensor and the runs of its batches do."""

    def __init__(self, database: Database, volume: int) -> None:
        self.database, self.volume = database, volume

    def run(self, statement: str, *values: object) -> int:
        with self.database.begin() as db:
            return db.connection.exec_driver_sql(statement, tuple(values)).rowcount

    def request(self) -> int:
        """The request, as soon as there is one."""
        until = time.monotonic() + 60
        while time.monotonic() < until:
            with self.database.begin() as db:
                if found := db.connection.exec_driver_sql(
                    "select max(id) from scan_request where planned_at is null"
                ).scalar():
                    return int(found)
            time.sleep(0.05)
        raise AssertionError("nobody asked")

    def plan(self, *batches: str) -> int:
        request = self.request()
        for batch in batches:
            self.run("insert into batch (key, volume_id) values (%s, %s)", batch, self.volume)
            self.run("insert into scan_request_batch values (%s, %s)", request, batch)
        self.run("update scan_request set planned_at = now() where id = %s", request)
        return request

    def discover(self, batch: str, *names: str) -> None:
        self.run("update batch set state = 'running' where key = %s", batch)
        for name in names:
            self.run(
                "insert into files (path_hash, volume_id, path, kind, state, size_bytes, modified_ns, changed_ns) "
                "values (%s, %s, %s, 'audio', 'pending', 1, 0, 0)",
                path_hash(self.volume, name), self.volume, os.fsencode(name),
            )  # fmt: skip

    def settle(self, state: str, *names: str) -> None:
        for name in names:
            self.run("update files set state = %s where path_hash = %s", state, path_hash(self.volume, name))

    def finish(self, request: int, batch: str) -> None:
        self.run("update batch set state = 'finished' where key = %s", batch)
        self.run("update scan_request set finished_at = now() where id = %s", request)


@pytest.fixture
def sensor(database, volume):
    threads: list[threading.Thread] = []
    sensor = Sensor(database, volume)

    def begin(work: Callable[[Sensor], None]) -> None:
        thread = threading.Thread(target=work, args=(sensor,))
        threads.append(thread)
        thread.start()

    yield begin
    for thread in threads:
        thread.join()


def test_without_waiting_it_only_asks(melodee, database):
    melodee.ok("ingest")

    with database.begin() as db:
        assert db.connection.exec_driver_sql("select requested_by, planned_at from scan_request").all() == [
            ("melodee ingest", None)
        ]


def test_nothing_to_do_is_said(melodee, sensor):
    def work(it: Sensor) -> None:
        request = it.plan()
        it.run("update scan_request set finished_at = now() where id = %s", request)

    sensor(work)

    assert "Nothing lies on the inbound volumes" in melodee.ok("ingest", "--wait").out


def test_the_summary_counts_what_came_in_and_what_failed_with_its_codes(melodee, database, volume, sensor):
    def work(it: Sensor) -> None:
        request = it.plan("b1")
        it.discover("b1", "a", "b", "c", "d", "e", "f")
        it.settle("published", "a", "b", "c")
        it.settle("waiting", "d")
        it.settle("failed", "e")
        it.settle("ignored", "f")
        it.run("update catalogue_total set songs = 102")
        with it.database.begin() as db:
            place = Place(it.volume, "e")
            record_failures(db, [Failure(place, "discover", "truncated", "It ends early.")], "b1")
            record_failures(db, [Failure(place, "discover", "name_mended", "Its name was mended.", "warning")], "b1")
            record_failures(db, [Failure(Place(it.volume, "x"), "discover", "empty", "It is empty.")], "another")
        it.finish(request, "b1")

    before = Sensor(database, volume)
    before.run("update catalogue_total set songs = 100")
    before.discover("none", "old")
    before.settle("published", "old")
    sensor(work)

    lines = [line.split() for line in melodee.ok("ingest", "--wait").lines]

    assert ["published", "3", "(2", "songs", "added)"] in lines
    assert ["waiting", "1"] in lines
    assert ["failed", "1", "(truncated", "1)"] in lines
    assert ["ignored", "1"] in lines


def test_in_a_pipe_there_is_no_bar(melodee, sensor):
    def work(it: Sensor) -> None:
        request = it.plan("b1")
        it.discover("b1", "a")
        it.settle("published", "a")
        it.finish(request, "b1")

    sensor(work)

    assert "\r" not in melodee.ok("ingest", "--wait").out


def test_a_request_that_nobody_takes_up_says_how_to_look(melodee, monkeypatch):
    monkeypatch.setattr(ingest, "PATIENCE", 0.1)

    outcome = melodee("ingest", "--wait")

    assert outcome.code == 1
    assert "inbound sensor seems to be off" in outcome.err
    assert "melodee doctor" in outcome.err


def test_the_running_instance_s_own_pages_are_named(nothing, start, monkeypatch):
    monkeypatch.setattr(ingest, "PATIENCE", 0.1)
    start(dagster_url="http://127.0.0.1:3000/dagster")

    assert "http://127.0.0.1:3000/dagster" in nothing("ingest", "--wait").err


def test_a_batch_that_does_not_move_is_said_once_and_waited_for(melodee, database, volume, sensor, monkeypatch):
    monkeypatch.setattr(ingest, "PATIENCE", 0.3)
    monkeypatch.setattr(ingest, "_LOOK_EVERY", 0.05)
    it, ask = Sensor(database, volume), ingest.ask_for_scan
    requests: list[int] = []

    def ask_and_plan(*arguments: object) -> int:
        requests.append(ask(*arguments))
        it.plan("b1")
        return requests[0]

    # Taken up at once, since only what comes then is to take long.
    monkeypatch.setattr(ingest, "ask_for_scan", ask_and_plan)
    said = threading.Event()
    monkeypatch.setattr(ingest, "_where_to_look", lambda _: said.set() or "Look there")

    def work(it: Sensor) -> None:
        said.wait(60)
        time.sleep(1)
        it.finish(requests[0], "b1")

    sensor(work)
    outcome = melodee("ingest", "--wait")

    assert outcome.code == 0
    assert outcome.err.count("Nothing has changed") == 1


@pytest.mark.usefixtures("melodee")
def test_in_a_terminal_a_bar_grows(sensor):
    released = [threading.Event() for _ in range(3)]

    def work(it: Sensor) -> None:
        request = it.plan("b1", "b2")
        it.discover("b1", "a", "b", "c", "d")
        released[0].wait(60)
        it.settle("published", "a", "b")
        released[1].wait(60)
        it.settle("published", "c")
        it.settle("failed", "d")
        it.run("update batch set state = 'finished' where key = 'b1'")
        released[2].wait(60)
        it.finish(request, "b2")

    sensor(work)
    with terminal([*PROGRAM, "ingest", "--wait"], dict(os.environ)) as screen:
        try:
            screen.wait_for("0 of 4 files")
            released[0].set()
            screen.wait_for("2 of 4 files, 0 of 2 batches")
            released[1].set()
            screen.wait_for("4 of 4 files, 1 of 2 batches")
        finally:
            for event in released:
                event.set()
        assert screen.end() == 0

    assert "published  3" in screen.shown


@pytest.mark.usefixtures("melodee")
def test_ctrl_c_ends_the_waiting_and_not_the_scan(database, volume):
    command = subprocess.Popen(
        [*PROGRAM, "ingest", "--wait"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    Sensor(database, volume).plan("b1")
    command.send_signal(signal.SIGINT)
    out, err = command.communicate(timeout=60)

    assert command.returncode == 130
    assert err == "The scan goes on; 'melodee status' shows how far it is.\n"
    assert out == "Asked for a scan of the inbound volumes.\n"
    with database.begin() as db:
        assert db.connection.exec_driver_sql("select finished_at from scan_request").scalar() is None


def test_a_large_library_is_planned_and_held(melodee, database, volume, tmp_path):
    for number in range(3):
        (tmp_path / f"drop/Library/{number}").mkdir(parents=True)
        (tmp_path / f"drop/Library/{number}/1.mp3").touch()

    said = melodee.ok("ingest", "--plan", str(tmp_path / "drop/Library")).out

    assert "3 folders of Drop with 3 files are 1 batch now, which are held" in said
    assert "nightly_backfill" in said
    with database.begin() as db:
        assert db.connection.exec_driver_sql("select state, volume_id from batch").all() == [("held", volume)]


@pytest.mark.usefixtures("volume")
def test_a_library_that_is_on_no_volume_is_refused(melodee, tmp_path):
    (tmp_path / "elsewhere").mkdir()

    assert "--in-place" in melodee.refused("ingest", "--plan", str(tmp_path / "elsewhere"))
    assert melodee("ingest", "--plan", str(tmp_path), "--wait").code == 2
