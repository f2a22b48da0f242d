"""The actions that change one value at a time: set, remove, replace, map, drop_text, credit."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, cast

from mutagen.id3 import TCON

from melodee.audio.track import Contributor, Track
from melodee.rules.action import Action, Making
from melodee.rules.fields import CHANGEABLE, cleaned, empty, limit_of, texts_of, value_for, with_texts
from melodee.rules.patterns import Groups, Pattern, Template, compile_pattern, group_names, replaced
from melodee.rules.positions import Path
from melodee.text import fold

_MOST_REMEMBERED = 200
"""Characters of a text of which it is remembered what became of it."""

_TEXT_FIELDS = [name for name, kind in CHANGEABLE.items() if kind in ("text", "texts")]
_GENRES = TCON.GENRES

_ID3_GENRE = compile_pattern(r"\((\d{1,3}|RX|CR)\)|^(\d{1,3})$")
_ID3_GENRE_WHOLE = compile_pattern(r"(?:\((?:\d{1,3}|RX|CR)\))+(.*)|(\d{1,3})")
_ID3_WORDS = {"RX": "Remix", "CR": "Cover"}


def set_(table: dict[str, Any], at: Path, making: Making) -> Action:
    """`set = { field = value }`: a field gets a value, with gaps for groups where it is a text."""
    fixed: dict[str, object] = {}
    filled: dict[str, list[Template]] = {}
    for field, given in cast("dict[str, object]", table).items():
        here = (*at, field)
        if not making.check.is_one_of(field, list(CHANGEABLE), here, "field to change"):
            continue
        several = cast("list[object]", given) if isinstance(given, list) else [given]
        texts = [each for each in several if isinstance(each, str)]
        templates = [making.check.template(each, here, making.groups) for each in texts]
        try:
            if any(template.gaps for template in templates) and len(texts) == len(several):
                if len(texts) > 1 and CHANGEABLE[field] != "texts":
                    raise ValueError(f"{field} takes one value")  # noqa: TRY301 - told like any other wrong value
                filled[field] = templates
            else:
                fixed[field] = _fixed(field, cast("object", given), [template.fill({}) for template in templates])
        except ValueError as error:
            making.check.wrong(here, str(error))

    def act(_track: Track, groups: Groups) -> dict[str, object]:
        changes = dict(fixed)
        for field, templates in filled.items():
            texts = [template.fill(groups) for template in templates]
            try:
                changes[field] = value_for(field, texts if CHANGEABLE[field] == "texts" else texts[0])
            except ValueError:
                # What was found is no number, date or id: the field stays as it is.
                continue
        return changes

    return act


def _fixed(field: str, given: object, texts: list[str]) -> object:
    """The value of a field that is the same for every track."""
    if not texts:
        return value_for(field, given)
    if CHANGEABLE[field] in ("number", "decimal", "flag"):
        raise ValueError(f"{field} takes no text")
    return value_for(field, texts if isinstance(given, list) else texts[0])


def remove(fields: list[str], at: Path, making: Making) -> Action:
    """`remove = [field, …]`: fields become empty."""
    known = [field for field in fields if making.check.is_one_of(field, list(CHANGEABLE), at, "field to remove")]
    return lambda _track, _groups: {field: empty(field) for field in known}


Change = Callable[[str, str, Groups], Sequence[str]]
"""Makes texts of one text of a field: `change(field, text, groups)`."""


def on_each(fields: Sequence[str], change: Change) -> Action:
    """An action that makes texts of each text of some fields."""
    looks = [(field, texts_of(field)) for field in fields]

    def act(track: Track, groups: Groups) -> dict[str, object]:
        changes: dict[str, object] = {}
        for field, look in looks:
            before = look(track)
            after = [new for text in before for new in change(field, text, groups)]
            if after != list(before):
                changes |= with_texts(field, after)
        return changes

    return act


def _remembered(change: Callable[[str], Sequence[str]]) -> Change:
    """The same with a memory: an album's tracks share most of their texts, and a song's lyrics are no one else's."""
    memory = lru_cache(maxsize=4096)(change)
    return lambda _field, text, _groups: memory(text) if len(text) <= _MOST_REMEMBERED else change(text)


def replace(table: dict[str, Any], at: Path, making: Making) -> Action:
    """`replace = { field, regex, with, fold }`: what a pattern finds becomes something else, everywhere in the text."""
    check = making.check
    check.known(table, at, ("field", "regex", "with", "fold"))
    fields = check.fields(table, at, _TEXT_FIELDS)
    for needed in ("regex", "with"):
        if needed not in table:
            check.wrong(at, f"it needs {needed!r}")
    folded = check.get(table, "fold", at, bool, default=False)
    pattern = check.pattern(check.get(table, "regex", at, str, "x"), (*at, "regex"), fold=folded)
    if pattern is None:
        return nothing
    known = making.groups | group_names(pattern)
    template = check.template(check.get(table, "with", at, str, ""), (*at, "with"), known)
    if set(template.gaps) <= group_names(pattern):
        most = 2 * max(map(limit_of, fields), default=0)
        return on_each(fields, _remembered(lambda text: (replaced(pattern, template, text, most),)))
    return on_each(
        fields, lambda field, text, groups: (replaced(pattern, template, text, 2 * limit_of(field), groups),)
    )


def nothing(_track: Track, _groups: Groups) -> dict[str, object]:
    """What stands for an action that could not be made; its rules are never used."""
    return {}


