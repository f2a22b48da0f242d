"""What is made of the files that lie beside music."""

from dataclasses import dataclass

from melodee.settings.source import Settings, at_least, one_of, setting, texts


@dataclass(frozen=True)
class SidecarSettings(Settings):
    """What is made of the files that lie beside music."""

    verify_checksums: str = setting("MELODEE_VERIFY_CHECKSUMS", "dropped", one_of("dropped", "all", "none"))
    """Which files are read whole at intake and compared with the .sfv, .md5 or .ffp beside them: those that were
    `dropped`, `all`, also in place, or `none`."""
    art_priority: tuple[str, ...] = setting(
        "MELODEE_ART_PRIORITY", ("cover", "folder", "front", "album", "albumart", "embedded", "*"), texts
    )
    """Where an album's cover comes from, the best first: names of pictures, `*` for the only other one, `embedded`."""
    least_art_pixels: int = setting("MELODEE_ART_LEAST_PIXELS", 200, at_least(0))
    """A picture with a shorter longer edge is a thumbnail: it is taken when there is no other."""
    cut_cache_mb: int = setting("MELODEE_CUT_CACHE_MB", 4096, at_least(64))
    """Room for tracks that were cut out of albums in one file; those heard longest ago give way."""
