"""What work on a leaf runs into."""

from melodee.errors import DependencyError, FatalError, MelodeeError


class LeafIsBusy(DependencyError):
    """Another run does the same work on this leaf."""

    code = "leaf_is_busy"


class UnknownLeaf(FatalError):
    """There is no such leaf in the catalogue."""

    code = "unknown_leaf"


class Corrupted(MelodeeError):
    """The file's bytes are no longer those that were catalogued, though its size and time are."""

    code = "corrupted"


class NotDecodable(MelodeeError):
    """The file cannot be decoded from beginning to end."""

    code = "decode_error"
