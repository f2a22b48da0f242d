"""Compression of answers: by the middleware while they are sent, except for those that come compressed."""

from typing import Any

from litestar.config.compression import CompressionConfig
from litestar.datastructures import Headers
from litestar.middleware.compression import CompressionMiddleware
from litestar.types import Message, Scope, Send

_NAMES = ("gzip", "x-gzip")


def accepts_gzip(accept_encoding: str) -> bool:
    """Whether the header `Accept-Encoding` allows gzip: RFC 9110, 12.5.3."""
    weights: dict[str, str] = {}
    for part in accept_encoding.lower().split(","):
        name, _, weight = part.partition(";")
        weights[name.strip()] = weight.replace(" ", "").removeprefix("q=")
    wanted = next((weights[name] for name in (*_NAMES, "*") if name in weights), "0")
    return not wanted or bool(wanted.strip("0."))


class Compression(CompressionMiddleware):
    """Litestar's, but an answer with a `Content-Encoding` passes, and `gzip;q=0` is heard as no."""

    def create_compression_send_wrapper(self, send: Send, compression_encoding: Any, scope: Scope) -> Send:
        """What sends an answer."""
        if not accepts_gzip(Headers.from_scope(scope).get("accept-encoding", "")):
            return send
        compressing = super().create_compression_send_wrapper(send, compression_encoding, scope)
        passes = False

        async def choose(message: Message) -> None:
            nonlocal passes
            if message["type"] == "http.response.start":
                passes = any(name.lower() == b"content-encoding" for name, _ in message["headers"])
            await (send if passes else compressing)(message)

        return choose


# Audio and pictures are compressed already; their endpoints opt out.
COMPRESSION = CompressionConfig(
    backend="gzip",
    gzip_compress_level=5,
    minimum_size=1000,
    exclude_opt_key="uncompressed",
    middleware_class=Compression,
)
