"""The Subsonic service: routes over the catalogue, by Litestar. Never imports `melodee_assets`."""
