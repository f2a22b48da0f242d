"""How a stored list is sent: compressed or not, once or not again."""

import gzip
import zlib
from itertools import product

import pytest

from tests.api.large import ENDPOINTS, FORMS, Large, Listener, etag, said


@pytest.mark.parametrize("marks", [0, 900])
@pytest.mark.parametrize("form", FORMS)
def test_gzip_is_one_whole_member(large: Large, listener: Listener, form: str, marks: int):
    large.mark(listener, marks)
    plain, headers = listener.raw("getArtists", form, "identity")
    assert "content-encoding" not in headers

    sent, headers = listener.raw("getArtists", form)

    assert headers["content-encoding"] == "gzip"
    assert headers["vary"] == "accept-encoding"
    assert gzip.decompress(sent) == plain
    strict = zlib.decompressobj(31)
    assert strict.decompress(sent) == plain
    assert strict.eof
    assert strict.unused_data == b""
    assert listener.request("getArtists", form).content == plain


@pytest.mark.parametrize(
    ("accepted", "gzipped"),
    [
        ("gzip", True), ("GZIP", True), ("deflate, gzip;q=0.5", True), ("br;q=1.0, *;q=0.1", True), ("x-gzip", True),
        ("", False), ("identity", False), ("br", False), ("gzip;q=0", False), ("gzip; q=0.000, *", False),
        ("*;q=0", False), (";;;,,,=q", False), ("gzip;q=x", True), ("a" * 5000, False),
    ],
)  # fmt: skip
def test_compression_is_as_the_client_asks(listener: Listener, accepted: str, gzipped: bool):
    sent, headers = listener.raw("getIndexes", "json", accepted)

    assert ("content-encoding" in headers) == gzipped
    assert sent.startswith(b"\x1f\x8b" if gzipped else b'{"subsonic-response"')


@pytest.mark.parametrize(("accepted", "gzipped"), [("gzip", True), ("gzip;q=0", False), ("identity", False)])
def test_other_answers_hear_the_client_as_well(large: Large, accepted: str, gzipped: bool):
    sent, headers = large.listeners["all"].raw("getOpenSubsonicExtensions", "xml", accepted)
    users, _ = large.listeners["all"].raw("getArtists", "json", accepted, musicFolderId=["1", "3"])

    assert ("content-encoding" in headers) == (gzipped and len(sent) >= 1000)
    assert users.startswith(b"\x1f\x8b" if gzipped else b'{"subsonic-response"')


@pytest.mark.parametrize("encoding", ["gzip", "identity"])
@pytest.mark.parametrize("form", FORMS)
def test_the_length_is_told_where_it_is_known(listener: Listener, form: str, encoding: str):
    sent, headers = listener.raw("getArtists", form, encoding)

    assert int(headers["content-length"]) == len(sent)


@pytest.mark.parametrize("encoding", ["gzip", "identity"])
def test_head_is_get_without_the_body(listener: Listener, encoding: str):
    head = listener.request("getArtists", method="HEAD", headers={"accept-encoding": encoding})
    _, headers = listener.raw("getArtists", "json", encoding)

    assert head.content == b""
    assert dict(head.headers) == dict(headers)


def test_posts_and_the_old_spelling_of_methods_are_answered_too(listener: Listener):
    params = {"apiKey": listener.key, "v": "1.16.1", "c": "test", "f": "json"}
    expected = said(listener.request("getIndexes"))

    assert said(listener.api.post("/rest/getIndexes.view", data=params)) == expected
    assert said(listener.api.get("/rest/getIndexes.view", params=params)) == expected


def test_any_origin_may_read_it(listener: Listener):
    headers = listener.request("getArtists").headers

    assert headers["access-control-allow-origin"] == "*"
    assert "ETag" in headers["access-control-expose-headers"]
    assert headers["cache-control"] == "private, no-cache"
    assert headers["x-content-type-options"] == "nosniff"


def test_who_has_the_list_already_is_not_sent_it_again(listener: Listener):
    tag = etag(listener)

    for condition in (tag, f'"other", {tag}', f"W/{tag}", "*"):
        again = listener.request("getArtists", headers={"if-none-match": condition})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == tag
        assert "content-encoding" not in again.headers
    for condition in ('"other"', "", tag.strip('"'), '"' + "x" * 5000):
        assert listener.request("getArtists", headers={"if-none-match": condition}).status_code == 200


def test_each_sequence_of_bytes_has_an_etag_of_its_own(large: Large, listener: Listener):
    tags = [
        etag(each, endpoint, form, callback=callback, c=client, headers={"accept-encoding": encoding})
        for each, endpoint, form, callback, client, encoding in product(
            (listener, large.listeners["two"]), ENDPOINTS, FORMS, ("a", "b"), ("test", "DSub"), ("gzip", "identity")
        )
        if form == "jsonp" or callback == "a"
    ]

    assert all(tag.startswith('"') for tag in tags)
    assert len(set(tags)) == len(tags)


def test_a_star_or_a_rating_makes_another_etag_and_shows_at_once(listener: Listener):
    artist = listener.request("getArtists").json()["subsonic-response"]["artists"]["index"][3]["artist"][2]
    tags = [etag(listener)]

    for endpoint, more in (("star", {"artistId": artist["id"]}), ("setRating", {"id": artist["id"], "rating": 4})):
        listener.request(endpoint, **more)
        tags.append(etag(listener))
    marked = listener.request("getArtists", headers={"if-none-match": tags[0]}).json()["subsonic-response"]["artists"]
    listener.request("unstar", artistId=artist["id"])
    listener.request("setRating", id=artist["id"], rating=0)

    shown = marked["index"][3]["artist"][2]
    assert shown["userRating"] == 4
    assert shown["starred"].endswith("Z")
    assert shown | {"starred": "", "userRating": 0} == artist | {"starred": "", "userRating": 0}
    assert len(set(tags)) == 3
    assert etag(listener) == tags[0]


def test_marks_are_nobody_elses(large: Large, listener: Listener):
    before = etag(listener)
    large.mark(large.listeners["two"], 300)

    assert etag(listener) == before
    assert "starred" not in listener.request("getArtists").text
