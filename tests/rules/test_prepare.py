"""Completed from the path, put through the rules, and completed again where a rule emptied something."""

from melodee.audio.provenance import original
from melodee.audio.track import Change, Track
from melodee.rules.prepare import prepare
from melodee.rules.rule import Ignored
from tests.rules.tracks import SHIPPED, only, track


def prepared(path: str, rules=SHIPPED, **values) -> Track:
    after = prepare(track(**values), path, rules)
    assert not isinstance(after, Ignored)
    return after


def test_what_a_rule_empties_is_taken_from_the_path():
    left = prepared(
        "Somebody/Something/01 Song.flac",
        title="Track 01",
        artists=["Unknown Artist"],
        album_artists=["Unknown Artist"],
        album="Unknown Album",
        track_number=1,
    )

    assert (left.title, left.artists, left.album) == ("Song", ["Somebody"], "Something")
    assert Change("title", "Track 01", ["rule:placeholder_titles", "path"]) in left.changes


def test_a_path_that_knows_no_better_changes_nothing():
    for name in ("07.flac", "07 Track 07.flac", "Track 07.flac"):
        left = prepared(f"A/B/{name}", title="Track 07", artists=["A"], album="B", track_number=7, year=1999)

        assert left.title == "Track 07"
        assert [change.field for change in left.changes] == []


def test_rules_see_what_the_path_told():
    rules = only('[[rule]]\nname = "x"\nwhen.album = "Something"\nset.genres = ["Y"]\n')

    assert prepared("Somebody/Something/01 Song.flac", rules).genres == ["Y"]


def test_it_may_be_done_again_from_what_was_read():
    values = {"title": "Song (feat. B)", "artists": ["A"], "comment": "Ripped by C"}
    once = prepared("Somebody/1999 - Something/01 Song.flac", **values)

    again = prepare(original(once), "Somebody/1999 - Something/01 Song.flac", SHIPPED)

    assert isinstance(again, Track)
    assert again.changes == once.changes
    assert (again.title, again.artists, again.comment) == ("Song", ["A", "B"], "")


def test_names_that_are_not_utf8_are_no_obstacle():
    rules = only('[[rule]]\nname = "x"\nwhen.path.regex = "(?P<name>[^/]+)$"\nset.title = "{name}"\n')

    assert prepared("a/\udcff\udcfe.flac", rules).title == "\ufffd\ufffd.flac"
