"""What can be wrong with an audio file as a whole. What is wrong with its tags alone is mended (see `track.Mend`)."""

import errno
from typing import ClassVar

from melodee.errors import MelodeeError


class EmptyFile(MelodeeError):
    """The file holds no bytes."""

    code: ClassVar[str] = "empty"


class MislabelledAudio(MelodeeError):
    """The file's name says another format than its content."""

    code: ClassVar[str] = "mislabelled"


class UnreadableAudio(MelodeeError):
    """The file's audio could not be read."""

    code: ClassVar[str] = "unreadable"


class TruncatedAudio(MelodeeError):
    """The file ends before its sound does."""

    code: ClassVar[str] = "truncated"


_NOT_THE_FILES_FAULT = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOMEM})


def unreadable(error: OSError, path: str) -> UnreadableAudio:
    """The item's error for what the system answered. Raises `error` again when this process is short of something."""
    if error.errno in _NOT_THE_FILES_FAULT:
        raise error
    return UnreadableAudio(f"{error.strerror or type(error).__name__}.", path=path)
