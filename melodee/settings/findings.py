"""From where on something about a release is odd."""

from dataclasses import dataclass

from melodee.settings.source import Settings, at_least, number, one_of, setting, texts

ADVERTISING = (
    "http://", "https://", "www.", "ripped by", "encoded by", "uploaded by", "downloaded from", "free download",
    "visit us", "exclusive rip", "promo only", "vk.com", "t.me/",
)  # fmt: skip


@dataclass(frozen=True)
class FindingSettings(Settings):
    """From where on something about a release is odd."""

    shortest_seconds: float = setting("MELODEE_SHORTEST_SECONDS", 3.0, number(0, 86400))
    """A shorter song is suspicious."""
    longest_seconds: float = setting("MELODEE_LONGEST_SECONDS", 10800.0, number(1, 10_000_000))
    """A longer song is suspicious."""
    least_bit_rate: int = setting("MELODEE_LEAST_BIT_RATE", 96, at_least(0))
    """kbps of a lossy stereo file; half of it for one channel, and half for Opus."""
    least_sampling_rate: int = setting("MELODEE_LEAST_SAMPLING_RATE", 32_000, at_least(0))
    """Hz."""
    most_channels: int = setting("MELODEE_MOST_CHANNELS", 2, at_least(1))
    """Channels that any player plays."""
    least_cover_pixels: int = setting("MELODEE_LEAST_COVER_PIXELS", 300, at_least(0))
    """Pixels along the cover's shorter edge."""
    most_cover_pixels: int = setting("MELODEE_MOST_COVER_PIXELS", 4000, at_least(1))
    """Pixels along the cover's longer edge."""
    most_cover_bytes: int = setting("MELODEE_MOST_COVER_BYTES", 10_000_000, at_least(1))
    """Bytes of the cover's file."""
    unwanted_text: tuple[str, ...] = setting("MELODEE_UNWANTED_TEXT", ADVERTISING, texts)
    """What no title, artist or album holds; case does not count."""
    decode: str = setting("MELODEE_DECODE", "none", one_of("none", "all"))
    """Whether staging decodes every song whole: `none` or `all`. It costs about a second of a processor a song."""
