"""`melodee up`: started, damaged, killed, stopped and started again."""

import json
import os
import re
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import psycopg
import pytest

from melodee.processes import is_alive
from tests.audio import make_song
from tests.conftest import PostgresServer
from tests.integration.parts import command_line, environment, kill, part, runs
from tests.integration.running import HURRIED, PASSWORD, WHEELS, Instance, open_folder, running, wait_until
from tests.library import files_below

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def instance() -> Iterator[Instance]:
    with running({"MELODEE_POSTGRES": "system", **HURRIED}) as made:
        yield made


@pytest.fixture(autouse=True)
def it_runs(request: pytest.FixtureRequest) -> None:
    """Each test of the shared instance begins with one that is ready."""
    if "instance" in request.fixturenames:
        shared: Instance = request.getfixturevalue("instance")
        if shared.process is None or shared.process.poll() is not None:
            shared.start()


def gone(pids: list[int], seconds: float = 10) -> None:
    wait_until(lambda: not any(map(is_alive, pids)), seconds, f"the end of {pids}")


def test_it_says_what_it_does_and_ends_with_where_it_answers(instance: Instance) -> None:
    lines = instance.output.splitlines()

    assert lines[0].startswith("Database: PostgreSQL ")
    assert lines[-3:] == [
        f"Inbound folder: {instance.inbound}",
        f"Dagster: http://127.0.0.1:{instance.dagster_port}/dagster",
        f"Melodee is ready: http://127.0.0.1:{instance.port}",
    ]
    assert instance.call("ping")["status"] == "ok"
    assert httpx.get(lines[-2].removeprefix("Dagster: ") + "/server_info").status_code == 200
    assert PASSWORD not in instance.output


def test_dagster_stands_behind_the_listeners(instance: Instance):
    for name in ("code server", "web server", "daemon"):
        assert os.getpriority(os.PRIO_PROCESS, part(instance, name)) == 10
        session = Path(f"/proc/{part(instance, name)}/autogroup")
        assert not session.exists() or session.read_text().split()[-1] == "10"
    for name in ("api", "PostgreSQL"):
        assert os.getpriority(os.PRIO_PROCESS, part(instance, name)) == 0


def test_its_secrets_are_private(instance: Instance) -> None:
    private = [instance.data / "melodee.env", *(instance.data / "keys").iterdir()]

    assert {stat.S_IMODE(path.stat().st_mode) for path in private} == {0o600}
    for pid in instance.processes():
        assert PASSWORD not in command_line(pid)
        if pid != instance.process.pid:  # pyright: ignore[reportOptionalMemberAccess]
            assert PASSWORD.encode() not in environment(pid)


