"""Names and titles: cleaned for storage, folded for comparison, cut into search terms, ordered.

All of it happens here rather than in PostgreSQL, so that a document and a query, an artist's identity and a sort key
come from the same rules on every server: the cluster has no ICU, and `unaccent` and NFKD each miss letters that the
other knows.

CPython's normalisation is quadratic in a run of combining marks (64,000 of them cost 2 s), so every function cuts its
input before it normalises.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterable

from melodee.invisible import INVISIBLE, without_invisible

IGNORED_ARTICLES = "The El La Los Las Le Les Os As O A"
"""Leading words that do not count for the order of names: Subsonic's `ignoredArticles`."""

TEXT_LIMIT = 1000
"""Characters of a name or title that are kept."""

KEY_BYTES = 2000
SORT_LIMIT = 250

MAX_TERM_LENGTH = 64
MAX_DOCUMENT_TERMS = 256
MAX_QUERY_TERMS = 32

_FOLDED_LIMIT = 4 * TEXT_LIMIT

# Spellings of one punctuation mark that taggers mix: Guns N’ Roses, Guns N' Roses.
_SAME_PUNCTUATION = str.maketrans(
    dict.fromkeys("’‘‛´ʼʻʽʹʾʿ′ꞌ", "'") | dict.fromkeys("“”„‟″«»", '"') | dict.fromkeys("‐‑‒–—―−", "-")
)

# Letters that NFKD leaves whole although readers take them for a base letter, and people type them so.
_BASE_LETTERS = str.maketrans(
    {
        "ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ħ": "h", "ı": "i", "ŋ": "n",
        "ŧ": "t", "ƀ": "b", "ɓ": "b", "ɖ": "d", "ɗ": "d", "ɛ": "e", "ƒ": "f", "ɠ": "g", "ɨ": "i", "ƙ": "k",
        "ĸ": "k", "ɔ": "o", "ʋ": "v", "ƴ": "y", "ƶ": "z",
    }
)  # fmt: skip

# Marks are stripped where they are accents or optional vowel signs (Latin, Greek, Cyrillic, Hebrew, Arabic); in Indic
# scripts, Thai and kana they are part of the letter. With them goes what is invisible, and what no database stores.
_IGNORED = re.compile(
    "[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
    "\u0483-\u0489\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed"
    f"\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u180b-\u180e{INVISIBLE}\ufe00-\ufe0f\U000e0080-\U000e0fff\ud800-\udfff]"
)


def fold(text: str) -> str:
    """The form in which names are compared and identified: 'Beyoncé ' and 'BEYONCE' are one artist.

    Compatibility forms, case, accents, white space and the spelling of quotes and dashes do not count. Of a text of
    more than 4,000 characters the first 4,000 do. Folding twice changes nothing.
    """
    text = text[:_FOLDED_LIMIT]
    if text.isascii() and text.isprintable():
        return " ".join(text.casefold().split())
    once = _fold_once(text)
    return once if once.isascii() else _fold_once(once)


def _fold_once(text: str) -> str:
    # Accents of the capital İ and of Greek vowels only separate in NFKD, and case folding undoes it for a few letters.
    text = _IGNORED.sub("", unicodedata.normalize("NFKD", text.translate(_SAME_PUNCTUATION)))
    text = unicodedata.normalize("NFKD", text.casefold()).translate(_BASE_LETTERS)
    # Composed again, so that Hangul and kana are letters and not their parts.
    return " ".join(unicodedata.normalize("NFC", _IGNORED.sub("", text)).split())


