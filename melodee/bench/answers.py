"""What an answer says: in order or refused, and what it holds.

While calls are timed, only the head of an envelope is looked at: reading all of it would cost the client more than the
call. JSON and XML are read into the same shape.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast
from xml.parsers import expat

import msgspec

from melodee.bench.connection import Answer
from melodee.text import clean_text

Node = Mapping[str, Any]

_HEAD = 400
"""Bytes of an envelope in which its status stands, as a rule."""

_STATUS = re.compile(rb"""["']?\bstatus["']?\s*[:=]\s*["'](ok|failed)["']""")

_MISSING_STATUS = (404, 405, 410, 501)
"""With these some servers answer methods that they do not have."""

_MISSING_MESSAGE = re.compile(
    r"not (yet )?(implemented|supported|found|available)|unknown|no such|removed", re.IGNORECASE
)

_ITEMS = frozenset({"album", "artist", "child", "entry", "genre", "musicFolder", "playlist", "song"})
_GROUPS = frozenset({"index"})
"""Of artists by letter, the letters do not count."""


@dataclass(frozen=True)
class Refusal:
    """An answer that is not what was asked for."""

    message: str
    code: int | None = None
    """Subsonic's code; `None` when there was no envelope."""
    status: int | None = None
    """HTTP's; `None` when there was no answer at all."""

    @property
    def sentence(self) -> str:
        """For the table of errors."""
        if self.code is None and self.status is None:
            return self.message
        what = f"HTTP {self.status}" if self.code is None else f"error {self.code}"
        return f"{what}: {self.message}" if self.message else what

    @property
    def is_missing(self) -> bool:
        """Whether the server says that it has no such method. Servers say it in many ways."""
        if self.code is None:
            return self.status in _MISSING_STATUS
        return self.code == 30 or (self.code == 0 and _MISSING_MESSAGE.search(self.message) is not None)


class Unreadable(Exception):
    """What was sent is no envelope."""


def refusal(answer: Answer, *, binary: bool = False) -> Refusal | None:
    """What is wrong with an answer; `None` when it is in order."""
    if answer.status == 304:
        return None
    if binary and answer.status in (200, 206) and not _is_text(answer):
        return None if answer.body else Refusal("nothing in it", status=answer.status)
    if not binary and answer.status == 200:
        found = _STATUS.search(answer.content(_HEAD))
        if found and found[1] == b"ok":
            return None
    try:
        envelope = parse(answer)
    except Unreadable as error:
        return Refusal(str(error), status=answer.status)
    if envelope.get("status") == "ok":
        return Refusal("an envelope, and no file", status=answer.status) if binary else None
    error = as_list(envelope.get("error"))
    told: Node = error[0] if error else {}
    code = whole_number(told.get("code"))
    return Refusal(clean_text(str(told.get("message") or ""), 200), code, answer.status)


def _is_text(answer: Answer) -> bool:
    return answer.content_type in ("application/json", "text/json", "text/xml", "application/xml", "text/html")


def parse(answer: Answer) -> Node:
    """The envelope: attributes and elements alike by name. Raises `Unreadable`, saying what there is in its place."""
    content = answer.content().lstrip(b"\xef\xbb\xbf \t\r\n")
    if not content:
        raise Unreadable("nothing was sent")
    if content[:1] in (b"{", b"["):
        try:
            whole: object = msgspec.json.decode(content)
        except (msgspec.DecodeError, RecursionError) as error:
            raise Unreadable("what was sent is no JSON") from error
        found = cast("dict[str, object]", whole).get("subsonic-response") if isinstance(whole, dict) else None
        if not isinstance(found, dict):
            raise Unreadable("the JSON is no Subsonic envelope")
        return cast("Node", found)
    if answer.content_type == "text/html" or content[:14].lower().startswith((b"<!doctype html", b"<html")):
        raise Unreadable("a web page")
    return _Envelope().read(content)


class _Envelope:
    """Reads XML. Expat itself, because it lets us refuse a document type, and with it entities that never end."""

    def __init__(self) -> None:
        self._open: list[dict[str, Any]] = [{}]
        self._parser = expat.ParserCreate()
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.StartDoctypeDeclHandler = self._refuse

    def read(self, content: bytes) -> Node:
        try:
            self._parser.Parse(content, True)
        except expat.ExpatError as error:
            raise Unreadable("neither XML nor JSON was sent") from error
        found = self._open[0].get("subsonic-response")
        if not found:
            raise Unreadable("the XML is no Subsonic envelope")
        return found[0]

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        node: dict[str, Any] = dict(attributes)
        beside = self._open[-1].setdefault(name, [])
        # An attribute and an element of one name: the element is what counts.
        if not isinstance(beside, list):
            self._open[-1][name] = beside = []
        cast("list[Any]", beside).append(node)
        self._open.append(node)

    def _end(self, _name: str) -> None:
        self._open.pop()

    def _refuse(self, *_: object) -> None:
        raise Unreadable("XML with a document type is not read")


def as_list(value: object) -> list[Node]:
    """The elements of that name. Old servers write a single one without its array."""
    items = cast("list[object]", value if isinstance(value, list) else [value])
    return [cast("Node", item) for item in items if isinstance(item, dict)]


def below(node: Node, *names: str) -> list[Node]:
    """The elements that a path of names leads to: `below(envelope, "albumList2", "album")`."""
    nodes = [node]
    for name in names:
        nodes = [child for parent in nodes for child in as_list(parent.get(name))]
    return nodes


def whole_number(value: object) -> int | None:
    """A number, whether it came as one or as text."""
    try:
        return int(cast("str", value))
    except (TypeError, ValueError, OverflowError):
        return None


def count_items(envelope: Node) -> int:
    """Albums, songs, artists and the like in an answer, without those that are described within another."""
    waiting = [node for name, value in envelope.items() if name != "error" for node in as_list(value)]
    single = any(as_list(envelope.get(name)) for name in _ITEMS)
    found = 0
    while waiting:
        node = waiting.pop()
        for name, value in node.items():
            if name in _GROUPS:
                waiting += as_list(value)
            elif name in _ITEMS:
                found += len(as_list(value))
    return found or int(single)
