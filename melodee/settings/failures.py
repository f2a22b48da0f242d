"""How often what failed is tried again."""

from dataclasses import dataclass

from melodee.settings.source import Settings, at_least, setting


@dataclass(frozen=True)
class FailureSettings(Settings):
    """How often what failed is tried again."""

    attempts: int = setting("MELODEE_ATTEMPTS", 12, at_least(1))
    """Attempts at an item that may heal by itself, each after twice the wait of the one before; then it is given up,
    until it changes or an operator asks. Twelve take four to five days, from a first wait of five minutes."""
