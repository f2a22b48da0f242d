"""What is wrong with rules is said all at once, each with its line and its key, and nothing is used."""

import pytest

from melodee.rules.errors import BadRules
from melodee.rules.load import LARGEST_FILE, MOST_RULES, load, load_file, rules_from
from melodee.settings import DataDirectory


def wrong(text: str) -> list[str]:
    with pytest.raises(BadRules) as caught:
        rules_from(text)
    return [str(problem) for problem in caught.value.problems]


def one(rule: str) -> str:
    """The one thing that is wrong with a rule whose name is on line 2 and which begins on line 1."""
    (problem,) = wrong(f'[[rule]]\nname = "x"\n{rule}')
    return problem


def test_everything_wrong_is_named_at_once_with_line_and_key():
    told = wrong(
        """
disable = ["nothing"]

[[rule]]
name = "first"
when = { titel = "x" }
set = { title = 1, suffix = "x" }

[[rule]]
when.title.regex = '('
[[rule.replace]]
field = "title"
regex = 'a'
with = "{b}"
[[rule.replace]]
field = "nonsense"
regex = 'a'
with = ""
"""
    )

    assert [problem.partition(":")[0] for problem in told] == [
        "line 2, disable",
        "line 6, when.titel",
        "line 7, set.suffix",
        "line 7, set.title",
        "line 9",
        "line 10, when.title.regex",
        "line 14, replace[1].with",
        "line 16, replace[2].field",
    ]
    assert "did you mean 'title'?" in told[1]
    assert "title takes a text" in told[3]
    assert "the rule has no name" in told[4]
    assert "missing )" in told[5]
    assert "no pattern of this rule has a group 'b'" in told[6]


