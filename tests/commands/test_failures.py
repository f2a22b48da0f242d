"""`melodee failures show`, `retry` and `drop`, and a list that is too long to print."""

import pytest

from melodee.ledger import Failure, Place, record_failures
from melodee.volumes import add_volume


@pytest.fixture
def volume(database, tmp_path):
    (tmp_path / "drop").mkdir()
    return add_volume(database, "Drop", tmp_path / "drop", "inbound")


@pytest.fixture
def fail(database, volume):
    def failed(*names: str, code: str = "truncated", retry_after: float | None = None) -> None:
        place = [Place(volume.id, name) for name in names]
        with database.begin() as db:
            record_failures(
                db, [Failure(each, "discover", code, "It ends early.", retry_after=retry_after) for each in place], "b1"
            )

    return failed


def numbers(melodee) -> list[int]:
    return [row["id"] for row in melodee.ok("failures", "list", "--json").json]


def test_a_long_list_begins_with_its_codes_and_says_how_to_go_on(melodee, fail):
    fail(*(f"{number}.mp3" for number in range(7)))
    fail("x.mp3", code="empty")

    first = melodee.ok("failures", "list", "--limit", "3")

    assert first.lines[:2] == ["       7  error truncated in discover", "       1  error empty in discover"]
    assert first.lines[-2] == "8 failures."
    assert first.out.count("It ends early.") == 3
    after = first.lines[-1].removeprefix("Shown are 3; the next with --after ").rstrip(".")
    second = melodee.ok("failures", "list", "--limit", "3", "--after", after, "--json").json
    assert [row["id"] for row in second] == [int(after) - number for number in (1, 2, 3)]


def test_a_list_is_narrowed(melodee, fail):
    fail("a/1.mp3", "b/1.mp3")
    fail("a/2.mp3", code="empty")

    def paths(*options: str) -> list[str]:
        return [row["path"] for row in melodee.ok("failures", "list", "--json", *options).json]

    assert paths("--path", "a/*") == ["a/2.mp3", "a/1.mp3"]
    assert paths("--code", "empty", "--stage", "discover", "--volume", "Drop", "--batch", "b1") == ["a/2.mp3"]
    assert paths("--batch", "b2") == []


def test_a_list_in_which_nothing_is_as_asked_for_does_not_say_that_all_is_well(melodee, fail):
    assert melodee.ok("failures", "list", "--code", "emtpy").out == "Nothing has failed.\n"
    fail("a/1.mp3", "b/1.mp3")

    assert (
        melodee.ok("failures", "list", "--code", "emtpy").out == "None is like that. On the whole list: 2 failures.\n"
    )
    assert melodee.ok("failures", "list", "--volume", "Dorp", "--json").json == []
    assert melodee.ok("failures", "retry", "--code", "emtpy").out == (
        "Nothing was planned: nothing is left failed with the code emtpy.\n"
    )


def test_all_that_is_known_of_one_is_shown_with_what_to_do(melodee, fail, volume):
    fail("a/1\n.mp3", code="permission_denied", retry_after=60)
    fail("a/1\n.mp3", code="permission_denied", retry_after=60)
    (number,) = numbers(melodee)

    shown = melodee.ok("failures", "show", str(number))
    as_json = melodee.ok("failures", "show", str(number), "--json").json

    assert "Give the account that runs Melodee the right to" in shown.out
    assert f"{volume.path}/a/1\\n.mp3" in shown.out
    assert sum("in b1: It ends early." in line for line in shown.lines) == 2
    assert all(line.isprintable() for line in shown.lines)
    assert as_json["file"] is None
    assert [attempt["batch"] for attempt in as_json["history"]] == ["b1", "b1"]


def test_what_was_given_up_says_so(melodee, fail, monkeypatch):
    monkeypatch.setenv("MELODEE_ATTEMPTS", "1")
    fail("a.mp3", code="permission_denied", retry_after=60)
    (number,) = numbers(melodee)

    assert "1 failure, 1 given up." in melodee.ok("failures", "list").out
    assert f"'melodee failures retry {number}'" in melodee.ok("failures", "show", str(number)).out


