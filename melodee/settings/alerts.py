"""Whom to tell when something failed."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from melodee.settings.source import Settings, at_least, number, seconds, setting, text, texts


def _urls(value: object) -> tuple[str, ...]:
    found = texts(value)
    for url in found:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("each must be an address that begins with http:// or https://")
    return found


@dataclass(frozen=True)
class AlertSettings(Settings):
    """Whom to tell when something failed."""

    urls: tuple[str, ...] = setting("MELODEE_ALERT_URLS", (), _urls)
    """Webhooks that alerts are sent to; without one, there are no alerts."""
    secret: str = setting("MELODEE_ALERT_SECRET", "", text)
    """The key of the signature that each message then carries."""
    interval: float = setting("MELODEE_ALERT_INTERVAL", 3600.0, seconds)
    """Seconds within which the same cause is told once."""
    failures: int = setting("MELODEE_ALERT_FAILURES", 1, at_least(1))
    """Items that must have failed since the last alert about failed items for another."""
    most: int = setting("MELODEE_ALERT_MOST", 30, at_least(1))
    """Alerts that are sent within an hour at most."""
    timeout: float = setting("MELODEE_ALERT_TIMEOUT", 10.0, number(0.1, 20))
    """Seconds that a receiver may take."""