def test_the_error_itself_is_one_sentence():
    with pytest.raises(BadRules) as caught:
        rules_from("[[rule]]\nremove = 'title'\n" * 30)

    assert str(caught.value).startswith(
        "The metadata rules cannot be used, and nothing is taken in with half of them. "
    )
    assert "rules.toml, line 1: the rule has no name" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert "and 20 more" in str(caught.value)
    assert caught.value.code == "bad_rules"


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("", "line 1: the rule does nothing"),
        ("colour = 1", "line 3, colour: there is no 'colour' here"),
        ("when = 1\nremove = 'title'", "line 3, when: it must be a table"),
        ("remove = ['titel']", "line 3, remove: 'titel' is no field to remove for this; did you mean 'title'?"),
        ("remove = 1", "line 3, remove: it must be a text or a list of texts"),
        ("set = { year = 'x' }", "line 3, set.year: year takes no text"),
        ("set = { year = 99999 }", "line 3, set.year: year takes a whole number"),
        ("set = { year = true }", "line 3, set.year: year takes a whole number"),
        ("set = { compilation = 1 }", "line 3, set.compilation: compilation takes true or false"),
        ("set = { artists = [1] }", "line 3, set.artists: artists takes a text or a list of texts"),
        ("set = { title = ['a', 'b'] }", "line 3, set.title: title takes a text"),
        ("set = { track_gain = 1000.0 }", "line 3, set.track_gain: track_gain takes a number from -100 to 100"),
        ("set = { release_date = 'soon' }", "line 3, set.release_date: release_date takes a date"),
        ("set = { mb_release_id = 'x' }", "line 3, set.mb_release_id: mb_release_id takes an id"),
        ("set = { explicit = 'very' }", "line 3, set.explicit: explicit takes 'explicit'"),
        ("set = { duration_ms = 1 }", "line 3, set.duration_ms: 'duration_ms' is no field to change"),
        ("set = { title = '{x' }", "line 3, set.title: a single {"),
        ("set = { title = '{1}' }", "line 3, set.title: no pattern of this rule has a group '1'"),
        ("replace = { field = 'title', regex = 'a' }", "line 3, replace: it needs 'with'"),
        ("replace = { field = 'title', regex = '(a)', with = '{2}' }", "line 3, replace.with: no pattern of this rule"),
        ("replace = { field = 'year', regex = 'a', with = '' }", "line 3, replace.field: 'year' is no field"),
        ("replace = { field = 'title', regex = '(?=a)', with = '' }", "line 3, replace.regex: the pattern looks"),
        (r"replace = { field = 'title', regex = '(a)\1', with = '' }", "line 3, replace.regex: the pattern refers"),
        ("replace = { field = 'title', regex = '', with = '' }", "line 3, replace.regex: the pattern is empty"),
        (f"drop_text = {{ field = 'title', regex = '{'a' * 2000}' }}", "line 3, drop_text.regex: the pattern has"),
        ("drop_text = { field = 'title', regex = '((a{100}){100}){100}' }", "line 3, drop_text.regex: RE2 says"),
        ("drop_text = { field = 'title', regex = 'a', drop = 'all' }", "line 3, drop_text.drop: 'all' is no part"),
        ("drop_text = { field = 'title' }", "line 3, drop_text: it needs 'regex'"),
        ("map = { field = 'genres' }", "line 3, map: it needs 'values', 'drop' or 'id3_numbers'"),
        ("map = { values = { a = 'b' }, drop = 'A' }", "line 3, map.drop: 'A' is dropped and mapped"),
        ("map = { values = { a = 1 } }", "line 3, map.values.a: it must be a text or a list of texts"),
        ("split = { at = ';' }", "line 3, split: it needs 'field'"),
        ("split = { field = 'artists', at = '' }", "line 3, split.at: it names no separator"),
        ("split = { field = 'genres', where_ids_agree = true }", "line 3, split.field: genres has no MusicBrainz ids"),
        ("strip_featuring = { field = ['artists', 'title'] }", "line 3, strip_featuring.field: artists and title need"),
        ("strip_featuring = { field = 'album' }", "line 3, strip_featuring.field: 'album' is no field"),
        ("renumber = 'roman'", "line 3, renumber: 'roman' is no kind of number for this; there is"),
        ("credit = { name = 'A' }", "line 3, credit: it needs 'role'"),
        ("ignore_release = true", "line 3, ignore_release: without 'when'"),
        ("when.year = 1990\nignore_release = 1", "line 4, ignore_release: it must be true"),
        ("when.year = 'x'\nremove = 'year'", "line 3, when.year: this field is compared with whole numbers"),
        ("when.title = ''\nremove = 'year'", "line 3, when.title: no value is an empty text; ask for { empty"),
        ("when.title = {}\nremove = 'year'", "line 3, when.title: it says nothing to look for"),
        ("when.title = { at_least = 1 }\nremove = 'year'", "line 3, when.title.at_least: this field is no number"),
        ("when.title = { like = 'x' }\nremove = 'year'", "line 3, when.title.like: there is no 'like' here"),
        ("when.not.path.regex = '['\nremove = 'year'", "line 3, when.not.path.regex: RE2 says"),
        ("when.raw = 'x'\nremove = 'year'", "line 3, when.raw: it must be a table"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_rule_is_said(rule, said):
    assert one(rule).startswith(said)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a =", "line 1: it is no TOML: Invalid value"),
        ("[[rule]]\nname = 'x", "line 2: it is no TOML"),
        ("[rule]\nname = 'x'", "line 1: rules are written [[rule]], with two brackets"),
        ("rule = [1]", "line 1: it must be a table"),
        ("rules = 1", "line 1, rules: there is no 'rules' here; did you mean 'rule'?"),
        ("disable = 1", "line 1, disable: it must be a text or a list of texts"),
        ("disable = ['blanks', 'blanks']", "line 1, disable: 'blanks' stands there twice"),
        ("disable = ['blnks']", "line 1, disable: no rule 'blnks' ships; did you mean 'blanks'?"),
        ("[[rule]]\nuse = 'x'", "line 2, use: no rule 'x' ships"),
        ("[[rule]]\nuse = 'blanks'\nset = {}", "line 3, set: there is no 'set' here"),
        ("[[rule]]\nuse = 'blanks'\n[[rule]]\nuse = 'blanks'", "line 4, use: 'blanks' is used twice"),
        ("disable = ['blanks']\n[[rule]]\nuse = 'blanks'", "line 3, use: 'blanks' is disabled and used"),
        ("[[rule]]\nname = 'blanks'\nremove = 'year'", "line 2, name: a rule 'blanks' ships"),
        ("[[rule]]\nname = ' '\nremove = 'year'", "line 2, name: a name is one line"),
        ("[[rule]]\nname = 'a'\nremove = 'year'\n" * 2, "line 5, name: there is another rule 'a', rules.toml:1"),
        ("a = " + "[" * 5000 + "]" * 5000, "it is no TOML that can be read"),
    ],
    ids=lambda value: value[:40],
)
def test_what_is_wrong_with_a_file_is_said(text, said):
    assert wrong(text)[0].startswith(said)


