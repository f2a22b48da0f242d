"""What runs together: one batch through intake and the catalogue's upkeep after it, in one process."""

import dagster as dg

from melodee_assets.catalogue import catalogue
from melodee_assets.intake import discovered_releases, published_releases, staged_releases

intake = dg.define_asset_job(
    "intake",
    selection=dg.AssetSelection.assets(discovered_releases, staged_releases, published_releases, catalogue),
    description="One batch: its files discovered, grouped, staged and published; then the catalogue's upkeep.",
)
