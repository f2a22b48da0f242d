"""Pieces of deflated text: made apart, joined, replaced, and read by everybody else's gzip."""

import gzip
import zlib

from hypothesis import given
from hypothesis import strategies as st

from melodee.deflate import GZIP_HEADER, Deflater, GzipMember, combined_crc32, inflate

texts = st.binary(max_size=3000)
SENTENCE = b"The quick brown fox jumps over the lazy dog. "


@given(texts, texts)
def test_the_checksum_of_a_whole_follows_from_its_parts(first: bytes, second: bytes):
    assert combined_crc32(zlib.crc32(first), zlib.crc32(second), len(second)) == zlib.crc32(first + second)


def test_checksums_of_long_texts_are_combined_too():
    for length in (0, 1, 1023, 1024, 1025, 1 << 20, (1 << 20) - 1, 3_333_333):
        first, second = SENTENCE, bytes(length)

        assert combined_crc32(zlib.crc32(first), zlib.crc32(second), length) == zlib.crc32(first + second)


def member(parts: list[bytes]) -> bytes:
    frame, deflater = GzipMember(), Deflater()
    out = [GZIP_HEADER]
    for part in parts:
        out.append(deflater.piece(part))
        frame.add(zlib.crc32(part), len(part))
    return b"".join([*out, frame.end()])


@given(st.lists(texts, max_size=8))
def test_a_member_of_any_pieces_is_a_gzip_file_of_their_texts(parts: list[bytes]):
    file = member(parts)

    assert gzip.decompress(file) == b"".join(parts)
    strict = zlib.decompressobj(31)
    assert strict.decompress(file) == b"".join(parts)
    assert strict.eof
    assert strict.unused_data == b""


def test_a_piece_can_be_taken_out_and_another_put_in_its_place():
    # Each is full of what the others hold, so a reference across pieces would show.
    parts = [SENTENCE * 200, SENTENCE * 100, SENTENCE * 300]
    deflater = Deflater()
    pieces = [deflater.piece(part) for part in parts]

    pieces[1] = Deflater(1).piece(b"Something else. " * 50)

    assert inflate(b"".join(pieces)) == parts[0] + b"Something else. " * 50 + parts[2]
    assert inflate(pieces[2]) == parts[2]


def test_equal_texts_are_equal_files():
    assert member([SENTENCE, SENTENCE]) == member([SENTENCE, SENTENCE])
