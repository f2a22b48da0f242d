"""Directory codes: a short ASCII name for an artist's folder, unique and stable once given.

Led Zeppelin is LZ, the second artist with BE is BE-2. Folders named by artist alone would put 300,000 entries into one
directory, and names in 50 scripts into every path that an operator types.
"""

import hashlib
import re
from base64 import b32encode
from collections.abc import Callable

from anyascii import anyascii

from melodee.text import IGNORED_ARTICLES, fold

MAX_CODE_LENGTH = 8
MAX_BASE_LENGTH = 6
"""Leaves room for the first suffixes, -2 to -9."""

_ARTICLES = frozenset(IGNORED_ARTICLES.upper().split())
_NOT_ALPHANUMERIC = re.compile("[^A-Z0-9]+")


def directory_code_base(name: str) -> str:
    """The code of an artist's name before collisions are resolved: 1 to 6 of A-Z and 0-9.

    Transliterated to ASCII; a leading article dropped when a word remains; `&` is a word, AND; other punctuation
    vanishes; then the initials of the words, or the first two letters of a single word. When nothing is left, X and
    four characters of the name's hash.
    """
    ascii_name = anyascii(name[:1000]).upper().replace("&", " AND ")
    words = [word for word in (_NOT_ALPHANUMERIC.sub("", part) for part in ascii_name.split()) if word]
    if len(words) > 1 and words[0] in _ARTICLES:
        del words[0]
    if not words:
        return "X" + b32encode(hashlib.blake2b(fold(name).encode()).digest())[:4].decode()
    if len(words) == 1:
        return words[0][:2]
    return "".join(word[0] for word in words)[:MAX_BASE_LENGTH]


def with_suffix(base: str, number: int) -> str:
    """The code of the `number`-th artist of a base, counted from 1: BE, BE-2, BE-3."""
    return base if number == 1 else f"{base}-{number}"


def code_base(code: str) -> str:
    """The base of a code: BE of BE-2."""
    return code.partition("-")[0]


def directory_code(name: str, next_number: Callable[[str], int]) -> str:
    """A code that no other artist has, of at most 8 characters.

    `next_number` hands out 1, 2, 3 … for a base and never the same number twice: one counter per base, so that the
    300,000th artist costs what the first did. A base whose numbers no longer fit gives way to itself without its last
    letter; each code has one base and one number, so two artists never get the same.
    """
    base = directory_code_base(name)
    while True:
        code = with_suffix(base, next_number(base))
        if len(code) <= MAX_CODE_LENGTH or len(base) == 1:
            return code
        base = base[:-1]
