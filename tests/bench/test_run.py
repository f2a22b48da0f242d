"""Whole runs on a stand-in: what is asked, what is counted, how a run ends."""

import os
import signal
import threading
from collections import Counter

import pytest

from melodee.bench.errors import NothingToMeasure
from melodee.bench.run import selected
from tests.bench.conftest import measured
from tests.bench.standin import Reply, Shelf, envelope

WRITES = {"star", "unstar", "setRating", "scrobble"}


def row(results, call):
    return next(row for row in results.rows if row.call == call)


def test_every_call_is_measured(server, standin):
    standin.shelf = Shelf(6_000)

    results = measured(server, writes=True)

    rows = {row.call: row for row in results.rows}
    assert {call.name for call in selected("", writes=True)} <= set(rows)
    missing = {name for name, row in rows.items() if row.missing is not None}
    assert missing == {
        "getOpenSubsonicExtensions", "getNowPlaying", "getArtists, unchanged",
        *(name for name in rows if name.endswith(("500, random", "500, deepest")) and "artists" in name),
    }  # fmt: skip
    for name in set(rows) - missing:
        found = rows[name]
        assert found.requests == 3, name
        assert found.errors == {}, name
        assert found.p50_ms and found.p50_ms <= found.p90_ms <= found.p99_ms <= found.max_ms, name
    assert (results.library.songs, results.library.albums, results.library.artists) == (6_000, 600, 200)
    assert results.ended_early == ""


def test_pages_are_asked_for_at_the_beginning_anywhere_and_at_the_end(server, standin):
    standin.shelf = Shelf(6_000)

    results = measured(server, only="search3 all songs", rounds=8)

    items = {row.call: row.items for row in results.rows}
    assert items == {name: 500 if ", 500" in name else 50 for name in items}
    walked = [query for name, query in standin.seen if name == "search3" and "songOffset" in query]
    asked = Counter((query["songCount"], int(query["songOffset"])) for query in walked)
    # A probe, ten of the warm-up, and the eight that count.
    assert asked["50", 5_950] == asked["50", 0] == asked["500", 5_500] == asked["500", 0] == 19
    assert len({offset for size, offset in asked if size == "500"}) > 5


def test_the_seed_decides_what_is_asked(server, standin):
    def asked(**given):
        standin.seen.clear()
        measured(server, only="search3|getSong$|getAlbumList2 newest", **given)
        secrets = ("t", "s")
        return [
            (name, {key: value for key, value in query.items() if key not in secrets}) for name, query in standin.seen
        ]

    first = asked(seed=1)
    assert asked(seed=1) == first
    assert asked(seed=2) != first


def test_nothing_is_written_unless_asked_for(server, standin):
    measured(server)

    assert not WRITES & standin.endpoints()


def test_what_is_written_is_taken_back(server, standin):
    starred, rated = set(), {}
    standin.overrides |= {
        "star": lambda query: starred.add(query["id"]) or envelope(query, {}),
        "unstar": lambda query: starred.discard(query["id"]) or envelope(query, {}),
        "setRating": lambda query: rated.update({query["id"]: query["rating"]}) or envelope(query, {}),
    }

    measured(server, only="star and|Rating", writes=True, rounds=7, clients=3)

    written = {query["id"] for name, query in standin.seen if name in ("star", "setRating")}
    assert written
    assert all(int(id_.removeprefix("so-")) % 2 == 0 for id_ in written)  # The others have stars and ratings already.
    assert starred == set()
    assert set(rated.values()) == {"0"}


def test_a_call_that_the_server_lacks_is_no_error(server, standin):
    standin.overrides["getAlbum"] = lambda _: Reply(404, b"404 page not found", "text/plain")

    results = measured(server, only="getAlbum$|getAlbum,|getNowPlaying|ping")

    assert row(results, "getAlbum").missing == "HTTP 404: neither XML nor JSON was sent"
    assert row(results, "getNowPlaying").missing == "error 0: Not implemented by this server."
    assert row(results, "ping").requests == 3
    assert not any(row.errors for row in results.rows)


