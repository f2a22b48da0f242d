"""`melodee user`: making, listing and removing users, from scripts and in a terminal."""

import os
import re
import subprocess

import pytest

from melodee.accounts import key_digest, name_key, password_matches
from melodee.database import Database
from melodee.token_secrets import TokenSecrets
from tests.commands.conftest import PROGRAM
from tests.commands.terminal import terminal


def has_password(database: Database, name: str, password: str) -> bool:
    with database.begin() as db:
        return password_matches(db.one("account_by_key", key=name_key(name)).password_hash, password)


def test_a_script_gets_a_made_password_alone_on_the_last_line(melodee, database):
    made = melodee.ok("user", "add", "ann").lines

    assert len(made[-1]) == 20
    assert has_password(database, "ann", made[-1])
    changed = melodee.ok("user", "password", "ann").lines
    assert changed[-1] != made[-1]
    assert has_password(database, "ann", changed[-1])


@pytest.mark.parametrize("given", [b"s3cret word", b"s3cret word\n", b"s3cret word\r\n"])
def test_a_password_from_standard_input_is_one_line_and_not_shown(melodee, database, given):
    outcome = melodee.ok("user", "add", "ann", "--password-stdin", stdin=given)

    assert "s3cret" not in outcome.out
    assert has_password(database, "ann", "s3cret word")
    melodee.ok("user", "password", "ANN", "--password-stdin", stdin="пароль 🔑\n".encode())
    assert has_password(database, "ann", "пароль 🔑")


@pytest.mark.parametrize("given", [b"", b"\n", b"a\nb\n", b"\xff\xfe", b"a\0b", b"x" * 20_000, "é".encode() * 8_000])
def test_a_bad_password_from_standard_input_is_refused(melodee, given):
    said = melodee.refused("user", "add", "ann", "--password-stdin", stdin=given)

    assert "password" in said
    assert melodee.ok("user", "list", "--json").json == []


def test_a_closed_standard_input_is_no_terminal(melodee, database):
    made = melodee.ok("user", "add", "ann", stdin=None).lines

    assert has_password(database, "ann", made[-1])


def test_administrators_are_made_by_a_flag_or_its_variable(melodee, monkeypatch):
    melodee.ok("user", "add", "boss", "--admin")
    melodee.ok("user", "add", "ann")
    monkeypatch.setenv("MELODEE_ADMIN", "1")
    melodee.ok("user", "add", "chief")

    assert {user["name"]: user["admin"] for user in melodee.ok("user", "list", "--json").json} == {
        "ann": False,
        "boss": True,
        "chief": True,
    }


def test_a_taken_name_is_refused_in_one_sentence(melodee):
    melodee.ok("user", "add", "Ann")

    assert "ann" in melodee.refused("user", "add", "ann").casefold()


@pytest.mark.parametrize(
    "name", ["", " ", "a\nb", "\x1b[31mred", os.fsdecode(b"\xff\xfe"), "x" * 1000, "\u202egnp.exe"]
)
def test_a_hostile_name_is_refused_in_one_printable_line(melodee, name):
    for command in ("add", "password", "remove", "key"):
        melodee.refused("user", command, name)


@pytest.mark.parametrize("name", ["O'Brien; drop table account", "名前", "💃", "--admin", "%(key)s"])
def test_an_awkward_name_is_just_a_name(melodee, database, name):
    melodee.ok("user", "add", "--password-stdin", "--", name, stdin=b"secret")

    assert [user["name"] for user in melodee.ok("user", "list", "--json").json] == [name]
    assert name in melodee.ok("user", "list").out
    assert has_password(database, name, "secret")
    melodee.ok("user", "remove", "--", name)
    assert melodee.ok("user", "list", "--json").json == []


def test_who_is_not_there_is_said(melodee):
    for command in ("password", "remove", "key"):
        assert "melodee user list" in melodee.refused("user", command, "nobody")


def test_the_last_administrator_is_not_removed(melodee):
    melodee.ok("user", "add", "boss", "--admin")

    assert "--admin" in melodee.refused("user", "remove", "boss")
    melodee.ok("user", "add", "chief", "--admin")
    melodee.ok("user", "remove", "boss")


