import pytest

from melodee.audio import values


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2004", "2004"),
        ("2004-05", "2004-05"),
        ("2004-05-06", "2004-05-06"),
        ("2004-05-06T10:11:12Z", "2004-05-06"),
        ("2004-05-06 10:11", "2004-05-06"),
        ("20040506", "2004-05-06"),
        ("2004/5/6", "2004-05-06"),
        ("06.05.2004", "2004-05-06"),
        (" 2004 ", "2004"),
        ("2004-00-00", "2004"),
        ("2004-13-01", "2004"),
        ("2004-02-31", "2004-02"),
        ("2000-02-29", "2000-02-29"),
        ("May 2004", "2004"),
        ("(c) 1987 Label", "1987"),
        ("0000", ""),
        ("0000-00-00", ""),
        ("04", ""),
        ("unknown", ""),
        ("", ""),
        ("123456789", ""),
        ("٢٠٠٤", ""),
    ],
)
def test_dates_are_iso_as_far_as_they_name_a_day_that_exists(text, date):
    assert values.date(text) == date


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("3", 3),
        ("03", 3),
        ("3/12", 3),
        (" 3 / 12", 3),
        ("3 of 12", 3),
        ("0", 0),
        ("120.5", 120),
        ("/12", None),
        ("A1", None),
        ("-3", None),
        ("3rd", None),
        ("99999", None),
        ("9" * 5000, None),
        ("", None),
    ],
)
def test_numbers(text, number):
    assert values.number(text) == number


@pytest.mark.parametrize(
    ("text", "alone", "total"),
    [
        ("3/12", False, 12),
        ("/12", False, 12),
        ("3 of 12", False, 12),
        ("3", False, None),
        ("12", True, 12),
        ("3/12", True, 12),
        ("3/0", False, None),
        ("0", True, None),
    ],
)
def test_totals(text, alone, total):
    assert values.total(text, alone=alone) == total


@pytest.mark.parametrize(
    ("text", "r128", "gain"),
    [
        ("-7.03 dB", False, -7.03),
        ("+1,5 db", False, 1.5),
        ("-3", False, -3.0),
        ("-256", True, 4.0),
        ("0", True, 5.0),
        ("nan", False, None),
        ("inf", False, None),
        ("1e5", False, None),
        ("999 dB", False, None),
        ("", False, None),
    ],
)
def test_gains_are_db_relative_to_minus_18_lufs(text, r128, gain):
    assert values.gain(text, r128=r128) == gain


@pytest.mark.parametrize(("text", "peak"), [("0.98765432109876543", 0.987654), ("1", 1.0), ("-1", None), ("x", None)])
def test_peaks(text, peak):
    assert values.peak(text) == peak


def test_all_uuids_are_found_once_in_lower_case():
    first, second = "9A3BF45C-347D-4630-894D-7CF3E8E0B632", "b2181aae-5cba-496c-bb0c-b4cc0109ebf8"
    assert values.uuids([f"{first}/{second}", first, "not an id"]) == [first.lower(), second]


@pytest.mark.parametrize(("text", "said"), [("1", "explicit"), ("4", "explicit"), ("2", "clean"), ("0", ""), ("x", "")])
def test_advisories(text, said):
    assert values.advisory(text) == said


def test_a_performers_instrument_stands_in_parentheses():
    assert values.performer("Ann Lee (Bass Guitar)") == ("Ann Lee", "bass guitar")
    assert values.performer("Ann Lee") == ("Ann Lee", "")
