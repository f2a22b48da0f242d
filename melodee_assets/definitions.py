"""Everything that Dagster knows of Melodee, on one screen."""

import dagster as dg

from melodee_assets.alerts import alert_sensor, failed_run_sensor
from melodee_assets.catalogue import catalogue
from melodee_assets.executor import living_executor
from melodee_assets.failure_checks import failure_checks, leaf_checks
from melodee_assets.failures import failure_sensor, retry_sensor
from melodee_assets.intake import discovered_releases, inbound_files, published_releases, staged_releases
from melodee_assets.jobs import intake, leaf_upkeep, upkeep
from melodee_assets.leaf_schedules import leaf_jobs, leaf_schedules
from melodee_assets.leaf_work import leaf_covers, leaf_integrity, leaf_rules, leaf_tags, sampled_integrity
from melodee_assets.resources import database
from melodee_assets.retention import housekeeping, nightly_retention, retention
from melodee_assets.review_checks import nothing_waits_for_review, review_sensor
from melodee_assets.scans import daily_scan, full_scan, scan_sensor, scanned_volumes, volume_scan
from melodee_assets.schedules import daily_upkeep, nightly_backfill
from melodee_assets.sensors import inbound_sensor, leaf_sensor, upkeep_sensor
from melodee_assets.upkeep import artist_snapshots, leaves, list_places, search_tiers, vocabulary

defs = dg.Definitions(
    assets=[
        inbound_files,
        discovered_releases,
        staged_releases,
        published_releases,
        scanned_volumes,
        catalogue,
        list_places,
        search_tiers,
        vocabulary,
        artist_snapshots,
        leaves,
        leaf_tags,
        leaf_rules,
        leaf_covers,
        leaf_integrity,
        sampled_integrity,
        retention,
    ],
    asset_checks=[*failure_checks, *leaf_checks, nothing_waits_for_review],
    jobs=[intake, upkeep, leaf_upkeep, *leaf_jobs, housekeeping, volume_scan],
    schedules=[daily_upkeep, *leaf_schedules, nightly_retention, daily_scan, full_scan, nightly_backfill],
    sensors=[
        inbound_sensor,
        scan_sensor,
        retry_sensor,
        failure_sensor,
        failed_run_sensor,
        alert_sensor,
        review_sensor,
        upkeep_sensor,
        leaf_sensor,
    ],
    resources={"database": database},
    executor=living_executor,
)
