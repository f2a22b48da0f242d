"""What nobody sees is left out of names, and stays where a script needs it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from melodee.invisible import invisible_in, without_invisible
from melodee.text import clean_text, fold

NAME = "Beatles"
UNSEEN = "\xad\u061c\u200b\u200c\u200d\u200e\u200f\u202a\u202e\u2060\u2066\u2069\ufeff\ufff9\U000e0041\U0001d173"


@pytest.mark.parametrize("char", UNSEEN)
def test_no_invisible_character_makes_two_of_one_name(char):
    name = f"{char}Beat{char}les{char}"

    assert clean_text(name) == NAME
    assert fold(name) == fold(NAME), "a name that was kept before is compared without it too"
    assert invisible_in(name) == [f"U+{ord(char):04X}"]


@pytest.mark.parametrize(
    "text",
    [
        "می\u200cخواهم",  # Persian: the letters do not join
        "ه\u200d.",  # and an abbreviation, in which the last one looks as if more came
        "ক্\u200cষ র\u200d্যাব",  # Bengali
        "ക്\u200dനിൽ",  # Malayalam
        "ශ්\u200dරී",  # Sinhala
        "ភាសា\u200bខ្មែរ",  # Khmer: where a line may break
        "ผม\u200bรัก",  # Thai
        "שלום (Live)\u200f",  # Hebrew
        "\u200eABC عربي",  # Arabic
        "👨‍👩‍👧 ❤️‍🔥 🏳️‍🌈 👩🏽‍⚕️ 🐻‍❄️ 🐦‍⬛",
        "🏴󠁧󠁢󠁳󠁣󠁴󠁿 Alba",  # the flag of Scotland
    ],
)
def test_what_a_script_needs_stays(text):
    assert clean_text(text) == text
    assert invisible_in(text) == []


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("שלום\u202e (Live)\u202c", "שלום (Live)"),
        ("👨\u200d", "👨"),
        ("A\u200dB 👨‍👩‍👧", "AB 👨‍👩‍👧"),
        ("🏴\U000e0041 hidden \U000e0042", "🏴 hidden "),
        ("ผม\u200b", "ผม"),
        ("می" + "\u200c" * 500 + "خواهم", "می\u200c\u200cخواهم"),
        ("\u200b" * 1000, ""),
    ],
)
def test_beside_a_script_that_needs_one_others_go(text, left):
    assert without_invisible(text) == left


@given(st.text(st.sampled_from(f"aé {UNSEEN}خم\u05d0ผക്\u200d👨👩🏽🏴❤\ufe0f\u0301"), max_size=40), st.integers(1, 40))
def test_a_cleaned_text_is_clean_wherever_it_was_cut(text, limit):
    cleaned = clean_text(text, limit)

    assert invisible_in(cleaned) == []
    assert clean_text(cleaned, limit) == cleaned
    assert len(cleaned) <= limit
