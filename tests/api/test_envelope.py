"""Envelopes: one description, three formats, nothing that a parser refuses."""

import asyncio
import json
import xml.etree.ElementTree as ET
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta, timezone
from typing import Annotated

import pytest
from hypothesis import given
from hypothesis import strategies as st

from melodee import __version__
from melodee.subsonic.description import ELEMENT, TEXT, Added, Body, Named, Pieces, timestamp, timestamp_or_none
from melodee.subsonic.envelope import PIECE, Answer, Envelope, Format, is_callback, is_streamed
from melodee.subsonic.responses import (
    AlbumID3WithSongs,
    Artist,
    ArtistReference,
    Child,
    Contributor,
    Genre,
    Index,
    Indexes,
    ItemGenre,
    MusicFolder,
    MusicFolders,
    ReplayGain,
    SearchResult3,
    Songs,
)

NAMESPACE = "{http://subsonic.org/restapi}"
MOMENT = timestamp(datetime(2026, 11, 22, 10, 15, tzinfo=UTC))


def as_json(name: str, answer: Answer, *, reduced: bool = False) -> dict:
    return json.loads(Envelope(Format.JSON, reduced=reduced).ok(name, answer))["subsonic-response"]


def as_xml(name: str, answer: Answer, *, reduced: bool = False) -> ET.Element:
    return ET.fromstring(Envelope(reduced=reduced).ok(name, answer))


def streamed(envelope: Envelope, name: str, answer: Body) -> list[bytes]:
    async def collect() -> list[bytes]:
        return [piece async for piece in envelope.stream(name, answer)]

    return asyncio.run(collect())


async def in_batches(*batches: Sequence) -> AsyncIterator[Sequence]:
    for batch in batches:
        yield batch


def song(title: str = "Black Dog", number: int = 1, **more: object) -> Child:
    return Child(id=str(number), is_dir=False, title=title, **more)


@pytest.mark.parametrize("envelope", [Envelope(), Envelope(Format.JSON), Envelope(Format.JSONP, "cb")])
def test_every_envelope_says_what_server_this_is_failures_included(envelope):
    for document in (envelope.ok("", None), envelope.failed(40, "Wrong username or password.")):
        text = document.decode().removeprefix("cb(").removesuffix(");")
        root = dict(ET.fromstring(text).attrib) if text[0] == "<" else json.loads(text)["subsonic-response"]
        assert root.pop("openSubsonic") in ("true", True)
        assert root.pop("status") in ("ok", "failed")
        root.pop("error", None)
        assert root == {"version": "1.16.1", "type": "melodee", "serverVersion": __version__}


def test_the_root_element_is_the_one_that_clients_compare_to_the_letter():
    document = Envelope().ok("", None)

    assert document.startswith(
        b'<?xml version="1.0" encoding="UTF-8"?>\n<subsonic-response xmlns="http://subsonic.org/restapi"'
    )


def test_content_types():
    assert [Envelope(form).content_type for form in Format] == [
        "text/xml; charset=utf-8",
        "application/json",
        "application/javascript",
    ]


def test_an_error_has_a_code_and_a_message():
    failed = Envelope(Format.JSON).failed(44, "Invalid API key.")
    error = json.loads(failed)["subsonic-response"]["error"]
    plain = ET.fromstring(Envelope().failed(70, "The requested data was not found.")).find(f"{NAMESPACE}error")

    assert error == {"code": 44, "message": "Invalid API key."}
    assert plain is not None
    assert plain.attrib == {"code": "70", "message": "The requested data was not found."}


def test_scalars_are_attributes_and_structs_and_lists_are_elements():
    answer = song(
        track=0,
        is_video=False,
        size=1 << 40,
        genres=[ItemGenre(name="Rock"), ItemGenre(name="Blues")],
        moods=["wild"],
        replay_gain=ReplayGain(track_gain=-3.5),
        contributors=[Contributor(role="composer", artist=ArtistReference(id="9", name="Page"))],
    )

    element = as_xml("song", answer)[0]
    found = as_json("song", answer)["song"]

    assert element.attrib == {
        "id": "1", "isDir": "false", "title": "Black Dog", "track": "0", "size": str(1 << 40), "isVideo": "false",
    }  # fmt: skip
    assert [(child.tag.removeprefix(NAMESPACE), child.attrib, child.text) for child in element] == [
        ("genres", {"name": "Rock"}, None),
        ("genres", {"name": "Blues"}, None),
        ("contributors", {"role": "composer"}, None),
        ("moods", {}, "wild"),
        ("replayGain", {"trackGain": "-3.5"}, None),
    ]
    assert found["genres"] == [{"name": "Rock"}, {"name": "Blues"}]
    assert found["contributors"] == [{"role": "composer", "artist": {"id": "9", "name": "Page"}}]
    assert (found["track"], found["isVideo"], found["size"]) == (0, False, 1 << 40)


