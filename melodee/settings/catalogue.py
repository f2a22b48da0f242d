"""The shape of the catalogue."""

from dataclasses import dataclass

from melodee.settings.source import Settings, at_least, setting


@dataclass(frozen=True)
class CatalogueSettings(Settings):
    """The shape of the catalogue."""

    leaf_rows: int = setting("MELODEE_LEAF_ROWS", 500_000, at_least(1))
    """Songs in a leaf before the next is filled."""
