"""The way of a request to `/rest/…`: parameters, login, endpoint, answer; and whatever goes wrong, in an envelope."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from typing import Any, cast

from litestar.connection import Request
from litestar.types import ASGIApp, HTTPResponseStartEvent, HTTPScope, Message, Receive, Scope, Send

from melodee.async_database import PoolExhausted
from melodee.subsonic.description import Body
from melodee.subsonic.envelope import Answer, Envelope, Format, is_callback, is_streamed
from melodee_api.admission import Place
from melodee_api.auth import Authenticator
from melodee_api.departure import watch
from melodee_api.endpoint import Call, Endpoint
from melodee_api.errors import (
    Busy,
    InvalidParameter,
    MissingParameter,
    NotAllowed,
    NotImplementedHere,
    SubsonicError,
    TooLarge,
)
from melodee_api.params import Params, merge, parse_pairs
from melodee_api.quirks import quirks_of
from melodee_api.services import Services

logger = logging.getLogger(__name__)

LONGEST_BODY = 10 << 20
_LONG_BODY = 1 << 18
"""From this size on a body is taken apart in a thread, so that other requests do not wait."""

METHODS = ("GET", "HEAD", "OPTIONS", "POST")

CORS_HEADERS = {
    "access-control-allow-origin": "*",
    "access-control-expose-headers": (
        "Accept-Ranges, Content-Disposition, Content-Length, Content-Range, ETag, Retry-After, "
        "X-Content-Duration, X-Total-Count"
    ),
}
"""On every answer, errors and parts of files too: web players load sound and covers from another origin."""

PREFLIGHT_HEADERS = {
    "access-control-allow-methods": ", ".join(METHODS),
    "access-control-allow-headers": (
        "Accept, Accept-Encoding, Authorization, Cache-Control, Content-Type, If-Match, If-Modified-Since, "
        "If-None-Match, If-Range, Range, X-Requested-With"
    ),
    "access-control-max-age": "86400",
    "allow": ", ".join(METHODS),
}


_FORMATS = {format_.value: format_ for format_ in Format}


class RestApi:
    """Serves requests to endpoints; one for each worker."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self.authenticator = Authenticator(services.accounts)

    async def serve(self, endpoint: Endpoint | None, scope: HTTPScope, receive: Receive, send: Send) -> None:
        """Answers a request; without an endpoint it names a method that this server does not have."""
        request: Request[Any, Any, Any] = Request(cast("Scope", scope), receive, send)
        place = Place(self.services.requests, urgent=endpoint is not None and endpoint.urgent)
        exchange = Exchange(request, send, place)
        started = time.perf_counter()
        try:
            await self._answer(endpoint, request, exchange)
        except Busy as error:
            # The line logs its refusals in sums.
            await exchange.fail(error)
            return
        except Exception as error:
            if isinstance(error, PoolExhausted):
                error = Busy(1)
            specified = isinstance(error, SubsonicError)
            if exchange.started or not specified:
                logger.exception("%s failed", endpoint.name if endpoint else "A request")
            if exchange.started:
                raise  # The client must not take half an answer for a whole one: the server cuts the connection.
            await exchange.fail(error if specified else SubsonicError())
        finally:
            place.leave()
        name = endpoint.name if endpoint else "unknown method"
        logger.info("%s %s %s %.1f ms", request.method, name, exchange.outcome, 1000 * (time.perf_counter() - started))

    async def _answer(self, endpoint: Endpoint | None, request: Request[Any, Any, Any], exchange: "Exchange") -> None:
        if request.method == "OPTIONS":
            await exchange.send_bytes(b"", 204, PREFLIGHT_HEADERS)
            return
        query = parse_pairs(request.scope["query_string"])
        exchange.envelope = choose_envelope(Params(query))
        # Before anything is done for it; the slot itself is taken when all of the request is there.
        exchange.place.check()
        params = merge(await read_form(request), query)
        exchange.envelope = choose_envelope(params)
        if request.method not in METHODS:
            raise NotImplementedHere
        check_format(params)
        if endpoint is None:
            raise NotImplementedHere
        await exchange.place.enter()
        caller = None
        if not endpoint.public:
            caller = await self.authenticator.authenticate(params, request.client.host if request.client else "")
            if (endpoint.role and endpoint.role not in caller.roles) or (endpoint.admin and not caller.admin):
                raise NotAllowed
        call = Call(params, self.services, request, caller, exchange.place, envelope=exchange.envelope)
        answer = await endpoint.handler(call)
        if callable(answer):
            await exchange.hand_over(answer, request)
        else:
            await exchange.send_answer(endpoint.result or "", answer, call.headers)


