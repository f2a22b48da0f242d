"""Characters that nobody sees: which of them a text needs, and which only make equal names differ.

Zero-width spaces, soft hyphens and marks of direction come with what is pasted from web pages. Some scripts cannot do
without some of them: joiners decide the shape of Persian and Indic words, zero-width spaces part the words of Thai and
Khmer, marks of direction keep a bracket at its place in Hebrew and Arabic, and emoji are joined of several.
Sources: Unicode 16, chapter 23, and UTS #51 for emoji.
"""

import re

# Soft hyphen, zero-width space, joiners and marks of direction, embeddings, word joiner, isolates and deprecated
# formats, byte order mark, annotations, musical formats, tags.
INVISIBLE = (
    "\xad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U0001d173-\U0001d17a\U000e0000-\U000e007f"
)
"""As the inside of a regular expression's brackets."""

_ANY = re.compile(f"[{INVISIBLE}]")

# Arabic to Sinhala without Arabic's own mark of direction, Tibetan and Myanmar, Philippine scripts to Balinese,
# and what is beyond.
_JOINED = (
    "\u0600-\u061b\u061d-\u0dff\u0f00-\u109f\u1700-\u18af\u1900-\u1bff\ua840-\ua8ff\ua980-\ua9df\uaa00-\uaaff"
    "\uabc0-\uabff\ufb50-\ufdff\ufe70-\ufefc\U00010a00-\U00011fff\U0001e900-\U0001e95f"
)
_WITHOUT_SPACES = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u1950-\u19df\u1a20-\u1aaf"
_EMOJI = "\u2190-\u21ff\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff"

_NEEDED = "|".join(
    (
        f"(?<=[{_JOINED}])[\u200c\u200d]",
        f"[\u200c\u200d](?=[{_JOINED}])",
        f"(?<=[{_WITHOUT_SPACES}])\u200b(?=[{_WITHOUT_SPACES}])",
        f"(?<=[{_EMOJI}\ufe0f])\u200d(?=[{_EMOJI}])",
        # A flag of a part of a country, such as Scotland's.
        "\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{3,6}\U000e007f",
    )
)
_DIRECTION = "[\u061c\u200e\u200f]"

# What is needed is put back, all else is left out.
_SUPERFLUOUS = re.compile(f"({_NEEDED})|[{INVISIBLE}]")
_SUPERFLUOUS_TO_THE_LEFT = re.compile(f"({_NEEDED}|{_DIRECTION})|[{INVISIBLE}]")

# Hebrew to Arabic, and other scripts that are written from right to left.
_TO_THE_LEFT = re.compile(
    "[\u0590-\u061b\u061d-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"
)


def without_invisible(text: str) -> str:
    """The text without invisible characters that it does not need. Doing it twice changes nothing."""
    return _pattern(text).sub(r"\1", text) if _ANY.search(text) else text


def invisible_in(text: str) -> list[str]:
    """Invisible characters that a text has and does not need, each once, as `U+200B`."""
    if not _ANY.search(text):
        return []
    found = dict.fromkeys(match.group() for match in _pattern(text).finditer(text) if match[1] is None)
    return [f"U+{ord(char):04X}" for char in found]


def _pattern(text: str) -> re.Pattern[str]:
    return _SUPERFLUOUS_TO_THE_LEFT if _TO_THE_LEFT.search(text) else _SUPERFLUOUS
