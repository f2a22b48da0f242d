"""`melodee rules`: checking rules, and showing what they would do."""

import os

import pytest

from tests.audio import make_song
from tests.library import hashes_below


@pytest.fixture
def melodee(nothing):
    """Without a database: rules need none."""
    nothing.data.path.mkdir(exist_ok=True)
    return nothing


def test_check_prints_the_order_and_where_each_comes_from(melodee):
    melodee.data.rules.write_text(
        'disable = ["blanks"]\n[[rule]]\nname = "mine"\nabout = "Why."\nremove = "lyrics"\n'
        '[[rule]]\nuse = "several_genres"\n'
    )

    lines = melodee.ok("rules", "check").lines

    assert lines[0].split() == ["NAME", "FROM", "WHAT", "FOR"]
    assert lines[1].split()[:3] == ["1", "placeholder_titles", "shipped"]
    assert lines[-4].split() == ["13", "mine", "rules.toml:2", "Why."]
    assert lines[-3].split()[1:3] == ["several_genres", "shipped"]
    assert lines[-2] == "Switched off: blanks"
    assert lines[-1].startswith("Version ")


def test_check_names_all_that_is_wrong_and_ends_with_1(melodee):
    melodee.data.rules.write_text('[[rule]]\nname = "x"\nset.titel = "\\u001b[31m"\nwhen.year = "x"\n')

    outcome = melodee("rules", "check")

    assert (outcome.code, outcome.out) == (1, "")
    assert [line.partition(": ")[0] for line in outcome.err.splitlines()] == [
        "rules.toml, line 3, set.titel",
        "rules.toml, line 4, when.year",
    ]


def test_check_looks_at_another_file(melodee, tmp_path):
    other = tmp_path / "new.toml"
    other.write_text('[[rule]]\nname = "mine"\nremove = "lyrics"\n')

    assert "mine" in melodee.ok("rules", "check", str(other)).out
    assert "mine" not in melodee.ok("rules", "check").out
    assert "there is no such file" in melodee("rules", "check", str(tmp_path / "no.toml")).err


def test_fields_says_what_each_holds(melodee):
    lines = [line.split() for line in melodee.ok("rules", "fields").lines]

    assert ["artists", "texts"] in lines
    assert ["year", "a", "whole", "number"] in lines
    assert ["suffix", "a", "text", "only", "looked", "at"] in lines


def test_preview_shows_what_would_change_and_changes_nothing(melodee, tmp_path):
    folder = tmp_path / "Album"
    make_song(folder / "01 Song.mp3", title="Song (feat. B)", artist="A", album="Album", track=1, date="1999")
    make_song(folder / "02 Right.mp3", title="Right", artist="A", album="Album", track=2, disc=1, date="1999")
    (folder / "03 Broken.mp3").write_bytes(b"no music" * 1000)
    before = hashes_below(tmp_path)

    shown = melodee.ok("rules", "preview", str(folder))

    assert shown.lines[0] == "Album/01 Song.mp3"
    assert '  title: "Song (feat. B)" -> "Song"  [rule:featured_in_titles]' in shown.lines
    assert '  artists: ["A"] -> ["A", "B"]  [rule:featured_in_titles]' in shown.lines
    assert not any("Right" in line for line in shown.lines)
    assert any(line.startswith("  unreadable: ") for line in shown.lines)
    assert shown.lines[-1] == "3 files, 1 changed, 0 ignored, 1 unreadable"
    assert hashes_below(tmp_path) == before


def test_preview_of_a_file_as_json_with_what_would_be_ignored(melodee, tmp_path):
    melodee.data.rules.write_text('[[rule]]\nname = "x"\nwhen.path.glob = "Album/*"\nignore_release = "No."\n')
    song = make_song(tmp_path / "Album" / "01 Song.flac", title="Song", artist="A; B", album="Album", date="1999")

    (from_root,) = melodee.ok("rules", "preview", str(song), "--root", str(tmp_path), "--json").json
    (alone,) = melodee.ok("rules", "preview", str(song), "--json").json

    assert (from_root["path"], from_root["ignored_by"], from_root["reason"]) == ("Album/01 Song.flac", "x", "No.")
    assert {"field": "artists", "before": ["A; B"], "after": ["A", "B"], "by": ["rule:several_artists"]} in from_root[
        "changes"
    ]
    assert (alone["path"], alone["ignored_by"]) == ("01 Song.flac", "")


def test_preview_on_the_inbound_volume_knows_the_path_below_it(melodee):
    song = make_song(melodee.data.inbound / "A" / "B" / "01 Song.mp3")

    (shown,) = melodee.ok("rules", "preview", str(song), "--json").json

    assert shown["path"] == "A/B/01 Song.mp3"


def test_preview_of_names_that_no_terminal_shows(melodee, tmp_path):
    make_song(tmp_path / os.fsdecode(b"\xff\x1b[31m") / "01 Song.mp3", title="Song (feat. \u202eB)", artist="A")

    shown = melodee.ok("rules", "preview", str(tmp_path / os.fsdecode(b"\xff\x1b[31m"))).out

    assert "\\xff\\x1b[31m/01 Song.mp3" in shown
    assert "\x1b" not in shown
    assert "\u202e" not in shown


def test_preview_says_what_it_cannot_do(melodee, tmp_path):
    assert "There is no such file or folder." in melodee.refused("rules", "preview", str(tmp_path / "no"))
    assert "does not lie below" in melodee.refused("rules", "preview", str(tmp_path), "--root", str(tmp_path / "x"))
    melodee.data.rules.write_text("[[rule]]\nset.titel = 1\n")
    assert "rules.toml, line 1: the rule has no name; line 2, set.titel" in melodee.refused(
        "rules", "preview", str(tmp_path)
    )


def test_the_doctor_looks_at_the_rules(melodee):
    melodee.data.path.mkdir(exist_ok=True)
    assert "14 that ship, 0 of yours" in melodee("doctor").out

    melodee.data.rules.write_text("[[rule]]\nset.titel = 1\n")

    told = melodee("doctor")
    assert told.code == 1
    assert "line 2, set.titel" in told.out
