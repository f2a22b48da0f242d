"""What runs together, in one process."""

import dagster as dg

from melodee_assets.catalogue import catalogue
from melodee_assets.checks import no_items_left_failed
from melodee_assets.intake import discovered_releases, published_releases, staged_releases

intake = dg.define_asset_job(
    "intake",
    selection=dg.AssetSelection.assets(discovered_releases, staged_releases, published_releases, catalogue)
    | dg.AssetSelection.checks(no_items_left_failed),
    description="One batch: its files discovered, grouped, staged and published. Then upkeep and the list of failures.",
)

upkeep = dg.define_asset_job(
    "upkeep",
    selection=dg.AssetSelection.assets(catalogue) | dg.AssetSelection.checks(no_items_left_failed),
    description="What every batch does for the catalogue, for days on which nothing comes in.",
)
