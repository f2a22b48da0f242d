"""How every command finds the instance, and what it says when there is none."""

import pytest
from click import Context, Group

from melodee.commands import group
from melodee.reach import reach
from tests.commands.conftest import Melodee

NEEDS_AN_INSTANCE = [
    ("status",),
    ("user", "list"),
    ("user", "add", "ann"),
    ("user", "password", "ann"),
    ("user", "remove", "ann"),
    ("user", "key", "ann"),
    ("volume", "list"),
    ("volume", "add", "a", "/tmp", "--kind", "inbound"),
    ("ingest",),
    ("failures", "list"),
    ("db", "status"),
    ("db", "migrate"),
    ("api",),
]


@pytest.mark.parametrize("command", NEEDS_AN_INSTANCE, ids=" ".join)
def test_without_an_instance_it_names_melodee_up_and_the_folder(nothing, command):
    said = nothing.refused(*command)

    assert "'melodee up'" in said
    assert str(nothing.data.path) in said
    assert not nothing.data.path.exists()


def test_the_folder_is_a_flag_too_and_it_wins(nothing, tmp_path):
    assert str(tmp_path / "other") in nothing.refused("status", "--data", str(tmp_path / "other"))


def test_the_folder_is_that_of_the_user_when_nothing_names_it(nothing, tmp_path, monkeypatch):
    monkeypatch.delenv("MELODEE_DATA")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))

    assert str(tmp_path / "share" / "melodee") in nothing.refused("status")


@pytest.mark.parametrize("left", [b"", b"{", b"[]", b'{"pid": 1}', b"\xff\0" * 1000])
def test_a_lock_file_that_nobody_holds_is_no_instance(nothing, left):
    nothing.data.path.mkdir()
    nothing.data.lock.write_bytes(left)

    assert "'melodee up'" in nothing.refused("status")


def test_a_running_instance_is_found_by_its_folder(nothing, start):
    start()

    assert nothing.ok("user", "list")


@pytest.mark.parametrize(
    "value", ["plain", "with blank", 'quote"d', "$HOME `x`", "back\\slash", "a=b", "it's", "ünï", ""]
)
def test_the_variables_of_the_running_instance_are_read_as_they_were_written(nothing, start, value):
    start(MELODEE_SOMETHING=value, MELODEE_NEXT="1")

    variables = reach(nothing.data).variables

    assert variables["MELODEE_SOMETHING"] == value
    assert variables["MELODEE_NEXT"] == "1"


def test_the_environment_wins_over_the_running_instance(nothing, start, monkeypatch):
    start(MELODEE_DATABASE_URL="postgresql://nobody@127.0.0.1:1/none", MELODEE_SOMETHING="theirs")
    assert "does not answer" in nothing.refused("user", "list")

    monkeypatch.setenv("MELODEE_SOMETHING", "ours")

    assert reach(nothing.data).variables["MELODEE_SOMETHING"] == "ours"


def test_the_url_wins_over_a_folder_where_nothing_runs(melodee):
    assert melodee.ok("user", "list")


@pytest.mark.parametrize("command", [one for one in NEEDS_AN_INSTANCE if one[0] not in ("volume", "api")], ids=" ".join)
def test_a_database_that_does_not_answer_is_one_sentence_without_its_password(nothing, monkeypatch, command):
    monkeypatch.setenv("MELODEE_DATABASE_URL", "postgresql://ann:hunter2@127.0.0.1:1/none")

    said = nothing.refused(*command)

    assert "does not answer" in said
    assert "hunter2" not in said


def test_an_instance_that_is_still_starting_says_so(nothing, start):
    start(ready=False, MELODEE_DATABASE_URL="postgresql://ann@127.0.0.1:1/none")

    assert "still starting" in nothing.refused("status")


def test_an_instance_that_has_only_the_lock_says_so(nothing, start):
    start(ready=False)
    nothing.data.environment.unlink()

    assert "starting" in nothing.refused("status")


@pytest.mark.parametrize(
    "url", ["hunter2", "http://hunter2", "postgresql://a:hunter2@h:port/x", "mysql://a:hunter2@h/x"]
)
def test_a_url_that_is_none_is_one_sentence_without_its_password(nothing, monkeypatch, url):
    monkeypatch.setenv("MELODEE_DATABASE_URL", url)

    said = nothing.refused("status")

    assert "MELODEE_DATABASE_URL" in said
    assert "hunter2" not in said


def test_a_database_without_tables_names_the_mend(nothing, postgres_server, monkeypatch):
    monkeypatch.setenv("MELODEE_DATABASE_URL", postgres_server.create("test_bare"))
    try:
        assert "melodee db migrate" in nothing.refused("user", "list")
        assert "melodee db migrate" in nothing.refused("status")
    finally:
        postgres_server.drop("test_bare")


def every_command(parent: Group = group, path: tuple[str, ...] = ()):
    for name in parent.list_commands(Context(parent)):
        command = parent.get_command(Context(parent), name)
        yield (*path, name), command
        if isinstance(command, Group):
            yield from every_command(command, (*path, name))


@pytest.mark.parametrize(
    ("path", "command"), [pytest.param(*found, id=" ".join(found[0])) for found in every_command()]
)
def test_every_command_explains_itself_and_every_flag_has_its_variable(nothing: Melodee, path, command):
    shown = nothing.ok(*path, "--help").out

    assert command.help
    assert nothing.ok(*path, "-h").out == shown
    for parameter in command.params:
        if parameter.param_type_name == "option":
            assert parameter.help, f"{parameter.name} says nothing"
            flag = parameter.opts[0].removeprefix("--").replace("-", "_").upper()
            # A flag that means something else to other commands has its command's name in its variable.
            within = [path[:1], path]
            assert parameter.envvar in (f"MELODEE_{flag}", *(f"MELODEE_{'_'.join(w)}_{flag}".upper() for w in within))
            assert parameter.envvar in "".join(shown.split())


def test_an_unknown_command_is_an_error(nothing):
    assert nothing("no-such").code == 2
    assert nothing("user", "no-such").code == 2