def test_lines_are_right_whatever_stands_between(tmp_path):
    text = '\ufeff# [[rule]]\r\n[[rule]]\r\nname = """\\\r\na"""\r\n# when\r\n'
    text += "set.comment = '''\r\n[[rule]]\r\n'''\r\n"
    text += "[[rule]]\r\nname='b'\r\nset.'titel' = 1979-05-27 07:32:00\r\n"

    (tmp_path / "rules.toml").write_bytes(text.encode())

    with pytest.raises(BadRules) as caught:
        load(DataDirectory(tmp_path))
    assert [(problem.line, problem.key) for problem in caught.value.problems] == [(11, "set.titel")]


def test_too_many_rules_are_refused():
    many = "".join(f"[[rule]]\nname = 'r{number}'\nremove = 'year'\n" for number in range(10 * MOST_RULES))

    (problem,) = wrong(many)

    assert problem == f"line {3 * MOST_RULES + 1}: there are 10,000 rules; 1,000 are the most"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"#" * (10 * LARGEST_FILE), "it has more than 1,000,000 bytes"),
        (b"# a\n# b\n\xff\xfe\x00", "line 3: it is not UTF-8 text"),
        (bytes(range(256)), "it is not UTF-8 text"),
        (b"name = '\x00'", "it is no TOML"),
    ],
    ids=["huge", "not UTF-8", "binary", "nul"],
)
def test_what_is_no_text_is_refused(tmp_path, content, said):
    (tmp_path / "rules.toml").write_bytes(content)

    with pytest.raises(BadRules) as caught:
        load(DataDirectory(tmp_path))

    assert said in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "a" + ".a" * 400_000 + " = 1",
        "[" + "a." * 400_000 + "a]",
        "".join(f"[a{number}]\n" for number in range(60_000)),
        "[[rule]]\nname = 'x'\n[rule.when]\n" + "".join(f"k{number} = 1\n" for number in range(60_000)),
        "disable = [" + "'x', " * 150_000 + "]",
        "a = " + "{a = " * 300 + "1" + "}" * 300,
        "a" * 900_000 + " = 1",
    ],
    ids=["dotted key", "dotted header", "headers", "conditions", "array", "inline tables", "long key"],
)
@pytest.mark.timeout(60)
def test_what_is_made_to_take_long_is_refused_soon(text):
    told = wrong(text)

    assert 1 <= len(told) <= 200
    assert max(map(len, told)) < 500


def test_without_a_file_the_shipped_rules_hold(tmp_path):
    assert [rule.origin for rule in load(DataDirectory(tmp_path)).rules] == ["shipped"] * 14


def test_a_file_that_cannot_be_read_is_not_taken_for_none(tmp_path):
    (tmp_path / "rules.toml").mkdir()

    with pytest.raises(BadRules, match="could not be read"):
        load(DataDirectory(tmp_path))
    with pytest.raises(BadRules, match="there is no such file"):
        load_file(tmp_path / "other.toml")
