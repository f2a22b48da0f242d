"""`melodee status` and `melodee failures`: what runs, the library in numbers, and what failed."""

import os
import threading

import pytest
from sqlalchemy.engine import make_url

from melodee.database import Database
from melodee.ledger import STATES, Failure, Place, path_hash, record_failures
from melodee.volumes import add_volume


@pytest.fixture
def volume(database, tmp_path):
    (tmp_path / "drop").mkdir()
    return add_volume(database, "Drop", tmp_path / "drop", "inbound")


def enter(database: Database, volume: int, state: str, *names: str) -> None:
    with database.begin() as db:
        for name in names:
            db.connection.exec_driver_sql(
                "insert into files (path_hash, volume_id, path, kind, state, size_bytes, modified_ns, changed_ns) "
                "values (%s, %s, %s, 'audio', %s, 1, 0, 0)",
                (path_hash(volume, name), volume, os.fsencode(name), state),
            )


def test_an_empty_library_is_all_zero(melodee):
    status = melodee.ok("status", "--json").json

    assert status["files"] == {**dict.fromkeys(STATES, 0), "seen": 0}
    assert (status["songs"], status["albums"], status["artists"]) == (0, 0, 0)
    assert status["volumes"] == []
    assert status["running"] is False


def test_every_state_is_counted_and_seen_is_their_sum(melodee, database, volume):
    for number, state in enumerate(STATES, 1):
        enter(database, volume.id, state, *(f"{state}{index}" for index in range(number)))
    with database.begin() as db:
        db.connection.exec_driver_sql("update catalogue_total set songs = 12345678901, albums = 7, artists = 5")

    status = melodee.ok("status", "--json").json

    assert status["files"] == {
        "pending": 1, "published": 2, "waiting": 3, "rejected": 4, "failed": 5, "ignored": 6, "seen": 21,
    }  # fmt: skip
    assert (status["songs"], status["albums"], status["artists"]) == (12345678901, 7, 5)
    shown = melodee.ok("status").out
    assert "pending 1, published 2, waiting 3, rejected 4, failed 5, ignored 6, seen 21" in shown
    assert "songs 12345678901, albums 7, artists 5" in shown
    assert "melodee failures list" in shown
    assert "melodee review list" in shown


def test_the_sum_holds_while_files_change_their_state(melodee, database, volume):
    enter(database, volume.id, "pending", *(f"{index}" for index in range(50)))
    stop = threading.Event()

    def work() -> None:
        while not stop.is_set():
            for before, after in (("pending", "published"), ("published", "pending")):
                with database.begin() as db:
                    db.connection.exec_driver_sql(f"update files set state = '{after}' where state = '{before}'")

    worker = threading.Thread(target=work)
    worker.start()
    try:
        for _ in range(20):
            files = melodee.ok("status", "--json").json["files"]
            assert files["seen"] == 50
            assert {files["pending"], files["published"]} == {0, 50}
    finally:
        stop.set()
        worker.join()


def test_what_runs_is_told_with_its_addresses(nothing, start):
    running = start(url="http://127.0.0.1:4040", dagster_url="http://127.0.0.1:3000/dagster")

    status = nothing.ok("status", "--json").json

    assert status["running"] is status["ready"] is True
    assert (status["url"], status["dagster_url"]) == ("http://127.0.0.1:4040", "http://127.0.0.1:3000/dagster")
    assert (status["pid"], status["since"]) == (os.getpid(), running.started_at)
    shown = nothing.ok("status").out
    assert "http://127.0.0.1:4040" in shown
    assert "http://127.0.0.1:3000/dagster" in shown


def test_a_password_is_never_shown(melodee, database_url, monkeypatch):
    url = make_url(database_url).update_query_dict({"sslpassword": "hunter2"})
    monkeypatch.setenv("MELODEE_DATABASE_URL", url.render_as_string(hide_password=False))

    outcome = melodee.ok("status", "--json")

    assert outcome.json["database"]["kind"] == "external"
    assert outcome.json["database"]["version"][0].isdigit()
    assert make_url(database_url).password not in outcome.out
    assert "hunter2" not in outcome.out


def test_a_database_of_our_own_is_known_by_its_password(melodee, database_url):
    melodee.data.token_key.parent.mkdir(parents=True)
    (melodee.data.path / "keys" / "postgres.password").write_text(str(make_url(database_url).password))

    assert melodee.ok("status", "--json").json["database"]["kind"] == "embedded"


