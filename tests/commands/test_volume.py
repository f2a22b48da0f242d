"""`melodee volume`: adding folders and listing them."""

import os
from pathlib import Path

import pytest

from melodee.path_template import DEFAULT_FOLDERS


@pytest.fixture
def folder(tmp_path: Path):
    def make(name: str) -> str:
        made = tmp_path / name
        made.mkdir(parents=True, exist_ok=True)
        return str(made)

    return make


def test_a_volume_is_added_and_listed_in_the_order_in_which_files_pass(melodee, folder):
    melodee.ok("volume", "add", "Music", folder("music"), "--kind", "storage")
    melodee.ok("volume", "add", "Work", folder("work"), "--kind", "staging")
    melodee.ok("volume", "add", "Drop", folder("drop"), "--kind", "inbound")

    listed = melodee.ok("volume", "list", "--json").json

    assert [(volume["name"], volume["kind"], volume["path"], volume["template"]) for volume in listed] == [
        ("Drop", "inbound", folder("drop"), None),
        ("Work", "staging", folder("work"), None),
        ("Music", "storage", folder("music"), DEFAULT_FOLDERS),
    ]
    assert all(volume["free_bytes"] > 0 for volume in listed)
    shown = melodee.ok("volume", "list").out
    assert all(folder(name) in shown for name in ("music", "work", "drop"))


def test_a_path_may_be_relative_to_where_one_is(melodee, folder, tmp_path, monkeypatch):
    folder("drop")
    monkeypatch.chdir(tmp_path)

    melodee.ok("volume", "add", "Drop", "drop", "--kind", "inbound")

    assert melodee.ok("volume", "list", "--json").json[0]["path"] == str(tmp_path / "drop")


def test_storage_without_staging_beside_it_says_what_that_costs(melodee, folder):
    assert "--kind staging" in melodee.ok("volume", "add", "Music", folder("music"), "--kind", "storage").out
    melodee.ok("volume", "add", "Work", folder("music/.work"), "--kind", "staging")
    assert "--kind staging" not in melodee.ok("volume", "add", "More", folder("more"), "--kind", "storage").out


def test_a_template_is_taken_and_checked(melodee, folder):
    said = melodee.refused("volume", "add", "a", folder("a"), "--kind", "storage", "--template", "../{artist}/{album}")
    assert "leave its volume" in said

    melodee.ok("volume", "add", "a", folder("a"), "--kind", "storage", "--template", "{artist}/{album}")

    assert melodee.ok("volume", "list", "--json").json[0]["template"] == "{artist}/{album}"


def test_what_cannot_be_a_volume_is_one_sentence(melodee, folder, tmp_path):
    melodee.ok("volume", "add", "Drop", folder("drop"), "--kind", "inbound")
    not_utf8 = tmp_path / os.fsdecode(b"\xff")
    not_utf8.mkdir()

    for name, path in (
        ("Drop", folder("other")),
        ("a", folder("drop/below")),
        ("a", str(tmp_path)),
        ("a", str(tmp_path / "away")),
        ("a", str(not_utf8)),
        ("a\nb", folder("other")),
        ("a", str(melodee.data.postgres)),
    ):
        melodee.refused("volume", "add", name, path, "--kind", "inbound")
    assert len(melodee.ok("volume", "list", "--json").json) == 1


def test_a_kind_must_be_one_of_three(melodee, folder):
    assert melodee("volume", "add", "a", folder("a")).code == 2
    assert melodee("volume", "add", "a", folder("a"), "--kind", "attic").code == 2


def test_a_volume_whose_folder_is_away_is_listed_as_such(melodee, folder):
    melodee.ok("volume", "add", "Drop", folder("drop\n\x1b[31m"), "--kind", "inbound")
    Path(folder("drop\n\x1b[31m")).rmdir()

    shown = melodee.ok("volume", "list").out

    assert "away" in shown
    assert "\x1b" not in shown
    assert melodee.ok("volume", "list", "--json").json[0]["free_bytes"] is None
