"""What conditions and actions do, one by one."""

import pytest

from melodee.audio.provenance import original
from melodee.audio.track import Change, Contributor
from melodee.rules.load import rules_from
from melodee.rules.rule import Ignored, apply, digest
from melodee.settings.names import NameSettings
from melodee.text import TEXT_LIMIT
from tests.rules.tracks import only, ruled, track


def holds(when: str, path: str = "A/B/01 C.flac", **values) -> bool:
    """Whether a rule with this `when` applies."""
    return ruled(f'[[rule]]\nname = "x"\nwhen = {when}\nset.comment = "yes"', path, **values).comment == "yes"


def acted(action: str, **values):
    """A track after one action."""
    return ruled(f'[[rule]]\nname = "x"\n{action}', **values)


@pytest.mark.parametrize(
    ("when", "values", "expected"),
    [
        ('{ title = "Song" }', {"title": "Song"}, True),
        ('{ title = "song" }', {"title": "Song"}, False),
        ('{ title = { is = "song", fold = true } }', {"title": "SÖNG"}, True),
        ('{ title = ["A", "B"] }', {"title": "B"}, True),
        ('{ title = { is = ["A", "B"] } }', {"title": "C"}, False),
        ('{ title = { glob = "S*g" } }', {"title": "Song"}, True),
        ('{ title = { glob = "S*g" } }', {"title": "song"}, False),
        ('{ title = { glob = "s*g", fold = true } }', {"title": "Song"}, True),
        ('{ title = { glob = "AC/*" } }', {"title": "AC/DC/x"}, True),
        ('{ title = { glob = ["x", "S?ng"] } }', {"title": "Song"}, True),
        ("{ title = { regex = 'o' } }", {"title": "Song"}, True),
        ("{ title = { regex = '^o' } }", {"title": "Song"}, False),
        ("{ title = { regex = 'SONG', fold = true } }", {"title": "song"}, True),
        ("{ title = { empty = true } }", {}, True),
        ("{ title = { empty = false } }", {}, False),
        ("{ artists = { empty = true } }", {"artists": ["A"]}, False),
        ('{ artists = "B" }', {"artists": ["A", "B"]}, True),
        ("{ year = 1999 }", {"year": 1999}, True),
        ("{ year = [1998, 1999] }", {"year": 1999}, True),
        ("{ year = { at_least = 1990, at_most = 1999 } }", {"year": 1999}, True),
        ("{ year = { at_least = 1990, at_most = 1999 } }", {"year": 2000}, False),
        ("{ year = { at_least = 1990 } }", {}, False),
        ("{ duration_ms = { at_most = 200000 } }", {}, True),
        ("{ track_gain = { at_most = -6.5 } }", {"track_gain": -7.0}, True),
        ("{ compilation = true }", {"compilation": True}, True),
        ("{ compilation = false }", {}, True),
        ('{ suffix = "flac" }', {}, True),
        ('{ contributors = "P" }', {"contributors": [Contributor("producer", "", "P")]}, True),
        ('{ raw = { "TXXX:Source" = "CD" } }', {"raw": {"TXXX:source": ["Vinyl", "CD"]}}, True),
        ('{ raw = { source = { empty = true } } }', {"raw": {}}, True),
        ('{ title = "Song", year = 1999 }', {"title": "Song", "year": 2000}, False),
        ('{ title = "Song", not = { year = 1999 } }', {"title": "Song", "year": 2000}, True),
        ('{ not = { title = "Song", year = 1999 } }', {"title": "Song", "year": 2000}, False),
    ],
)  # fmt: skip
def test_conditions(when, values, expected):
    assert holds(when, **values) is expected


@pytest.mark.parametrize(
    ("glob", "path", "expected"),
    [
        ("A/*/01*.flac", "A/B/01 C.flac", True),
        ("A/*.flac", "A/B/01 C.flac", False),
        ("A/**", "A/B/01 C.flac", True),
        ("**/*.flac", "x.flac", True),
        ("**/B/*", "A/x/B/c", True),
        ("[x]/(a)", "[x]/(a)", True),
        ("é/*", "e\u0301/x", True),
        ("a/?", "a/\udcff", True),
    ],
)
def test_globs_of_paths(glob, path, expected):
    assert holds(f"{{ path = {{ glob = '{glob}' }} }}", path) is expected


