"""Parameters: typed, merged from query and form, and wrong in the way that the specification says."""

from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from melodee import ids
from melodee.ids import Kind
from melodee_api.errors import InvalidParameter, MissingParameter, NotFound, SubsonicError, TooLarge
from melodee_api.params import INT32, INT64, MOST_PAIRS, Params, merge, parse_pairs

ALBUM = ids.album_id(3, 77)
SONG = ALBUM + 5
ARTIST = ids.of_kind(12, Kind.ARTIST)


class ListType(StrEnum):
    NEWEST = "newest"
    BY_GENRE = "byGenre"


def params(query: str) -> Params:
    return Params(parse_pairs(query.encode()))


def test_repeated_parameters_keep_their_order_and_empty_ones_count_as_absent():
    given_ids = params("id=3&id=&id=1&id=2&p=&q")

    assert given_ids.raws("id") == ["3", "1", "2"]
    assert "p" not in given_ids
    assert "q" not in given_ids


def test_a7_the_form_wins_and_lists_hold_both():
    merged = merge(parse_pairs(b"name=form&id=1&id=2"), parse_pairs(b"name=query&id=3&c=x"))

    assert merged.text("name") == "form"
    assert merged.raws("id") == ["1", "2", "3"]
    assert merged.text("c") == "x"


def test_a_request_cannot_have_endless_parameters():
    assert len(parse_pairs(b"&".join([b"id=1"] * MOST_PAIRS))) == MOST_PAIRS
    with pytest.raises(TooLarge):
        parse_pairs(b"&" * MOST_PAIRS)


def test_an_empty_form_value_does_not_hide_the_query():
    assert merge(parse_pairs(b"p="), parse_pairs(b"p=secret")).raw("p") == "secret"


@pytest.mark.parametrize(
    ("encoded", "value"),
    [
        (b"x=a+b%20c", "a b c"),
        (b"x=%26%2B%25%3D%23", "&+%=#"),
        ("x=Кино".encode(), "Кино"),
        (b"x=%D0%9A%D0%B8", "Ки"),
        (b"x=caf%E9", "caf\ufffd"),
        (b"x=caf\xe9", "caf\ufffd"),
        (b"x=%ED%A0%80", "\ufffd\ufffd\ufffd"),
        (b"x=%zz%", "%zz%"),
        (b"x=a;b", "a;b"),
        (b"x=a=b", "a=b"),
    ],
)
def test_values_are_decoded_as_utf8_and_never_raise(encoded, value):
    assert Params(parse_pairs(encoded)).text("x") == value


@given(st.binary(max_size=200))
def test_any_bytes_are_parameters(encoded):
    for name, value in parse_pairs(encoded):
        name.encode()
        value.encode()


def test_a_missing_required_parameter_is_error_10_and_named():
    getters = [
        lambda p: p.text("x"),
        lambda p: p.integer("x"),
        lambda p: p.number("x"),
        lambda p: p.boolean("x"),
        lambda p: p.choice("x", ListType),
        lambda p: p.identifier("x", Kind.SONG),
    ]
    for get in getters:
        for query in ("", "x=", "y=1", "X=1"):
            with pytest.raises(MissingParameter) as error:
                get(params(query))
            assert error.value.code == 10
            assert error.value.message == "Required parameter is missing: x"


def test_defaults_stand_in_for_what_is_missing():
    nothing = params("x=")

    assert nothing.text("x", "d") == "d"
    assert nothing.text("x", None) is None
    assert nothing.integer("x", 20) == 20
    assert nothing.number("x", 1.0) == 1.0
    assert nothing.boolean("x", default=True) is True
    assert nothing.choice("x", ListType, ListType.NEWEST) is ListType.NEWEST
    assert nothing.identifier("x", Kind.SONG, default=None) is None
    assert nothing.texts("x") == nothing.integers("x") == nothing.identifiers("x", Kind.SONG) == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("7", 7),
        ("-7", -7),
        ("+7", 7),
        ("007", 7),
        ("2147483648", INT32),
        ("-9" * 1 + "9" * 30, -INT32 - 1),
        ("9" * 65536, INT32),
    ],
)
def test_an_integer_is_brought_into_its_bounds(text, value):
    assert params(f"x={text.replace('+', '%2B')}").integer("x") == value


def test_d4_a_size_beyond_the_limit_is_the_limit_and_no_error():
    assert params("size=100000").integer("size", 10, least=0, most=500) == 500
    assert params("size=-1").integer("size", 10, least=0, most=500) == 0
    assert params("time=1763806500123").integer("time", most=INT64) == 1763806500123
    assert params(f"t=1&t={'9' * 40}&t=-{'9' * 40}").integers("t") == [1, INT64, -INT64 - 1]