class _Kinds(dict[int, str]):
    """For `str.translate`: keeps letters, marks and digits; apostrophes, blanks and the rest become one sign each."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        if unicodedata.category(char)[0] in "LMN":
            kind = char
        elif char == "'":
            kind = _APOSTROPHE
        else:
            kind = " " if char.isspace() else _PUNCTUATION
        self[code] = kind
        return kind


# Not from \x1c-\x1f, which `str.split` takes for white space.
_APOSTROPHE, _PUNCTUATION = "\x01", "\x02"
_KINDS = _Kinds()

# Scripts that are written without spaces between words, and Hangul, whose compounds people search by their parts.
_UNSPACED = re.compile(
    "([\u3005-\u3007\u3031-\u3035\u3040-\u309f\u30a0-\u30ff\u3100-\u312f\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\U00020000-\U0003ffff\u1100-\u11ff\uac00-\ud7ff\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]+)"
)


def search_terms(text: str) -> list[str]:
    """The lexemes under which a text is found, without repetition, in order: at most 256 of at most 64 characters.

    Words split at punctuation and joined over it (AC/DC: ac, dc, acdc), apostrophes join and split (l'amour: lamour,
    l, amour), unspaced scripts give characters and pairs. A text of punctuation alone ('!!!', '÷') is its own term.
    """
    terms: dict[str, None] = {}
    for word in fold(text).translate(_KINDS).split():
        pieces = [piece for piece in word.split(_PUNCTUATION) if piece.strip(_APOSTROPHE)]
        for piece in pieces:
            terms.update(dict.fromkeys(_lexemes(piece.replace(_APOSTROPHE, ""), characters=True)))
            parts = piece.strip(_APOSTROPHE).split(_APOSTROPHE)
            for part in parts if len(parts) > 1 else ():
                terms.update(dict.fromkeys(_lexemes(part, characters=True)))
        if len(pieces) > 1:
            joined = "".join(pieces).replace(_APOSTROPHE, "")
            terms.update(dict.fromkeys(_lexemes(joined, characters=True)))
        if len(terms) >= MAX_DOCUMENT_TERMS:
            break
    return list(terms)[:MAX_DOCUMENT_TERMS] or _symbols(fold(text))


def query_terms(text: str) -> list[str]:
    """What a searcher typed, as lexemes that must all be there, the last one perhaps unfinished: 32 at most.

    The rules are those of `search_terms` without the extra forms. Quotes and a trailing `*` are the player's syntax
    and not the listener's words: `""`, which means everything, has no terms.
    """
    folded = fold(text).replace('"', " ").rstrip().removesuffix("*")
    terms: list[str] = []
    for piece in folded.translate(_KINDS).replace(_APOSTROPHE, "").replace(_PUNCTUATION, " ").split():
        terms.extend(_lexemes(piece, characters=False))
        if len(terms) >= MAX_QUERY_TERMS:
            break
    # The last occurrence counts, since the last term of all is taken for a prefix.
    return list(dict.fromkeys(terms[:MAX_QUERY_TERMS][::-1]))[::-1] or _symbols(folded)


def comparable(text: str) -> str:
    """The form in which a whole name is compared with what was typed: folded, letters, marks and digits alone.

    `AC/DC`, `ac dc` and `acdc` are equal, and so are `Guns N’ Roses` and `guns n roses`. A text of punctuation alone
    stays as it is folded.
    """
    folded = fold(text)
    if folded.isalnum():
        return folded
    kept = folded.translate(_KINDS).replace(_APOSTROPHE, "").replace(_PUNCTUATION, "")
    return "".join(kept.split()) or folded


def _lexemes(word: str, *, characters: bool) -> Iterable[str]:
    if word.isascii():
        if word:
            yield word[:MAX_TERM_LENGTH]
        return
    for run in _UNSPACED.split(word[: MAX_DOCUMENT_TERMS + 1]):
        if not _UNSPACED.match(run):
            if run:
                yield run[:MAX_TERM_LENGTH]
            continue
        if characters or len(run) == 1:
            yield from run
        yield from (run[at : at + 2] for at in range(len(run) - 1))


def _symbols(folded: str) -> list[str]:
    return list(dict.fromkeys(word[:MAX_TERM_LENGTH] for word in folded.replace('"', " ").split()))[:MAX_QUERY_TERMS]


def tsquery(terms: list[str], *, prefix_last: bool = True) -> str | None:
    """The text of a PostgreSQL `tsquery` that asks for all terms (`'a' & 'b':*`), or None when there are none.

    To be bound as a parameter and cast with `::tsquery`; documents are `array_to_tsvector(search_terms)`. Terms are
    quoted as PostgreSQL 15, section 8.11.2, asks: quotes and backslashes doubled.
    """
    if not terms:
        return None
    quoted = ["'" + term.replace("\\", "\\\\").replace("'", "''") + "'" for term in terms]
    return " & ".join(quoted) + (":*" if prefix_last else "")


def key_of(folded: str) -> str:
    """A folded name as a key of the database: PostgreSQL indexes 2,700 bytes. A longer one ends with its hash."""
    encoded = folded.encode()
    if len(encoded) <= KEY_BYTES:
        return folded
    return f"{folded[:200]}\n{hashlib.blake2b(encoded, digest_size=16).hexdigest()}"


def sort_name(name: str, articles: str = IGNORED_ARTICLES) -> str:
    """The key that orders names under `collate "C"`: folded, without leading punctuation and leading article.

    An article stays when no word would remain ('The The' is 'the', 'A' is 'a'). A name of punctuation alone stays
    as it is. At most 250 characters, since an index holds two of them beside each other.
    """
    folded = fold(name)
    key = _from_first_letter(folded)
    first, _, rest = key.partition(" ")
    rest = _from_first_letter(rest)
    if rest and first in fold(articles).split():
        key = rest
    return (key or folded)[:SORT_LIMIT].rstrip()


def _from_first_letter(text: str) -> str:
    for at, char in enumerate(text):
        if unicodedata.category(char)[0] in "LN":
            return text[at:]
    return ""


def index_letter(sort_key: str) -> str:
    """The heading of an artist index for a `sort_name`: a capital letter of any script, or '#'."""
    first = sort_key[:1]
    # Title case, because the upper case of Georgian is not used for single letters.
    return unicodedata.normalize("NFC", first.title())[:1] if first.isalpha() else "#"


_LINE_BREAKS = re.compile("\r\n|[\n\x0b\x0c\r\x85\u2028\u2029]")
_UNSTORABLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufeff\ufdd0-\ufdef"
    + "".join(f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 0x10000))
    + "]"
)


def clean_text(value: str, limit: int = TEXT_LIMIT, *, multiline: bool = False) -> str:
    """A tag's text as it may reach the database: NFC, trimmed, at most `limit` characters.

    NUL, control characters, lone surrogates and noncharacters vanish, and so does what is invisible and not needed;
    tabs and line breaks become blanks, unless `multiline` keeps them (breaks as newlines).
    """
    value = value.lstrip()[: 4 * limit]
    value = _LINE_BREAKS.sub("\n", value)
    if not multiline:
        value = value.replace("\n", " ").replace("\t", " ")
        value = _UNSTORABLE.sub("", value)
    else:
        value = "\n".join(_UNSTORABLE.sub("", line) for line in value.split("\n"))
    value = unicodedata.normalize("NFC", without_invisible(value)).strip()
    if len(value) <= limit:
        return value
    # What was cut off may have been what needed an invisible character before it.
    value = without_invisible(value[: character_boundary(value, limit)])
    return unicodedata.normalize("NFC", value).strip()


def character_boundary(text: str, at: int) -> int:
    """The last place at or before `at` where a text can be cut without splitting what a reader sees as one character.

    Accents, emoji sequences and flags stay whole as long as they have at most 32 code points.
    """
    if at >= len(text):
        return len(text)
    for place in range(at, max(at - 32, 0), -1):
        if not _joins(text, place):
            return place
    return at


def _joins(text: str, place: int) -> bool:
    """Whether the code points on both sides of a place belong together."""
    before, after = text[place - 1], text[place]
    if unicodedata.category(after)[0] == "M" or "\u200d" in (before, after) or "\U0001f3fb" <= after <= "\U0001f3ff":
        return True
    if not _is_regional(after):
        return False
    start = place
    while start > 0 and _is_regional(text[start - 1]):
        start -= 1
    return (place - start) % 2 == 1


def _is_regional(char: str) -> bool:
    return "\U0001f1e6" <= char <= "\U0001f1ff"


_SHORT_ESCAPES = {"\n": "\\n", "\r": "\\r", "\t": "\\t", "\\": "\\\\"}
_UNPRINTABLE = re.compile(
    "[\x00-\x1f\\\\\x7f-\x9f\xad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\uffff"
    "\ufdd0-\ufdef\U000e0000-\U000e007f]"
)


def display_path(path: str) -> str:
    r"""A path (str with surrogateescape) for messages, logs and JSON: one printable line that UTF-8 can encode.

    Bytes that are no UTF-8 and ASCII controls read `\xNN`, line breaks `\n`, other invisible characters `\uNNNN`;
    a backslash is doubled, so that no two paths look the same.
    """
    return _UNPRINTABLE.sub(_escape, path)


def _escape(match: re.Match[str]) -> str:
    char = match.group()
    code = ord(char)
    if char in _SHORT_ESCAPES:
        return _SHORT_ESCAPES[char]
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    if code < 0x80:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def count(number: int, one: str, many: str = "") -> str:
    """`1 file`, `2 files`."""
    return f"{number} {one if number == 1 else many or one + 's'}"
