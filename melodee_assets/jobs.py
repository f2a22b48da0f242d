"""What runs together, in one process."""

import dagster as dg

from melodee_assets.catalogue import catalogue
from melodee_assets.failure_checks import failure_checks
from melodee_assets.intake import discovered_releases, published_releases, staged_releases
from melodee_assets.review_checks import nothing_waits_for_review
from melodee_assets.upkeep import artist_snapshots, leaves, list_places, search_tiers, vocabulary

intake = dg.define_asset_job(
    "intake",
    selection=dg.AssetSelection.assets(discovered_releases, staged_releases, published_releases, catalogue)
    | dg.AssetSelection.checks(*failure_checks, nothing_waits_for_review),
    description="One batch: its files discovered, grouped, staged and published. Then upkeep and the list of failures.",
)

upkeep = dg.define_asset_job(
    "upkeep",
    selection=dg.AssetSelection.assets(catalogue, list_places, search_tiers, vocabulary, artist_snapshots)
    | dg.AssetSelection.checks(*failure_checks),
    description="What is kept beside the catalogue, brought up to date; of these the sensor asks for what is due.",
)

leaf_upkeep = dg.define_asset_job(
    "leaf_upkeep",
    selection=dg.AssetSelection.assets(leaves),
    description="One leaf of the catalogue vacuumed and analysed, when it is full or much of it has changed.",
)