def test_an_api_key_is_printed_last_and_kept_as_a_digest(melodee, database):
    melodee.ok("user", "add", "ann")

    key = melodee.ok("user", "key", "ann", "--label", "phone").lines[-1]

    assert re.fullmatch(r"[\w-]{43}", key)
    with database.begin() as db:
        assert db.one("account_by_api_key", digest=key_digest(key)).name == "ann"
    assert melodee.ok("user", "list", "--json").json[0]["api_keys"] == 1
    melodee.ok("user", "key", "ann", "--revoke")
    assert melodee.ok("user", "list", "--json").json[0]["api_keys"] == 0


def test_the_token_key_is_that_of_the_running_instance(nothing, start, database, tmp_path):
    key = "k" * 43 + "="
    start(MELODEE_TOKEN_KEY=key)

    nothing.ok("user", "add", "ann", "--password-stdin", stdin=b"secret")

    assert not nothing.data.token_key.exists()
    with database.begin() as db:
        sealed = bytes(db.one("account_by_key", key="ann").token_secret)
    assert TokenSecrets(tmp_path / "none", key).open(sealed) == "secret"


def test_a_list_is_aligned_whatever_the_script(melodee):
    for name in ("ann", "名前", "Zoë"):
        melodee.ok("user", "add", name)

    lines = melodee.ok("user", "list").lines

    assert lines[0].split() == ["NAME", "ROLE", "LOGIN", "API", "KEYS", "SINCE"]
    assert "ann   listener" in lines[1]
    assert "名前  listener" in lines[3]


def test_a_terminal_without_the_letters_of_a_name_shows_their_numbers(melodee):
    melodee.ok("user", "add", "名前")

    shown = subprocess.run(
        [*PROGRAM, "user", "list"], env={**os.environ, "PYTHONIOENCODING": "latin-1"}, capture_output=True, check=False
    )

    assert shown.returncode == 0
    assert b"\\u540d\\u524d  listener" in shown.stdout


def on_terminal(*arguments: str):
    return terminal([*PROGRAM, *arguments], dict(os.environ))


@pytest.mark.usefixtures("melodee")
def test_a_terminal_is_asked_twice_without_echo(database):
    with on_terminal("user", "add", "ann") as screen:
        screen.wait_for("Password")
        screen.type("s3cret\n")
        screen.wait_for("Again")
        screen.type("other\n")
        screen.wait_for("They differ")
        screen.wait_for("Password")
        screen.type("s3cret\n")
        screen.wait_for("Again")
        screen.type("s3cret\n")
        assert screen.end() == 0

    assert "s3cret" not in screen.shown
    assert "other" not in screen.shown
    assert has_password(database, "ann", "s3cret")


def test_an_empty_answer_in_a_terminal_makes_a_password(melodee, database):
    melodee.ok("user", "add", "ann")
    with on_terminal("user", "password", "ann") as screen:
        screen.wait_for("Password")
        screen.type("\n")
        assert screen.end() == 0

    assert has_password(database, "ann", screen.shown.split()[-1])


def test_ctrl_c_at_the_question_changes_nothing(melodee):
    with on_terminal("user", "add", "ann") as screen:
        screen.wait_for("Password")
        screen.type(b"\x03")
        assert screen.end() == 1

    assert "Traceback" not in screen.shown
    assert melodee.ok("user", "list", "--json").json == []


def test_bytes_that_are_no_text_in_a_terminal_are_refused(melodee):
    with on_terminal("user", "add", "ann") as screen:
        screen.wait_for("Password")
        screen.type(b"\xff\xfe\n")
        assert screen.end() == 1

    assert "Traceback" not in screen.shown
    assert melodee.ok("user", "list", "--json").json == []


def test_a_terminal_is_not_asked_for_a_name_that_is_taken(melodee):
    melodee.ok("user", "add", "ann")
    with on_terminal("user", "add", "Ann") as screen:
        assert screen.end() == 1

    assert "Password" not in screen.shown


def test_a_pipe_that_closes_early_is_no_error_to_see(melodee):
    melodee.ok("user", "add", "ann")
    command = subprocess.Popen([*PROGRAM, "user", "list"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    command.stdout.close()
    assert b"Traceback" not in command.stderr.read()
    command.stderr.close()
    command.wait()
