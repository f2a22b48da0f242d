"""Slips of the finger."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from melodee.spelling import Word, nearest, query_keys, slips_in, vocabulary_keys

LETTERS = st.text("abcdeй", min_size=3, max_size=12)


@pytest.mark.parametrize(
    ("word", "slips"),
    [("abc", 0), ("кино", 1), ("beatl", 1), ("beatels", 2), ("metalica", 2), ("1999", 0), ("19999999", 0), ("2pac", 1)],
)
def test_longer_words_may_hold_more_slips_and_numbers_none(word: str, slips: int):
    assert slips_in(word) == slips


@given(LETTERS, LETTERS)
def test_words_within_reach_share_a_key(one: str, other: str):
    slips = slips_in(one)
    if 0 < OSA.distance(one, other) <= slips and len(other) >= len(one) - 1:
        assert set(query_keys(one, slips)) & set(vocabulary_keys(other))


def test_one_slip_is_looked_up_by_few_keys_and_two_by_at_most_29():
    assert len(query_keys("beatels", 1)) == 8
    assert len(query_keys("wonderfully", 2)) == 29
    assert len(vocabulary_keys("wonderfully")) == 29


def test_keys_are_the_same_on_every_machine():
    assert vocabulary_keys("rem") == sorted(query_keys("rem", 1)) == [-519529380, -363818760, -271379346, 62777131]


def test_numbers_and_short_words_have_no_keys():
    assert vocabulary_keys("ab") == vocabulary_keys("1999") == []


def test_fewest_slips_come_first_then_the_most_frequent():
    words = [Word("beatless", 900), Word("beaters", 5), Word("beatles", 500), Word("metallica", 10_000)]

    assert nearest("beatels", words, 2) == ["beatles", "beaters", "beatless"]
    assert nearest("beatels", words, 1) == ["beatles", "beaters"]
    assert nearest("nothing", words, 2) == []


def test_exchanged_letters_are_one_slip():
    assert nearest("спокйоная", [Word("спокоиная", 3)], 2) == ["спокоиная"]
    assert nearest("beatels", [Word("beatles", 1)], 1) == ["beatles"]
