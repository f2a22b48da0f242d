"""A small Subsonic server for the benchmark to measure: an orderly one, that a test can teach bad manners."""

import contextlib
import hashlib
import json
import socket
import threading
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit
from xml.sax.saxutils import quoteattr

PASSWORD = "pass&+% wörd"
KEY = "a-key"

WORDS = ("Winter", "harbour", "Lantern", "Северный", "meadow", "river", "Glass", "冬の海", "signal", "thunder")


@dataclass
class Reply:
    """What is sent; `raw` in place of all of HTTP."""

    status: int = 200
    body: bytes = b""
    content_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict[str, str])
    raw: bytes | None = None
    close: bool = False


Query = dict[str, str]
Answer = Callable[[Query], Reply]


class Failed(Exception):
    """An error of Subsonic's."""

    def __init__(self, code: int, message: str) -> None:
        self.code, self.message = code, message


@dataclass
class Shelf:
    """A library of so many songs, ten an album, three albums an artist."""

    songs: int = 240

    def song(self, number: int) -> dict[str, Any]:
        album = number // 10
        title = f"{WORDS[number % len(WORDS)]} {WORDS[(number // 7) % len(WORDS)]}"
        return {
            "id": f"so-{number}", "title": title, "albumId": f"al-{album}", "artistId": f"ar-{album // 3}",
            "parent": f"al-{album}", "isDir": False, "genres": [{"name": "Rock"}],
            "artists": [{"id": "ar-1", "name": "x"}],
        } | ({"starred": "2026-01-01T00:00:00Z", "userRating": 3} if number % 2 else {})  # fmt: skip

    def album(self, number: int) -> dict[str, Any]:
        return {
            "id": f"al-{number}", "name": f"Album {number}", "coverArt": f"al-{number}", "year": 1970 + number % 30,
            "artist": f"Artist {number // 3}", "artistId": f"ar-{number // 3}", "parent": f"ar-{number // 3}",
            "songCount": 10,
        }  # fmt: skip

    def artist(self, number: int) -> dict[str, Any]:
        return {"id": f"ar-{number}", "name": f"Artist {number}", "albumCount": 3}

    @property
    def totals(self) -> dict[str, int]:
        return {"song": self.songs, "album": self.songs // 10, "artist": self.songs // 30}

    def page(self, kind: str, size: int, offset: int) -> list[dict[str, Any]]:
        make = {"song": self.song, "album": self.album, "artist": self.artist}[kind]
        return [make(number) for number in range(offset, min(offset + size, self.totals[kind]))]


class Standin:
    """Answers the whole of what the benchmark asks, unless `overrides` say otherwise."""

    def __init__(self, shelf: Shelf | None = None, *, password: str = PASSWORD, base: str = "") -> None:
        self.shelf, self.password, self.base = shelf or Shelf(), password, base
        self.overrides: dict[str, Answer] = {}
        self.seen: list[tuple[str, Query]] = []
        self.before: Callable[[str], None] = lambda _endpoint: None
        """Is called with each method's name before it is answered."""
        self._server = _Server(self)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)

    @property
    def port(self) -> int:
        return self._server.server_address[1]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}{self.base}"

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Closes everything, so that nobody answers any more."""
        self._server.shutdown()
        self._server.server_close()
        self._server.cut()

    def endpoints(self) -> set[str]:
        return {endpoint for endpoint, _ in self.seen}

    def answer(self, path: str, query: Query) -> Reply:
        if not path.startswith(f"{self.base}/rest/"):
            return Reply(404, b"<!doctype html><title>Not here</title>", "text/html; charset=utf-8")
        endpoint = path.removeprefix(f"{self.base}/rest/").removesuffix(".view")
        self.seen.append((endpoint, query))
        self.before(endpoint)
        if endpoint in self.overrides:
            return self.overrides[endpoint](query)
        try:
            self._let_in(query)
            if endpoint in ("getCoverArt", "stream", "download"):
                return Reply(206, b"\xff" * 100, "image/jpeg")
            return envelope(query, self._result(endpoint, query))
        except Failed as error:
            return envelope(query, {"error": {"code": error.code, "message": error.message}}, "failed")

    def _let_in(self, query: Query) -> None:
        if "apiKey" in query:
            right = query["apiKey"] == KEY
        elif "p" in query:
            right = bytes.fromhex(query["p"].removeprefix("enc:")).decode() == self.password
        else:
            right = query.get("t") == hashlib.md5((self.password + query.get("s", "")).encode()).hexdigest()
        if not right:
            raise Failed(40, "Wrong username or password.")

    def _result(self, endpoint: str, query: Query) -> dict[str, Any]:
        shelf = self.shelf
        if endpoint == "search3":
            return {"searchResult3": dict(self._search(query))}
        if endpoint in ("getAlbumList", "getAlbumList2"):
            found = shelf.page("album", int(query["size"]), int(query.get("offset", "0")))
            return {endpoint.removeprefix("get").replace("Album", "album", 1): {"album": found}}
        size, offset = int(query.get("size") or query.get("count") or 0), int(query.get("offset", "0"))
        letters = [{"name": "A", "artist": shelf.page("artist", 10**9, 0)}]
        genre = {"value": "Rock", "songCount": shelf.songs, "albumCount": shelf.songs // 10}
        known: dict[str, dict[str, Any]] = {
            **{name: {} for name in ("ping", "getLicense", "star", "unstar", "setRating", "scrobble")},
            "getMusicFolders": {"musicFolders": {"musicFolder": [{"id": 1, "name": "Music"}]}},
            "getScanStatus": {"scanStatus": {"scanning": False, "count": shelf.songs}},
            "getUser": {"user": {"username": query.get("username")}},
            "getGenres": {"genres": {"genre": [genre]}},
            "getArtists": {"artists": {"index": letters}},
            "getIndexes": {"indexes": {"index": letters}},
            "getArtist": {"artist": {**shelf.artist(0), "album": shelf.page("album", 3, 0)}},
            "getAlbum": {"album": {**shelf.album(0), "song": shelf.page("song", 10, 0)}},
            "getSong": {"song": shelf.song(0)},
            "getMusicDirectory": {"directory": {"id": query.get("id"), "child": shelf.page("song", 10, 0)}},
            "getStarred": {"starred": {"song": shelf.page("song", 3, 0)}},
            "getStarred2": {"starred2": {"song": shelf.page("song", 3, 0)}},
            "getRandomSongs": {"randomSongs": {"song": shelf.page("song", size, 0)}},
            "getSongsByGenre": {"songsByGenre": {"song": shelf.page("song", size, offset)}},
        }
        if endpoint not in known:
            raise Failed(0, "Not implemented by this server.")
        return known[endpoint]

    def _search(self, query: Query) -> Iterator[tuple[str, list[dict[str, Any]]]]:
        for kind in ("artist", "album", "song"):
            size, offset = int(query.get(f"{kind}Count", "20")), int(query.get(f"{kind}Offset", "0"))
            found = self.shelf.page(kind, size, offset)
            wanted = query.get("query", "").casefold()
            yield kind, [node for node in found if wanted in node.get("title", node.get("name")).casefold()]


def envelope(query: Query, result: dict[str, Any], status: str = "ok") -> Reply:
    body = {
        "status": status,
        "version": "1.16.1",
        "type": "standin",
        "serverVersion": "7",
        "openSubsonic": True,
        **result,
    }
    if query.get("f") == "json":
        return Reply(body=json.dumps({"subsonic-response": body}).encode())
    return Reply(body=xml("subsonic-response", body).encode(), content_type="application/xml; charset=utf-8")


def xml(name: str, node: dict[str, Any]) -> str:
    attributes = "".join(
        f" {key}={quoteattr(str(value).lower() if isinstance(value, bool) else str(value))}"
        for key, value in node.items()
        if not isinstance(value, dict | list)
    )
    children = "".join(
        xml(key, each)
        for key, value in node.items()
        for each in (value if isinstance(value, list) else [value])
        if isinstance(each, dict)
    )
    return f"<{name}{attributes}>{children}</{name}>"


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, standin: Standin) -> None:
        self.standin = standin
        self._open: set[socket.socket] = set()
        super().__init__(("127.0.0.1", 0), _Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        self._open.add(request)
        super().process_request(request, client_address)

    def cut(self) -> None:
        for request in self._open:
            with contextlib.suppress(OSError):
                request.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients go as they like."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        query = {name: values[-1] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
        reply = self.server.standin.answer(parts.path, query)
        if reply.raw is not None:
            self.wfile.write(reply.raw)
            self.close_connection = True
            return
        self.send_response(reply.status)
        for name, value in {
            "Content-Type": reply.content_type,
            "Content-Length": str(len(reply.body)),
            **reply.headers,
        }.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(reply.body)
        self.close_connection = self.close_connection or reply.close

    def log_message(self, *_: object) -> None:
        """Tests have nothing to read there."""


@contextlib.contextmanager
def running(standin: Standin) -> Generator[Standin]:
    standin.start()
    try:
        yield standin
    finally:
        with contextlib.suppress(OSError):
            standin.stop()