def test_what_a_pattern_found_fills_the_gaps():
    left = ruled(
        """
[[rule]]
name = "from the path"
when.path.regex = '^(?P<artist>[^/]+)/(\\d{4}) - (?P<album>[^/]+)/'
set = { album_artists = ["{artist}"], album = "{album} {{x}}", year = "{2}", track_number = "{album}" }
""",
        "Somebody/1999 - Something/x.flac",
        track_number=3,
    )

    assert (left.album_artists, left.album, left.year) == (["Somebody"], "Something {x}", 1999)
    assert left.track_number == 3  # What was found is no number.


def test_set_takes_every_kind_of_value():
    left = acted(
        "set = { title = 'T', artists = 'A', genres = ['X', 'Y', 'X', ' '], year = 1999, compilation = true, "
        "track_gain = -3, release_date = '1999.12.31', release_types = ['EP'], explicit = 'clean', "
        "mb_release_id = 'F0000000-0000-0000-0000-000000000000' }"
    )

    assert (left.title, left.artists, left.genres, left.year) == ("T", ["A"], ["X", "Y"], 1999)
    assert (left.compilation, left.track_gain, left.release_date) == (True, -3.0, "1999-12-31")
    assert (left.release_types, left.explicit, left.mb_release_id[0]) == (["ep"], "clean", "f")


def test_remove_empties():
    left = acted(
        "remove = ['comment', 'genres', 'year', 'compilation']", comment="x", genres=["y"], year=1, compilation=True
    )

    assert left == track(
        changes=[
            Change("comment", "x", ["rule:x"]),
            Change("genres", ["y"], ["rule:x"]),
            Change("year", 1, ["rule:x"]),
            Change("compilation", original=True, by=["rule:x"]),
        ]
    )


def test_replace_uses_groups_by_number_and_name():
    action = "replace = { field = ['title', 'artists'], regex = '(?P<last>\\w+), (\\w+)', with = '{2} {last}' }"

    left = acted(action, title="Doe, Jane; Roe, Max", artists=["Doe, Jane", "X"])

    assert (left.title, left.artists) == ("Jane Doe; Max Roe", ["Jane Doe", "X"])


def test_replace_may_use_what_the_condition_found():
    left = acted(
        "when.path.regex = '(?P<file>[^/]+)$'\nreplace = { field = 'title', regex = '.+', with = '{0} in {file}' }",
        title="T",
    )

    assert left.title == "T in 01 C.flac"


def test_map_and_drop():
    left = acted("map = { values = { 'a' = 'B', 'c' = ['D', 'E'] }, drop = 'x' }", genres=["Á", "C", "X", "F"])

    assert left.genres == ["B", "D", "E", "F"]


def test_split_at_separators_of_the_rule_with_exceptions():
    left = acted("split = { field = 'composers', at = ['/', ' & '], never = ['X/Y'] }", composers=["A/B & x/y/C"])

    assert left.composers == ["A", "B", "x/y", "C"]


def test_drop_text_by_match_line_and_value():
    text = "one\ntwo bad\nthree"

    assert acted("drop_text = { field = 'comment', regex = ' bad' }", comment=text).comment == "one\ntwo\nthree"
    assert (
        acted("drop_text = { field = 'comment', regex = 'bad', drop = 'line' }", comment=text).comment == "one\nthree"
    )
    assert acted("drop_text = { field = 'comment', regex = 'bad', drop = 'value' }", comment=text).comment == ""
    assert acted("drop_text = { field = 'title', regex = 'bad' }", title="A (bad) - bad").title == "A"


@pytest.mark.parametrize(
    ("kinds", "values", "expected"),
    [
        ("'hundreds'", {"track_number": 101}, (1, 1)),
        ("'hundreds'", {"track_number": 1203}, (12, 3)),
        ("'hundreds'", {"track_number": 200}, (None, 200)),
        ("'hundreds'", {"track_number": 12}, (None, 12)),
        ("'hundreds'", {"track_number": 101, "disc_number": 2}, (2, 101)),
        ("['vinyl']", {"raw": {"TRCK": ["D4"]}}, (4, 4)),
        ("['vinyl', 'of_total']", {"raw": {"TRCK": ["7 von 9"]}}, (None, 7)),
    ],
)
def test_renumber(kinds, values, expected):
    left = acted(f"renumber = {kinds}", **values)

    assert (left.disc_number, left.track_number) == expected


