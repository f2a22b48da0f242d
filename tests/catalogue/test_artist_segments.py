"""Segments of a list: whatever is marked, the text is the list's with the marks at their places."""

import gzip
import zlib
from collections.abc import Iterable, Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from melodee.catalogue import artist_segments
from melodee.catalogue.artist_segments import Segment, SegmentWriter
from melodee.deflate import GZIP_HEADER, GzipMember


def artist(number: int, length: int = 30) -> tuple[bytes, int]:
    """Its text, and the place for marks, before the last byte."""
    text = f"<{number} {'x' * (number * 7 % length)}>".encode()
    return text, len(text) - 1


def segments(numbers: Iterable[int], length: int = 30) -> list[Segment]:
    writer = SegmentWriter()
    made: list[Segment] = []
    for number in numbers:
        writer.add(b"," if number % 10 else b"|")
        if segment := writer.add_artist(number, *artist(number, length)):
            made.append(segment)
    writer.add(b".")
    last = writer.end()
    return [*made, last] if last else made


def expected(numbers: Iterable[int], marks: Mapping[int, bytes], length: int = 30) -> bytes:
    text = b""
    for number in numbers:
        own, place = artist(number, length)
        text += (b"," if number % 10 else b"|") + own[:place] + marks.get(number, b"") + own[place:]
    return text + b"."


def gzipped(made: Iterable[Segment], marks: Mapping[int, bytes]) -> bytes:
    member, out = GzipMember(), [GZIP_HEADER]
    for segment in made:
        pieces, crc32, size = segment.marked_pieces(marks)
        out.append(pieces)
        member.add(crc32, size)
    return gzip.decompress(b"".join([*out, member.end()]))  # Raises where length or checksum are wrong.


def plain(made: Iterable[Segment], marks: Mapping[int, bytes]) -> bytes:
    return b"".join(segment.marked(segment.text(), marks) for segment in made)


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that few artists make many pieces and segments."""
    monkeypatch.setattr(artist_segments, "PIECE", 100)
    monkeypatch.setattr(artist_segments, "SEGMENT", 1000)


MANY = range(1, 500)


def test_a_list_is_cut_into_segments_that_follow_each_other():
    made = segments(MANY)

    assert len(made) > 5
    assert [segment.start for segment in made] == [
        sum(segment.size for segment in made[:number]) for number in range(len(made))
    ]
    for segment in made:
        assert zlib.crc32(segment.text()) == segment.crc32
        assert len(segment.text()) == segment.size
    assert b"".join(segment.text() for segment in made) == expected(MANY, {})


@settings(deadline=None, max_examples=60)
@given(st.dictionaries(st.integers(-5, 520), st.binary(min_size=1, max_size=40), max_size=60))
def test_any_marks_are_put_in_at_their_places(marks: dict[int, bytes]):
    made = segments(MANY)

    assert plain(made, marks) == expected(MANY, marks)
    assert gzipped(made, marks) == expected(MANY, marks)


@pytest.mark.parametrize("marked", [[], [1], [499], [1, 499], [250, 251, 252], list(MANY)], ids=len)
def test_the_first_the_last_and_all_can_be_marked(marked: list[int]):
    made = segments(MANY)
    marks = dict.fromkeys(marked, b' starred="x"')

    assert plain(made, marks) == expected(MANY, marks)
    assert gzipped(made, marks) == expected(MANY, marks)


def test_marks_of_others_change_nothing():
    made = segments(MANY)

    for segment in made:
        assert segment.marked_pieces({10**9: b"mark"}) == (segment.deflated, segment.crc32, segment.size)


def test_artists_may_be_larger_than_pieces_and_segments():
    made = segments(MANY, length=2000)
    marks = dict.fromkeys(range(1, 500, 3), b"mark")

    assert plain(made, marks) == expected(MANY, marks, 2000)
    assert gzipped(made, marks) == expected(MANY, marks, 2000)


def test_without_artists_there_is_no_segment():
    assert SegmentWriter().end() is None
