"""The server that is measured: how it is entered, and untimed questions to it."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

from melodee.bench.address import Address
from melodee.bench.answers import Node, Refusal, Unreadable, parse, refusal
from melodee.bench.connection import Answer, Connection, Request, RequestFailed, ServerAway, Value, away
from melodee.bench.errors import NoServer, NotLetIn, NotSubsonic
from melodee.bench.login import Login
from melodee.text import clean_text

CLIENT = "melodee-bench"
VERSION = "1.16.1"

_REDIRECTS = (301, 302, 303, 307, 308)
_MOST_REDIRECTS = 5

_SERVER_TOO_OLD = 30
_NO_TOKENS = 41
_LOGIN_CODES = (40, 41, 42, 43, 44)


@dataclass(frozen=True)
class Server:
    """A server that lets us in."""

    address: Address
    login: Login
    version: str
    """Of the protocol, as the server states it."""
    type: str
    server_version: str
    open_subsonic: bool

    def connect(self, form: str = "json", *, compressed: bool = False) -> Connection:
        """A further connection, for answers in JSON or XML."""
        # Servers older than ours refuse what they take for a newer client.
        return Connection(self.address, self.login, _common(self.version, form), compressed=compressed)


def _common(version: str, form: str) -> Mapping[str, str]:
    return {"v": version, "c": CLIENT, "f": form}


def enter(address: Address, login: Login) -> Server:
    """Asks who is there. Raises what is wrong with the address, the server or the credentials."""
    address, answer = _follow(address, login)
    envelope = _envelope(address, answer)
    version = str(envelope.get("version", ""))
    refused = refusal(answer)
    if refused and refused.code == _SERVER_TOO_OLD and version:
        answer = _ping(address, login, version)
        envelope, refused = _envelope(address, answer), refusal(answer)
    if refused:
        raise NotLetIn(_why_not(refused, login))
    return Server(
        address,
        login,
        VERSION if _is_newer(version, VERSION) else version,
        clean_text(str(envelope.get("type", "")), 100),
        clean_text(str(envelope.get("serverVersion", "")), 100),
        str(envelope.get("openSubsonic", "")).lower() == "true",
    )


def _follow(address: Address, login: Login) -> tuple[Address, Answer]:
    for _ in range(_MOST_REDIRECTS):
        answer = _ping(address, login, VERSION)
        if answer.status not in _REDIRECTS:
            return address, answer
        address = address.redirected(answer.headers.get("location", ""), "ping")
    raise NotSubsonic(f"{address}: it leads on and on")


def _is_newer(version: str, than: str) -> bool:
    def numbers(text: str) -> list[int]:
        return [int(part) for part in text.split(".") if part.isascii() and part.isdigit()]

    return not numbers(version) or numbers(version) >= numbers(than)


def _ping(address: Address, login: Login, version: str) -> Answer:
    connection = Connection(address, login, _common(version, "json"))
    try:
        return connection.ask(Request("ping"))
    except ServerAway as error:
        raise away(address, error) from error
    except RequestFailed as error:
        raise NotSubsonic(f"{address}: {error}") from error
    finally:
        connection.close()


def _envelope(address: Address, answer: Answer) -> Node:
    try:
        return parse(answer)
    except Unreadable as error:
        status = answer.status
        if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS):
            raise NotLetIn(f"{address} answers HTTP {status}{_retry_after(answer)}") from error
        if status in (HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.GATEWAY_TIMEOUT):
            raise NoServer(f"{address} answers HTTP {status}: what stands before it does not reach it") from error
        code = "" if status == HTTPStatus.OK else f"HTTP {status} and "
        reason = f"{address} answers with {code}{error}; where a path belongs to the address, it is part of the URL"
        raise NotSubsonic(reason) from error


def _retry_after(answer: Answer) -> str:
    after = answer.headers.get("retry-after", "")
    return f"; it may be tried again in {after} s" if after.isascii() and after.isdigit() else ""


def _why_not(refused: Refusal, login: Login) -> str:
    if refused.code == _NO_TOKENS:
        return f"It takes no tokens ({refused.sentence}); try --plain-password"
    if refused.code in _LOGIN_CODES:
        return f"It says of {clean_text(login.who, 100)}: {refused.sentence}"
    return f"It answers {refused.sentence}"


class Refused(Exception):
    """A question that the server did not answer as asked."""

    def __init__(self, refused: Refusal) -> None:
        super().__init__(refused.sentence)
        self.refusal = refused


class Questions:
    """Asks the server what is to be known before anything is timed."""

    def __init__(self, server: Server) -> None:
        self._address = server.address
        self._connection = server.connect()
        self.asked = 0

    def ask(self, endpoint: str, **query: Value) -> Node:
        """The envelope. Raises `Refused`, and `NoServer` where the server is gone."""
        answer = self.raw(Request(endpoint, query))
        if refused := refusal(answer):
            raise Refused(refused)
        try:
            return parse(answer)
        except Unreadable as error:
            raise Refused(Refusal(str(error), status=answer.status)) from error

    def is_file(self, request: Request) -> bool:
        """Whether sound or a picture comes back."""
        try:
            return refusal(self.raw(request), binary=True) is None
        except Refused:
            return False

    def raw(self, request: Request) -> Answer:
        """The answer as it comes. Raises `NoServer`, and `Refused` for an answer that is none."""
        self.asked += 1
        try:
            return self._connection.ask(request)
        except ServerAway as error:
            raise away(self._address, error) from error
        except RequestFailed as error:
            raise Refused(Refusal(str(error))) from error

    def close(self) -> None:
        """Closes the connection."""
        self._connection.close()
