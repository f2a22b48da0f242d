"""Running `melodee` as a user does, on a data directory and a database of the test's own."""

import contextlib
import io
import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from melodee import accounts
from melodee.commands import main
from melodee.database import Database
from melodee.instance import Instance, lock_instance, new_instance, write_environment
from melodee.settings import DataDirectory

PROGRAM = [sys.executable, "-c", "from melodee.commands import main; main()"]
"""`melodee`, as a process of its own."""


@dataclass(frozen=True)
class Outcome:
    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()

    @property
    def json(self):
        return json.loads(self.out)


class Melodee:
    """The command line, in this process: an interpreter's start for each command would take most of the time."""

    def __init__(self, patch: pytest.MonkeyPatch, data: DataDirectory) -> None:
        self.patch, self.data = patch, data

    def __call__(self, *arguments: str, stdin: bytes | None = b"") -> Outcome:
        out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in range(2))
        self.patch.setattr(sys, "argv", ["melodee", *arguments])
        self.patch.setattr(sys, "stdin", None if stdin is None else io.TextIOWrapper(io.BytesIO(stdin), "utf-8"))
        code = 0
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            try:
                main()
            except SystemExit as end:
                code = end.code if isinstance(end.code, int) else 0 if end.code is None else 1
        return Outcome(code, *(stream.buffer.getvalue().decode() for stream in (out, err)))

    def ok(self, *arguments: str, stdin: bytes | None = b"") -> Outcome:
        """The outcome of a command that must succeed."""
        outcome = self(*arguments, stdin=stdin)
        assert outcome.code == 0, outcome.err
        assert outcome.err == ""
        return outcome

    def refused(self, *arguments: str, stdin: bytes | None = b"") -> str:
        """The one line that a command says when it must fail."""
        outcome = self(*arguments, stdin=stdin)
        assert outcome.code == 1, outcome
        assert outcome.out == ""
        assert outcome.err.startswith("melodee: ")
        assert outcome.err.count("\n") == 1
        assert outcome.err.strip().isprintable()
        return outcome.err


@pytest.fixture
def database_url(emptied_database_url: str) -> str:
    """Here, no test fills the catalogue or changes tables for good."""
    return emptied_database_url


@pytest.fixture(autouse=True)
def cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Argon2 costs by design; what it makes is tested in test_accounts.py."""
    monkeypatch.setattr(accounts, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture
def nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Melodee:
    """The command line on a data directory where nothing runs."""
    for name in [name for name in os.environ if name.startswith("MELODEE_")]:
        monkeypatch.delenv(name)
    data = DataDirectory(tmp_path / "data")
    monkeypatch.setenv("MELODEE_DATA", str(data.path))
    return Melodee(monkeypatch, data)


@pytest.fixture
def melodee(nothing: Melodee, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Melodee:
    """The command line on a database that `MELODEE_DATABASE_URL` names."""
    monkeypatch.setenv("MELODEE_DATABASE_URL", database_url)
    return nothing


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    yield database
    database.close()


Start = Callable[..., Instance]


@pytest.fixture
def start(nothing: Melodee, database_url: str) -> Iterator[Start]:
    """Makes it look as if `melodee up` ran on the data directory: its lock, and the variables it writes."""
    with contextlib.ExitStack() as stack:

        def begin(*, ready: bool = True, url: str = "http://127.0.0.1:1", dagster_url: str = "", **variables: str):
            nothing.data.path.mkdir(exist_ok=True)
            lock = stack.enter_context(lock_instance(nothing.data, print, time.sleep))
            instance = replace(new_instance(url, dagster_url or f"{url}/dagster"), ready=ready)
            lock.write(instance)
            write_environment(nothing.data.environment, {"MELODEE_DATABASE_URL": database_url, **variables})
            return instance

        yield begin
