"""What every action is: a function from a track to the values that it changes."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from melodee.audio.track import Track
from melodee.rules.checking import Checker
from melodee.rules.patterns import Groups
from melodee.rules.positions import Path
from melodee.settings.names import NameSettings

Action = Callable[[Track, Groups], dict[str, object]]
"""Values by field; what is as it was may be among them."""


@dataclass(frozen=True)
class Making:
    """What an action is made with."""

    check: Checker
    names: NameSettings
    groups: set[str]
    """The groups that the patterns of the rule's `when` fill."""


Maker = Callable[[dict[str, Any], Path, Making], Action]
"""Makes an action of its table in the rules."""
