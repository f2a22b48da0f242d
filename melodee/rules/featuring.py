"""Featured artists: credited one by one, and no longer glued to the name or the title that they came with."""

import re
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from melodee.audio.track import Track
from melodee.rules.action import Action, Making
from melodee.rules.patterns import Groups, compile_pattern
from melodee.rules.positions import Path
from melodee.rules.splitting import IDS, PROVED, SORTS, Splitter, splitter
from melodee.settings.names import WELL_KNOWN
from melodee.text import clean_text, fold

WORDS = ("feat.", "feat", "ft.", "ft", "featuring")
"""What stands before a guest. Not `with`: (With You) is part of a title more often than (with Somebody)."""

FIELDS = ("artists", "album_artists", "title")

_OPEN, _CLOSE = r"(\[（［【", r")\]）］】"
"""Brackets, as they stand within a class of characters; those of Japanese and Chinese are as wide as a letter there."""

_BLANK = r"[\s\x{3000}]"

_BETWEEN = " \u3000,;-–—&"

_FOOT = compile_pattern(r"(?i)(?:^|\W)(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten)$")
"""Before `ft`: a length, as in Six Ft. Ditch."""


class Featuring(NamedTuple):
    """A text taken apart."""

    main: str
    guests: str
    rest: str
    """What stands after the guests: `(Remix)`."""
    in_brackets: bool

    @property
    def without(self) -> str:
        """The text without guests."""
        return clean_text(f"{self.main} {self.rest}")


Finder = Callable[[str], Featuring | None]


def finder(words: Sequence[str], never: frozenset[str], *, title: bool) -> Finder:
    """Finds guests after one of the words: in brackets of their own anywhere, or at the end.

    In a title a word that has no full stop only counts in brackets: A Great Feat of Strength has no guests.
    """
    spelled = _spelled(words)
    plainly = _spelled([word for word in words if word.endswith(".")]) if title else spelled
    hint = compile_pattern(rf"(?:{_BLANK}|[{_OPEN}])(?:{spelled})", fold=True)
    inside = f"[^{_OPEN}{_CLOSE}]"
    patterns = [
        compile_pattern(rf"(.*\S){_BLANK}*[{_OPEN}]{_BLANK}*({spelled})({inside}+)[{_CLOSE}]{_BLANK}*(.*)", fold=True)
    ]
    if plainly:
        end = rf"([{_OPEN}].*|\s[-–—]\s.*)?"
        patterns.append(compile_pattern(rf"(.*?\S){_BLANK}+({plainly})({inside}+?){_BLANK}*{end}", fold=True))

    def find(text: str) -> Featuring | None:
        if hint.search(text) is None or fold(text) in never:
            return None
        for pattern in patterns:
            if match := pattern.fullmatch(text):
                main, word, guests, rest = (part or "" for part in match.groups())
                bare, guests = main.rstrip(_BETWEEN), guests.strip(_BETWEEN)
                bracketed = pattern is patterns[0]
                if bare and any(map(str.isalnum, guests)) and (bracketed or not _is_name(main, word, guests, never)):
                    return Featuring(bare, guests, rest.strip(), bracketed)
        return None

    return find


def _spelled(words: Sequence[str]) -> str:
    longest_first = sorted(words, key=len, reverse=True)
    return "|".join(re.escape(word) + (r"\s*" if word.endswith(".") else r"\s+") for word in longest_first)


def _is_name(main: str, word: str, guests: str, never: frozenset[str]) -> bool:
    """Whether the word is part of a name: Little Feat & Friends, Six Ft. Ditch, The Feat of Nobody."""
    foot = word.lower().startswith("ft") and _FOOT.search(main)
    return bool(foot) or fold(f"{main} {word}") in never or guests.lower().startswith("of ")


class _Guests(NamedTuple):
    find: Finder
    apart: Splitter
    proved: Splitter


class _Found(NamedTuple):
    """A text without guests, and these as they are worded, in the order in which they stand."""

    main: str
    guests: list[str]


