"""Who took part in a recording, from the tags that name roles and those that name people with their roles."""

from collections.abc import Iterator, Sequence

from melodee.audio import values
from melodee.audio.cleaner import MOST_VALUES, Cleaner
from melodee.audio.fields import INVOLVED_PEOPLE, ROLES, Field
from melodee.audio.native import Native
from melodee.audio.track import Contributor

_OF_INSTRUMENT = "performer:"
"""Some taggers name the instrument in the key: `PERFORMER:GUITAR`."""

_ROLE_LIMIT = 100
"""Characters of a role that a tag names itself: the catalogue has an index of all roles."""


def contributors(
    tags: Native, roles: Sequence[tuple[Field, tuple[str, ...]]], cleaner: Cleaner, left: dict[str, list[str]]
) -> list[Contributor]:
    """Each once, by the keys that `roles` have in the tags' format; what was used is taken out of `left`."""
    found: dict[Contributor, None] = {}
    for field, keys in roles:
        for key in keys:
            if (texts := tags.values.get(key)) is None:
                continue
            left.pop(key, None)
            for name in cleaner.texts(field.name, texts):
                person, instrument = values.performer(name) if field.name == "performer" else (name, "")
                found[Contributor(field.name, instrument, person)] = None
    for key in [key for key in left if _OF_INSTRUMENT in key]:
        instrument = cleaner.line("contributors", key.partition(_OF_INSTRUMENT)[2]).lower()
        for name in cleaner.texts("contributors", left.pop(key)):
            found[Contributor("performer", instrument, name)] = None
    found |= dict.fromkeys(_people(tags, cleaner))
    return list(found)[:MOST_VALUES]


def _people(tags: Native, cleaner: Cleaner) -> Iterator[Contributor]:
    """Of ID3's lists of people: musicians with their instruments (TMCL), others with their roles (TIPL).

    Before version 2.4 one list (IPLS) holds both; what does not end with a known role is an instrument there.
    """
    for frame, what, text in tags.people[:MOST_VALUES]:
        name, part = cleaner.line("contributors", text), cleaner.line("contributors", what, _ROLE_LIMIT).lower()
        part = INVOLVED_PEOPLE.get(part, part)
        if name and (frame == "TMCL" or (frame == "IPLS" and part.rpartition(" ")[2] not in ROLES)):
            yield Contributor("performer", part, name)
        elif name and part:
            yield Contributor(part, "", name)
