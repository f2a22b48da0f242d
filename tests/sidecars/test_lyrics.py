"""Lyrics in their formats, all of which become LRC where they have times."""

import pytest

from melodee.sidecars.errors import UnreadableSidecar
from melodee.sidecars.lyrics import Lyrics, name_of, parse_lyrics


def lines(lyrics: Lyrics | None) -> list[str]:
    assert lyrics is not None and lyrics.synced
    return lyrics.text.split("\n")


def test_lrc_is_put_in_order_and_moved_by_its_offset():
    found = parse_lyrics(
        b"[ar:The Band]\n[offset:+500]\n[la:en]\n[00:10.50][01:10.5]Chorus\n[00:01.00]First\n[00:05]Second\n", "lrc"
    )
    assert lines(found) == ["[00:00.500]First", "[00:04.500]Second", "[00:10.000]Chorus", "[01:10.000]Chorus"]
    assert found is not None and found.language == "en"


def test_the_times_of_words_stay_in_the_text():
    found = parse_lyrics(b"[00:01.00]<00:01.00>La <00:01.50>la", "lrc")
    assert lines(found) == ["[00:01.000]<00:01.00>La <00:01.50>la"]


def test_a_txt_is_plain_unless_it_has_times():
    assert parse_lyrics("Où es-tu\r\n\r\nZwei".encode("cp1252"), "txt") == Lyrics("Où es-tu\n\nZwei", synced=False)
    assert lines(parse_lyrics(b"[00:01.00]La", "txt")) == ["[00:01.000]La"]
    assert parse_lyrics(b" \n", "txt") is None
    assert parse_lyrics(b"[00:01.00]\n[00:02.00]", "lrc") is None


def test_subtitles_become_lines_with_times():
    found = parse_lyrics(
        b"\xef\xbb\xbf1\r\n00:00:01,500 --> 00:00:03,000\r\n<i>One &amp;</i>\r\ntwo\r\n\r\n"
        b"2\r\n01:00:04,000 --> 01:00:05,000 X1:1\r\nThree\r\n", "srt"
    )  # fmt: skip
    assert lines(found) == ["[00:01.500]One & two", "[60:04.000]Three"]


def test_ttml_becomes_lines_with_times():
    found = parse_lyrics(
        b"""<?xml version="1.0"?><tt xmlns="http://www.w3.org/ns/ttml" xml:lang="fr"><body><div>
        <p begin="00:00:01.500" end="2s">Un <span begin="1.7s">deux</span><br/>trois</p><p begin="62.25s">Quatre</p>
        <p>sans temps</p></div></body></tt>""",
        "ttml",
    )
    assert lines(found) == ["[00:01.500]Un deux trois", "[01:02.250]Quatre"]
    assert found is not None and found.language == "fr"


@pytest.mark.parametrize(
    ("data", "suffix"),
    [
        (b"no times", "srt"),
        (b"<html/>", "ttml"),
        (b"<tt><p>none</p></tt>", "ttml"),
        (b"\0\0\0\0", "lrc"),
        (b"<tt>" * 1000, "ttml"),
        (b'<!DOCTYPE tt [<!ENTITY a "aaaa">]><tt><p begin="1s">&a;</p></tt>', "ttml"),
    ],
)
def test_what_is_something_else_is_refused(data: bytes, suffix: str):
    with pytest.raises(UnreadableSidecar):
        parse_lyrics(data, suffix)


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("01 Song.lrc", [("01 Song", "xxx")]),
        ("01 Song.en.lrc", [("01 Song.en", "xxx"), ("01 Song", "en")]),
        ("01 Song.pt-BR.ttml", [("01 Song.pt-BR", "xxx"), ("01 Song", "pt-BR")]),
        ("Mr. Song.txt", [("Mr. Song", "xxx")]),
    ],
)
def test_the_name_says_for_which_song_and_in_which_language(name: str, found: list[tuple[str, str]]):
    assert name_of(name) == found