def test_retrying_says_what_was_planned(melodee, fail, database):
    fail("a.mp3", "b.mp3")
    first = numbers(melodee)[0]

    one = melodee.ok("failures", "retry", str(first)).out
    rest = melodee.ok("failures", "retry", "--all").out

    assert one.startswith("1 item planned in 1 batch: 2")
    assert "1 item planned" in rest
    assert "1 item in a batch that is not finished yet." in rest
    with database.begin() as db:
        assert db.connection.exec_driver_sql("select count(*) from batch where again").scalar() == 2


def test_dropping_says_what_is_ignored_and_keeps_who_and_why(melodee, fail, database):
    fail("a.mp3", "b.mp3")

    assert melodee.ok("failures", "drop", "--code", "truncated", "--note", "old rips").out == (
        "2 failures dropped; 0 files ignored from now on.\n"
    )
    assert numbers(melodee) == []
    with database.begin() as db:
        rows = db.connection.exec_driver_sql("select distinct dropped_by <> '', note from dropped_item").all()
    assert [tuple(row) for row in rows] == [(True, "old rips")]


@pytest.mark.parametrize("act", ["retry", "drop"])
def test_nothing_happens_without_saying_to_what(melodee, fail, act):
    fail("a.mp3")

    assert "their numbers, or --code" in melodee.refused("failures", act)
    assert "no such failure" in melodee.refused("failures", act, "99999")
    assert len(numbers(melodee)) == 1


@pytest.mark.parametrize("act", ["retry", "drop"])
def test_a_warning_is_no_failure_and_says_where_to_read_on(melodee, database, volume, act):
    warning = Failure(Place(volume.id, "a.mp3"), "discover", "control_characters", "Cleaned.", severity="warning")
    with database.begin() as db:
        record_failures(db, [warning], "b1")
    (number,) = numbers(melodee)

    said = melodee.refused("failures", act, str(number))

    assert "That is a warning and no failure" in said
    assert f"'melodee failures show {number}' says what to do" in said
    assert "MELODEE_KEEP_WARNINGS" in said
    assert numbers(melodee) == [number]


def test_retrying_says_who_looks_at_what_intake_does_not(melodee, database, tmp_path):
    for name in ("my shelf", "away", "drop"):
        (tmp_path / name).mkdir()
    shelf = add_volume(database, "My Shelf", tmp_path / "my shelf", "storage")
    away = add_volume(database, "Away", tmp_path / "away", "storage")
    drop = add_volume(database, "Drop", tmp_path / "drop", "inbound")
    failed = [
        (shelf.id, "1.mp3", "integrity"), (shelf.id, "2.mp3", "integrity"), (shelf.id, "3.mp3", "reread"),
        (shelf.id, "4.mp3", "decode"), (shelf.id, "5.mp3", "covers"), (shelf.id, "a", "scan"),
        (away.id, "1.mp3", "integrity"), (drop.id, "", "plan"),
    ]  # fmt: skip
    with database.begin() as db:
        record_failures(db, [Failure(Place(on, path), stage, "x", "It is bad.") for on, path, stage in failed], None)
    (tmp_path / "away").rename(tmp_path / "gone")

    assert melodee.ok("failures", "retry", "--all").lines == [
        "Nothing was planned.",
        "1 item of a whole volume, which is looked at again by itself.",
        "1 item of the step covers: on Dagster's page, run leaf_covers.",
        "1 item of the step decode: on Dagster's page, run leaf_integrity with MELODEE_DECODE_SHARE=1.",
        "2 items of the step integrity: on Dagster's page, run leaf_integrity, or leaf_verification for all leaves.",
        "1 item of the step reread: on Dagster's page, run leaf_tags, or leaf_rereading for all leaves.",
        "1 item of the storage volume My Shelf: once mended, 'melodee volume scan \"My Shelf\"' takes them in.",
        "1 item of the volume Away, which is away: mount it, and try again.",
    ]


def test_what_concerns_a_whole_volume_is_said_to_stay_when_it_is_dropped(melodee, database, volume):
    with database.begin() as db:
        places = [Place(volume.id, path) for path in ("", "1.mp3")]
        record_failures(db, [Failure(place, "plan", "x", "It is bad.") for place in places], None)

    assert melodee.ok("failures", "drop", "--code", "x").lines == [
        "1 failure dropped; 0 files ignored from now on.",
        "1 item kept: what concerns a whole volume leaves the list once it is mended.",
    ]


def test_a_number_that_is_not_there_is_refused(melodee):
    assert "no such failure" in melodee.refused("failures", "show", "99999")
