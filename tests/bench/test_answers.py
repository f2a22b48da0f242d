"""What answers say, in JSON and XML, of good servers and bad ones."""

from email.message import Message
from http.client import HTTPMessage

import pytest

from melodee.bench.answers import Unreadable, below, count_items, parse, refusal
from melodee.bench.connection import Answer
from tests.bench.standin import Shelf, envelope

SHELF = Shelf()


def answer(body: bytes, content_type: str = "application/json", status: int = 200) -> Answer:
    headers = HTTPMessage()
    Message.__setitem__(headers, "Content-Type", content_type)
    return Answer(status, headers, body, 1.0, 1.0)


def sent(form: str, result: dict, status: str = "ok") -> Answer:
    reply = envelope({"f": form}, result, status)
    return answer(reply.body, reply.content_type)


both = pytest.mark.parametrize("form", ["json", "xml"])


@both
def test_an_answer_in_order_is_not_refused(form):
    assert refusal(sent(form, {})) is None
    assert refusal(sent(form, {"album": SHELF.album(1)})) is None


@both
def test_an_error_has_its_code_and_message(form):
    found = refusal(sent(form, {"error": {"code": 70, "message": "There is no\u009b such thing."}}, "failed"))

    assert found is not None
    assert found.code == 70
    assert found.sentence == "error 70: There is no such thing."
    assert not found.is_missing


@both
@pytest.mark.parametrize(
    ("code", "message", "missing"),
    [
        (0, "Not implemented by this server.", True),
        (0, "not yet implemented", True),
        (0, "Unknown method", True),
        (30, "Server must upgrade", True),
        (0, "A database error", False),
        (10, "Required parameter is missing", False),
        (50, "Not authorized", False),
    ],
)
def test_servers_say_in_several_ways_that_they_lack_a_call(form, code, message, missing):
    found = refusal(sent(form, {"error": {"code": code, "message": message}}, "failed"))

    assert found is not None
    assert found.is_missing is missing


@pytest.mark.parametrize("status", [404, 405, 410, 501])
def test_a_status_without_an_envelope_may_say_it_too(status):
    found = refusal(answer(b"404 page not found", "text/plain", status))

    assert found is not None
    assert found.is_missing


def test_the_status_is_found_wherever_it_stands():
    late = b'{"subsonic-response": {"version": "1.16.1", "x": "' + b"y" * 5000 + b'", "status" : "ok"}}'

    assert refusal(answer(late)) is None
    assert refusal(answer(late.replace(b'"ok"', b'"failed"'))) is not None


def test_sound_is_in_order_and_an_envelope_in_its_place_is_not():
    assert refusal(answer(b"\xff\xfb", "audio/mpeg", 206), binary=True) is None
    assert refusal(answer(b"", "audio/mpeg"), binary=True) is not None
    assert refusal(sent("json", {}), binary=True) is not None
    assert refusal(answer(b"<html>", "text/html"), binary=True) is not None
    assert refusal(answer(b"", "audio/mpeg", 302), binary=True) is not None


@pytest.mark.parametrize(
    ("body", "content_type", "says"),
    [
        (b"", "application/json", "nothing"),
        (b"<!DOCTYPE HTML><p>Sign in", "text/html", "a web page"),
        (b"  <html><body>502", "text/plain", "a web page"),
        (b"{", "application/json", "no JSON"),
        (b"[" * 100_000, "application/json", "no JSON"),
        (b"[1, 2]", "application/json", "no Subsonic envelope"),
        (b'{"subsonic-response": [1]}', "application/json", "no Subsonic envelope"),
        (b"\xff\xfe\x00", "application/json", "neither"),
        (b"<subsonic-response status='ok'>", "text/xml", "neither"),
        (b"<rss status='ok'/>", "text/xml", "no Subsonic envelope"),
        (b"Client sent an HTTP request to an HTTPS server.", "text/plain", "neither"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><subsonic-response status="ok">&b;</subsonic-response>', "text/xml", "type"),
    ],
)
def test_what_is_no_envelope_is_told(body, content_type, says):
    with pytest.raises(Unreadable, match=says):
        parse(answer(body, content_type))
    found = refusal(answer(body, content_type))
    assert found is not None or b"status" in body
    assert found is None or found.code is None


def test_entities_that_grow_without_end_are_not_followed():
    laughs = b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 12))
    bomb = b'<!DOCTYPE x [<!ENTITY l0 "ha">' + laughs + b']><subsonic-response a="&l11;"/>'

    with pytest.raises(Unreadable):
        parse(answer(bomb, "text/xml"))


@both
def test_json_and_xml_are_read_alike(form):
    found = parse(sent(form, {"albumList2": {"album": SHELF.page("album", 3, 0)}}))

    assert [node["id"] for node in below(found, "albumList2", "album")] == ["al-0", "al-1", "al-2"]
    assert below(found, "albumList2", "song") == below(found, "nothing", "album") == []


def test_a_single_element_without_its_array_is_one_element():
    found = parse(answer(b'{"subsonic-response": {"status": "ok", "albumList": {"album": {"id": 7}}}}'))

    assert below(found, "albumList", "album") == [{"id": 7}]


@both
@pytest.mark.parametrize(
    ("result", "items"),
    [
        ({}, 0),
        ({"albumList2": {"album": SHELF.page("album", 5, 0)}}, 5),
        ({"album": {**SHELF.album(1), "song": SHELF.page("song", 10, 0)}}, 10),
        ({"song": SHELF.song(1)}, 1),
        ({"searchResult3": {"artist": SHELF.page("artist", 2, 0), "song": SHELF.page("song", 3, 0)}}, 5),
        ({"artists": {"index": [{"name": "A", "artist": SHELF.page("artist", 4, 0)}, {"name": "B"}]}}, 4),
        ({"genres": {"genre": [{"value": "Rock"}, {"value": "Jazz"}]}}, 2),
        ({"searchResult3": {}}, 0),
    ],
)
def test_items_are_counted_without_what_describes_them(form, result, items):
    assert count_items(parse(sent(form, result))) == items
