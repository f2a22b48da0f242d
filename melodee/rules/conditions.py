"""`when`: the conditions under which a rule applies, made ready to be asked of many tracks.

A condition is about a field of the track, a tag that no field takes (`raw`), or the path; it holds when one of the
field's values is as it says. All conditions of a rule must hold, and none of those below `not`.
"""

import os
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

from melodee.audio.track import Track
from melodee.rules.checking import Checker
from melodee.rules.fields import KINDS, texts_of
from melodee.rules.patterns import Pattern, compile_pattern, glob_pattern, group_names, groups_of
from melodee.rules.positions import Path as Key
from melodee.text import fold

TESTS = ("is", "glob", "regex", "empty", "at_least", "at_most", "fold")
"""What a condition may say."""

MOST_PATH = 4_096

Looker = Callable[[Track, str], Sequence[str]]
Condition = Callable[[Track, str, dict[str, str]], bool]
"""Whether it holds for a track and its path; what a pattern found is added to the groups."""

Test = Callable[[Sequence[str], dict[str, str]], bool]


@dataclass(frozen=True)
class _Subject:
    """What a condition is about."""

    look: Looker
    kind: str
    """Of the field (`melodee.rules.fields.Kind`), or `path`."""
    at: Key
    check: Checker
    groups: set[str]
    """Takes the names of the groups that its patterns fill."""


def conditions(table: Mapping[str, Any], check: Checker, at: Key) -> tuple[list[Condition], set[str]]:
    """The conditions of a `when`, and the names of the groups that its patterns fill."""
    made: list[Condition] = []
    groups: set[str] = set()
    for key, given in table.items():
        here = (*at, key)
        if key == "not":
            unwanted, _ = conditions(check.table(given, here), check, here)
            made += [_not(each) for each in unwanted]
        elif key == "raw":
            for tag, wanted in check.table(given, here).items():
                made += _about(_Subject(_raw(tag), "texts", (*here, tag), check, groups), wanted)
        elif key == "path":
            made += _about(_Subject(_path, "path", here, check, groups), given)
        elif check.is_one_of(key, [*KINDS, "path", "raw", "not"], here, "field to look at"):
            made += _about(_Subject(_of_field(key), KINDS[key], here, check, groups), given)
    return made, groups


def _of_field(field: str) -> Looker:
    look = texts_of(field)
    return lambda track, _path: look(track)


def _not(condition: Condition) -> Condition:
    return lambda track, path, _groups: not condition(track, path, {})


def _raw(tag: str) -> Looker:
    wanted = tag.casefold()

    def look(track: Track, _path: str) -> Sequence[str]:
        return [text for key, texts in track.raw.items() if key.casefold() == wanted for text in texts]

    return look


def _path(_track: Track, path: str) -> Sequence[str]:
    return (readable_path(path),)


@lru_cache(maxsize=256)
def readable_path(path: str) -> str:
    """A path as patterns see it: composed, and with a replacement character where it is not UTF-8."""
    if path.isascii():
        return path[:MOST_PATH]
    return unicodedata.normalize("NFC", os.fsencode(path[:MOST_PATH]).decode(errors="replace"))


def _about(subject: _Subject, given: object) -> list[Condition]:
    """The conditions about one thing: `"text"`, a list of texts, or a table of tests."""
    if not isinstance(given, dict):
        return _asked(subject.look, _equality(subject, given, subject.at, folded=False))
    table, check, at = cast("dict[str, Any]", given), subject.check, subject.at
    check.known(table, at, TESTS)
    folded = check.get(table, "fold", at, bool, default=False)
    if not set(table) - {"fold"}:
        check.wrong(at, f"it says nothing to look for: there is {', '.join(TESTS[:-1])}")
    tests: list[Test] = []
    for key, wanted in table.items():
        match key:
            case "is":
                tests += _equality(subject, wanted, (*at, key), folded=folded)
            case "glob" | "regex":
                tests += _patterns(subject, key, wanted, folded=folded)
            case "empty":
                tests.append(_emptiness(wanted=check.get(table, key, at, bool, default=True)))
            case "at_least" | "at_most":
                tests += _bound(subject, key, wanted)
            case _:
                pass
    return _asked(subject.look, tests)


def _asked(look: Looker, tests: Sequence[Test]) -> list[Condition]:
    def asked(test: Test) -> Condition:
        return lambda track, path, groups: test(look(track, path), groups)

    return [asked(test) for test in tests]


def _emptiness(*, wanted: bool) -> Test:
    return lambda values, _groups: wanted == (not any(values))


def _equality(subject: _Subject, given: object, at: Key, *, folded: bool) -> list[Test]:
    wanted = cast("list[object]", given) if isinstance(given, list) else [given]
    types: dict[str, tuple[tuple[type, ...], str]] = {
        "number": ((int,), "whole numbers"),
        "decimal": ((int, float), "numbers"),
        "flag": ((bool,), "true or false"),
    }
    expected, named = types.get(subject.kind, ((str,), "texts"))
    if not wanted or not all(type(each) in expected for each in wanted):
        subject.check.wrong(at, f"this field is compared with {named}")
        return []
    if "" in wanted:
        subject.check.wrong(at, "no value is an empty text; ask for { empty = true }")
        return []
    if subject.kind == "decimal":
        decimals = frozenset(float(str(each)) for each in wanted)
        return [lambda values, _groups: any(float(value) in decimals for value in values)]
    texts = [str(each).lower() if subject.kind == "flag" else str(each) for each in wanted]
    if folded:
        known = frozenset(map(fold, texts))
        return [lambda values, _groups: any(fold(value) in known for value in values)]
    exact = frozenset(texts)
    return [lambda values, _groups: not exact.isdisjoint(values)]


def _patterns(subject: _Subject, key: str, given: object, *, folded: bool) -> list[Test]:
    at = (*subject.at, key)
    patterns: list[Pattern] = []
    for each in subject.check.texts(given, at):
        try:
            if key == "regex":
                patterns.append(compile_pattern(each, fold=folded))
            else:
                patterns.append(glob_pattern(each, path=subject.kind == "path", fold=folded))
        except ValueError as error:
            subject.check.wrong(at, str(error))
    if key == "regex":
        subject.groups.update(*(group_names(pattern) for pattern in patterns))
        return [_search(patterns)]
    return [lambda values, _groups: any(pattern.fullmatch(value) for value in values for pattern in patterns)]


def _search(patterns: Sequence[Pattern]) -> Test:
    def test(values: Sequence[str], groups: dict[str, str]) -> bool:
        for value in values:
            for pattern in patterns:
                if match := pattern.search(value):
                    groups.update(groups_of(match))
                    return True
        return False

    return test


def _bound(subject: _Subject, key: str, given: object) -> list[Test]:
    at = (*subject.at, key)
    if subject.kind not in ("number", "decimal"):
        subject.check.wrong(at, "this field is no number")
        return []
    if isinstance(given, bool) or not isinstance(given, int | float):
        subject.check.wrong(at, "it must be a number")
        return []
    if key == "at_least":
        return [lambda values, _groups: any(float(value) >= given for value in values)]
    return [lambda values, _groups: any(float(value) <= given for value in values)]
