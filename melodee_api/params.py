"""The parameters of a request: query and form in one, read through typed getters.

Form parameters come before those of the query, and a getter of one value takes the first that is not empty, so the form
wins; getters of many keep the order. An empty parameter counts as absent: clients send `p=` beside a token.

Each getter raises what the specification wants: a missing required parameter is error 10 and names it, so is a value
that cannot be used; an id that cannot be ours, or names another kind of thing, is error 70. Getters without `default`
are for required parameters.
"""

import math
import re
from collections.abc import Iterable, Sequence
from enum import Enum
from typing import TypeVar, overload
from urllib.parse import parse_qsl

from melodee import ids
from melodee.ids import Kind
from melodee_api.errors import InvalidParameter, MissingParameter, NotFound, TooLarge

E = TypeVar("E", bound=Enum)
D = TypeVar("D")

MOST_PAIRS = 100_000
"""Parameters of a request: the longest playlists fit, and a body of ten megabytes cannot fill the memory."""

INT32 = (1 << 31) - 1
INT64 = (1 << 63) - 1

_INTEGER = re.compile(r"[+-]?[0-9]+")
_NUMBER = re.compile(r"[+-]?([0-9]{1,20}(\.[0-9]{0,20})?|\.[0-9]{1,20})([eE][+-]?[0-9]{1,3})?")
# No leading zeros or signs: one id has one spelling, or it would have several cache entries.
_IDENTIFIER = re.compile(r"[1-9][0-9]{0,18}")
_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}

Pairs = Iterable[tuple[str, str]]


class _Required(Enum):
    VALUE = 0


REQUIRED = _Required.VALUE


def parse_pairs(encoded: bytes) -> list[tuple[str, str]]:
    """Names and values of a query string or an `application/x-www-form-urlencoded` body, in order.

    What is not UTF-8 becomes U+FFFD. Raises `TooLarge` when there are more than `MOST_PAIRS`.
    """
    if encoded.count(b"&") >= MOST_PAIRS:
        raise TooLarge
    return parse_qsl(encoded.decode("utf-8", "replace"), keep_blank_values=True, errors="replace")


def parse_identifier(text: str, *kinds: Kind) -> int:
    """The id that the text spells. Raises `NotFound` for one that cannot be ours or names none of these kinds."""
    if not _IDENTIFIER.fullmatch(text):
        raise NotFound
    number = int(text)
    if ids.kind_of(number) not in kinds:
        raise NotFound
    return number


class Params:
    """The request's parameters."""

    def __init__(self, pairs: Pairs) -> None:
        self._values: dict[str, list[str]] = {}
        for name, value in pairs:
            self._values.setdefault(name, []).append(value)

    def __contains__(self, name: str) -> bool:
        return self.raw(name) is not None

    def raw(self, name: str) -> str | None:
        """The first value that is not empty, as it was sent: for credentials and for values with rules of their own."""
        return next((value for value in self._values.get(name, ()) if value), None)

    def raws(self, name: str) -> list[str]:
        """All values that are not empty, as they were sent."""
        return [value for value in self._values.get(name, ()) if value]

    @overload
    def text(self, name: str, *, longest: int = ...) -> str: ...
    @overload
    def text(self, name: str, default: D, *, longest: int = ...) -> str | D: ...
    def text(self, name: str, default: object = REQUIRED, *, longest: int = 1000) -> object:
        """Free text without NUL, of at most `longest` characters."""
        value = self.raw(name)
        return _missing(name, default) if value is None else _text(name, value, longest)

    def texts(self, name: str, *, longest: int = 1000) -> list[str]:
        """Many texts."""
        return [_text(name, value, longest) for value in self.raws(name)]

    @overload
    def integer(self, name: str, *, least: int = ..., most: int = ...) -> int: ...
    @overload
    def integer(self, name: str, default: D, *, least: int = ..., most: int = ...) -> int | D: ...
    def integer(self, name: str, default: object = REQUIRED, *, least: int = -INT32 - 1, most: int = INT32) -> object:
        """A whole number; one beyond `least` or `most` is brought to it, as `size=1000` means 500 to a list."""
        value = self.raw(name)
        return _missing(name, default) if value is None else min(max(_integer(name, value), least), most)

    def integers(self, name: str) -> list[int]:
        """Many whole numbers of 64 bits."""
        return [min(max(_integer(name, value), -INT64 - 1), INT64) for value in self.raws(name)]

    @overload
    def number(self, name: str) -> float: ...
    @overload
    def number(self, name: str, default: D) -> float | D: ...
    def number(self, name: str, default: object = REQUIRED) -> object:
        """A finite decimal number."""
        value = self.raw(name)
        if value is None:
            return _missing(name, default)
        if not _NUMBER.fullmatch(value) or not math.isfinite(float(value)):
            raise InvalidParameter(name, "a number")
        return float(value)

    @overload
    def boolean(self, name: str) -> bool: ...
    @overload
    def boolean(self, name: str, default: D) -> bool | D: ...
    def boolean(self, name: str, default: object = REQUIRED) -> object:
        """`true`, `false`, `1` or `0`, in any case."""
        value = self.raw(name)
        if value is None:
            return _missing(name, default)
        if value.lower() not in _BOOLEANS:
            raise InvalidParameter(name, "true or false")
        return _BOOLEANS[value.lower()]

    @overload
    def choice(self, name: str, choices: type[E]) -> E: ...
    @overload
    def choice(self, name: str, choices: type[E], default: D) -> E | D: ...
    def choice(self, name: str, choices: type[Enum], default: object = REQUIRED) -> object:
        """One of the enumeration's values, to the letter."""
        value = self.raw(name)
        if value is None:
            return _missing(name, default)
        try:
            return choices(value)
        except ValueError:
            values = ", ".join(str(choice.value) for choice in choices)
            raise InvalidParameter(name, f"one of {values}") from None

    @overload
    def identifier(self, name: str, *kinds: Kind) -> int: ...
    @overload
    def identifier(self, name: str, *kinds: Kind, default: D) -> int | D: ...
    def identifier(self, name: str, *kinds: Kind, default: object = REQUIRED) -> object:
        """An id of one of these kinds, as `identifier("id", Kind.SONG)`."""
        value = self.raw(name)
        return _missing(name, default) if value is None else parse_identifier(value, *kinds)

    def identifiers(self, name: str, *kinds: Kind) -> list[int]:
        """Many ids; all of them must be of these kinds."""
        return [parse_identifier(value, *kinds) for value in self.raws(name)]


def _missing(name: str, default: object) -> object:
    if default is REQUIRED:
        raise MissingParameter(name)
    return default


def _text(name: str, value: str, longest: int) -> str:
    if len(value) > longest:
        raise InvalidParameter(name, f"at most {longest} characters long")
    return value.replace("\0", "")


def _integer(name: str, value: str) -> int:
    if not _INTEGER.fullmatch(value):
        raise InvalidParameter(name, "a whole number")
    # Thousands of digits would cost quadratic time; beyond 64 bits only the sign matters.
    return int(value) if len(value) <= 20 else (-INT64 - 1 if value.startswith("-") else INT64)


def merge(form: Sequence[tuple[str, str]], query: Sequence[tuple[str, str]]) -> Params:
    """The parameters of a request that has both."""
    return Params([*form, *query])
