"""JSON from described structs: msgspec writes it, this cleans what XML could not carry and writes long lists in pieces.

Both formats carry the same text: a character that XML 1.0 does not allow is left out of JSON too.
"""

import re
from collections.abc import AsyncIterator
from typing import Any

import msgspec

from melodee.subsonic.description import Body, Field, Many, batches, can_stream, describe
from melodee.subsonic.xml_writer import without_noncharacters

_encoder = msgspec.json.Encoder()

# msgspec writes control characters as these escapes; the last choice takes any other escape whole, so that a backslash
# of the text (written as two) never begins one.
_ESCAPE = re.compile(rb"\\(?:(u00[01][0-9a-f]|[bf])|.)")


def encode(value: Any, *, reduced: bool = False) -> bytes:
    """The struct, the list of them or the scalar, as JSON; with `reduced`, without what OpenSubsonic adds."""
    if reduced:
        return _clean(_encoder.encode(_reduce(value)))
    try:
        return _clean(_encoder.encode(value))
    except UnicodeEncodeError:
        return _clean(_encoder.encode(_without_surrogates(msgspec.to_builtins(value))))


def _clean(document: bytes) -> bytes:
    # One byte is found far faster than two, and most answers have none.
    if b"\\" in document and (b"\\u00" in document or b"\\b" in document or b"\\f" in document):
        document = _ESCAPE.sub(lambda match: b"" if match[1] else match[0], document)
    return without_noncharacters(document)


def _without_surrogates(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "ignore").decode()
    if isinstance(value, list):
        return [_without_surrogates(item) for item in value]  # pyright: ignore[reportUnknownVariableType]
    if isinstance(value, dict):
        return {key: _without_surrogates(item) for key, item in value.items()}  # pyright: ignore[reportUnknownVariableType]
    return value


def _reduce(value: Any) -> Any:
    if isinstance(value, Body):
        fields = (field for field in describe(type(value)) if not field.added)
        pairs = ((field.json, getattr(value, field.name)) for field in fields)
        return _without_surrogates({name: _reduce(item) for name, item in pairs if item is not None})
    if isinstance(value, list | tuple):
        return [_reduce(item) for item in value]  # pyright: ignore[reportUnknownVariableType]
    return value


async def stream(body: Body, *, reduced: bool = False) -> AsyncIterator[bytes]:
    """The object in pieces: what the body holds as `Pieces` is written batch by batch."""
    separator = b"{"
    for field in describe(type(body)):
        value: Any = getattr(body, field.name)
        if value is None or (reduced and field.added):
            continue
        yield separator + b'"' + field.json.encode() + b'":'
        separator = b","
        if field.may_stream:
            async for piece in _array(value, field, reduced=reduced):
                yield piece
        else:
            yield encode(value, reduced=reduced)
    yield b"{}" if separator == b"{" else b"}"


async def _array(items: Many[Body], field: Field, *, reduced: bool) -> AsyncIterator[bytes]:
    separator = b"["
    nested = can_stream(field.kind)
    async for batch in batches(items):
        if nested:
            for item in batch:
                yield separator
                separator = b","
                async for piece in stream(item, reduced=reduced):
                    yield piece
        elif batch:
            yield separator + encode(batch, reduced=reduced)[1:-1]
            separator = b","
    yield b"[]" if separator == b"[" else b"]"
