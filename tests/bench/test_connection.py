"""One connection: kept alive, opened again, and what it makes of servers without manners."""

import gzip
import socket
import zlib

import pytest

from melodee.bench import connection as module
from melodee.bench.address import parse_address
from melodee.bench.connection import Connection, Request, RequestFailed, ServerAway
from melodee.bench.errors import NotSecure
from melodee.bench.login import Login
from tests.bench.conftest import LOGIN
from tests.bench.standin import Reply

COMMON = {"v": "1.16.1", "c": "test", "f": "json"}


@pytest.fixture
def connection(standin):
    connection = Connection(parse_address(standin.url), LOGIN, COMMON)
    yield connection
    connection.close()


def reply(standin, **given):
    standin.overrides["ping"] = lambda _: Reply(**given)


def test_one_connection_serves_all_requests(connection, standin):
    for _ in range(5):
        assert connection.ask(Request("ping")).status == 200

    assert len(standin._server._open) == 1
    assert connection.reopened == 0


def test_credentials_and_parameters_arrive_as_they_were_given(connection, standin):
    connection.ask(Request("search3", {"query": 'ac/dc & ünï+% "x"', "songCount": 3}))

    endpoint, query = standin.seen[-1]
    assert endpoint == "search3"
    assert (query["query"], query["songCount"], query["u"]) == ('ac/dc & ünï+% "x"', "3", "Änne")
    assert "p" not in query


def test_each_request_has_a_salt_of_its_own(connection, standin):
    for _ in range(2):
        connection.ask(Request("ping"))

    first, second = (query for _, query in standin.seen)
    assert first["s"] != second["s"]
    assert first["t"] != second["t"]


@pytest.mark.parametrize(
    "login", [Login("a", "\udcff\udc80"), Login("\udcff", "b", plain=True), Login(api_key="\udcff")]
)
def test_bytes_that_are_no_text_are_sent_as_they_are(login):
    query = Connection(parse_address("http://host"), login, COMMON).target(Request("ping"))

    assert query.isascii()
    assert "%FF" in query or "t=" in query


def test_a_connection_that_the_server_closed_is_opened_again(connection, standin):
    reply(standin, close=True)
    for _ in range(3):
        assert connection.ask(Request("ping")).status == 200

    assert connection.reopened == 2


def test_times_are_of_the_whole_answer_and_of_its_first_byte(connection, standin):
    reply(standin, body=b"x" * 1_000_000)

    answer = connection.ask(Request("ping"))

    assert len(answer.body) == 1_000_000
    assert 0 < answer.first_ms <= answer.whole_ms


def test_no_more_is_read_than_was_wanted(connection, standin):
    reply(standin, body=b"x" * 1_000_000)

    assert len(connection.ask(Request("ping", most=1000)).body) == 1000
    assert connection.ask(Request("getLicense")).status == 200


def chunked(*chunks: bytes, end: bytes = b"0\r\n\r\n") -> bytes:
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    return head + b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks) + end


@pytest.mark.parametrize(
    ("raw", "body"),
    [
        (chunked(b"a", b"bc", b"d" * 100_000), b"abc" + b"d" * 100_000),
        (chunked(), b""),
        (b"HTTP/1.0 200 OK\r\n\r\nuntil the end", b"until the end"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx", b"x"),
        (b"HTTP/1.1 304 Not Modified\r\n\r\n", b""),
        (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", b"ok"),
    ],
)
def test_answers_of_every_kind_are_read_whole(connection, standin, raw, body):
    reply(standin, raw=raw)

    assert connection.ask(Request("ping")).body == body
    assert connection.ask(Request("getLicense")).status == 200


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf of it",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\nx",
        chunked(b"half", end=b""),
        chunked(b"half", end=b"zz\r\n"),
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"\x15\x03\x01\x00\x02\x02\x46",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 1000 + b"\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100_000 + b"\r\n\r\n",
        b"HTTP/9.9 -1\r\n\r\n",
    ],
)
def test_half_an_answer_and_nonsense_are_failures_that_the_next_request_survives(connection, standin, raw):
    reply(standin, raw=raw)

    with pytest.raises(RequestFailed):
        connection.ask(Request("ping"))
    assert connection.ask(Request("getLicense")).status == 200


def test_what_never_ends_is_given_up(connection, standin, monkeypatch):
    monkeypatch.setattr(module, "LONGEST_ANSWER", 1000)
    reply(standin, body=b"x" * 5000)

    with pytest.raises(RequestFailed, match="longer"):
        connection.ask(Request("ping", most=1000))


def test_silence_is_given_up(monkeypatch):
    monkeypatch.setattr(module, "TIMEOUT_SECONDS", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        connection = Connection(parse_address(f"http://127.0.0.1:{silent.getsockname()[1]}"), LOGIN, COMMON)
        with pytest.raises(RequestFailed, match="no answer"):
            connection.ask(Request("ping"))


def test_nobody_there_is_told_apart(standin, connection):
    connection.ask(Request("ping"))
    standin.stop()

    with pytest.raises(ServerAway, match="refused"):
        connection.ask(Request("ping"))


def test_a_name_that_nobody_has_is_told_apart():
    with pytest.raises(ServerAway, match="there is no host"):
        Connection(parse_address("http://nobody.invalid"), LOGIN, COMMON).ask(Request("ping"))


def test_tls_where_none_is_spoken_is_said(standin):
    address = parse_address(standin.url.replace("http:", "https:"))

    with pytest.raises(NotSecure, match="http://"):
        Connection(address, LOGIN, COMMON).ask(Request("ping"))


def test_compressed_answers_are_kept_as_they_came(connection, standin):
    packed = gzip.compress(b'{"a": 1}' + b" " * 100_000)
    reply(standin, body=packed, headers={"Content-Encoding": "gzip"})

    answer = connection.ask(Request("ping", headers={"Accept-Encoding": "gzip"}))

    assert answer.body == packed
    assert answer.content(8) == b'{"a": 1}'
    assert len(answer.content()) == 100_008


@pytest.mark.parametrize("packed", [b"", b"no gzip", gzip.compress(b"x" * 1000, mtime=0)[:20], zlib.compress(b"x")])
def test_what_cannot_be_uncompressed_is_nothing(connection, standin, packed):
    reply(standin, body=packed, headers={"Content-Encoding": "gzip"})

    assert connection.ask(Request("ping")).content() == b""


def test_little_that_becomes_much_is_not_unpacked(connection, standin, monkeypatch):
    monkeypatch.setattr(module, "LONGEST_ANSWER", 1 << 20)
    reply(standin, body=gzip.compress(b"\0" * (64 << 20)), headers={"Content-Encoding": "gzip"})

    assert connection.ask(Request("ping")).content() == b""
