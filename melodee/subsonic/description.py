"""How a response is described: msgspec structs whose annotations also say what XML needs to know.

JSON knows objects, arrays and scalars; Subsonic's XML writes a scalar as an attribute, except where a marker in
`Annotated` says otherwise. A struct and each item of a list are child elements, in the order of declaration (the
schema's `xs:sequence`). So one description serves both, and they cannot differ.

- An optional field is `T | None = None` and is left out when it is `None`; `0`, `False` and `""` are written.
- A list that must be there even when it is empty is a plain `list`, without a default or with `default_factory=empty`.
- `Added[T]` marks what OpenSubsonic adds to Subsonic 1.16.1: it is left out for clients that stumble over it.
- `Many[T]` is a list that may be longer than one wants to hold: give a list, or `Pieces` of batches.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from functools import cache
from types import UnionType
from typing import Annotated, Any, Generic, NewType, TypeVar, Union, get_args, get_origin, get_type_hints

import msgspec

T = TypeVar("T")


class Form(Enum):
    """How XML writes a field whose value is a scalar."""

    ATTRIBUTE = "attribute"
    ELEMENT = "element"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Named:
    """The element's name in XML where it is not the name in JSON."""

    xml: str


class _Addition:
    """Marks a field that is not in Subsonic 1.16.1."""


ELEMENT = Form.ELEMENT
TEXT = Form.TEXT


class Pieces(Generic[T]):
    """A list given in batches, so that memory does not grow with its length."""

    def __init__(self, batches: AsyncIterator[Sequence[T]]) -> None:
        self.batches = batches


Added = Annotated[T | None, _Addition]
AddedList = Annotated[list[T], _Addition]
Many = list[T] | Pieces[T]


async def batches(items: Many[T]) -> AsyncIterator[Sequence[T]]:
    """The list in its batches; one that is whole is one batch."""
    if isinstance(items, Pieces):
        async for batch in items.batches:
            yield batch
    else:
        yield items


Timestamp = NewType("Timestamp", str)
"""ISO 8601 in UTC with `Z`, at most milliseconds. Made by `timestamp`, so that another text does not type-check."""


def timestamp(moment: datetime) -> Timestamp:
    """The moment as clients can read it. Raises `ValueError` when it has no time zone."""
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone")
    # A fifth of the time of `isoformat`, which matters: there are up to three in each row of a list.
    text = msgspec.json.encode(moment).decode()
    if text[-2] != "Z":
        text = msgspec.json.encode(moment.astimezone(UTC)).decode()
    # "2026-11-22T10:15:00.123456Z" in its quotes; whole seconds come without a fraction.
    return Timestamp(text[1:20] + ("Z" if text[20:24] in _WHOLE else text[20:24] + "Z"))


_WHOLE = ('Z"', ".000")


def timestamp_or_none(moment: datetime | None) -> Timestamp | None:
    """The moment as clients can read it; nothing for `None` and for the year 1, which some writers mean by never."""
    return None if moment is None or moment.year <= 1 else timestamp(moment)


def empty() -> list[Any]:
    """The default of a list that is written even when it is empty (msgspec leaves out `default_factory=list`)."""
    return []


class Body(msgspec.Struct, omit_defaults=True, rename="camel", gc=False):
    """The base of all described responses. `kw_only` is not inherited: each says it for itself.

    None refers to itself, so the garbage collector need not look at them: for a list of hundreds of songs it did so
    again and again, at a third of the cost of the whole answer.
    """


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a struct, as the writers see it."""

    name: str
    """The attribute in Python."""
    json: str
    xml: str
    form: Form
    """Only for scalars."""
    kind: type
    """The scalar's type, or the struct; of a list, its items'."""
    is_list: bool
    optional: bool
    added: bool
    """By OpenSubsonic."""
    may_stream: bool

    @property
    def is_struct(self) -> bool:
        """Whether the value, or each item, is a struct."""
        return issubclass(self.kind, Body)

    @property
    def is_child(self) -> bool:
        """Whether XML writes it between the tags rather than inside the first one."""
        return self.is_list or self.is_struct or self.form is not Form.ATTRIBUTE


@cache
def describe(struct: type[Body]) -> tuple[Field, ...]:
    """The struct's fields in the order in which they are written."""
    hints = get_type_hints(struct, include_extras=True)
    return tuple(_field(field, hints[field.name]) for field in msgspec.structs.fields(struct))


@cache
def can_stream(struct: type[Body]) -> bool:
    """Whether such a struct has lists that may be given in pieces."""
    return any(field.may_stream for field in describe(struct))


def _field(field: msgspec.structs.FieldInfo, hint: Any) -> Field:
    notes: list[Any] = []
    optional = is_list = may_stream = False
    while True:
        origin = get_origin(hint)
        if origin is Annotated:
            hint, *more = get_args(hint)
            notes += more
        elif origin in (Union, UnionType):
            choices = [choice for choice in get_args(hint) if choice is not type(None)]
            optional = optional or len(choices) < len(get_args(hint))
            may_stream = may_stream or any(get_origin(choice) is Pieces for choice in choices)
            hint = next(choice for choice in choices if get_origin(choice) is not Pieces)
        elif origin is list:
            is_list, (hint,) = True, get_args(hint)
        else:
            break
    kind = _scalar(hint)
    names = [note.xml for note in notes if isinstance(note, Named)]
    return Field(
        name=field.name,
        json=field.encode_name,
        xml=names[0] if names else field.encode_name,
        form=next((note for note in notes if isinstance(note, Form)), Form.ATTRIBUTE),
        kind=kind,
        is_list=is_list,
        optional=optional,
        added=_Addition in notes,
        may_stream=may_stream,
    )


def _scalar(hint: Any) -> type:
    if isinstance(hint, NewType):
        return _scalar(hint.__supertype__)
    if isinstance(hint, type) and (issubclass(hint, Body) or hint in (str, int, float, bool)):
        return hint
    values = get_args(hint)
    if values and all(isinstance(value, str) for value in values):
        return str  # Literal["song", "album"]
    raise TypeError(f"{hint!r} cannot be written")