def test_env_gives_dagsters_own_commands_all_that_they_need(instance: Instance) -> None:
    printed = instance.melodee("env")
    variables = dict(line.split("=", 1) for line in printed.splitlines())

    assert variables["MELODEE_DATA"] == str(instance.data)
    said = subprocess.run(
        [sys.executable, "-m", "dagster", "instance", "info"],
        env={"PATH": os.environ["PATH"], **variables}, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    assert "PostgresRunStorage" in said or "postgres" in said
    with psycopg.connect(variables["MELODEE_DATABASE_URL"]) as connection:
        assert connection.execute("select count(*) from account where admin").fetchone() == (1,)


def test_a_second_one_on_the_same_data_says_who_runs(instance: Instance) -> None:
    second = subprocess.run(
        [sys.executable, "-m", "melodee", "up", "--data", instance.data, "--port", "1", "--dagster-port", "2"],
        env=instance.variables(), capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert second.returncode == 1
    assert instance.process is not None
    assert f"process {instance.process.pid}, at http://127.0.0.1:{instance.port}" in second.stderr
    assert len(second.stderr.splitlines()) == 1


@pytest.mark.parametrize("name", ["api", "PostgreSQL"])
def test_a_part_that_is_killed_is_started_again(instance: Instance, name: str) -> None:
    first = part(instance, name)

    kill(first)
    wait_until(lambda: not is_alive(first), 10, "its end")

    def answers() -> bool:
        try:
            return instance.get("ping").json()["subsonic-response"]["status"] == "ok" and part(instance, name) != first
        except (httpx.HTTPError, ValueError):
            return False

    wait_until(answers, 60, f"the {name} to be back")


def test_dagsters_parts_that_are_killed_come_back(instance: Instance) -> None:
    names = ("code server", "web server", "daemon")
    before = {name: part(instance, name) for name in names}
    said = len(instance.output)

    for pid in before.values():
        kill(pid)

    wait_until(lambda: instance.output[said:].count(" answers after ") == 3, 90, "them to answer")
    assert not {part(instance, name) for name in names} & set(before.values())


def drop_a_batch(instance: Instance, folder: Path) -> list[int]:
    """Drops songs; returns the processes of the run that takes them in."""
    idle = runs(instance)
    for track in range(1, 200):
        make_song(
            folder / f"{track}.mp3", seconds=0.2, seed=track % 4, title=f"{track}", artist=folder.name, album="Many"
        )
    folder.rename(instance.inbound / folder.name)
    return wait_until(lambda: [pid for pid in runs(instance) if pid not in idle], 60, "a run")


def test_when_it_alone_is_killed_nothing_is_left_and_the_next_start_takes_over(
    instance: Instance, tmp_path: Path
) -> None:
    run = drop_a_batch(instance, tmp_path / "killed")
    wait_until(lambda: files_below(instance.data / "staging"), 60, "files on the staging volume")
    processes = instance.processes()
    # What the run started and has ended meanwhile is nobody's to find; it itself goes on.
    living = {pid for pid in run if is_alive(pid)}
    assert living, "the run ended before it could be killed"
    assert living <= set(processes)
    assert instance.process is not None

    instance.process.kill()
    instance.process.wait()
    instance.start()

    assert not any(map(is_alive, processes))
    assert instance.settled(199)["published"] == 199
    assert "Made the user" not in instance.output


def test_told_to_stop_it_ends_everything(instance: Instance, tmp_path: Path) -> None:
    drop_a_batch(instance, tmp_path / "stopped")
    processes = instance.processes()
    assert instance.process is not None

    instance.process.send_signal(signal.SIGINT)

    assert instance.process.wait(30) == 0
    assert not any(map(is_alive, processes))
    assert instance.processes() == []
    assert instance.output.splitlines()[-1] == "Melodee has stopped."
    assert not (instance.data / "dagster" / "code.sock").exists()
    assert not (instance.data / "postgres" / "postmaster.pid").exists()


def test_told_to_stop_twice_it_hurries(instance: Instance) -> None:
    assert instance.process is not None
    instance.process.send_signal(signal.SIGINT)
    wait_until(lambda: "Stopping" in instance.output, 10, "it to begin")

    instance.process.send_signal(signal.SIGINT)

    assert instance.process.wait(10) == 0
    assert instance.processes() == []


def test_told_to_stop_while_it_starts_it_stops(instance: Instance) -> None:
    instance.stop()
    for sign in ("Database:", "PostgreSQL answers", "Starting the API", "The API answers"):
        try:
            instance.start(seconds=0.1)
        except AssertionError:
            wait_until(lambda sign=sign: sign in instance.output, 60, sign)

        assert instance.stop() == 0

        assert instance.processes() == []


def test_two_run_side_by_side_one_on_the_wheels_and_below_a_long_path(instance: Instance) -> None:
    with open_folder() as folder:
        (folder / ("long " * 20)).mkdir()
        other = Instance(folder / ("long " * 20), {**WHEELS, "MELODEE_ADMIN_PASSWORD": ""})
        inbound, storage = folder / "drop here", folder / "library"
        try:
            other.start("--inbound", str(inbound), "--storage", str(storage))

            made = re.search(r"^Made the user admin with the password (\S+)$", other.output, re.MULTILINE)
            assert made is not None
            address = f"http://127.0.0.1:{other.port}/rest/ping?u=admin&p={made[1]}&v=1.16.1&c=tests&f=json"
            assert httpx.get(address).json()["subsonic-response"]["status"] == "ok"
            assert f"Inbound folder: {inbound}" in other.output
            assert instance.call("ping")
            volumes = {volume["kind"]: volume["path"] for volume in other.status()["volumes"]}
            assert (volumes["inbound"], volumes["storage"]) == (str(inbound), str(storage))
            assert json.loads((other.data / "up.lock").read_text())["ready"] is True

            assert other.stop() == 0
            other.start()
            assert "Made the user" not in other.output
            assert f"Inbound folder: {inbound}" in other.output
        finally:
            other.stop()
            assert other.processes() == []


def test_with_a_database_of_its_own_it_starts_none(postgres_server: PostgresServer) -> None:
    url = postgres_server.url("of_the_operator")
    try:
        with running({"MELODEE_DATABASE_URL": url}) as instance:
            assert instance.output.splitlines()[0] == "Using the database of MELODEE_DATABASE_URL."
            assert not (instance.data / "postgres").exists()
            assert instance.call("ping")
            assert instance.stop() == 0
    finally:
        postgres_server.drop("of_the_operator")
        postgres_server.drop("of_the_operator_dagster")