def test_what_is_unset_is_left_out_and_never_null():
    assert set(as_xml("song", song())[0].attrib) == {"id", "isDir", "title"}
    assert None not in as_json("song", song())["song"].values()
    assert "year" not in as_json("song", song())["song"]


def test_arrays_that_clients_count_on_are_there_when_they_are_empty():
    found = as_json("album", AlbumID3WithSongs(id="1", name="IV", song_count=0, duration=0, created=MOMENT, song=[]))

    assert found["album"]["song"] == []
    assert found["album"]["genres"] == []
    assert as_json("song", song())["song"]["isrc"] == []


def test_b4_an_id_is_a_string_but_a_music_folder_has_a_number():
    folders = MusicFolders(music_folder=[MusicFolder(id=3)])

    assert as_json("song", song(number=1 << 60))["song"]["id"] == str(1 << 60)
    assert as_json("musicFolders", folders)["musicFolders"] == {"musicFolder": [{"id": 3}]}


def test_b12_a_genre_has_its_name_as_text_in_xml_and_as_value_in_json():
    genre = Genre(value="R&B / <Soul>", song_count=2, album_count=1)

    element = as_xml("genre", genre)[0]

    assert (element.text, element.attrib) == ("R&B / <Soul>", {"songCount": "2", "albumCount": "1"})
    assert as_json("genre", genre)["genre"] == {"value": "R&B / <Soul>", "songCount": 2, "albumCount": 1}


class Agent(Body, kw_only=True):
    id: str


class Described(Body, kw_only=True):
    biography: Annotated[str | None, ELEMENT] = None
    agents: Annotated[list[Agent], Named("agent")]
    versions: list[int]
    value: Annotated[str | None, TEXT] = None


def test_markers_make_elements_of_scalars_and_give_other_names_in_xml():
    answer = Described(biography="Born > bred", agents=[Agent(id="a")], versions=[1, 2], value="la\r\nla")

    element = as_xml("x", answer)[0]

    assert [(child.tag.removeprefix(NAMESPACE), child.text) for child in element] == [
        ("biography", "Born > bred"),
        ("agent", None),
        ("versions", "1"),
        ("versions", "2"),
    ]
    assert element[-1].tail == "la\r\nla"
    assert as_json("x", answer)["x"] == {
        "biography": "Born > bred", "agents": [{"id": "a"}], "versions": [1, 2], "value": "la\r\nla",
    }  # fmt: skip


def test_a_list_below_the_root_is_repeated_elements_in_xml_and_an_array_in_json():
    answer = [Agent(id="a"), Agent(id="b")]

    assert [child.attrib["id"] for child in as_xml("agent", answer)] == ["a", "b"]
    assert as_json("agent", answer)["agent"] == [{"id": "a"}, {"id": "b"}]
    assert as_json("agent", [])["agent"] == []


NASTY = "a\x00b\x0bc\x1f &<>\"' \t\r\n \\b \\u000b \ufffe\uffff \udce9 Кино 🎵 \u2028"
CLEAN = "abc &<>\"' \t\r\n \\b \\u000b   Кино 🎵 \u2028"


def test_a12_characters_that_xml_forbids_are_left_out_of_all_formats_and_the_rest_survives():
    in_xml = as_xml("song", song(NASTY, moods=[NASTY]))[0]
    in_json = as_json("song", song(NASTY))["song"]

    assert in_xml.attrib["title"] == CLEAN
    assert in_xml[0].text == CLEAN
    assert in_json["title"] == CLEAN
    assert as_json("song", song(NASTY), reduced=True)["song"]["title"] == CLEAN


@given(st.text(st.characters(codec=None)), st.text(st.characters(codec=None)))
def test_any_text_parses_and_is_the_same_in_both_formats(title, mood):
    element = as_xml("song", song(title, moods=[mood]))[0]
    found = as_json("song", song(title, moods=[mood]))["song"]

    assert element.attrib["title"] == found["title"]
    assert (element[0].text or "") == found["moods"][0]


@pytest.mark.parametrize("callback", ["cb", "jQuery_123.done", "$", "a.b.c"])
def test_a_callback_is_a_dotted_name(callback):
    document = Envelope(Format.JSONP, callback).ok("", None).decode()

    assert is_callback(callback)
    assert document.startswith(callback + "({")
    assert document.endswith("});")


@pytest.mark.parametrize(
    "callback", ["", "alert(1)//", "a b", "1a", "a..b", "a.", "ä", "a" * 65, ".".join("a" * 9), "a\n"]
)
def test_a_callback_that_could_be_code_is_refused(callback):
    assert not is_callback(callback)


