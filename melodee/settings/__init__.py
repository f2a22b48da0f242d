"""Settings: small dataclasses, one a concern, from the environment, `melodee.toml` or their defaults."""

from melodee.settings.catalogue import CatalogueSettings
from melodee.settings.data_directory import DataDirectory
from melodee.settings.database import DatabaseSettings
from melodee.settings.intake import IntakeSettings
from melodee.settings.service import ApiSettings, default_workers

__all__ = ["ApiSettings", "CatalogueSettings", "DataDirectory", "DatabaseSettings", "IntakeSettings", "default_workers"]
