"""Files over HTTP: ranges, conditions and names."""

import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from litestar import Litestar, asgi
from litestar.testing import TestClient
from litestar.types import Receive, Scope, Send

from melodee_api import ranges
from melodee_api.errors import NotFound
from melodee_api.ranges import (
    CHUNK,
    ContentResponse,
    FileResponse,
    Representation,
    Unsatisfiable,
    content_disposition,
    http_date,
    parse_range,
)

SIZE = 2 * CHUNK + 1000
CONTENT = bytes(range(256)) * (SIZE // 256) + b"x" * (SIZE % 256)


@pytest.mark.parametrize(
    ("header", "part"),
    [
        ("bytes=0-", range(1000)),
        ("bytes=0-0", range(1)),
        ("bytes=10-19", range(10, 20)),
        ("bytes=999-", range(999, 1000)),
        ("bytes=-1", range(999, 1000)),
        ("bytes=-5000", range(1000)),
        ("bytes=500-99999", range(500, 1000)),
        ("bytes=0-" + "9" * 31, range(1000)),
        ("bytes=-" + "9" * 5000, range(1000)),
        ("bytes=00010-00011", range(10, 12)),
        ("Bytes = 1-2", range(1, 3)),
        ("bytes= 1 - 2 ", range(1, 3)),
        ("bytes=5-6,8-9", range(5, 7)),
        ("bytes=2000-3000, 8-9", range(8, 10)),
        ("bytes=1-2,", range(1, 3)),
    ],
)
def test_h1_ranges_of_a_file_of_a_thousand_bytes(header, part):
    assert parse_range(header, 1000) == part


@pytest.mark.parametrize("header", ["bytes=1000-", "bytes=-0", "bytes=1" + "0" * 30 + "-", "bytes=5000-6000,-0"])
def test_h1_a_range_behind_the_end_cannot_be_satisfied(header):
    with pytest.raises(Unsatisfiable):
        parse_range(header, 1000)


@pytest.mark.parametrize(
    "header",
    ["", "bytes", "bytes=", "bytes=,", "bytes=-", "items=0-1", "bytes=a-b", "bytes=5-4", "bytes=1-2,x", "bytes=0x1-2",
     "bytes=٣-", "bytes=1-2-3", "bytes=--1", "0-1"],
)  # fmt: skip
def test_a_range_that_makes_no_sense_is_ignored(header):
    assert parse_range(header, 1000) is None


@pytest.mark.parametrize(
    "header", ["bytes=" + " " * 400_000 + "x", "bytes=" + "1-," * 130_000, "bytes=" + "1" * 400_000]
)
def test_a_long_header_takes_no_long_time(header):
    started = time.perf_counter()

    parse_range(header, 1000)

    assert time.perf_counter() - started < 2


def test_of_an_empty_file_there_is_no_part():
    for header in ("bytes=0-", "bytes=-5"):
        with pytest.raises(Unsatisfiable):
            parse_range(header, 0)


@given(st.text(st.sampled_from("bytes=0123456789-, "), max_size=30), st.integers(0, 10**12))
def test_whatever_the_header_the_part_lies_within_the_file(header, size):
    try:
        part = parse_range("bytes=" + header, size)
    except Unsatisfiable:
        return
    assert part is None or (0 <= part.start < part.stop <= size)


@pytest.fixture
def song(tmp_path: Path) -> Path:
    path = tmp_path / "song.flac"
    path.write_bytes(CONTENT)
    os.utime(path, (1_700_000_000, 1_700_000_000.25))
    return path


@pytest.fixture
def client(song: Path) -> Iterator[TestClient]:
    @asgi("/song", copy_scope=False)
    async def send_song(scope: Scope, receive: Receive, send: Send) -> None:
        await FileResponse(song, "audio/flac", {"content-disposition": content_disposition("a.flac")})(
            scope, receive, send
        )

    @asgi("/cover", copy_scope=False)
    async def send_cover(scope: Scope, receive: Receive, send: Send) -> None:
        what = Representation(10, '"abc"')
        await ContentResponse(b"0123456789", "image/png", what, {"cache-control": "private"})(scope, receive, send)

    with TestClient(Litestar([send_song, send_cover], openapi_config=None)) as client:
        yield client


def test_h1_a_whole_file_has_its_length_and_can_be_asked_for_in_parts(client):
    answer = client.get("/song")

    assert answer.status_code == 200
    assert answer.content == CONTENT
    assert answer.headers["content-length"] == str(SIZE)
    assert answer.headers["accept-ranges"] == "bytes"
    assert answer.headers["content-type"] == "audio/flac"
    assert answer.headers["last-modified"] == "Tue, 14 Nov 2023 22:13:20 GMT"
    assert answer.headers["etag"].startswith('"')


@pytest.mark.parametrize(
    ("header", "first", "last"),
    [
        ("bytes=0-99", 0, 99),
        (f"bytes={CHUNK - 1}-{CHUNK}", CHUNK - 1, CHUNK),
        ("bytes=-7", SIZE - 7, SIZE - 1),
        ("bytes=5-", 5, SIZE - 1),
    ],
)
def test_h1_a_part_says_which_it_is(client, header, first, last):
    answer = client.get("/song", headers={"range": header})

    assert answer.status_code == 206
    assert answer.content == CONTENT[first : last + 1]
    assert answer.headers["content-range"] == f"bytes {first}-{last}/{SIZE}"
    assert answer.headers["content-length"] == str(last - first + 1)


def test_h1_past_the_end_is_416_with_the_size(client):
    answer = client.get("/song", headers={"range": f"bytes={SIZE}-"})

    assert answer.status_code == 416
    assert answer.headers["content-range"] == f"bytes */{SIZE}"
    assert answer.headers["content-length"] == "0"
    assert "content-type" not in answer.headers
    assert answer.content == b""


def test_h2_head_has_the_headers_of_get_and_no_body(client):
    for headers in ({}, {"range": "bytes=1-2"}, {"range": "bytes=99999999-"}):
        head, get = client.head("/song", headers=headers), client.get("/song", headers=headers)
        assert (head.status_code, head.headers) == (get.status_code, get.headers)
        assert head.content == b""


def test_g4_a_client_that_has_it_gets_304(client):
    first = client.get("/song")
    etag, modified = first.headers["etag"], first.headers["last-modified"]
    later = http_date(datetime(2024, 1, 1, tzinfo=UTC))

    for condition in (
        {"if-none-match": etag},
        {"if-none-match": f'"other", W/{etag}'},
        {"if-none-match": "*"},
        {"if-modified-since": modified},
        {"if-modified-since": later},
    ):
        answer = client.get("/song", headers=condition | {"range": "bytes=0-1"})
        assert answer.status_code == 304, condition
        assert answer.content == b""
        assert answer.headers["etag"] == etag
        assert not [name for name in answer.headers if name.startswith("content-")]


def test_conditions_that_do_not_hold_send_the_file(client):
    etag = client.get("/song").headers["etag"]

    for condition in (
        {"if-none-match": '"other"'},
        {"if-none-match": etag.strip('"')},
        {"if-modified-since": http_date(datetime(2020, 1, 1, tzinfo=UTC))},
        {"if-modified-since": "yesterday"},
        {"if-modified-since": "Tue, 99 Nov 99999999999999 22:13:20 GMT"},
        # The tag decides where both are given.
        {"if-none-match": '"other"', "if-modified-since": http_date(datetime.now(UTC) + timedelta(days=1))},
    ):
        assert client.get("/song", headers=condition).status_code == 200, condition


def test_h1_if_range_sends_the_part_of_the_same_file_and_all_of_another(client):
    first = client.get("/song")
    part = {"range": "bytes=0-1"}

    for same in (first.headers["etag"], first.headers["last-modified"]):
        assert client.get("/song", headers=part | {"if-range": same}).status_code == 206
    for other in ('"other"', f"W/{first.headers['etag']}", "Tue, 14 Nov 2023 22:13:21 GMT", "nonsense"):
        answer = client.get("/song", headers=part | {"if-range": other})
        assert (answer.status_code, answer.content) == (200, CONTENT)


def test_a_changed_file_has_another_tag(client, song):
    first = client.get("/song").headers["etag"]

    os.utime(song, ns=(0, 1_700_000_000_250_000_001))

    assert client.get("/song").headers["etag"] != first


def test_content_in_memory_answers_as_a_file_does(client):
    assert client.get("/cover").content == b"0123456789"
    assert client.get("/cover", headers={"range": "bytes=2-3"}).content == b"23"
    assert client.get("/cover", headers={"if-none-match": '"abc"'}).status_code == 304
    assert client.get("/cover", headers={"if-none-match": '"abc"'}).headers["cache-control"] == "private"
    assert client.head("/cover").headers["content-length"] == "10"


def test_an_empty_file_is_sent(client, song):
    song.write_bytes(b"")

    answer = client.get("/song")

    assert (answer.status_code, answer.content, answer.headers["content-length"]) == (200, b"", "0")
    assert client.get("/song", headers={"range": "bytes=0-"}).status_code == 416


class Connection:
    """An ASGI client that keeps what it gets, and can go away."""

    def __init__(self, method: str = "GET", headers: dict[str, str] | None = None) -> None:
        encoded = [(name.encode(), value.encode()) for name, value in (headers or {}).items()]
        self.scope: Scope = {"type": "http", "method": method, "headers": encoded}
        self.sent: list[dict] = []
        self.leave_after = 10**9

    async def receive(self) -> dict:
        while len(self.sent) < self.leave_after:
            await ranges.asyncio.sleep(0)
        return {"type": "http.disconnect"}

    async def send(self, message: dict) -> None:
        self.sent.append(message)
        await ranges.asyncio.sleep(0)


def get(connection: Connection, response: FileResponse) -> None:
    ranges.asyncio.run(response(connection.scope, connection.receive, connection.send))


def open_files() -> set[str]:
    return {os.path.realpath(link) for link in Path("/proc/self/fd").iterdir()}


def test_constant_memory_a_file_is_sent_in_chunks(song):
    connection = Connection()

    get(connection, FileResponse(song, "audio/flac"))

    bodies = [message["body"] for message in connection.sent[1:]]
    assert [len(body) for body in bodies] == [CHUNK, CHUNK, 1000]
    assert [message["more_body"] for message in connection.sent[1:]] == [True, True, False]
    assert str(song) not in open_files()


def test_a_client_that_leaves_stops_the_reading_and_closes_the_file(song):
    connection = Connection()
    connection.leave_after = 2

    get(connection, FileResponse(song, "audio/flac"))

    assert len(connection.sent) < 4
    assert str(song) not in open_files()


def test_a_file_that_shrinks_while_it_is_sent_cuts_the_connection(song):
    connection = Connection()
    keep = connection.send

    async def shrink(message: dict) -> None:
        os.truncate(song, 10)
        await keep(message)

    connection.send = shrink
    with pytest.raises(EOFError):
        get(connection, FileResponse(song, "audio/flac"))
    assert str(song) not in open_files()


def test_what_is_no_file_is_not_found(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)

    for path in (tmp_path / "absent", tmp_path, pipe, tmp_path / "absent" / "deeper"):
        connection = Connection()
        with pytest.raises(NotFound):
            get(connection, FileResponse(path, "audio/flac"))
        assert connection.sent == []


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("song.mp3", "attachment; filename=\"song.mp3\"; filename*=UTF-8''song.mp3"),
        ("Но 🎵.mp3", "attachment; filename=\"__ _.mp3\"; filename*=UTF-8''%D0%9D%D0%BE%20%F0%9F%8E%B5.mp3"),
        ('7" mix\\a/b.mp3', "attachment; filename=\"7_ mix_a_b.mp3\"; filename*=UTF-8''7%22%20mix_a_b.mp3"),
        ("a\r\nSet-Cookie: x", "attachment; filename=\"a__Set-Cookie: x\"; filename*=UTF-8''a__Set-Cookie%3A%20x"),
        ("50% off;.mp3", "attachment; filename=\"50_ off;.mp3\"; filename*=UTF-8''50%25%20off%3B.mp3"),
        ("", "attachment; filename=\"_\"; filename*=UTF-8''_"),
    ],
)  # fmt: skip
def test_h9_any_name_can_be_a_file_name(name, header):
    assert content_disposition(name) == header
    assert content_disposition(name, inline=True).startswith("inline; ")


@given(st.text(st.characters(codec=None)))
def test_no_name_breaks_the_header(name):
    header = content_disposition(name)

    assert header.isascii()
    assert header.isprintable()
    assert header.count('"') == 2