def test_work_on_a_leaf_that_is_not_finished_is_shown(melodee, database):
    with database.begin() as db:
        one = {"asset": "leaf_rules", "leaf": 1}
        db.run("begin_leaf_work", **one, inputs="x", run=None, position=0, total=100)
        db.run("advance_leaf_work", **one, position=5, done=50, changed=2, failed=1, seconds=30.0)

    status = melodee.ok("status", "--json").json
    assert [(each["asset"], each["done"], each["total"]) for each in status["leaf_work"]] == [("leaf_rules", 50, 100)]
    assert "leaf_rules of leaf 1: 50 of 100 done, 1 failed, about 30 s to finish" in melodee.ok("status").out

    with database.begin() as db:
        db.connection.exec_driver_sql("update leaf_work set updated_at = now() - interval '1 hour'")
    assert "stopped; its next run goes on there" in melodee.ok("status").out


def test_rules_that_are_newer_than_what_came_in_are_told(melodee, database):
    with database.begin() as db:
        db.connection.exec_driver_sql(
            "insert into songs (id, album_id, artist_id, album_artist_id, volume_id, path, title, sort_name, album, "
            "display_artist, display_album_artist, suffix, content_type, size_bytes, modified_at, created_at) values "
            "((1::bigint << 43) + 1025, 1, 1, 1, 1, 'x', 'x', 'x', 'x', 'x', 'x', 'x', 'x', 1, now(), '2020-01-01')"
        )

    status = melodee.ok("status", "--json").json
    assert (status["rules"]["leaves"], status["rules"]["unseen"]) == (1, 1)
    assert "1 of 1 leaves have songs from before the metadata rules were changed" in melodee.ok("status").out


def test_volumes_are_shown_with_what_is_free(melodee, volume):
    shown = melodee.ok("status", "--json").json["volumes"]

    assert shown[0]["path"] == volume.path
    assert shown[0]["free_bytes"] > 0
    volume.root.rmdir()
    assert melodee.ok("status", "--json").json["volumes"][0]["free_bytes"] is None
    assert "away" in melodee.ok("status").out


def test_no_failures_is_said(melodee):
    assert melodee.ok("failures", "list").out == "Nothing has failed.\n"
    assert melodee.ok("failures", "list", "--json").json == []


HOSTILE = [
    "quote'\"s/a b.mp3",
    "new\nline.mp3",
    "\x1b[31mred.mp3",
    "\u202egnp.mp3",
    "back\\slash.mp3",
    os.fsdecode(b"latin\xe9.mp3"),
    "💃" * 60,
]


def test_a_failure_is_shown_whatever_its_name(melodee, database, volume):
    with database.begin() as db:
        record_failures(
            db, [Failure(Place(volume.id, name), "discover", "truncated", "It ends early.") for name in HOSTILE], "b1"
        )

    outcome = melodee.ok("failures", "list")
    listed = melodee.ok("failures", "list", "--json").json

    assert len(listed) == len({failure["path"] for failure in listed}) == len(HOSTILE)
    assert all(failure["path"].isprintable() for failure in listed)
    assert {"latin\\xe9.mp3", "new\\nline.mp3", "back\\\\slash.mp3"} < {failure["path"] for failure in listed}
    assert len(outcome.lines) == 3 * len(HOSTILE) + 1
    assert all(line.isprintable() for line in outcome.lines)


def test_a_failure_says_what_when_how_often_and_what_comes_next(melodee, database, volume):
    first = Failure(
        Place(volume.id, "a/b.flac"), "discover", "permission_denied", "It may not be read.", retry_after=60
    )
    for batch in ("b1", "b2"):
        with database.begin() as db:
            record_failures(db, [first], batch)

    (failure,) = melodee.ok("failures", "list", "--json").json

    assert failure["first_seen"] < failure["last_seen"] < failure["next_try"]
    assert {
        key: failure[key] for key in ("code", "severity", "stage", "volume", "path", "message", "attempts", "batch")
    } == {
        "code": "permission_denied",
        "severity": "error",
        "stage": "discover",
        "volume": "Drop",
        "path": "a/b.flac",
        "message": "It may not be read.",
        "attempts": 2,
        "batch": "b2",
    }
    shown = melodee.ok("failures", "list").out
    for part in (
        "permission_denied",
        "discover",
        "a/b.flac",
        "It may not be read.",
        "2 attempts",
        "next try",
        "b2",
        "Drop",
    ):
        assert part in shown


def test_a_failure_of_a_whole_volume_has_a_name_too(melodee, database, volume):
    with database.begin() as db:
        record_failures(db, [Failure(Place(volume.id, ""), "plan", "volume_unavailable", "It is away.")], None)

    assert "(the whole volume)" in melodee.ok("failures", "list").out
    assert melodee.ok("failures", "list", "--json").json[0]["path"] == ""


def test_errors_come_before_warnings(melodee, database, volume):
    with database.begin() as db:
        record_failures(db, [Failure(Place(volume.id, "a"), "s", "bad", "It is bad.")], None)
    with database.begin() as db:
        record_failures(db, [Failure(Place(volume.id, "b"), "s", "mended", "It was mended.", "warning")], None)

    assert [row["severity"] for row in melodee.ok("failures", "list", "--json").json] == ["error", "warning"]
