"""Notes on a release: `.nfo` files, which are XML from media centres or text art in a DOS code page.

Source of the XML: Kodi's wiki, "NFO files/Music". After its end there may be the address of a page.
"""

import codecs
import re
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from melodee.audio.values import uuids
from melodee.sidecars.decoding import decoded
from melodee.sidecars.errors import UnreadableSidecar
from melodee.sidecars.xml import local_name, parse_xml
from melodee.text import clean_text

LIMIT = 100_000
MOST_VALUES = 32

_FACTS = {
    "title": "title", "name": "name", "artistdesc": "artist", "artist": "artist", "genre": "genre", "style": "style",
    "mood": "mood", "theme": "theme", "label": "label", "type": "type", "year": "year", "releasedate": "release_date",
    "rating": "rating", "userrating": "user_rating", "votes": "votes", "born": "born", "formed": "formed",
    "died": "died", "disbanded": "disbanded", "yearsactive": "years_active",
    "instruments": "instrument", "gender": "gender",
    "musicbrainzalbumid": "mb_release_id", "musicbrainzreleasegroupid": "mb_release_group_id",
    "musicbrainzartistid": "mb_artist_id",
}  # fmt: skip
"""Kodi's elements, and what we call them."""

_ABOUT = {"album": "album", "artist": "artist"}
_TEXT = {"album": ("review",), "artist": ("biography", "review")}
_XML = re.compile(rb"<(?:\?xml|album|artist)\b", re.IGNORECASE)
_END = re.compile(rb"</(album|artist)\s*>")


@dataclass
class Notes:
    """What an `.nfo` says."""

    about: str
    """`album` or `artist`."""
    text: str
    """A review, a biography, or the whole of a text."""
    is_art: bool = False
    """It is text that is looked at in a fixed pitch."""
    facts: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    """By our names of Kodi's elements."""


def parse_nfo(data: bytes) -> Notes:
    """Reads notes. Raises `UnreadableSidecar`."""
    if not _XML.match(data.removeprefix(codecs.BOM_UTF8).lstrip()):
        text = clean_text(decoded(data, western="cp437"), LIMIT, multiline=True)
        if not text:
            raise UnreadableSidecar("There is nothing in it.")
        return Notes("album", text, is_art=True)
    ends = list(_END.finditer(data))
    root = parse_xml(data[: ends[-1].end()] if ends else data)
    about = _ABOUT.get(local_name(root).lower())
    if about is None:
        raise UnreadableSidecar(f"It is about {clean_text(local_name(root), 40)!r}, not about an album or an artist.")
    said = [(local_name(child).lower(), _words(child)) for child in root]
    text = next((words for name in _TEXT[about] for tag, words in said if tag == name and words), "")
    facts: dict[str, list[str]] = {}
    for tag, words in said:
        name = _FACTS.get(tag)
        values = [] if name is None else uuids([words]) if name.startswith("mb_") else [clean_text(words)]
        for value in values:
            if value and name and len(facts.setdefault(name, [])) < MOST_VALUES:
                facts[name].append(value)
    return Notes(about, text, facts={name: values for name, values in facts.items() if values})


def _words(element: Element) -> str:
    return clean_text("".join(element.itertext()), LIMIT, multiline=True)
