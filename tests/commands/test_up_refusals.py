"""`melodee up` that cannot run says why in one line on stderr, with the mend, and leaves nothing running."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from melodee.instance import lock_instance, new_instance
from melodee.ports import free_port
from melodee.settings import DataDirectory

MELODEE = Path(sys.executable).with_name("melodee")


def up(data: Path, *flags: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Runs `melodee up` on free ports unless told otherwise."""
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("MELODEE_")}
    ports = {"MELODEE_PORT": str(free_port()), "MELODEE_DAGSTER_PORT": str(free_port())}
    return subprocess.run(
        [MELODEE, "up", "--data", data, *flags],
        env={**inherited, **ports, **variables},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def refusal(done: subprocess.CompletedProcess[str]) -> str:
    """The one line that it said."""
    assert done.returncode == 1
    assert "ready" not in done.stdout
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr.strip()


@pytest.mark.parametrize("flag", ["--port", "--dagster-port"])
def test_a_port_that_is_taken(tmp_path, flag):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

        said = refusal(up(tmp_path / "data", flag, str(port)))

    assert f"Port {port} is taken by process {os.getpid()}" in said
    assert said.endswith(f"choose another with {flag}")


def test_one_port_for_both(tmp_path):
    assert "--port and --dagster-port are both 4711" in refusal(
        up(tmp_path / "data", MELODEE_PORT="4711", MELODEE_DAGSTER_PORT="4711")
    )


def test_an_address_of_another_machine(tmp_path):
    assert "choose another with --host" in refusal(up(tmp_path / "data", "--host", "192.0.2.1"))


def test_a_host_without_an_address(tmp_path):
    assert "choose another with --host" in refusal(up(tmp_path / "data", "--host", "no.such.host.invalid"))


def test_a_folder_that_is_a_file(tmp_path):
    (tmp_path / "data").touch()

    assert "choose another with --data" in refusal(up(tmp_path / "data"))


def test_a_storage_folder_that_cannot_be_made(tmp_path):
    (tmp_path / "file").touch()

    assert "choose another with --storage" in refusal(
        up(tmp_path / "data", "--storage", str(tmp_path / "file" / "music"))
    )


def test_no_ffmpeg(tmp_path):
    assert "MELODEE_FFMPEG" in refusal(up(tmp_path / "data", MELODEE_FFMPEG="/no/such/ffmpeg"))


def test_no_postgresql(tmp_path):
    assert "Install PostgreSQL version 15 or later" in refusal(up(tmp_path / "data", MELODEE_POSTGRES=str(tmp_path)))


def test_a_database_that_does_not_answer(tmp_path):
    said = refusal(up(tmp_path / "data", MELODEE_DATABASE_URL="postgresql://u:secret@127.0.0.1:1/melodee"))

    assert "database melodee on 127.0.0.1 does not answer" in said
    assert "secret" not in said


def test_a_database_that_will_not_do(tmp_path):
    assert "must read postgresql://" in refusal(up(tmp_path / "data", MELODEE_DATABASE_URL="mysql://localhost/melodee"))


def test_a_data_directory_on_which_it_runs(tmp_path):
    data = DataDirectory(tmp_path)
    with lock_instance(data, print, lambda _: None) as lock:
        lock.write(new_instance("http://127.0.0.1:4040", ""))

        said = refusal(up(tmp_path))

    assert f"process {os.getpid()}, at http://127.0.0.1:4040" in said
    assert json.loads(data.lock.read_text())["pid"] == os.getpid()


def test_env_of_an_instance_that_never_ran(tmp_path):
    done = subprocess.run([MELODEE, "env", "--data", tmp_path], capture_output=True, text=True, check=False)

    assert "start it with 'melodee up'" in refusal(done)