def map_(table: dict[str, Any], at: Path, making: Making) -> Action:
    """`map = { field, values, drop, id3_numbers }`: whole values become others; case and accents do not count."""
    check = making.check
    check.known(table, at, ("field", "values", "drop", "id3_numbers"))
    fields = check.fields(table, at, _TEXT_FIELDS, ("genres",))
    wanted: dict[str, tuple[str, ...]] = {}
    for key, given in check.table(table.get("values", {}), (*at, "values")).items():
        wanted[fold(key)] = tuple(check.texts(given, (*at, "values", key)))
    for each in check.texts(table["drop"], (*at, "drop")) if "drop" in table else []:
        if fold(each) in wanted:
            check.wrong((*at, "drop"), f"{each!r} is dropped and mapped")
        wanted[fold(each)] = ()
    numbers = check.get(table, "id3_numbers", at, bool, default=False)
    if not wanted and not numbers:
        check.wrong(at, "it needs 'values', 'drop' or 'id3_numbers'")

    def mapped(text: str) -> tuple[str, ...]:
        texts = _without_numbers(text) if numbers else (text,)
        return tuple(new for each in texts for new in wanted.get(fold(each), (each,)))

    return on_each(fields, _remembered(mapped))


def _without_numbers(text: str) -> tuple[str, ...]:
    """`17`, `(17)` and `(4)Eurodisco` in words (ID3v2.3, 4.2.1 TCON); a number without a genre stays."""
    whole = _ID3_GENRE_WHOLE.fullmatch(text)
    if whole is None:
        return (text,)
    found: list[str] = []
    for match in _ID3_GENRE.finditer(text):
        code = match.group().strip("()")
        if code.isdigit() and int(code) >= len(_GENRES):
            return (text,)
        found.append(_ID3_WORDS.get(code) or _GENRES[int(code)])
    refinement = (whole.groups()[0] or "").strip()
    # What stands after the number says it in the tagger's own words, and so replaces it.
    return (refinement,) if refinement else tuple(dict.fromkeys(found))


DROP_WHAT = ("match", "line", "value")

_EMPTY_BRACKETS = compile_pattern(r"\s*(?:\(\s*\)|\[\s*\]|\{\s*\})")
_LOOSE_END = compile_pattern(r"^[\s\-–—|~,:;]+\s|\s[\s\-–—|~,:;]+$")
_NO_TEXT = Template("")


def drop_text(table: dict[str, Any], at: Path, making: Making) -> Action:
    """`drop_text = { field, regex, drop, fold }`: unwanted text goes, or the line or the value that it stands in."""
    check = making.check
    check.known(table, at, ("field", "regex", "drop", "fold"))
    fields = check.fields(table, at, _TEXT_FIELDS)
    folded = check.get(table, "fold", at, bool, default=False)
    what = check.get(table, "drop", at, str, "match")
    check.is_one_of(what, DROP_WHAT, (*at, "drop"), "part to drop")
    if "regex" not in table:
        check.wrong(at, "it needs 'regex'")
    texts = check.texts(table.get("regex", []), (*at, "regex")) if "regex" in table else []
    patterns = [made for each in texts if (made := check.pattern(each, (*at, "regex"), fold=folded))]
    most = max(map(limit_of, fields), default=0)
    return on_each(fields, _remembered(lambda text: (_dropped(text, patterns, what, most),)))


def _dropped(text: str, patterns: Sequence[Pattern], what: str, limit: int) -> str:
    """Line by line, so that `^` and `$` are the ends of a comment's lines."""
    lines = text.split("\n") if "\n" in text else [text]
    for pattern in patterns:
        hit = [pattern.search(line) is not None for line in lines]
        if not any(hit):
            continue
        if what == "value":
            return ""
        if what == "line":
            lines = [line for line, unwanted in zip(lines, hit, strict=True) if not unwanted]
        else:
            lines = [
                _tidied(replaced(pattern, _NO_TEXT, line, limit), limit) if unwanted else line
                for line, unwanted in zip(lines, hit, strict=True)
            ]
    return "\n".join(lines)


def _tidied(line: str, limit: int) -> str:
    """Without what the dropped text leaves behind: empty brackets, and a dash at an end."""
    line = replaced(_EMPTY_BRACKETS, _NO_TEXT, line, limit)
    return replaced(_LOOSE_END, _NO_TEXT, f" {line} ", limit).strip()


def credit(table: dict[str, Any], at: Path, making: Making) -> Action:
    """`credit = { name, role, instrument }`: someone is credited, once."""
    check = making.check
    check.known(table, at, ("name", "role", "instrument"))
    for needed in ("name", "role"):
        if needed not in table:
            check.wrong(at, f"it needs {needed!r}")
    role = check.get(table, "role", at, str, "performer").strip().lower()
    if not role:
        check.wrong((*at, "role"), "it is empty")
    name = check.template(check.get(table, "name", at, str, ""), (*at, "name"), making.groups)
    instrument = check.template(check.get(table, "instrument", at, str, ""), (*at, "instrument"), making.groups)
    field = {"artist": "artists", "albumartist": "album_artists", "composer": "composers"}.get(role)

    def act(track: Track, groups: Groups) -> dict[str, object]:
        who = cleaned("contributors", name.fill(groups))
        if not who:
            return {}
        if field is not None:
            there = texts_of(field)(track)
            known = {fold(each) for each in there}
            return {} if fold(who) in known else with_texts(field, [*there, who])
        added = Contributor(role, cleaned("contributors", instrument.fill(groups)).lower(), who)
        return {} if added in track.contributors else {"contributors": [*track.contributors, added]}

    return act
