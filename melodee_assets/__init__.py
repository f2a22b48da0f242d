"""The data platform: assets, sensors and checks, by Dagster. Never imports `melodee_api`."""
