"""Patterns that librarians write, and texts with gaps for what a pattern found.

Patterns are RE2's (github.com/google/re2/wiki/Syntax): whatever is written, matching takes time linear in the text, so
no rule can hold up intake. What RE2 lacks for that, references back and looking around, is refused when rules are read.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Protocol, cast

import re2 as _untyped  # pyright: ignore[reportMissingTypeStubs]

_RE2: Any = cast("Any", _untyped)

LONGEST_PATTERN = 1_000
_MEMORY_BYTES = 1 << 20
"""What one pattern may take, its automaton included."""

Groups = Mapping[str, str]
"""What patterns found, by the group's name or number; a group that took no part is empty."""

NO_GROUPS: Groups = {}


class Match(Protocol):
    """The part of Python's match objects that RE2 has, and we need."""

    def start(self) -> int:
        """Where it begins."""
        ...

    def end(self) -> int:
        """Where it ends."""
        ...

    def group(self) -> str:
        """All of it."""
        ...

    def groups(self) -> tuple[str | None, ...]:
        """What each group found, by number."""
        ...

    def groupdict(self) -> dict[str, str | None]:
        """What each group with a name found."""
        ...


class Pattern(Protocol):
    """A compiled pattern."""

    groups: int
    groupindex: Mapping[str, int]

    def search(self, text: str, /) -> Match | None:
        """The first match anywhere."""
        ...

    def fullmatch(self, text: str, /) -> Match | None:
        """The match of the whole text."""
        ...

    def finditer(self, text: str, /) -> Iterator[Match]:
        """All matches, one after the other."""
        ...


def compile_pattern(text: str, *, fold: bool = False) -> Pattern:
    """The pattern, regardless of case with `fold`. Raises `ValueError` with what is wrong with it."""
    if not text:
        raise ValueError("the pattern is empty")
    if len(text) > LONGEST_PATTERN:
        raise ValueError(f"the pattern has {len(text):,} characters; {LONGEST_PATTERN:,} are the most")
    options = _RE2.Options()
    options.log_errors = False
    options.max_mem = _MEMORY_BYTES
    options.case_sensitive = not fold
    try:
        return cast("Pattern", _RE2.compile(text, options))
    except _RE2.error as error:
        # Its message is bytes.
        said: bytes = cast("Exception", error).args[0]
        raise ValueError(_explained(said.decode(errors="replace"))) from None


def _explained(said: str) -> str:
    if "(?=" in said or "(?!" in said or "(?<" in said:
        return f"the pattern looks ahead or behind, which RE2 does not do: {said}"
    if re.search(r"invalid escape sequence: \\[1-9]", said):
        return f"the pattern refers back to a group, which RE2 does not do: {said}"
    return f"RE2 says of the pattern: {said}"


def glob_pattern(glob: str, *, path: bool, fold: bool = False) -> Pattern:
    """`*` is any text, `?` one character; in a path neither is a slash, and `**` is any number of folders."""
    made = ""
    at = 0
    while at < len(glob):
        if path and glob.startswith("**/", at):
            made, at = made + "(?:.*/)?", at + 3
        elif glob.startswith("**", at):
            made, at = made + ".*", at + 2
        else:
            char = glob[at]
            any_one = "[^/]" if path else "."
            made += any_one + "*" if char == "*" else any_one if char == "?" else re.escape(char)
            at += 1
    return compile_pattern(f"(?s:{made})" if made else made, fold=fold)


def groups_of(match: Match) -> dict[str, str]:
    """What a match found, by number and by name."""
    found = {"0": match.group()}
    found |= {str(number): text or "" for number, text in enumerate(match.groups(), 1)}
    found |= {name: text or "" for name, text in match.groupdict().items()}
    return found


def group_names(pattern: Pattern) -> set[str]:
    """The names under which a match of the pattern will have groups."""
    return {str(number) for number in range(pattern.groups + 1)} | set(pattern.groupindex)


_GAP = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")


class Template:
    """A text with gaps: `{name}` and `{1}` are what a group found, `{{` and `}}` are braces."""

    def __init__(self, text: str) -> None:
        """Raises `ValueError` for a brace that belongs to nothing."""
        self.text = text
        self._parts: list[tuple[str, bool]] = []
        end = 0
        for found in _GAP.finditer(text):
            literal = text[end : found.start()]
            end = found.end()
            if found[0] in ("{{", "}}"):
                self._parts.append((literal + found[0][0], False))
            elif found[0] in ("{", "}"):
                raise ValueError(f"a single {found[0]} in {text!r}; a brace is written twice")
            else:
                self._parts += [(literal, False), (found[1], True)]
        self._parts.append((text[end:], False))

    @property
    def gaps(self) -> list[str]:
        """The names of the groups that it wants."""
        return [part for part, is_gap in self._parts if is_gap]

    def fill(self, groups: Groups) -> str:
        """The text with its gaps filled."""
        return "".join(groups.get(part, "") if is_gap else part for part, is_gap in self._parts)


def replaced(pattern: Pattern, template: Template, text: str, limit: int, taken: Groups = NO_GROUPS) -> str:
    """All matches replaced. It stops when the result is longer than `limit`, whatever the template makes of a match."""
    pieces: list[str] = []
    end = length = 0
    for match in pattern.finditer(text):
        filled = template.fill({**taken, **groups_of(match)})
        pieces += [text[end : match.start()], filled]
        length += match.start() - end + len(filled)
        end = match.end()
        if length > limit:
            break
    if not pieces:
        return text
    return "".join([*pieces, text[end:]])
