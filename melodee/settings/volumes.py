"""Which volume takes what comes in."""

from dataclasses import dataclass

from melodee.settings.source import Settings, at_least, setting


@dataclass(frozen=True)
class VolumeSettings(Settings):
    """Which volume takes what comes in."""

    reserve_bytes: int = setting("MELODEE_RESERVE_BYTES", 1_000_000_000, at_least(0))
    """What is left free on each staging and storage volume: one with less takes nothing more."""
