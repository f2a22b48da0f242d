"""The sample hash: a quick sign that two files may be the same, or that one has only moved."""

import hashlib
from typing import BinaryIO

from melodee.audio.stream import read_at

_PIECE = 64 << 10
_DIGEST = 16


def sample_hash(file: BinaryIO, size: int) -> str:
    """BLAKE2b-128 over the size (8 bytes, the lowest first) and the first and last 64 KiB, as 32 hexadecimal digits.

    Equal samples are candidates: what cannot be taken back is decided by a hash of the whole.
    """
    digest = hashlib.blake2b(size.to_bytes(8, "little"), digest_size=_DIGEST)
    digest.update(read_at(file, 0, min(size, _PIECE)))
    if size > _PIECE:
        digest.update(read_at(file, max(size - _PIECE, _PIECE), _PIECE))
    return digest.hexdigest()
