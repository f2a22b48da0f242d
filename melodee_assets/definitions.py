"""Everything that Dagster knows of Melodee, on one screen."""

import dagster as dg

from melodee_assets.catalogue import catalogue
from melodee_assets.checks import no_items_left_failed
from melodee_assets.executor import living_executor
from melodee_assets.intake import discovered_releases, inbound_files, published_releases, staged_releases
from melodee_assets.jobs import intake, upkeep
from melodee_assets.resources import database
from melodee_assets.schedules import daily_upkeep
from melodee_assets.sensors import inbound_sensor

defs = dg.Definitions(
    assets=[inbound_files, discovered_releases, staged_releases, published_releases, catalogue],
    asset_checks=[no_items_left_failed],
    jobs=[intake, upkeep],
    schedules=[daily_upkeep],
    sensors=[inbound_sensor],
    resources={"database": database},
    executor=living_executor,
)
