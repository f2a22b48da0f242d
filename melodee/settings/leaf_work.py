"""When and how files that are in the catalogue are looked at again."""

from dataclasses import dataclass

from melodee.settings.source import Settings, at_least, number, setting, text


@dataclass(frozen=True)
class LeafWorkSettings(Settings):
    """When and how files that are in the catalogue are looked at again."""

    decode_files: int = setting("MELODEE_DECODE_FILES", 100, at_least(1))
    """Files that `nightly_integrity` decodes from beginning to end, chosen at random: a minute or two."""
    decode_cron: str = setting("MELODEE_DECODE_CRON", "30 2 * * *", text)
    """When it does, as a cron line in UTC."""
    decode_share: float = setting("MELODEE_DECODE_SHARE", 0.0, number(0, 1))
    """The share of a leaf's files that `leaf_integrity` decodes besides hashing them, where its run does not say."""
    integrity_cron: str = setting("MELODEE_INTEGRITY_CRON", "0 2 * * 6", text)
    """When `weekly_integrity` reads every file whole, once it is switched on, as a cron line in UTC."""
    reread_cron: str = setting("MELODEE_REREAD_CRON", "0 5 * * 6", text)
    """When `weekly_reread` looks for files that were re-tagged, once it is switched on, as a cron line in UTC."""