def test_credit_adds_a_name_once():
    rule = """
[[rule]]
name = "x"
when.comment.regex = 'Produced by (?P<who>[^.]+)'
credit = [{ role = "producer", name = "{who}" }, { role = "performer", name = "{who}", instrument = "Piano" },
          { role = "composer", name = "{who}" }]
"""
    left = ruled(rule, comment="Produced by Somebody. Really.", composers=["SOMEBODY"])

    assert left.contributors == [Contributor("producer", "", "Somebody"), Contributor("performer", "piano", "Somebody")]
    assert left.composers == ["SOMEBODY"]
    assert ruled(
        rule, comment="Produced by Somebody.", contributors=left.contributors, composers=["Somebody"]
    ) == track(comment="Produced by Somebody.", contributors=left.contributors, composers=["Somebody"])


def test_actions_of_a_rule_and_rules_are_applied_in_their_order_and_remembered():
    left = ruled(
        """
[[rule]]
name = "a"
set.title = "1"
replace = { field = "title", regex = "1", with = "2" }
[[rule]]
name = "b"
when.title = "2"
set.title = "3"
""",
        title="0",
    )

    assert left.changes == [Change("title", "0", ["rule:a", "rule:a", "rule:b"])]
    assert original(left) == track(title="0")


def test_a_release_may_be_ignored_and_the_rest_of_the_rules_still_count():
    rules = only(
        """
[[rule]]
name = "no samples"
when.path.glob = "**/samples/**"
ignore_release = "Samples are not music."
[[rule]]
name = "after"
set.title = "T"
"""
    )

    assert apply(rules, track(), "x/samples/1.flac") == Ignored(
        "no samples", "Samples are not music.", track(title="T", changes=[Change("title", "", ["rule:after"])])
    )
    assert not isinstance(apply(rules, track(), "x/1.flac"), Ignored)


def test_shipped_rules_run_first_unless_a_place_is_given():
    names = [rule.name for rule in rules_from("").rules]
    text = 'disable = ["blanks"]\n[[rule]]\nname="mine"\nremove="year"\n[[rule]]\nuse="several_genres"\n'

    placed = rules_from(text)

    rest = [name for name in names if name not in ("blanks", "several_genres")]
    assert [rule.name for rule in placed.rules] == [*rest, "mine", "several_genres"]
    assert placed.disabled == ("blanks",)
    assert [rule.origin for rule in placed.rules][-2:] == ["rules.toml:2", "shipped"]


def test_the_digest_changes_with_rules_settings_and_order_alone():
    mine = '[[rule]]\nname = "a"\nset.title = "x"\n'
    other = '[[rule]]\nname = "b"\nremove = "year"\n'
    same = '# A remark.\n\n[[rule]]\nname = "a"\nabout = "Why."\n[rule.set]\ntitle = "x"\n'
    digests = [
        digest(rules_from(text, names=names))
        for text, names in (
            ("", None), (mine, None), (mine + other, None), (other + mine, None), ('disable = ["blanks"]', None),
            (mine.replace("x", "y"), None), ("", NameSettings(never_split=("X",))), ('[[rule]]\nuse="blanks"', None),
        )
    ]  # fmt: skip

    assert len(set(digests)) == len(digests)
    assert digest(rules_from(same)) == digest(rules_from(mine))


def test_what_is_made_never_outgrows_a_tag():
    growing = "".join(
        f"[[rule]]\nname = 'r{number}'\nreplace = {{ field = 'title', regex = '.*', with = '{'{0}' * 300}' }}\n"
        for number in range(20)
    )

    assert len(ruled(growing, title="x" * TEXT_LIMIT).title) == TEXT_LIMIT
    lyrics = acted(
        "replace = { field = 'lyrics', regex = '', with = 'xx' }".replace("''", "'y*'", 1), lyrics="y z" * 30_000
    )
    assert len(lyrics.lyrics) <= 100_000
    many = acted("split = { field = 'artists', at = ',' }", artists=[",".join(map(str, range(300)))])
    assert len(many.artists) == 100


def test_patterns_take_linear_time_whatever_they_are():
    bombs = ["(a*)*b", "(a|a)*b", "(a|aa)+$", "(.*)(.*)(.*)(.*)(.*)(.*)(.*)(.*)b", "^(([a-z])+.)+[A-Z]([a-z])+$"]
    text = "".join(
        f"[[rule]]\nname = '{at}'\ndrop_text = {{ field = ['title', 'lyrics'], regex = '{bomb}' }}\n"
        for at, bomb in enumerate(bombs)
    )

    left = ruled(text, title="a" * TEXT_LIMIT, lyrics="a" * 100_000)

    assert len(left.title) in (0, TEXT_LIMIT)


def test_a_rule_cannot_leave_what_no_database_stores():
    left = acted('set = { title = "a\\u0000b\\u202e", comment = "x\\u0007\\ny" }')

    assert (left.title, left.comment) == ("ab", "x\ny")
