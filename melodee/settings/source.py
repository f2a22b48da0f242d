"""Where settings come from: a variable `MELODEE_X` of the environment, else `x` in `melodee.toml`, else a default.

A setting is a field of a dataclass that inherits from `Settings`, made by `setting`; `from_environment` fills all of
them. The file lies in the data directory, has one key a line, and is read anew each time, so that the next batch or
command sees what was changed.
"""

import json
import os
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import field, fields
from typing import Any, Self, TypeVar, cast

from melodee.errors import SettingError
from melodee.settings.data_directory import DataDirectory

T = TypeVar("T")

_PREFIX = "MELODEE_"

_chosen: list[DataDirectory] = []
"""The data directory that a command was given, which its environment need not name."""


def choose(data: DataDirectory) -> None:
    """From here on, this process reads the `melodee.toml` of that data directory."""
    _chosen[:] = [data]


def chosen() -> DataDirectory:
    """The data directory of this process: the one that was chosen, else that of the environment."""
    return _chosen[0] if _chosen else DataDirectory.from_environment()


def setting(variable: str, default: T, convert: Callable[[Any], T]) -> T:
    """A field of `Settings`. `convert` gets the variable's text or the file's value, and raises `ValueError`."""
    return field(default=default, metadata={"variable": variable, "convert": convert})


def secret_setting(variable: str, default: T, convert: Callable[[Any], T]) -> T:
    """A field of `Settings` that is shown nowhere; what `convert` raises must not name the value either."""
    return field(default=default, repr=False, metadata={"variable": variable, "convert": convert, "secret": True})


def computed_setting(variable: str, default: Callable[[], T], convert: Callable[[Any], T]) -> T:
    """A field of `Settings` whose default depends on the machine."""
    return field(default_factory=default, metadata={"variable": variable, "convert": convert})


class Settings:
    """Settings of one concern; subclasses are frozen dataclasses."""

    @classmethod
    def from_environment(cls) -> Self:
        """Reads every field. Raises `SettingError` for a value that makes no sense, or a key that nobody knows."""
        in_file = _file()
        values: dict[str, Any] = {}
        for each in fields(cast("Any", cls)):
            variable = each.metadata.get("variable")
            if variable is None:
                continue
            convert = _without_value if each.metadata.get("secret") else _converted
            if text := os.environ.get(variable, ""):
                values[each.name] = convert(text, each.metadata["convert"], variable)
            elif (key := key_of(variable)) in in_file:
                values[each.name] = convert(in_file[key], each.metadata["convert"], f"{key} in melodee.toml")
        return cls(**values)


def key_of(variable: str) -> str:
    """A variable's name in `melodee.toml`."""
    return variable.removeprefix(_PREFIX).lower()


def variables() -> dict[str, Any]:
    """The defaults of all settings that are fields, by variable; a computed default is None."""
    return {
        each.metadata["variable"]: None if callable(each.default_factory) else each.default
        for concern in Settings.__subclasses__()
        for each in fields(cast("Any", concern))
        if "variable" in each.metadata
    }


def _converted(value: object, convert: Callable[[Any], T], name: str) -> T:
    try:
        return convert(value)
    except (ValueError, TypeError) as error:
        raise SettingError(f"{name} is {value!r}: {error}") from error


def _without_value(value: object, convert: Callable[[Any], T], name: str) -> T:
    try:
        return convert(value)
    except (ValueError, TypeError) as error:
        # Not "from error": a traceback would print what some parser says of the value.
        raise SettingError(f"{name} makes no sense: {error}") from None


def _file() -> Mapping[str, Any]:
    path = chosen().settings
    try:
        values = tomllib.loads(path.read_text("utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, ValueError) as error:
        raise SettingError(f"{path} could not be read: {error}") from error
    known = {key_of(variable) for variable in variables()}
    if unknown := sorted(set(values) - known):
        raise SettingError(f"{path} has {unknown[0]!r}, which is no setting; there are {', '.join(sorted(known))}")
    return values


# Ways to understand a value: the text of a variable, or what TOML made of it.


def text(value: object) -> str:
    """Text as it is."""
    if not isinstance(value, str):
        raise ValueError("it must be a text")  # noqa: TRY004 - told like any other wrong value
    return value


def at_least(least: int) -> Callable[[object], int]:
    """A whole number from `least` on."""

    def convert(value: object) -> int:
        number = int(str(value))
        if number < least:
            raise ValueError(f"it must be {least} or more")
        return number

    return convert


def number(least: float, most: float) -> Callable[[object], float]:
    """A number within bounds."""

    def convert(value: object) -> float:
        given = float(str(value))
        if not least <= given <= most:
            raise ValueError(f"it must be a number from {least:g} to {most:g}")
        return given

    return convert


def seconds(value: object) -> float:
    """A number of seconds, less than a day."""
    given = float(str(value))
    if not 0 <= given < 86400:
        raise ValueError("it must be a number of seconds from 0 to a day")
    return given


def switch(value: object) -> bool:
    """Yes or no: `1`, `true`, `yes`, `on`, and their opposites."""
    word = str(value).strip().lower()
    if word in ("1", "true", "yes", "on"):
        return True
    if word in ("0", "false", "no", "off"):
        return False
    raise ValueError("it must be 1 or 0")


def one_of(*choices: str) -> Callable[[object], str]:
    """One of some words."""

    def convert(value: object) -> str:
        if value not in choices:
            raise ValueError(f"it must be one of {', '.join(choices)}")
        return str(value)

    return convert


def texts(value: object) -> tuple[str, ...]:
    """A list of texts: an array of TOML or JSON or, in a variable without a bracket, with commas between them."""
    given: object = value
    if isinstance(value, str):
        given = json.loads(value) if value.lstrip().startswith("[") else [part.strip() for part in value.split(",")]
    if not isinstance(given, list) or not all(isinstance(each, str) for each in cast("list[object]", given)):
        raise ValueError("it must be a list of texts")
    return tuple(part for part in cast("list[str]", given) if part)
