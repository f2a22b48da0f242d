"""What single clients need that is not in the specification: a table, so that no code path asks for a client's name."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Quirks:
    """How to treat a client."""

    reduced: bool = False
    """It stumbles over what OpenSubsonic adds: answers carry the fields of Subsonic 1.16.1 only."""


_PLAIN = Quirks()

_BY_CLIENT = {
    "clementine": Quirks(reduced=True),
    "dsub": Quirks(reduced=True),
    "submusic": Quirks(reduced=True),
}


def quirks_of(client: str) -> Quirks:
    """The quirks of the client that calls itself so (the parameter `c`)."""
    return _BY_CLIENT.get(client.lower(), _PLAIN)