@pytest.mark.parametrize(
    "text", ["x", "1.5", "1e3", "0x10", "1_000", "%20", "1 2", "٣", "１", "--1", "+", "NaN", "1%00", "'"]
)
def test_what_is_no_whole_number_is_error_10(text):
    with pytest.raises(InvalidParameter, match="Parameter x must be a whole number") as error:
        params(f"x={text}").integer("x", 5)
    assert error.value.code == 10
    with pytest.raises(InvalidParameter):
        params(f"x=1&x={text}").integers("x")


@pytest.mark.parametrize(("text", "value"), [("1", 1.0), ("0.5", 0.5), (".5", 0.5), ("-1.", -1.0), ("1e3", 1000.0)])
def test_numbers(text, value):
    assert params(f"x={text}").number("x") == value


@pytest.mark.parametrize("text", ["nan", "inf", "-inf", "1e999", "1,5", "x", ".", "9" * 64, "1e1000"])
def test_what_is_no_finite_number_is_error_10(text):
    with pytest.raises(InvalidParameter):
        params(f"x={text}").number("x")


@pytest.mark.parametrize(
    ("text", "value"), [("true", True), ("FALSE", False), ("1", True), ("0", False), ("True", True)]
)
def test_booleans(text, value):
    assert params(f"x={text}").boolean("x") is value


@pytest.mark.parametrize("text", ["yes", "2", "t", "null", "true%00"])
def test_what_is_no_boolean_is_error_10(text):
    with pytest.raises(InvalidParameter, match="true or false"):
        params(f"x={text}").boolean("x", default=False)


def test_z1_an_unknown_choice_is_error_10_and_says_what_there_is():
    assert params("type=byGenre").choice("type", ListType) is ListType.BY_GENRE
    for text in ("BYGENRE", "newest ", "x"):
        with pytest.raises(InvalidParameter, match="newest, byGenre") as error:
            params(f"type={text}").choice("type", ListType)
        assert error.value.code == 10


def test_identifiers_of_the_right_kind_are_numbers():
    assert params(f"id={SONG}").identifier("id", Kind.SONG) == SONG
    assert params(f"id={ALBUM}").identifier("id", Kind.SONG, Kind.ALBUM) == ALBUM
    assert params(f"id={ARTIST}&id={SONG}").identifiers("id", Kind.ARTIST, Kind.SONG) == [ARTIST, SONG]
    assert params("musicFolderId=3").identifier("musicFolderId", Kind.FOLDER) == 3


@pytest.mark.parametrize(
    "text",
    [
        "0", "-1", "al-5", "x", "1.0", f"0{SONG}", f"{SONG}%20", f"%2B{SONG}", f"{SONG}%00", str(1 << 63), "9" * 65536,
        "1' or '1'='1", "../../etc/passwd", "٣", str(ALBUM), str(ARTIST), "null",
    ],
)  # fmt: skip
def test_d11_an_id_that_cannot_be_ours_or_is_of_another_kind_is_error_70(text):
    with pytest.raises(NotFound) as error:
        params(f"id={text}").identifier("id", Kind.SONG)
    assert error.value.code == 70
    with pytest.raises(NotFound):
        params(f"id={SONG}&id={text}").identifiers("id", Kind.SONG)


def test_texts_have_no_nul_and_a_bounded_length():
    assert params("x=a%00b").text("x") == "ab"
    assert params(f"x={'a' * 1000}").text("x") == "a" * 1000
    assert params(f"x={'a' * 5000}").text("x", longest=5000) == "a" * 5000
    with pytest.raises(InvalidParameter, match="at most 1000 characters"):
        params(f"x={'a' * 65536}").text("x")
    with pytest.raises(InvalidParameter):
        params(f"x=a&x={'a' * 65536}").texts("x")


@given(st.text(max_size=50))
def test_no_value_raises_anything_but_the_specified_errors(value):
    one = Params([("x", value)])
    for get in (
        lambda: one.text("x", ""),
        lambda: one.integer("x", 0),
        lambda: one.number("x", 0.0),
        lambda: one.boolean("x", default=False),
        lambda: one.choice("x", ListType, None),
        lambda: one.identifier("x", Kind.SONG, default=None),
        lambda: one.integers("x"),
    ):
        try:
            get()
        except SubsonicError as error:
            assert error.code in (10, 70)
