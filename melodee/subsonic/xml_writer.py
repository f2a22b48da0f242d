"""XML from described structs, by functions that are generated once for each class.

Building a tree and serialising it costs several times what the rest of a request costs, so each class gets straight
code: one f-string an attribute. Escaping is decided once for an element: all its texts are looked at together, and
only an element that holds a special character (one in ten, in real libraries) is written again with each of its
values escaped.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from functools import cache
from typing import Any

from melodee.subsonic.description import Body, Field, Form, batches, can_stream, describe

Append = Callable[[str], None]
Writer = Callable[[Any, str, Append], None]
"""Takes the struct, its element's name and the `append` of a list of text."""
Head = Callable[[Any, str], str]
"""The first tag, without its last `>`."""

_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\n": "&#10;", "\t": "&#9;", "\r": "&#13;"}

# Not XML 1.0: control characters, and the last two code points of the plane (as UTF-8). Lone surrogates are dropped
# when the text is encoded.
_CONTROLS = bytes(byte for byte in range(32) if byte not in b"\t\n\r")
_NONCHARACTERS = (b"\xef\xbf\xbe", b"\xef\xbf\xbf")


def encode(text: str) -> bytes:
    """The document, or a piece of it, as UTF-8 without what XML 1.0 does not allow."""
    return without_noncharacters(text.encode("utf-8", "ignore").translate(None, _CONTROLS))


def without_noncharacters(document: bytes) -> bytes:
    """UTF-8 without U+FFFE and U+FFFF."""
    # One byte is found far faster than three, and most answers have none.
    if b"\xef" in document:
        for character in _NONCHARACTERS:
            document = document.replace(character, b"")
    return document


def escape(text: str) -> str:
    """The text as an attribute's value or as an element's text; line ends survive a parser."""
    for character, reference in _ESCAPES.items():
        if character in text:
            text = text.replace(character, reference)
    return text


@cache
def writer(struct: type[Body], *, reduced: bool = False) -> Writer:
    """The function that writes such a struct; with `reduced`, without what OpenSubsonic adds."""
    fields = [field for field in describe(struct) if not (reduced and field.added)]
    names: dict[str, Any] = {"head": head(struct, reduced=reduced), "escape": escape}
    children = [field for field in fields if field.is_child]
    if not children:
        return _compiled(["def write(body, tag, append):", " append(head(body, tag) + '/>')"], names, "write")
    lines = ["def write(body, tag, append):", " append(head(body, tag) + '>')"]
    for field in children:
        lines += _child_code(field, names, reduced=reduced)
    return _compiled([*lines, " append(f'</{tag}>')"], names, "write")


def _child_code(field: Field, names: dict[str, Any], *, reduced: bool) -> list[str]:
    value, indent, lines = f"body.{field.name}", " ", list[str]()
    if field.optional:
        lines, value, indent = [f" value = {value}", " if value is not None:"], "value", "  "
    if field.is_list:
        lines.append(f"{indent}for item in {value}:")
        indent, value = indent + " ", "item"
    if field.is_struct:
        names[f"write_{field.name}"] = writer(field.kind, reduced=reduced)
        return [*lines, f"{indent}write_{field.name}({value}, {field.xml!r}, append)"]
    text = f"{{{_as_text(field, value, escaped=True)}}}"
    if field.form is not Form.TEXT:
        text = f"<{field.xml}>{text}</{field.xml}>"
    return [*lines, f'{indent}append(f"{text}")']


@cache
def head(struct: type[Body], *, reduced: bool = False) -> Head:
    """The function that writes the first tag of such a struct with its attributes."""
    fields = [field for field in describe(struct) if not (field.is_child or (reduced and field.added))]
    always = [field for field in fields if not field.optional]
    sometimes = [field for field in fields if field.optional]
    lines: list[str] = []
    for name, escaped in (("careful", True), ("head", False)):
        # A prefix, so that no field can have the name of a variable of ours.
        lines += [f"def {name}(body, tag):", *[f" its_{field.name} = body.{field.name}" for field in always]]
        start = "".join(_attribute(field, escaped=escaped) for field in always)
        texts = [f"its_{field.name}" for field in always if field.kind is str]
        if not sometimes:
            lines += [] if escaped else [f" texts = f'{''.join(f'{{{text}}}' for text in texts)}'", _RETURN_CAREFUL]
            lines += [f" return f'<{{tag}}{start}'"]
            continue
        lines += [f" parts = [f'<{{tag}}{start}']", " append = parts.append"]
        lines += [] if escaped else [f" texts = [{', '.join(texts)}]", " look = texts.append"]
        for field in sometimes:
            look = f"; look(its_{field.name})" if field.kind is str and not escaped else ""
            lines += [f" its_{field.name} = body.{field.name}", f" if its_{field.name} is not None:"]
            lines += [f"  append(f'{_attribute(field, escaped=escaped)}'){look}"]
        lines += [] if escaped else [" texts = ''.join(texts)", _RETURN_CAREFUL]
        lines += [" return ''.join(parts)"]
    return _compiled(lines, {"escape": escape}, "head")


_SPECIAL = " or ".join(f"{character!r} in texts" for character in _ESCAPES)
_RETURN_CAREFUL = f" if {_SPECIAL}: return careful(body, tag)"


def _attribute(field: Field, *, escaped: bool) -> str:
    return f' {field.xml}="{{{_as_text(field, f"its_{field.name}", escaped=escaped)}}}"'


def _as_text(field: Field, value: str, *, escaped: bool) -> str:
    if field.kind is str:
        return f"escape({value})" if escaped else value
    if field.kind is bool:
        return f'"true" if {value} else "false"'
    return value


def _compiled(lines: list[str], names: dict[str, Any], name: str) -> Any:
    exec("\n".join(lines), names)  # noqa: S102  The code is made of our own classes' field names only.
    return names[name]


@cache
def _child_writer(field: Field, *, reduced: bool) -> Callable[[Body, Append], None]:
    names: dict[str, Any] = {"escape": escape}
    return _compiled(["def write(body, append):", *_child_code(field, names, reduced=reduced)], names, "write")


async def stream(body: Body, tag: str, *, reduced: bool = False) -> AsyncIterator[str]:
    """The element in pieces: what the body holds as `Pieces` is written batch by batch."""
    fields = [field for field in describe(type(body)) if not (reduced and field.added)]
    yield head(type(body), reduced=reduced)(body, tag) + ">"
    for field in fields:
        value: Any = getattr(body, field.name)
        if field.may_stream and value is not None:
            async for batch in batches(value):
                async for piece in _items(batch, field, reduced=reduced):
                    yield piece
        elif field.is_child:
            parts: list[str] = []
            _child_writer(field, reduced=reduced)(body, parts.append)
            yield "".join(parts)
    yield f"</{tag}>"


async def _items(items: Sequence[Body], field: Field, *, reduced: bool) -> AsyncIterator[str]:
    if can_stream(field.kind):
        for item in items:
            async for piece in stream(item, field.xml, reduced=reduced):
                yield piece
        return
    parts: list[str] = []
    write = writer(field.kind, reduced=reduced)
    for item in items:
        write(item, field.xml, parts.append)
    yield "".join(parts)
