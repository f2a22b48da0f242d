"""What can be wrong with a sidecar. The music beside it is published all the same."""

from typing import ClassVar

from melodee.errors import MelodeeError


class UnreadableSidecar(MelodeeError):
    """The file beside the music could not be read."""

    code: ClassVar[str] = "unreadable_sidecar"
