"""The benchmark on our own service, with a small library of real songs."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from litestar.testing import TestClient

from melodee.bench.address import parse_address
from melodee.bench.login import Login
from melodee.bench.results import Results, Row, SettingFacts
from melodee.bench.run import run
from melodee.bench.server import enter
from tests.api.conftest import LISTENER, PASSWORD, Library


class Bridge(ThreadingHTTPServer):
    """HTTP before the application that the tests run in their own process."""

    daemon_threads = True

    def __init__(self, api: TestClient) -> None:
        self.api, self.lock = api, threading.Lock()
        super().__init__(("127.0.0.1", 0), Handler)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        with self.server.lock, self.server.api.stream("GET", self.path, headers=dict(self.headers)) as answer:
            body = b"".join(answer.iter_raw())
        self.send_response(answer.status_code)
        for name, value in answer.headers.items():
            if name not in ("content-length", "transfer-encoding", "connection"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Tests have nothing to read there."""


@pytest.fixture(scope="module")
def url(api: TestClient) -> Iterator[str]:
    server = Bridge(api)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def measured(url: str, login: Login, **given: object) -> Results:
    settings = SettingFacts(**{"rounds": 2} | given)
    return run(enter(parse_address(url), login), settings, "", lambda _: None)


def rows(results: Results) -> dict[str, Row]:
    return {row.call: row for row in results.rows}


@pytest.mark.parametrize("form", ["json", "xml"])
def test_every_call_of_the_service_is_measured_without_an_error(url, form):
    results = measured(url, Login(LISTENER, PASSWORD), format=form, gzip=form == "xml")

    assert (results.server.type, results.server.open_subsonic) == ("melodee", True)
    assert (results.library.songs, results.library.albums) == (6, 3)
    found = rows(results)
    assert {name: row.errors for name, row in found.items() if row.errors} == {}
    missing = {name for name, row in found.items() if row.missing is not None}
    # Its lists are shorter than any page, and nothing in it is in such a script.
    assert {name for name in missing if not name.endswith(("random", "deepest"))} <= {
        "getNowPlaying", "getArtists, unchanged", "search3, CJK",
    }  # fmt: skip
    assert found["getAlbumList2 newest, 50"].items == 3
    assert found["search3 all songs, 500"].items == 6
    assert found["search3, an artist's name"].items > 0
    assert found["getStarred2"].items == 3
    assert found["search3, nothing found"].items == 0
    assert found["getCoverArt, 300 pixels"].bytes > 500
    assert found["stream, the first MB"].bytes > 1000


def test_what_it_writes_is_taken_back(url, library: Library, api: TestClient):
    def starred() -> object:
        params = library.credentials("token") | {"f": "json"}
        return api.get("/rest/getStarred2", params=params).json()["subsonic-response"]["starred2"]

    before = starred()

    results = measured(url, Login(LISTENER, PASSWORD), only="star and|setRating|playing now", writes=True, rounds=5)

    assert {name: (row.requests, row.errors) for name, row in rows(results).items()} == {
        "star and unstar": (5, {}), "setRating and back": (5, {}), "scrobble, playing now": (5, {}),
    }  # fmt: skip
    assert starred() == before


@pytest.mark.parametrize("by", ["token", "password", "key"])
def test_it_is_let_in_in_each_way(url, library: Library, by):
    login = {
        "token": Login(LISTENER, PASSWORD),
        "password": Login(LISTENER, PASSWORD, plain=True),
        "key": Login(api_key=library.key),
    }[by]

    found = rows(measured(url, login, only="getUser|ping", clients=3))

    assert {row.requests for row in found.values()} == {6}
