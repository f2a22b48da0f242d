"""Rules made ready, and what applying them to a track gives."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

import msgspec

from melodee.audio.provenance import changed
from melodee.audio.track import Track
from melodee.rules.action import Action
from melodee.rules.conditions import Condition
from melodee.rules.patterns import NO_GROUPS

IGNORED = "ignored_by_rule"
"""The reason in the ledger for files of a release that a rule keeps out."""


class Ignored(msgspec.Struct, frozen=True):
    """A rule says that the release of this track is not to be taken in."""

    rule: str
    reason: str
    """The rule's own words for it; may be empty."""
    track: Track
    """As the rules leave it, so that it is grouped with the rest of its release."""


@dataclass(frozen=True)
class Rule:
    """One rule."""

    name: str
    origin: str
    """`shipped`, or the file and line that it stands in."""
    conditions: tuple[Condition, ...]
    actions: tuple[Action, ...]
    ignores: bool = False
    reason: str = ""
    about: str = ""
    """What it is for, in a line."""

    @property
    def by(self) -> str:
        """How a change remembers it."""
        return f"rule:{self.name}"


@dataclass(frozen=True)
class Rules:
    """All rules in the order in which they are applied."""

    rules: tuple[Rule, ...] = ()
    disabled: tuple[str, ...] = ()
    """Shipped rules that are switched off."""
    definition: Sequence[object] = field(default=(), repr=False)
    """What the rules and the settings say, as plain data."""


def apply(rules: Rules, track: Track, path: str) -> Track | Ignored:
    """The track as the rules leave it; `path` is relative to its volume, as it was dropped (surrogateescape)."""
    ignored_by: Rule | None = None
    for rule in rules.rules:
        groups = NO_GROUPS
        if rule.conditions:
            found: dict[str, str] = {}
            if not all(condition(track, path, found) for condition in rule.conditions):
                continue
            groups = found
        for act in rule.actions:
            if values := act(track, groups):
                track = changed(track, rule.by, **values)
        if rule.ignores and ignored_by is None:
            ignored_by = rule
    return track if ignored_by is None else Ignored(ignored_by.name, ignored_by.reason, track)


_REVISION = 1
"""Raised when the same rules would give other values than before."""


def digest(rules: Rules) -> str:
    """The same for rules that give the same values; whatever was made with another one may be out of date."""
    said = msgspec.json.encode([_REVISION, rules.definition], order="deterministic")
    return hashlib.blake2b(said, digest_size=16).hexdigest()
