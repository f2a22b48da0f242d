"""Sending a stored list of artists, or saying that the client has it already."""

from contextlib import aclosing

from litestar.datastructures import Headers
from litestar.types import Receive, Scope, Send

from melodee_api.departure import watch
from melodee_api.ranges import Representation, client_has_it
from melodee_api.stored_text import StoredText


class StoredAnswer:
    """The ASGI response. When the client goes, fetching stops; when the list is gone, the connection is cut."""

    def __init__(self, text: StoredText, content_type: str, *, gzipped: bool) -> None:
        self._text, self._gzipped = text, gzipped
        self._content_type = content_type

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers the request."""
        headers = {
            "etag": self._text.etag(b"gzip" if self._gzipped else b""),
            "cache-control": "private, no-cache",
            "vary": "accept-encoding",
        }
        if client_has_it(Headers.from_scope(scope), Representation(0, headers["etag"])):
            await _start(send, 304, headers)
            await _body(send, b"", more=False)
            return
        headers |= self._content_headers()
        if scope["type"] == "http" and scope["method"] == "HEAD":
            await _start(send, 200, headers)
            await _body(send, b"", more=False)
            return
        with watch(receive) as has_gone:
            async with aclosing(self._text.gzip() if self._gzipped else self._text.plain()) as parts:
                # What fails before the first part is there can still be answered with an error.
                part = await anext(parts)
                await _start(send, 200, headers)
                async for following in parts:
                    await _body(send, part, more=True)
                    part = following
                    if has_gone():
                        return
                await _body(send, part, more=False)

    def _content_headers(self) -> dict[str, str]:
        headers = {"content-type": self._content_type, "x-content-type-options": "nosniff"}
        if self._gzipped:
            headers["content-encoding"] = "gzip"
        size = self._text.size(gzipped=self._gzipped)
        return headers if size is None else {**headers, "content-length": str(size)}


async def _start(send: Send, status: int, headers: dict[str, str]) -> None:
    encoded = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": status, "headers": encoded})


async def _body(send: Send, content: bytes, *, more: bool) -> None:
    await send({"type": "http.response.body", "body": content, "more_body": more})