def choose_envelope(params: Params) -> Envelope:
    """The format that the request asks for, as far as it can be had: an unknown one is XML, as if it were not named."""
    wanted = (params.raw("f") or "").lower()
    format_ = _FORMATS.get(wanted, Format.XML)
    callback = params.raw("callback") or ""
    if format_ is Format.JSONP and not is_callback(callback):
        format_ = Format.JSON
    return Envelope(format_, callback, quirks_of(params.raw("c") or "").reduced)


def check_format(params: Params) -> None:
    """Raises what is wrong with `callback` when the format needs it."""
    if (params.raw("f") or "").lower() == Format.JSONP:
        callback = params.raw("callback")
        if callback is None:
            raise MissingParameter("callback")
        if not is_callback(callback):
            raise InvalidParameter("callback", "the name of a function")


async def read_form(request: Request[Any, Any, Any]) -> Sequence[tuple[str, str]]:
    """The form in a POST's body, if it is one. Raises `TooLarge`."""
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if request.method != "POST" or content_type not in ("", "application/x-www-form-urlencoded"):
        return ()
    body = bytearray()
    while True:
        message = await request.receive()
        if message["type"] != "http.request":
            break  # The client has gone.
        body += message["body"]
        if len(body) > LONGEST_BODY:
            raise TooLarge
        if not message["more_body"]:
            break
    if len(body) < _LONG_BODY:
        return parse_pairs(bytes(body))
    return await asyncio.to_thread(parse_pairs, bytes(body))


class Exchange:
    """The answering half of a request."""

    def __init__(self, request: Request[Any, Any, Any], send: Send, place: Place) -> None:
        self._bodiless = request.method == "HEAD"
        self._receive, self._send = request.receive, send
        self.envelope = Envelope()
        self.place = place
        """Left whenever something is sent: a client may be slow."""
        self.started = False
        self.outcome = "gone"

    async def send(self, message: Message) -> None:
        """Passes a message on, with the headers that every answer carries."""
        if message["type"] == "http.response.start":
            self.started = True
            if self.outcome == "gone":
                self.outcome = str(message["status"])
            headers = [(name.encode(), value.encode()) for name, value in CORS_HEADERS.items()]
            message = cast("HTTPResponseStartEvent", {**message, "headers": [*message["headers"], *headers]})
        await self._send(message)

    async def fail(self, error: SubsonicError) -> None:
        """Answers with the error's envelope."""
        self.outcome = f"error {error.code}"
        headers = {"retry-after": str(error.retry_after)} if error.retry_after is not None else {}
        await self._send_document(self.envelope.failed(error.code, error.message), error.status, headers)

    async def send_answer(self, name: str, answer: Answer, headers: dict[str, str]) -> None:
        """Answers with an envelope, in pieces when the answer is one of pieces."""
        self.outcome = "ok"
        if not is_streamed(answer):
            await self._send_document(self.envelope.ok(name, answer), 200, headers)
            return
        with watch(self._receive) as has_gone:
            async with aclosing(self.envelope.stream(name, cast("Body", answer))) as pieces:
                # What fails before the first piece is there can still be answered with an error.
                piece = await anext(pieces)
                self.place.leave()
                await self._start(200, self._envelope_headers(headers))
                if self._bodiless:
                    await self._body(b"", more=False)
                    return
                while (following := await self._following(pieces)) is not None:
                    if has_gone():
                        self.outcome = "gone"
                        return
                    await self._body(piece, more=True)
                    piece = following
                await self._body(piece, more=False)

    async def _following(self, pieces: AsyncIterator[bytes]) -> bytes | None:
        """The next piece of an answer that has begun."""
        await self.place.enter_again()
        try:
            return await anext(pieces, None)
        finally:
            self.place.leave()

    async def hand_over(self, response: ASGIApp, request: Request[Any, Any, Any]) -> None:
        """Lets an ASGI response answer."""
        self.place.leave()
        await response(request.scope, request.receive, self.send)

    async def send_bytes(self, content: bytes, status: int, headers: dict[str, str]) -> None:
        """Answers with these bytes."""
        self.place.leave()
        length = {} if status == 204 else {"content-length": str(len(content))}
        await self._start(status, {**headers, **length})
        await self._body(content, more=False)

    async def _send_document(self, document: bytes, status: int, headers: dict[str, str]) -> None:
        await self.send_bytes(document, status, self._envelope_headers(headers))

    def _envelope_headers(self, headers: dict[str, str]) -> dict[str, str]:
        return {
            "content-type": self.envelope.content_type,
            "cache-control": "private, no-cache",
            "x-content-type-options": "nosniff",
            **headers,
        }

    async def _start(self, status: int, headers: dict[str, str]) -> None:
        encoded = [(name.encode(), value.encode("latin-1", "replace")) for name, value in headers.items()]
        await self.send({"type": "http.response.start", "status": status, "headers": encoded})

    async def _body(self, content: bytes, *, more: bool) -> None:
        content = b"" if self._bodiless else content
        await self.send({"type": "http.response.body", "body": content, "more_body": more})
