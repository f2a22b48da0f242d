"""Whom to tell when something failed."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from melodee.settings.source import Settings, at_least, number, seconds, secret_setting, setting, text, texts


def _urls(value: object) -> tuple[str, ...]:
    found = texts(value)
    if not all(map(_is_url, found)):
        raise ValueError("each must be an address that begins with http:// or https://")
    return found


def _is_url(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        # What it says names parts of the address, which may be secret.
        return False


@dataclass(frozen=True)
class AlertSettings(Settings):
    """Whom to tell when something failed."""

    urls: tuple[str, ...] = secret_setting("MELODEE_ALERT_URLS", (), _urls)
    """Webhooks that alerts are sent to; without one, there are no alerts."""
    secret: str = secret_setting("MELODEE_ALERT_SECRET", "", text)
    """The key of the signature that each message then carries."""
    interval: float = setting("MELODEE_ALERT_INTERVAL", 3600.0, seconds)
    """Seconds within which the same cause is told once."""
    failures: int = setting("MELODEE_ALERT_FAILURES", 1, at_least(1))
    """Items that must have failed since the last alert about failed items for another."""
    most: int = setting("MELODEE_ALERT_MOST", 30, at_least(1))
    """Alerts that are sent within an hour at most."""
    timeout: float = setting("MELODEE_ALERT_TIMEOUT", 10.0, number(0.1, 20))
    """Seconds that a receiver may take."""
