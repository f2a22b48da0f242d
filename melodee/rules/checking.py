"""Reading what a rules file says piece by piece, and noting everything that is wrong on the way."""

import difflib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar, cast

from melodee.rules.errors import Problem
from melodee.rules.patterns import Pattern, Template, compile_pattern
from melodee.rules.positions import Path

T = TypeVar("T")

MOST_PROBLEMS = 200
"""What is wrong beyond that is not told: it is another kind of file."""

_KIND_NAMES: dict[type, str] = {str: "a text", int: "a whole number", bool: "true or false", dict: "a table"}


class Checker:
    """The problems of one file."""

    def __init__(self, lines: Mapping[Path, int]) -> None:
        self._lines = lines
        self.problems: list[Problem] = []

    def wrong(self, path: Path, message: str, name: str = "", names: Sequence[str] = ()) -> None:
        """Notes a problem at a key: where a name is none of those that there are, with the one that was meant."""
        if len(self.problems) < MOST_PROBLEMS:
            meant = did_you_mean(name, names) if name else ""
            self.problems.append(Problem(self.line(path), _spelled(path), message + meant))

    def line(self, path: Path) -> int:
        """The line of a key, or of the nearest thing around it that has one."""
        while path:
            if path in self._lines:
                return self._lines[path]
            path = path[:-1]
        return 0

    def known(self, table: Mapping[str, object], path: Path, allowed: Iterable[str]) -> None:
        """Notes keys that nobody knows, with the one that was perhaps meant."""
        names = list(allowed)
        for key in table:
            if key not in names:
                self.wrong((*path, key), f"there is no {key!r} here", key, names)

    def get(self, table: Mapping[str, Any], key: str, path: Path, kind: type[T], default: T) -> T:
        """A value of one type; another type is noted, and the default taken."""
        if key not in table:
            return default
        value = table[key]
        if isinstance(value, kind) and (kind is bool or not isinstance(value, bool)):
            return value
        self.wrong((*path, key), f"it must be {_KIND_NAMES[kind]}")
        return default

    def table(self, value: object, path: Path) -> dict[str, Any]:
        """A table; empty, and noted, when it is something else."""
        if isinstance(value, dict):
            return cast("dict[str, Any]", value)
        self.wrong(path, "it must be a table")
        return {}

    def texts(self, value: object, path: Path) -> list[str]:
        """A text or a list of texts, as a list."""
        given = cast("list[object]", value) if isinstance(value, list) else [value]
        if given and all(isinstance(each, str) for each in given):
            return cast("list[str]", given)
        self.wrong(path, "it must be a text or a list of texts")
        return []

    def fields(
        self, table: Mapping[str, Any], path: Path, allowed: Sequence[str], default: Sequence[str] = ()
    ) -> list[str]:
        """What `field` names: a field or several, of those that are allowed."""
        if "field" not in table:
            if not default:
                self.wrong(path, "it needs 'field'")
            return list(default)
        return [
            each
            for each in self.texts(table["field"], (*path, "field"))
            if self.is_one_of(each, allowed, (*path, "field"))
        ]

    def is_one_of(self, name: str, allowed: Sequence[str], path: Path, what: str = "field") -> bool:
        """Whether a name is one of those that are allowed; noted when it is not."""
        if name in allowed:
            return True
        self.wrong(path, f"{name!r} is no {what} for this", name, allowed)
        return False

    def pattern(self, text: str, path: Path, *, fold: bool = False) -> Pattern | None:
        """A pattern, compiled; None, and noted, when it is not one."""
        try:
            return compile_pattern(text, fold=fold)
        except ValueError as error:
            self.wrong(path, str(error))
            return None

    def template(self, text: str, path: Path, groups: set[str]) -> Template:
        """A text with gaps; those that no pattern of the rule fills are noted."""
        try:
            template = Template(text)
        except ValueError as error:
            self.wrong(path, str(error))
            return Template("")
        for gap in template.gaps:
            if gap not in groups:
                there = ", ".join(sorted(groups)) or "no groups"
                self.wrong(path, f"no pattern of this rule has a group {gap!r}; there is {there}")
        return template


def did_you_mean(name: str, allowed: Sequence[str]) -> str:
    """`; did you mean 'title'?`, or the names that there are when they are few."""
    if near := difflib.get_close_matches(name[:50], allowed, 1):
        return f"; did you mean {near[0]!r}?"
    return f"; there is {', '.join(sorted(allowed))}" if len(allowed) <= 20 else ""


def _spelled(path: Path) -> str:
    """`when.title.regex`, without the rule that it is in."""
    inner = path[2:] if path[:1] == ("rule",) else path
    spelled = ""
    for part in inner:
        spelled += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if spelled else part
    return spelled
