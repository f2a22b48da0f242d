"""Sensors and schedules say on their pages what they do: in the words of their docstrings.

Dagster takes the docstrings of assets, checks and jobs for this, and passes over those of sensors and schedules.
"""

import inspect
from collections.abc import Callable
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])
D = TypeVar("D")


def described(make: Callable[..., Callable[[F], D]], **settings: Any) -> Callable[[F], D]:
    """`@described(dg.sensor, …)` is `@dg.sensor(…)` with the function's docstring as its description."""

    def decorate(function: F) -> D:
        return make(description=_as_told(function), **settings)(function)

    return decorate


def _as_told(function: Callable[..., Any]) -> str:
    """Paragraphs of one line each: pages keep the line breaks of source code."""
    paragraphs = (inspect.getdoc(function) or "").split("\n\n")
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)
