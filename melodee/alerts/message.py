"""What an alert says."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

import msgspec

from melodee.text import clean_text

LONGEST_TITLE = 120
LONGEST_TEXT = 2000

MOST_COUNTS = 20
"""Numbers that a message names; what is beyond is left out."""


@dataclass(frozen=True)
class Alert:
    """One thing that somebody should know."""

    kind: str
    """`run_failed`, `items_failed`, `items_given_up` or `test`."""
    cause: str
    """What it is about: of one cause, an alert is made once within the setting's interval."""
    title: str
    text: str
    counts: Mapping[str, int] = field(default_factory=dict[str, int])
    """Numbers that belong to it, such as failed items by code."""
    links: Mapping[str, str] = field(default_factory=dict[str, str])
    """Pages to look at, by what they are."""

    def body(self) -> dict[str, object]:
        """The message as it is sent, bounded in size; `text` alone says everything."""
        lines = [clean_text(line, LONGEST_TEXT) for line in self.text.splitlines()]
        return {
            "kind": self.kind,
            "title": clean_text(self.title, LONGEST_TITLE),
            "text": "\n".join(lines)[:LONGEST_TEXT],
            "counts": dict(list(self.counts.items())[:MOST_COUNTS]),
            "links": {name: url[:500] for name, url in list(self.links.items())[:5]},
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
        }


def encoded(body: Mapping[str, object]) -> bytes:
    """The bytes that are signed and sent."""
    return msgspec.json.encode(body)
