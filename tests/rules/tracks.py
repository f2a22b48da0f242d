"""Tracks and rules for tests."""

from typing import Any

from melodee.audio.track import Track
from melodee.rules.load import rules_from
from melodee.rules.rule import Ignored, Rules, apply
from melodee.settings.names import NameSettings

SHIPPED = rules_from("")


def track(**values: Any) -> Track:
    """A track of an ordinary file."""
    sound: dict[str, Any] = {
        "suffix": "flac",
        "container": "flac",
        "codec": "flac",
        "duration_ms": 200_000,
        "bit_rate": 900,
        "sampling_rate": 44_100,
        "channels": 2,
    }
    return Track(**sound, **values)


def only(text: str, names: NameSettings | None = None) -> Rules:
    """The rules of a text, without those that ship."""
    every = rules_from(text, names=names)
    return Rules(tuple(rule for rule in every.rules if rule.origin != "shipped"), (), every.definition)


def ruled(text: str, path: str = "A/B/01 C.flac", names: NameSettings | None = None, **values: Any) -> Track:
    """A track as a text's own rules leave it."""
    left = apply(only(text, names), track(**values), path)
    assert not isinstance(left, Ignored)
    return left


def shipped(path: str = "A/B/01 C.flac", rules: Rules = SHIPPED, **values: Any) -> Track:
    """A track as the shipped rules leave it."""
    left = apply(rules, track(**values), path)
    assert not isinstance(left, Ignored)
    return left
