"""What somebody typed."""

import pytest

from melodee.search_query import SearchQuery


@pytest.mark.parametrize("text", ["", '""', "*", " ", '"'])
def test_a_text_without_words_is_no_query(text: str):
    assert SearchQuery.of(text) is None


def test_the_last_term_is_a_beginning_and_the_others_are_words():
    query = SearchQuery.of("Let it b")

    assert query is not None
    assert (query.words, query.prefix) == (["let", "it"], "b")
    assert query.tsquery == "'let' & 'it' & 'b':*"
    assert query.only("it") == "'it'"
    assert query.only("b") == "'b':*"


def test_names_may_have_an_article_that_was_not_typed():
    query = SearchQuery.of("beatles")

    assert query is not None
    assert query.names[:2] == ["beatles", "thebeatles"]


def test_a_title_may_stand_beside_its_artist():
    query = SearchQuery.of("AC/DC Back in Black")

    assert query is not None
    assert {"acdc", "backinblack"} <= set(query.parts)
    assert "in" not in query.parts


def test_a_query_of_many_words_has_a_bounded_number_of_parts():
    query = SearchQuery.of(" ".join(f"word{number}" for number in range(500)))

    assert query is not None
    assert len(query.parts) <= 16


def test_a_corrected_query_has_its_names_from_the_corrected_words():
    query = SearchQuery.of("Beatels Yesturday")

    assert query is not None
    corrected = query.corrected({"beatels": "beatles", "yesturday": "yesterday"})
    assert corrected.tsquery == "'beatles' & 'yesterday':*"
    assert corrected.names[0] == "beatlesyesterday"
    assert corrected.parts == ["beatles", "yesterday"]


def test_a_correction_that_is_there_already_counts_where_it_stands_last():
    query = SearchQuery.of("love loev")

    assert query is not None
    assert query.corrected({"loev": "love"}).terms == ["love"]
