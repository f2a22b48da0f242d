"""Reading rules: those that ship with Melodee and the librarian's, checked, in one order."""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path as FilePath
from typing import Any, cast

from melodee.rules import actions, featuring, renumber, splitting
from melodee.rules.action import Action, Making
from melodee.rules.checking import Checker
from melodee.rules.conditions import conditions
from melodee.rules.errors import BadRules, Problem
from melodee.rules.positions import Path, deepest_key, lines_of_keys
from melodee.rules.rule import Rule, Rules
from melodee.settings import DataDirectory
from melodee.settings.names import NameSettings
from melodee.settings.source import chosen
from melodee.text import clean_text

LARGEST_FILE = 1_000_000
MOST_RULES = 1_000
LONGEST_NAME = 100
_MOST_PARTS = 50
"""Of a dotted key; a line of numbers with points in them has some too."""

SHIPPED = FilePath(__file__).with_name("shipped.toml")

TABLE_ACTIONS = {
    "replace": actions.replace,
    "drop_text": actions.drop_text,
    "map": actions.map_,
    "split": splitting.split,
    "strip_featuring": featuring.strip_featuring,
    "credit": actions.credit,
}
"""Actions that are a table, or several."""

ACTIONS = ("set", "remove", *TABLE_ACTIONS, "renumber", "ignore_release")
RULE_KEYS = ("name", "about", "when", *ACTIONS)


def load(data: DataDirectory | None = None, names: NameSettings | None = None) -> Rules:
    """All rules that are in force. Raises `BadRules` with everything that is wrong with them."""
    names = names or NameSettings.from_environment()
    file = (data or chosen()).rules
    text = _read(file)
    return rules_from(text, file.name, names)


def load_file(file: FilePath, names: NameSettings | None = None) -> Rules:
    """The rules as if this file were the data directory's `rules.toml`. Raises `BadRules`, also when there is none."""
    if not file.exists():
        raise BadRules(str(file), [Problem(0, "", "there is no such file")])
    return rules_from(_read(file), file.name, names or NameSettings.from_environment())


def rules_from(text: str, file: str = "rules.toml", names: NameSettings | None = None) -> Rules:
    """The shipped rules with those of a file's text. Raises `BadRules`."""
    names = names or NameSettings()
    shipped = _Source(_SHIPPED_TEXT, SHIPPED.name, names, origin=lambda _line: "shipped").read()
    own = _Source(text, file, names, origin=lambda line: f"{file}:{line}", shipped=shipped.rules).read()
    placed = {rule.name for rule in own.rules.values() if rule.origin == "shipped"}
    left_out = placed | set(own.disabled)
    first = {name: rule for name, rule in shipped.rules.items() if name not in left_out}
    every = first | own.rules
    definition: list[object] = [{"names": asdict(names)}]
    definition += [(name, own.said.get(name) or shipped.said[name]) for name in every]
    return Rules(tuple(every.values()), tuple(own.disabled), definition)


def _read(file: FilePath) -> str:
    try:
        with file.open("rb") as opened:
            content = opened.read(LARGEST_FILE + 1)
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise BadRules(str(file), [Problem(0, "", f"it could not be read: {error.strerror or error}")]) from error
    if len(content) > LARGEST_FILE:
        raise BadRules(file.name, [Problem(0, "", f"it has more than {LARGEST_FILE:,} bytes")])
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise BadRules(file.name, [Problem(line, "", "it is not UTF-8 text")]) from error


