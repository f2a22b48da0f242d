"""What is searched for."""

from random import Random

import pytest

from melodee.bench.words import words

TITLES = [
    "Winter Lantern",
    "Северный ветер",
    "冬の海",
    "愛 Story",
    "a b c",
    "Harbour at Night",
    "12 34",
    "Aaaaaaaa",
] * 3


def found(titles=TITLES, seed=1):
    return words(titles, Random(seed))


def test_whole_words_pairs_and_beginnings_are_of_titles():
    queries = found()

    assert set(queries.whole) <= {word for title in TITLES for word in title.split()}
    assert all(any(word.startswith(begun) for title in TITLES for word in title.split()) for begun in queries.begun)
    assert {len(begun) for begun in queries.begun} <= {4, 5}
    for pair in queries.two:
        first, second = pair.split()
        assert any({first, second} <= set(title.split()) for title in TITLES)


def test_a_typo_is_a_word_of_the_library_with_two_letters_swapped_and_no_other_word_of_it():
    for typo in found().misspelled:
        assert any(sorted(typo) == sorted(word) and typo != word for title in TITLES for word in title.split())
        assert all(typo != word for title in TITLES for word in title.split())


def test_a_word_of_one_letter_repeated_has_no_typo():
    assert found(["Aaaaaaaa"]).misspelled == []


def test_nonsense_is_in_no_title():
    assert all(query not in title.casefold() for query in found().nonsense for title in TITLES)


@pytest.mark.parametrize("letters", [1, 2, 3])
def test_short_queries_have_so_many_letters(letters):
    assert {len(query) for query in found().short[letters]} == {letters}


def test_scripts_without_spaces_give_two_characters():
    assert set(found().cjk) == {"冬の"}


def test_the_seed_chooses():
    assert found(seed=1) == found(seed=1)
    assert found(seed=1) != found(seed=2)


@pytest.mark.parametrize("titles", [[], [""], ["!!!", "1", "é"], ["\ud800", "\x00"]])
def test_titles_without_words_leave_rungs_empty(titles):
    queries = found(titles)

    assert queries.whole == queries.two == queries.misspelled == queries.cjk == []