def test_errors_are_counted_by_what_they_say(server, standin):
    times = iter(range(1000))

    def sometimes(query):
        match next(times) % 4:
            case 1:
                return envelope(query, {"error": {"code": 70, "message": "Gone."}}, "failed")
            case 2:
                return Reply(503, b"busy", "text/plain", {"Retry-After": "1"})
            case 3:
                return Reply(raw=b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx")
            case _:
                return envelope(query, {})

    standin.overrides["getLicense"] = sometimes

    found = row(measured(server, only="getLicense", rounds=40), "getLicense")

    assert found.requests == 10
    assert sum(found.errors.values()) == 30
    assert set(found.errors) == {
        "error 70: Gone.", "HTTP 503: neither XML nor JSON was sent", "the answer was cut short",
    }  # fmt: skip


def test_a_call_that_always_fails_is_given_up(server, standin):
    standin.overrides["getSong"] = lambda query: envelope(query, {"error": {"code": 70, "message": "No."}}, "failed")

    found = row(measured(server, only="getSong$", rounds=100_000), "getSong")

    assert found.requests == 0
    assert found.errors == {"error 70: No.": 20}
    assert found.p50_ms is None


def test_half_of_the_requests_may_be_large(server, standin):
    """Bytes are the average, items those of whole answers."""
    times = iter(range(1000))
    small, large = ({"song": {"id": "1", "title": "x" * size}} for size in (1_000, 9_000))
    standin.overrides["getSong"] = lambda query: envelope(query, small if next(times) % 2 else large)

    found = row(measured(server, only="getSong$", rounds=10), "getSong")

    assert 5_000 < found.bytes < 5_400
    assert found.items == 1


def test_an_answer_that_only_begins_well_is_an_error(server, standin):
    standin.overrides["getGenres"] = lambda _: Reply(body=b'{"subsonic-response":{"status":"ok","genres":{"genre":[')

    found = row(measured(server, only="getGenres"), "getGenres")

    assert found.errors["what was sent is no JSON"] >= 1


def test_many_clients_ask_at_once_over_connections_of_their_own(server, standin):
    together, asked = threading.Barrier(6), iter(range(10**6))

    def meet(query):
        # The first asks alone whether there is such a call; then none goes on before all six have asked.
        if next(asked):
            together.wait(20)
        return envelope(query, {})

    standin.overrides["getLicense"] = meet
    found = row(measured(server, only="getLicense", rounds=6, clients=6), "getLicense")

    assert found.requests == 36
    assert found.errors == {}


def test_each_picture_is_asked_for_once_before_it_counts(server, standin):
    standin.seen.clear()
    measured(server, only="getCoverArt, 300", rounds=1)

    sized = [query["id"] for name, query in standin.seen if name == "getCoverArt" and query.get("size") == "300"]
    assert len(set(sized[:20])) == 20


def test_an_etag_is_sent_back_and_nothing_comes(server, standin):
    def artists(query):
        reply = envelope(query, {"artists": {}})
        reply.headers["ETag"] = '"7"'
        return reply

    standin.overrides["getArtists"] = artists

    found = row(measured(server, only="getArtists, unchanged"), "getArtists, unchanged")

    assert found.requests == 3


@pytest.mark.parametrize("clients", [1, 4])
def test_ctrl_c_ends_a_run_with_what_there_is(server, standin, clients):
    waiting, asked = threading.Event(), iter(range(10**6))

    def interrupt(endpoint):
        if endpoint == "getGenres" and next(asked) == 30:
            os.kill(os.getpid(), signal.SIGINT)
            waiting.wait(20)  # The answer never comes.

    standin.before = interrupt
    results = measured(server, only="ping|getMusicFolders|getGenres|getUser", rounds=50, clients=clients)
    waiting.set()

    assert results.ended_early == "interrupted"
    calls = [row.call for row in results.rows]
    assert calls[:2] == ["ping", "getMusicFolders"]
    assert "getUser" not in calls


def test_ctrl_c_leaves_no_star_behind(server, standin):
    starred = set()

    def star(query):
        starred.add(query["id"])
        os.kill(os.getpid(), signal.SIGINT)
        return envelope(query, {})

    standin.overrides |= {
        "star": star,
        "unstar": lambda query: starred.discard(query["id"]) or envelope(query, {}),
    }

    results = measured(server, only="star and", writes=True)

    assert results.ended_early == "interrupted"
    assert starred == set()


@pytest.mark.parametrize("clients", [1, 3])
def test_a_server_that_goes_away_ends_a_run_with_what_there_is(server, standin, clients):
    asked = iter(range(10**6))

    def die(endpoint):
        if endpoint == "getGenres" and next(asked) == 20:
            standin.stop()

    standin.before = die
    results = measured(server, only="ping|getGenres|getUser", rounds=50, clients=clients)

    assert results.ended_early.startswith("the server went away")
    assert row(results, "ping").requests == 50 * clients
    assert "getUser" not in [row.call for row in results.rows]


def test_an_empty_library_is_said(server, standin):
    standin.shelf = Shelf(0)

    with pytest.raises(NothingToMeasure, match="empty"):
        measured(server)


@pytest.mark.parametrize("pattern", ["no such call", "(", "^star"])
def test_a_pattern_without_calls_is_said(pattern):
    with pytest.raises(NothingToMeasure):
        selected(pattern, writes=False)
