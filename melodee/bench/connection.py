"""One connection to the server, kept alive, as one player has it.

`http.client`, because it costs least: 40 µs of processor time a request, against 90 for urllib3 and 240 for httpx.
"""

import contextlib
import http.client
import socket
import ssl
import time
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from melodee.bench.address import Address
from melodee.bench.errors import NoServer, NotSecure
from melodee.bench.login import Login

TIMEOUT_SECONDS = 60.0
"""How long the server may be silent before a request counts as failed."""

LONGEST_ANSWER = 512 << 20
"""Bytes; what is longer counts as failed."""

Value = str | int | bytes


@dataclass(frozen=True, slots=True)
class Request:
    """A call with its parameters, but for the credentials."""

    endpoint: str
    query: Mapping[str, Value] = field(default_factory=dict[str, Value])
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    most: int = LONGEST_ANSWER
    """Bytes of the answer that are read; where the server sends more, the connection is closed."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server sent, and how long it took."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes
    """As it came, perhaps compressed."""
    first_ms: float
    """From the request to the first byte of the body; to the end of the headers where there is no body."""
    whole_ms: float

    def content(self, most: int | None = None) -> bytes:
        """The body, uncompressed; at most its first bytes. Nothing when it cannot be uncompressed."""
        if self.headers.get("content-encoding", "").lower() != "gzip":
            return self.body if most is None else self.body[:most]
        inflate = zlib.decompressobj(zlib.MAX_WBITS | 16)
        try:
            found = inflate.decompress(self.body, LONGEST_ANSWER if most is None else most)
        except zlib.error:
            return b""
        return found if inflate.eof or most is not None else b""

    @property
    def content_type(self) -> str:
        """Without its parameters, in lower case."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


class RequestFailed(Exception):
    """A request that got no whole answer; the message says why."""


class ServerAway(RequestFailed):
    """Nobody takes the connection."""


class Connection:
    """Asks one request after the other; a connection that the server has closed is opened again."""

    def __init__(self, address: Address, login: Login, common: Mapping[str, str], *, compressed: bool = False) -> None:
        self._address, self._login, self._common = address, login, common
        self._headers = {"Accept-Encoding": "gzip" if compressed else "identity"}
        self._connection: http.client.HTTPConnection | None = None
        self._response: http.client.HTTPResponse | None = None
        self._aborted = False
        self.reopened = 0
        """How often the server had closed the connection."""

    def target(self, request: Request) -> str:
        """The path with the query; credentials are fresh in each."""
        # An empty parameter is left standing: an empty query of search3 is everything.
        query = urlencode({**request.query, **self._common, **self._login.parameters()})
        return f"{self._address.path(request.endpoint)}?{query}"

    def ask(self, request: Request) -> Answer:
        """The answer, whatever it is. Raises `RequestFailed`, and `NotSecure` where TLS itself fails."""
        target, headers = self.target(request), {**self._headers, **request.headers}
        started = time.perf_counter()
        try:
            return _read(self._begin(target, headers), request.most, started)
        except TimeoutError as error:
            raise RequestFailed(f"no answer within {TIMEOUT_SECONDS:g} s") from error
        except ConnectionError as error:
            raise RequestFailed("the server cut the connection") from error
        except (http.client.HTTPException, ValueError) as error:
            raise RequestFailed(f"no proper HTTP answer ({type(error).__name__})") from error
        except OSError as error:
            raise RequestFailed(f"the connection failed ({error.strerror or error})") from error
        finally:
            # Of what is not read to its end nothing more is wanted.
            if self._connection is not None and not self._is_idle():
                self.close()

    def _begin(self, target: str, headers: Mapping[str, str]) -> http.client.HTTPResponse:
        """Sends the request and reads the head of the answer."""
        fresh = self._connection is None or self._connection.sock is None
        try:
            return self._send(target, headers)
        except ConnectionError:
            # A server may close an idle connection at any moment, and a player then opens another one.
            self.close()
            if fresh:
                raise
            self.reopened += 1
            return self._send(target, headers)

    def _send(self, target: str, headers: Mapping[str, str]) -> http.client.HTTPResponse:
        kept = self._connection
        connection = kept if kept is not None and kept.sock is not None else self._open()
        connection.request("GET", target, headers=headers)
        self._response = connection.getresponse()
        return self._response

    def _open(self) -> http.client.HTTPConnection:
        if self._aborted:
            raise RequestFailed("given up")
        address = self._address
        kind = http.client.HTTPSConnection if address.scheme == "https" else http.client.HTTPConnection
        connection = kind(address.host, address.port, timeout=TIMEOUT_SECONDS)
        try:
            connection.connect()
        except ssl.SSLError as error:
            raise NotSecure(_about_tls(error, address)) from error
        except socket.gaierror as error:
            raise ServerAway(f"there is no host {address.host}") from error
        except TimeoutError as error:
            raise ServerAway(f"no connection within {TIMEOUT_SECONDS:g} s") from error
        except OSError as error:
            raise ServerAway((error.strerror or str(error)).lower()) from error
        self._connection = connection
        return connection

    def _is_idle(self) -> bool:
        """Whether the last answer was read to its end, so that the connection may carry another request."""
        return self._response is not None and self._response.isclosed()

    def abort(self) -> None:
        """Ends what another thread is waiting for, for good."""
        self._aborted = True
        sock = self._connection and self._connection.sock
        if sock:
            with contextlib.suppress(OSError):  # It is closed already.
                sock.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Closes the connection; the next request opens another."""
        if self._connection is not None:
            self._connection.close()
            self._connection = self._response = None


def _read(response: http.client.HTTPResponse, most: int, started: float) -> Answer:
    """The body with its times. Raises `RequestFailed` when it is not whole, but for what was not asked for."""
    first = response.read(1)
    first_ms = (time.perf_counter() - started) * 1000
    body = first + response.read(most - 1) if first else first
    whole_ms = (time.perf_counter() - started) * 1000
    # http.client counts what is left of the announced length; it does not mind when the connection ends before that.
    if response.length and len(body) < most:
        raise RequestFailed("the answer was cut short")
    if len(body) == most == LONGEST_ANSWER:
        raise RequestFailed(f"an answer longer than {LONGEST_ANSWER >> 20} MB")
    return Answer(response.status, response.headers, body, first_ms, whole_ms)


def _about_tls(error: ssl.SSLError, address: Address) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return (
            f"The certificate of {address.host} is not accepted: {error.verify_message}; one of your own is named by "
            "SSL_CERT_FILE"
        )
    return f"{address} does not speak TLS as it should ({error.reason or error}); is it an http:// address?"


def away(address: Address, error: RequestFailed) -> NoServer:
    """The same as an error of the command's."""
    return NoServer(f"{address}: {error}")
