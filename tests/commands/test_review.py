"""`melodee review`: what a librarian sees of releases that wait, and what becomes of their decisions."""

import getpass
import json
import os
import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from melodee.database import Database
from tests.audio import make_picture
from tests.conftest import PostgresServer
from tests.library import AT_ONCE, Library, check_equation


@pytest.fixture
def database_url(postgres_server: PostgresServer, template_database: str) -> Iterator[str]:
    """Here, tests fill the catalogue."""
    name = f"review_{uuid.uuid4().hex[:12]}"
    yield postgres_server.create(name, template_database)
    postgres_server.drop(name)


@pytest.fixture
def library(database_url: str, tmp_path: Path) -> Iterator[Library]:
    database = Database(database_url)
    made = Library(database, tmp_path / "volumes", replace(AT_ONCE, review="all"))
    yield made
    check_equation(made)
    database.close()


@pytest.fixture
def albums(library: Library) -> list[int]:
    """Three releases that wait."""
    for place, album in enumerate(("Noch", "46", "Akt\x1b[31mrisa")):
        for number in (1, 3):
            library.drop(
                f"{place}/{number}.mp3", title=f"S{number}", artist="Kino", album=album, track=number,
                seed=10 * place + number,
            )  # fmt: skip
    (library.inbound / "0/cover.jpg").write_bytes(make_picture(600, 600))
    library.drop("1/untitled.mp3", artist="Kino", album="46", track=2, seed=77)
    library.ingest()
    return [row.id for row in library.query("select id from release order by id")]


def test_the_list_names_what_waits_and_what_there_is_to_say(melodee, albums):
    shown = melodee.ok("review", "list").out

    assert f"{albums[0]}  Kino - Noch  (3 files)" in shown
    assert "gap_in_numbering, missing_year, too_short 2" in shown
    assert "\x1b" not in shown
    assert "waiting since 20" in shown


def test_the_list_is_narrowed_and_goes_on(melodee, albums):
    first = melodee.ok("review", "list", "--limit", "2")
    assert first.lines[-1] == f"There are more; the next with --after {albums[1]}."
    second = melodee.ok("review", "list", "--after", str(albums[1]), "--json").json
    assert [each["id"] for each in second["releases"]] == albums[2:]
    assert second["after"] is None

    untitled = melodee.ok("review", "list", "--code", "missing_title", "--json").json["releases"]
    assert [(each["album"], each["findings"]["missing_title"]) for each in untitled] == [("46", 1)]
    assert melodee.ok("review", "list", "--batch", "none").out == "Nothing waits with this code or batch.\n"
    assert melodee.ok("review", "list", "--state", "rejected").out == "No release is rejected.\n"


def test_one_is_shown_with_files_findings_changes_and_history(melodee, albums):
    shown = melodee.ok("review", "show", str(albums[1])).out

    assert "warning missing_title" in shown
    assert "A song has no title, so the file's name was taken." in shown
    assert "what to do: Tag the title, or approve the file's name." in shown
    assert "title: nothing became untitled by path" in shown
    assert "dropped as Inbound/1" in shown
    assert "waiting by policy" in shown


def test_one_is_shown_as_json(melodee, albums):
    found = melodee.ok("review", "show", str(albums[0]), "--json").json

    assert found["art"] == ["cover.jpg"]
    assert [file["state"] for file in found["files"]] == ["waiting"] * 3
    assert found["files"][0]["tracks"][0]["title"] == "S1"
    assert found["description"]["album"] == "Noch"
    assert [event["to_state"] for event in found["history"]] == ["discovered", "staged", "waiting"]
    assert {"code", "severity", "explanation", "remedy", "harmful"} <= found["findings"][0].keys()


def test_names_that_are_no_text_are_shown_as_such(melodee, library):
    library.drop(os.fsdecode(b"a\xff/b\xfe.mp3"), title="T", artist="A", album="B", track=1, seed=1)
    library.ingest()
    (release,) = melodee.ok("review", "list", "--json").json["releases"]
    shown = melodee.ok("review", "show", str(release["id"]))
    assert r"b\xfe.mp3" in shown.out
    assert json.dumps(melodee.ok("review", "show", str(release["id"]), "--json").json)


def test_approving(melodee, library, albums):
    outcome = melodee.ok("review", "approve", str(albums[0]), str(albums[1]), "--note", "fine")
    assert outcome.out == "2 releases approved.\n"
    rows = library.query("select state, decided_by, note from release order by id")
    assert [tuple(row) for row in rows[:2]] == [("approved", getpass.getuser(), "fine")] * 2
    assert rows[2].state == "waiting"
    library.run(library.planned()[0])


@pytest.mark.usefixtures("albums")
def test_approving_all(melodee, library):
    assert melodee.ok("review", "approve", "--all").out == "3 releases approved.\n"
    library.run(library.planned()[0])
    assert library.states() == {"published": 8}
    assert melodee.ok("review", "approve", "--all").out == "0 releases approved.\n"
    assert melodee.ok("review", "list").out == "Nothing waits.\n"


def test_what_cannot_be_decided_is_said_and_the_rest_is_decided(melodee, library, albums):
    outcome = melodee("review", "approve", "4711", str(albums[0]))
    assert (outcome.code, outcome.out) == (1, "1 release approved.\n")
    assert outcome.err.startswith("melodee: 4711: There is no such release")
    again = melodee("review", "approve", str(albums[0]))
    assert (again.code, again.out) == (1, "")
    assert "It was approved by" in again.err
    library.run(library.planned()[0])


@pytest.mark.parametrize("words", [(), ("--all", "1")])
def test_what_is_meant_must_be_said(melodee, words):
    assert "or --all" in melodee.refused("review", "approve", *words)


def test_rejecting(melodee, library, albums):
    assert melodee("review", "reject", str(albums[0])).code == 2
    rejected = melodee.ok("review", "reject", str(albums[0]), "--reason", "bad rip")
    assert rejected.lines[0].startswith(f"{albums[0]}: 3 files moved to .rejected/20")
    assert rejected.lines[1] == "1 release rejected."
    returned = melodee.ok("review", "reject", str(albums[1]), "--reason", "number it", "--return")
    assert returned.lines[0] == f"{albums[1]}: 3 files moved to 1 on the volume of the drop."
    assert library.states() == {"rejected": 6, "waiting": 2}
    assert (library.inbound / "1/1.mp3").exists()
    shown = melodee.ok("review", "show", str(albums[0])).out
    assert "rejected to Inbound/.rejected/20" in shown
    assert "bad rip" in shown


def test_a_volume_that_is_away_is_one_sentence(melodee, library, albums):
    away = library.inbound.rename(library.folder / "unmounted")
    said = melodee.refused("review", "reject", str(albums[0]), "--reason", "bad rip")
    away.rename(library.inbound)
    assert "The volume is not there" in said
    assert library.states() == {"waiting": 8}
