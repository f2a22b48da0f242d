"""Settings: small dataclasses, one a concern, from the environment, `melodee.toml` or their defaults."""

from melodee.settings.alerts import AlertSettings
from melodee.settings.catalogue import CatalogueSettings
from melodee.settings.data_directory import DataDirectory
from melodee.settings.database import DatabaseSettings
from melodee.settings.failures import FailureSettings
from melodee.settings.findings import FindingSettings
from melodee.settings.intake import IntakeSettings
from melodee.settings.leaf_work import LeafWorkSettings
from melodee.settings.names import NameSettings
from melodee.settings.retention import RetentionSettings
from melodee.settings.scan import ScanSettings
from melodee.settings.service import ApiSettings, default_workers
from melodee.settings.sidecars import SidecarSettings
from melodee.settings.volumes import VolumeSettings

__all__ = [
    "AlertSettings",
    "ApiSettings",
    "CatalogueSettings",
    "DataDirectory",
    "DatabaseSettings",
    "FailureSettings",
    "FindingSettings",
    "IntakeSettings",
    "LeafWorkSettings",
    "NameSettings",
    "RetentionSettings",
    "ScanSettings",
    "SidecarSettings",
    "VolumeSettings",
    "default_workers",
]
