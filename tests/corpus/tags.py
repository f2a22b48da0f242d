"""Tags as programs and people have written them: numbers that are none, names with rubbish in them, too much of all."""

from typing import Any, NamedTuple

from tests import damage
from tests.audio import make_picture
from tests.corpus.expected import Corpus, Said


class Case(NamedTuple):
    """One kind of tag that nobody should write."""

    kind: str
    tags: dict[str, Any]
    says: Said
    """What the API makes of it."""
    findings: tuple[str, ...] = ()
    suffix: str = "mp3"


def add(corpus: Corpus) -> None:
    """An album for each."""
    for number, case in enumerate((*_TEXTS, *_NUMBERS, *_OTHERS), 1):
        album = f"Tags {number:02}"
        corpus.song(
            f"Tags/{number:02}/05 {case.says.get('title', 'x')[:20].strip()}.{case.suffix}",
            {"album": album} | dict(case.says),
            findings=case.findings, damage=case.kind, **{"album": album, "seed": 3, "artist": "Tagger"} | case.tags,
        )  # fmt: skip
    corpus.song("5.mp3", damage="nobody is named anywhere", state="waiting", findings=["unknown_artist"], artist="",
                album="Nobody")  # fmt: skip


def _frame(name: str, value: Any) -> dict[str, Any]:
    return {"extra": {name: value}}


_CUT = ("overlong_tag",)
_UNSEEN = ("invisible_characters",)
_UNNUMBERED = ("missing_track_number",)
_TWO = ["Tagger", "Guest"]

_TEXTS = (
    Case("a title of blanks", {"title": "   "}, {"title": "from its path"}, ("missing_title",)),
    Case("a line break in a title", {"title": "Broken\nLine"}, {"title": "Broken Line"}, ("control_characters",)),
    Case("many blanks in a title", {"title": "Wide    Title"}, {"title": "Wide Title"}),
    Case("a byte order mark in a title", {"title": "\ufeffMarked"}, {"title": "Marked"}),
    Case("blanks of no width in a title", {"title": "Wi\u200bdth\u2060less"}, {"title": "Widthless"}, _UNSEEN),
    Case("text turned to the left", {"title": "Turned \u202eTitle"}, {"title": "Turned Title"}, _UNSEEN),
    Case("a page's language in a title", {"title": "<b>Bold</b> &amp;"}, {"title": "<b>Bold</b> &amp;"}),
    Case("control characters", {"title": "Ring\x07 Bell\x1b"}, {"title": "Ring Bell"}, ("control_characters",)),
    Case("a title of 64 kB", {"title": damage.LONG_TITLE}, {"title": damage.LONG_TITLE[:1000].strip()}, _CUT),
    Case("an address behind a title", {"title": "Sold [www.example.com]"}, {"title": "Sold"}),
    Case("an advertisement as the artist", {"artist": "Ripped by somebody"}, {}, ("unwanted_text",)),
    Case("a title that is a number's name", {"title": "Track 05"}, {"title": "from a path"}, ("missing_title",)),
    Case("Cyrillic read as Western", {"title": "Ãðóïïà êðîâè"}, {}, ("garbled_text",)),
    Case("UTF-8 read as Western", {"title": "BjÃ¶rk"}, {}, ("garbled_text",)),
    Case("a replacement character", {"title": "Caf\ufffd"}, {"title": "Caf\ufffd"}, ("garbled_text",)),
    Case("an album that is unknown", {"album": "Unknown Album"}, {"album": "16"}, ("missing_album",)),
    Case("a guest glued to the title", {"title": "Glued (feat. Guest)"}, {"title": "Glued", "artists": _TWO}),
    Case("guests in brackets of the artist", {"artist": "Tagger (ft. Guest)"}, {"artists": _TWO}),
    Case("a family as one character", {"title": "Fam 👨‍👩‍👧"}, {"title": "Fam 👨‍👩‍👧"}),
    Case("a joined word of Persian", {"title": "می\u200cخواهم"}, {"title": "می\u200cخواهم"}),
)  # fmt: skip