@dataclass
class _Source:
    """One file of rules."""

    text: str
    file: str
    names: NameSettings
    origin: Callable[[int], str]
    shipped: Mapping[str, Rule] | None = None
    rules: dict[str, Rule] = field(default_factory=dict[str, Rule])
    disabled: list[str] = field(default_factory=list[str])
    said: dict[str, object] = field(default_factory=dict[str, object])

    def read(self) -> "_Source":
        parts, line = deepest_key(self.text)
        if parts > _MOST_PARTS:
            # tomllib takes time and memory quadratic in them.
            raise BadRules(self.file, [Problem(line, "", f"a key has {parts:,} parts; {_MOST_PARTS} are the most")])
        try:
            document = tomllib.loads(self.text.replace("\r\n", "\n").removeprefix("\ufeff"))
            lines = lines_of_keys(self.text)
        except tomllib.TOMLDecodeError as error:
            raise BadRules(self.file, [_syntax(str(error), self.text)]) from error
        except (RecursionError, ValueError) as error:
            raise BadRules(self.file, [Problem(0, "", f"it is no TOML that can be read: {error}")]) from error
        check = Checker(lines)
        check.known(document, (), ("disable", "rule"))
        self._disable(document.get("disable", []), check)
        given = document.get("rule", [])
        if not isinstance(given, list):
            check.wrong(("rule",), "rules are written [[rule]], with two brackets")
            given = []
        rules = cast("list[object]", given)
        if len(rules) > MOST_RULES:
            check.wrong(("rule", MOST_RULES), f"there are {len(rules):,} rules; {MOST_RULES:,} are the most")
        for index, table in enumerate(rules[:MOST_RULES]):
            self._rule(check.table(table, ("rule", index)), ("rule", index), check)
        if check.problems:
            raise BadRules(self.file, check.problems)
        return self

    def _disable(self, given: object, check: Checker) -> None:
        if given == []:
            return
        for name in check.texts(given, ("disable",)):
            if name not in (self.shipped or {}):
                check.wrong(("disable",), f"no rule {name!r} ships", name, list(self.shipped or {}))
            elif name in self.disabled:
                check.wrong(("disable",), f"{name!r} stands there twice")
            else:
                self.disabled.append(name)

    def _rule(self, table: dict[str, Any], at: Path, check: Checker) -> None:
        if "use" in table:
            self._use(table, at, check)
            return
        before = len(check.problems)
        check.known(table, at, (*RULE_KEYS, "use"))
        name = self._name(table, at, check)
        when, groups = conditions(check.table(table.get("when", {}), (*at, "when")), check, (*at, "when"))
        making = Making(check, self.names, groups)
        made = [action for key, given in table.items() for action in _actions(key, given, (*at, key), making)]
        ignore = table.get("ignore_release", False)
        if not isinstance(ignore, bool | str):
            check.wrong((*at, "ignore_release"), "it must be true, or the reason as a text")
        ignores = ignore is not False
        if ignores and not when:
            check.wrong((*at, "ignore_release"), "without 'when', it would keep out everything")
        if not made and not ignores and len(check.problems) == before:
            check.wrong(at, f"the rule does nothing: it needs one of {', '.join(ACTIONS)}")
        about = clean_text(check.get(table, "about", at, str, ""))
        reason = clean_text(ignore) if isinstance(ignore, str) else ""
        if name:
            origin = self.origin(check.line(at))
            self.rules[name] = Rule(name, origin, tuple(when), tuple(made), ignores, reason, about)
            self.said[name] = _said(table)

    def _use(self, table: dict[str, Any], at: Path, check: Checker) -> None:
        check.known(table, at, ("use",))
        name = check.get(table, "use", at, str, "")
        if self.shipped is None or name not in self.shipped:
            check.wrong((*at, "use"), f"no rule {name!r} ships", name, list(self.shipped or {}))
        elif name in self.rules:
            check.wrong((*at, "use"), f"{name!r} is used twice")
        elif name in self.disabled:
            check.wrong((*at, "use"), f"{name!r} is disabled and used")
        else:
            self.rules[name] = self.shipped[name]

    def _name(self, table: dict[str, Any], at: Path, check: Checker) -> str:
        name = check.get(table, "name", at, str, "").strip()
        if "name" not in table:
            check.wrong(at, "the rule has no name")
        elif not name or len(name) > LONGEST_NAME or not name.isprintable():
            check.wrong((*at, "name"), f"a name is one line of 1 to {LONGEST_NAME} characters")
        elif name in self.rules:
            check.wrong((*at, "name"), f"there is another rule {name!r}, {self.rules[name].origin}")
        elif name in (self.shipped or {}):
            check.wrong((*at, "name"), f"a rule {name!r} ships: use it, or choose another name")
        else:
            return name
        return ""


def _actions(key: str, given: object, at: Path, making: Making) -> list[Action]:
    check = making.check
    match key:
        case "set":
            return [actions.set_(check.table(given, at), at, making)]
        case "remove":
            return [actions.remove(check.texts(given, at), at, making)]
        case "renumber":
            return [renumber.renumber(check.texts(given, at), at, making)]
        case _ if key in TABLE_ACTIONS:
            if not isinstance(given, list):
                return [TABLE_ACTIONS[key](check.table(given, at), at, making)]
            several = cast("list[object]", given)
            places = [(*at, index) for index in range(len(several))]
            return [
                TABLE_ACTIONS[key](check.table(each, place), place, making)
                for each, place in zip(several, places, strict=True)
            ]
        case _:
            return []


def _said(table: dict[str, Any]) -> list[object]:
    """What a rule does as plain data: its conditions, whose order does not count, and its actions, whose order does."""
    return [table.get("when", {}), [[key, value] for key, value in table.items() if key in ACTIONS]]


def _syntax(said: str, text: str) -> Problem:
    """What is no TOML, from tomllib's words: `Invalid value (at line 3, column 5)`, or `(at end of document)`."""
    message, _, place = said.rstrip(")").rpartition(" (at ")
    line, _, column = place.removeprefix("line ").partition(", column ")
    if line.isdigit():
        return Problem(int(line), f"column {column}", f"it is no TOML: {message}")
    return Problem(text.rstrip().count("\n") + 1, "", f"it is no TOML: {message or said}")


_SHIPPED_TEXT = SHIPPED.read_text("utf-8")
