"""`melodee volume`: adding folders and listing them."""

import contextlib
import os
import threading
import time
from pathlib import Path

import pytest

from melodee.file_errors import VolumeUnavailable
from melodee.path_template import DEFAULT_FOLDERS
from melodee.scan.requests import open_requests
from melodee.scan.scan import scan_volume


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


def test_a_volume_in_place_may_be_read_only_and_is_scanned_at_once(melodee, folder, database):
    shelf = Path(folder("shelf"))
    (shelf / "a").mkdir()
    shelf.chmod(0o555)

    said = melodee.ok("volume", "add", "Shelf", str(shelf), "--kind", "storage", "--in-place").out

    shelf.chmod(0o755)
    assert "scan" in said
    assert [path.name for path in shelf.iterdir()] == ["a"]
    (listed,) = melodee.ok("volume", "list", "--json").json
    assert (listed["in_place"], listed["template"]) == (True, None)
    assert "storage, in place" in melodee.ok("volume", "list").out
    with database.begin() as db:
        assert db.connection.exec_driver_sql("select state, is_full from volume_scan").all() == [("requested", False)]


def test_only_a_storage_volume_can_be_in_place(melodee, folder):
    melodee.refused("volume", "add", "Drop", folder("drop"), "--kind", "inbound", "--in-place")


def test_a_scan_is_asked_for_by_name_or_of_all(melodee, folder, database):
    melodee.ok("volume", "add", "Music", folder("music"), "--kind", "storage")
    melodee.ok("volume", "add", "Shelf", folder("shelf"), "--kind", "storage", "--in-place")
    with database.begin() as db:
        db.connection.exec_driver_sql("delete from volume_scan")

    melodee.ok("volume", "scan", "shelf", "--full")
    melodee.ok("volume", "scan", "--accept")

    with database.begin() as db:
        asked = db.connection.exec_driver_sql(
            "select v.name, is_full, accepts_loss from volume_scan s join volume v on v.id = s.volume_id order by s.id"
        ).all()
    assert asked == [("Shelf", True, False), ("Music", False, True), ("Shelf", False, True)]
    assert "Nowhere" in melodee.refused("volume", "scan", "Nowhere")
    melodee.ok("volume", "add", "Drop", folder("drop"), "--kind", "inbound")
    assert "Drop is a volume of the kind inbound" in melodee.refused("volume", "scan", "drop")


def test_a_scan_that_is_followed_says_what_it_found_or_why_it_failed(melodee, folder, database):
    melodee.ok("volume", "add", "Shelf", folder("shelf"), "--kind", "storage", "--in-place")
    with database.begin() as db:
        (number,) = db.connection.exec_driver_sql("select id from volume").one()

    def scan() -> None:
        until = time.monotonic() + 60
        while time.monotonic() < until:
            if any(request.volume == number for request in open_requests(database)):
                with contextlib.suppress(VolumeUnavailable):
                    scan_volume(database, number)
                return
            time.sleep(0.05)

    for files, code, said in ((1, 0, "0 changed"), (0, 1, "is empty")):
        shelf = Path(folder("shelf"))
        (shelf / "x.txt").unlink(missing_ok=True)
        if files:
            (shelf / "x.txt").touch()
        with database.begin() as db:
            db.connection.exec_driver_sql("delete from volume_scan")
        thread = threading.Thread(target=scan)
        thread.start()
        outcome = melodee("volume", "scan", "--wait")
        thread.join()
        assert outcome.code == code
        assert said in outcome.out


def test_a_scan_that_nobody_begins_says_what_may_be_wrong(melodee, folder, monkeypatch):
    monkeypatch.setattr("melodee.commands.scanning.PATIENCE", 0.1)
    melodee.ok("volume", "add", "Shelf", folder("shelf"), "--kind", "storage", "--in-place")

    outcome = melodee("volume", "scan", "--wait")

    assert outcome.code == 1
    assert "scan sensor seems to be off" in outcome.err
    assert "melodee doctor" in outcome.err
