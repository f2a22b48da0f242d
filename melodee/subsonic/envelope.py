"""The envelope: every answer of the API but sound and pictures, as XML, JSON or JSONP.

`status`, `version`, `type`, `serverVersion` and `openSubsonic` are in every envelope, failures included: clients read
them from a failed `ping` to learn what they talk to.
"""

import json
import re
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from melodee import __version__
from melodee.subsonic import json_writer, xml_writer
from melodee.subsonic.description import Body, Pieces, can_stream, describe
from melodee.subsonic.responses import Error

API_VERSION = "1.16.1"
SERVER_TYPE = "melodee"

PIECE = 1 << 16
"""A long answer is sent in pieces of about this many bytes."""

Answer = Body | Sequence[Body] | None
"""What an endpoint answers: a struct, a list of structs (written below the root, each by itself), or nothing."""


class Format(StrEnum):
    """The parameter `f`."""

    XML = "xml"
    JSON = "json"
    JSONP = "jsonp"


_CONTENT_TYPES = {
    Format.XML: "text/xml; charset=utf-8",
    Format.JSON: "application/json",
    Format.JSONP: "application/javascript",
}

# Dotted names of JavaScript, no more: anything else would be code of the caller's choice on our origin.
_CALLBACK = re.compile(r"[A-Za-z_$][\w$]{0,63}(\.[A-Za-z_$][\w$]{0,63}){0,7}", re.ASCII)


def is_callback(name: str) -> bool:
    """Whether JSONP may be wrapped in a call of that name."""
    return _CALLBACK.fullmatch(name) is not None


@dataclass(frozen=True, slots=True)
class Envelope:
    """Writes one request's answer in the format that it asked for."""

    format: Format = Format.XML
    callback: str = ""
    """Only for JSONP; checked by `is_callback`."""
    reduced: bool = False
    """Leave out what OpenSubsonic adds."""

    @property
    def content_type(self) -> str:
        """For the HTTP header."""
        return _CONTENT_TYPES[self.format]

    def ok(self, name: str, answer: Answer) -> bytes:
        """The whole envelope. `name` is the answer's, as `album`; it does not matter when there is no answer."""
        if self.format is Format.XML:
            parts = [_XML_START["ok"]]
            if answer is not None:
                for body in [answer] if isinstance(answer, Body) else answer:
                    xml_writer.writer(type(body), reduced=self.reduced)(body, name, parts.append)
            parts.append(_XML_END)
            return xml_writer.encode("".join(parts))
        if answer is None:
            return self._wrapped(_JSON_START["ok"] + b"}}")
        return self._wrapped(
            _JSON_START["ok"] + b',"' + name.encode() + b'":' + json_writer.encode(answer, reduced=self.reduced) + b"}}"
        )

    def failed(self, code: int, message: str) -> bytes:
        """The envelope of a failure."""
        error = Error(code=code, message=message)
        if self.format is Format.XML:
            parts = [_XML_START["failed"]]
            xml_writer.writer(Error)(error, "error", parts.append)
            return xml_writer.encode("".join([*parts, _XML_END]))
        return self._wrapped(_JSON_START["failed"] + b',"error":' + json_writer.encode(error) + b"}}")

    async def stream(self, name: str, answer: Body) -> AsyncGenerator[bytes]:
        """The envelope in pieces of about `PIECE` bytes; what the answer holds as `Pieces` is read as it is written."""
        buffer = bytearray()
        async for piece in self._xml(name, answer) if self.format is Format.XML else self._json(name, answer):
            buffer += piece
            if len(buffer) >= PIECE:
                yield bytes(buffer)
                buffer.clear()
        yield bytes(buffer)

    async def _xml(self, name: str, answer: Body) -> AsyncIterator[bytes]:
        yield _XML_START["ok"].encode()
        async for text in xml_writer.stream(answer, name, reduced=self.reduced):
            yield xml_writer.encode(text)
        yield _XML_END.encode()

    async def _json(self, name: str, answer: Body) -> AsyncIterator[bytes]:
        before, after = self._wrapped(b"|").split(b"|")
        yield before + _JSON_START["ok"] + b',"' + name.encode() + b'":'
        async for piece in json_writer.stream(answer, reduced=self.reduced):
            yield for_script(piece) if self.format is Format.JSONP else piece
        yield b"}}" + after

    def _wrapped(self, document: bytes) -> bytes:
        if self.format is Format.JSON:
            return document
        return self.callback.encode() + b"(" + for_script(document) + b");"


def is_streamed(answer: Answer) -> bool:
    """Whether the answer holds a list in pieces, at any depth that is in memory."""
    if not isinstance(answer, Body):
        return False
    for field in describe(type(answer)):
        value = getattr(answer, field.name)
        if isinstance(value, Pieces):
            return True
        if field.may_stream and can_stream(field.kind) and any(is_streamed(item) for item in value):
            return True
    return False


def for_script(document: bytes) -> bytes:
    """JSON that a line of JavaScript may hold; it means the same to a reader of JSON."""
    # Line separators are letters in JSON, but ended a line of JavaScript before 2019.
    return document.replace(b"\xe2\x80\xa8", rb"\u2028").replace(b"\xe2\x80\xa9", rb"\u2029")


def _attributes(status: str) -> dict[str, str | bool]:
    return {
        "status": status,
        "version": API_VERSION,
        "type": SERVER_TYPE,
        "serverVersion": __version__,
        "openSubsonic": True,
    }


def _xml_start(status: str) -> str:
    texts = {name: "true" if value is True else str(value) for name, value in _attributes(status).items()}
    attributes = "".join(f' {name}="{xml_writer.escape(text)}"' for name, text in texts.items())
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<subsonic-response xmlns="http://subsonic.org/restapi"{attributes}>'
    )


def _json_start(status: str) -> bytes:
    return f'{{"subsonic-response":{json.dumps(_attributes(status), separators=(",", ":"))[:-1]}'.encode()


_XML_START = {status: _xml_start(status) for status in ("ok", "failed")}
_XML_END = "</subsonic-response>\n"
_JSON_START = {status: _json_start(status) for status in ("ok", "failed")}