_NUMBERS = (
    Case("track 0", {"extra": {"TRCK": "0"}, "track": None}, {"track": 5}, _UNNUMBERED),
    Case("a track below nothing", {"extra": {"TRCK": "-3"}, "track": None}, {"track": 5}, _UNNUMBERED),
    Case("a track beyond counting", {"extra": {"TRCK": "99999999999999"}, "track": None}, {"track": 5}, _UNNUMBERED),
    Case("a track in words", {"extra": {"TRCK": "five"}, "track": None}, {"track": 5}, _UNNUMBERED),
    Case("a total without a track", {"extra": {"TRCK": "/9"}, "track": None}, {"track": 5}),
    Case("a track without its total", {"extra": {"TRCK": "7/"}, "track": None}, {"track": 7}),
    Case("a track with zeros", {"extra": {"TRCK": "007"}, "track": None}, {"track": 7}),
    Case("a track beyond its total", {"track": 9, "track_total": 4}, {"track": 9}, ("missing_tracks",)),
    Case("disc 0", {"extra": {"TPOS": "0"}}, {"discNumber": 0}),
    Case("a disc in words", {"extra": {"TPOS": "twelve"}}, {"discNumber": None}),
    Case("the year 0", {"date": "0000"}, {"year": None}, ("missing_year",)),
    Case("a year of two digits", {"date": "99"}, {"year": None}),
    Case("a month that is none", {"date": "1985-13-45"}, {"year": 1985}),
    Case("a date without strokes", {"extra": {"TDRC": "19850607"}}, {"year": 1985}),
    Case("about a year", {"extra": {"TXXX:originaldate": "soon"}, "date": "c. 1970"}, {}),
    Case("beats that are words", _frame("TBPM", "fast"), {"bpm": 0}),
    Case("a gain that is no number", _frame("TXXX:REPLAYGAIN_TRACK_GAIN", "nan dB"), {"replayGain.trackGain": None}),
    Case("a gain beyond hearing", _frame("TXXX:REPLAYGAIN_TRACK_GAIN", "1e400 dB"), {"replayGain.trackGain": None}),
    Case("an ISRC that is none", _frame("TSRC", "nonsense!"), {}),
    Case("an id that is none", _frame("TXXX:MusicBrainz Album Id", "../../nonsense"), {"album.musicBrainzId": ""}),
)  # fmt: skip

_OTHERS = (
    Case("a genre in ID3's numbers", {"genre": "(17)"}, {"genre": "Rock"}),
    Case("a bare number as the genre", {"genre": "17"}, {"genre": "Rock"}),
    Case("a genre of a number that is none", {"genre": "(255)"}, {}),
    Case("several genres in one", {"genre": "Rock; Pop"}, {"genres": [{"name": "Rock"}, {"name": "Pop"}]}),
    Case("a genre that says nothing", {"genre": "Other"}, {}),
    Case("a thousand artists", {"artist": [f"Artist {each}" for each in range(1000)]}, {}, ("too_many_values",)),
    Case("the same artist twice", {"artist": ["Tagger", "Tagger"]}, {"artists": ["Tagger"]}),
    Case("an embedded picture that is broken", {"picture": b"\xff\xd8\xff\xe0noise" * 99}, {}, ("broken_image",)),
    Case("an embedded picture of 100 megapixels", {"picture": damage.huge_png()}, {}, ("image_too_large",)),
    Case("an embedded picture that is cut off", {"picture": make_picture(300, 300)[:500]}, {}, ("broken_image",)),
    Case("a tiny embedded picture", {"picture": make_picture(20, 20)}, {}, ("small_cover_art",)),
    Case("a comment of 200 kB", {"comment": "long " * 40_000}, {}, _CUT),
    Case("lyrics of a megabyte", {"lyrics": "la la la\n" * 110_000}, {}, _CUT),
    Case("a NUL in a Vorbis comment", {"title": "No\0thing"}, {"title": "Nothing"}, ("control_characters",), "flac"),
    Case("APEv2 keys in odd case", {"extra": {"TITLESORT": "Sorted"}}, {"sortName": "sorted"}, (), "wv"),
)  # fmt: skip
