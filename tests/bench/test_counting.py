"""How long a list is, from questions for single places."""

from hypothesis import given
from hypothesis import strategies as st

from melodee.bench.counting import count


class List:
    def __init__(self, length: int) -> None:
        self.length, self.asked = length, 0

    def exists(self, offset: int) -> bool:
        assert offset >= 0
        self.asked += 1
        return offset < self.length


@given(length=st.integers(0, 10**8), guess=st.integers(-1, 10**8))
def test_a_list_is_counted_whatever_was_guessed(length, guess):
    entries = List(length)

    assert count(entries.exists, guess) == length
    assert entries.asked < 80


@given(length=st.integers(1, 10**8))
def test_a_right_guess_takes_two_questions(length):
    entries = List(length)

    assert count(entries.exists, length) == length
    assert entries.asked == 2


def test_a_list_that_takes_no_notice_of_offsets_has_no_length():
    assert count(lambda _: True) is None