def strip_featuring(table: dict[str, Any], at: Path, making: Making) -> Action:
    """`strip_featuring = { field, words, guests_at }`: guests named with an artist or in a title are credited."""
    check = making.check
    check.known(table, at, ("field", "words", "guests_at"))
    fields = check.fields(table, at, FIELDS)
    words = [word.strip() for word in check.texts(table["words"], (*at, "words"))] if "words" in table else WORDS
    if not all(words):
        check.wrong((*at, "words"), "a word is empty")
        words = WORDS
    own = check.texts(table["guests_at"], (*at, "guests_at")) if "guests_at" in table else making.names.guest_separators
    separators = [each for each in (*making.names.artist_separators, *own) if each]
    never = making.names.never_split
    whole = frozenset(fold(name) for name in (*never, *WELL_KNOWN))
    apart, proved = splitter(separators, never), splitter([*separators, *PROVED], never)
    in_names = _Guests(finder(words, whole, title=False), apart, proved)
    in_title = _Guests(finder(words, whole, title=True), apart, proved)
    actions = [_of_title(in_title) if field == "title" else _of_names(field, in_names) for field in fields]
    if "title" in fields and "artists" in fields:
        # Its guests join the artists, which must have been taken apart before.
        check.wrong((*at, "field"), "artists and title need an action each, the title after the artists")

    def act(track: Track, groups: Groups) -> dict[str, object]:
        changes: dict[str, object] = {}
        for action in actions:
            changes |= action(track, groups)
        return changes

    return act


def _of_names(field: str, guests: _Guests) -> Action:
    worded = f"{field.removesuffix('s')}_credit"

    def act(track: Track, _groups: Groups) -> dict[str, object]:
        names: list[str] = getattr(track, field)
        found = [_found(name, guests.find) for name in names]
        if not any(each.guests for each in found):
            return {}
        ids: list[str] = getattr(track, IDS[field])
        mains = [each.main for each in found]
        apart = _once([*mains, *_guest_names(found, guests.find, guests.apart)])
        if len(apart) < len(ids):
            proved = _once([*mains, *_guest_names(found, guests.find, guests.proved)])
            apart = proved if len(proved) == len(ids) else apart
        changes: dict[str, object] = {field: apart}
        if not getattr(track, worded) and len(names) == 1:
            changes[worded] = names[0]
        for beside in (IDS[field], SORTS[field]):
            if (told := getattr(track, beside)) and len(told) == len(names):
                # They are the main artists'; who has none keeps a place among them.
                of_main = dict(zip(map(fold, mains), told, strict=True))
                changes[beside] = [of_main.get(fold(name), "") for name in apart]
        return changes

    return act


def _found(text: str, find: Finder, *, title: bool = False) -> _Found:
    """All guests in a text: of `A (feat. B) feat. C` what is left without the first is looked at again.

    `A (feat. B) & C` is by A & C; in a name, what follows guests without brackets is theirs.
    """
    left, guests = text, list[str]()
    while (each := find(left)) is not None:
        apart = title or each.in_brackets
        guests.append(each.guests if apart else clean_text(f"{each.guests} {each.rest}"))
        left = each.without if apart else each.main
    return _Found(left, sorted(guests, key=text.find))


def _guest_names(found: Sequence[_Found], find: Finder, apart: Splitter) -> list[str]:
    names: list[str] = []
    for text in (guest for each in found for guest in each.guests):
        left = text
        while further := find(left):
            names += apart(further.main)
            left = further.guests
        names += apart(left)
    return names


def _once(names: Sequence[str]) -> list[str]:
    """Each name where it stands first."""
    found: dict[str, str] = {}
    for name in names:
        found.setdefault(fold(name), name)
    return list(found.values())


def _of_title(guests: _Guests) -> Action:
    def act(track: Track, _groups: Groups) -> dict[str, object]:
        found = _found(track.title, guests.find, title=True)
        main = track.artists or track.album_artists
        if not found.guests or not main:
            return {}
        changes: dict[str, object] = {"title": found.main}
        known = {fold(name) for name in main}
        named = _once([name for each in found.guests for name in guests.apart(each)])
        new = [name for name in named if fold(name) not in known]
        # Where the artists name all of them already, one by one, the title alone is changed.
        if not new or all(fold(name) in known for each in found.guests for name in guests.proved(each)):
            return changes
        changes["artists"] = [*main, *new]
        of = "artists" if track.artists else "album_artists"
        for beside in (IDS, SORTS):
            if (told := getattr(track, beside[of])) and len(told) == len(main):
                changes[beside["artists"]] = [*told, *("" for _ in new)]
        worded = track.artist_credit or ", ".join(main)
        if unsaid := _once([each for each in found.guests if fold(each) not in fold(worded)]):
            changes["artist_credit"] = clean_text(f"{worded} feat. {', '.join(unsaid)}")
        return changes

    return act
