"""One `melodee up` on a data directory, and what others learn of it."""

import os
import stat
import subprocess
import time
from contextlib import ExitStack
from dataclasses import replace

import pytest

from melodee.errors import FatalError
from melodee.instance import (
    AlreadyRunning,
    NeverStarted,
    lock_instance,
    new_instance,
    read_environment,
    running_instance,
    write_environment,
)
from melodee.settings import DataDirectory


@pytest.fixture
def data(tmp_path):
    return DataDirectory(tmp_path)


def say(_text):
    pass


def test_what_runs_is_known_while_it_holds_the_lock(data):
    assert running_instance(data) is None
    instance = new_instance("http://127.0.0.1:4040", "http://127.0.0.1:3000/dagster")

    with lock_instance(data, say, time.sleep) as lock:
        lock.write(replace(instance, url="http://a.much.longer.example.org:4040"))
        lock.write(instance)
        assert running_instance(data) == instance
        lock.write(replace(instance, ready=True))
        assert running_instance(data) == replace(instance, ready=True)

    assert running_instance(data) is None
    with lock_instance(data, say, time.sleep) as lock:
        assert lock.left == replace(instance, ready=True)


def test_a_second_one_learns_who_runs_and_where(data):
    with lock_instance(data, say, time.sleep) as lock:
        lock.write(new_instance("http://127.0.0.1:4040", ""))

        with pytest.raises(AlreadyRunning) as caught, lock_instance(data, say, time.sleep):
            pass

        assert f"process {os.getpid()}, at http://127.0.0.1:4040" in str(caught.value)


def test_one_that_has_only_begun_is_running_too(data):
    with lock_instance(data, say, time.sleep):
        assert running_instance(data) is None
        with pytest.raises(AlreadyRunning, match="starting"), lock_instance(data, say, time.sleep):
            pass


def test_a_start_waits_for_what_a_killed_one_left(data):
    with subprocess.Popen(["true"]) as ended:
        pass
    told = []
    with ExitStack() as held:
        lock = held.enter_context(lock_instance(data, say, time.sleep))
        lock.write(replace(new_instance("http://127.0.0.1:4040", ""), pid=ended.pid))

        with lock_instance(data, told.append, lambda _seconds: held.close() if told else None):
            assert told == ["Waiting for what an earlier run left to end."]


def test_garbage_in_the_lock_file_is_nobody(data):
    data.lock.write_text('{"pid": ')
    assert running_instance(data) is None
    with lock_instance(data, say, time.sleep) as lock:
        assert lock.left is None
        assert running_instance(data) is None


def test_a_directory_that_cannot_be_read_is_an_error_not_an_absence(data):
    data.lock.mkdir()
    with pytest.raises(FatalError):
        running_instance(data)


def test_variables_are_private_and_read_alike_by_a_shell(data):
    variables = {"PLAIN": "postgresql://a:b@/c?host=/d", "AWKWARD": 'a "b" $c `d` \\ é\'s', "EMPTY": ""}

    write_environment(data.environment, {"OLD": "1"})
    write_environment(data.environment, variables)

    assert stat.S_IMODE(data.environment.stat().st_mode) == 0o600
    script = (
        f'. {data.environment}; for key in PLAIN AWKWARD EMPTY OLD; do eval "printf \'%s\\n\' \\"\\${{$key-}}\\""; done'
    )
    said = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True, env={}).stdout
    assert said.splitlines() == [*variables.values(), ""]
    assert read_environment(data).splitlines()[0] == "PLAIN=postgresql://a:b@/c?host=/d"


def test_variables_of_an_instance_that_never_ran(data):
    with pytest.raises(NeverStarted):
        read_environment(data)
