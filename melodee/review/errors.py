"""Why something cannot be decided about a release."""

from typing import ClassVar

from melodee.errors import MelodeeError


class UnknownRelease(MelodeeError):
    """There is no such release: 'melodee review list' shows those that wait."""

    code: ClassVar[str] = "unknown_release"


class NotWaiting(MelodeeError):
    """Nothing can be decided about a release that does not wait."""

    code: ClassVar[str] = "not_waiting"


class ReasonMissing(MelodeeError):
    """Say why the release is rejected: whoever dropped it wants to know."""

    code: ClassVar[str] = "reason_missing"


class MusicGone(MelodeeError):
    """The music of the release is no longer where it waited: drop it again, and reject this one."""

    code: ClassVar[str] = "music_gone"