def test_jsonp_has_no_line_separators_of_javascript():
    document = Envelope(Format.JSONP, "cb").ok("song", song("a\u2028b\u2029c"))

    assert json.loads(document[3:-2])["subsonic-response"]["song"]["title"] == "a\u2028b\u2029c"
    assert "\u2028" not in document.decode()
    assert "\u2029" not in document.decode()


def test_b16_a_reduced_answer_has_the_fields_of_subsonic_1_16_1_alone():
    answer = song(genre="Rock", genres=[ItemGenre(name="Rock")], bit_depth=16, music_brainz_id="x", cover_art="al-1")

    assert as_json("song", answer, reduced=True)["song"] == {
        "id": "1", "isDir": False, "title": "Black Dog", "genre": "Rock", "coverArt": "al-1",
    }  # fmt: skip
    assert set(as_xml("song", answer, reduced=True)[0].attrib) == {"id", "isDir", "title", "genre", "coverArt"}
    assert len(as_xml("song", answer, reduced=True)[0]) == 0


@pytest.mark.parametrize("reduced", [False, True])
@pytest.mark.parametrize("form", Format)
def test_an_answer_in_pieces_reads_as_the_whole_one(form, reduced):
    songs = [song(NASTY, number, moods=["x"]) for number in range(300)]
    envelope = Envelope(form, "cb", reduced=reduced)
    letters = [Index(name="A", artist=[Artist(id="1", name="Abba")]), Index(name="#", artist=[])]

    for name, whole, pieces in (
        ("s", SearchResult3(song=songs), SearchResult3(song=Pieces(in_batches(songs[:7], [], songs[7:])))),
        ("s", SearchResult3(), SearchResult3(song=Pieces(in_batches()), album=Pieces(in_batches([])))),
        (
            "indexes",
            Indexes(last_modified=5, ignored_articles="The", index=letters, child=songs[:2]),
            Indexes(last_modified=5, ignored_articles="The", index=Pieces(in_batches(letters)), child=songs[:2]),
        ),
        (
            "indexes",
            Indexes(last_modified=5, ignored_articles="The", index=letters),
            Indexes(
                last_modified=5,
                ignored_articles="The",
                index=[Index(name="A", artist=Pieces(in_batches(letters[0].artist))), letters[1]],
            ),
        ),
    ):
        assert is_streamed(pieces)
        assert not is_streamed(whole)
        assert b"".join(streamed(envelope, name, pieces)) == envelope.ok(name, whole)


def test_a_long_answer_is_sent_in_pieces_of_bounded_size_and_read_as_it_goes():
    read: list[int] = []

    async def batches() -> AsyncIterator[list[Child]]:
        for batch in range(100):
            read.append(batch)
            yield [song(f"{'x' * 100}", number) for number in range(100)]

    async def first_piece() -> bytes:
        return await anext(Envelope(Format.JSON).stream("songs", Songs(song=Pieces(batches()))))

    piece = asyncio.run(first_piece())

    assert PIECE <= len(piece) < 2 * PIECE
    assert len(read) < 10


def test_a_large_list_that_is_whole_is_not_searched_for_pieces(monkeypatch):
    seen: list[object] = []
    monkeypatch.setattr("melodee.subsonic.envelope.is_streamed", seen.append)

    assert is_streamed(Songs(song=[song()] * 500)) is False
    assert seen == []


def test_b14_moments_are_in_utc_with_z_and_at_most_milliseconds():
    east = timezone(timedelta(hours=5, minutes=30))

    assert timestamp(datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)) == "2026-01-02T03:04:05Z"
    assert timestamp(datetime(2026, 1, 2, 3, 4, 5, 678999, tzinfo=UTC)) == "2026-01-02T03:04:05.678Z"
    assert timestamp(datetime(2026, 1, 2, 3, 4, 5, tzinfo=east)) == "2026-01-01T21:34:05Z"
    assert timestamp_or_none(None) is None
    assert timestamp_or_none(datetime(1, 1, 1, tzinfo=UTC)) is None
    with pytest.raises(ValueError, match="time zone"):
        timestamp(datetime(2026, 1, 2))  # noqa: DTZ001  What is refused here.


class Unwritable(Body, kw_only=True):
    when: datetime


def test_a_field_that_no_writer_knows_is_refused_when_it_is_described():
    with pytest.raises(TypeError, match="cannot be written"):
        Envelope().ok("x", Unwritable(when=datetime.now(UTC)))


class Extra(Body, kw_only=True):
    name: Added[str] = None


def test_an_element_with_nothing_in_it_is_still_there():
    assert as_json("x", Extra())["x"] == {}
    assert as_xml("x", Extra())[0].tag == f"{NAMESPACE}x"
