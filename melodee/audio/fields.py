"""The one table that says where each format keeps each field of a `Track`.

Keys are those of `native`: ID3 frames (`TXXX:` and a description in lower case, `UFID:` and an owner, `RVA2:`), MP4
atoms (`----:` and the name of a free-form one in lower case), chunks of RIFF INFO and AIFF, and names of Vorbis
comments, APEv2 items and ASF attributes in lower case. The first key with a usable value wins. Sources: id3.org, the
Vorbis comment recommendations of xiph.org, the APE key specification at wiki.hydrogenaudio.org, and the tag mapping of
MusicBrainz Picard (picard-docs.musicbrainz.org, appendix 2), which most taggers follow.
"""

from enum import Enum, auto
from typing import NamedTuple


class Kind(Enum):
    """How a field's values are understood."""

    TEXT = auto()
    """One line: the first value."""
    LINES = auto()
    """One text with line ends."""
    TEXTS = auto()
    """All values."""
    NAME = auto()
    """One value in lower case: a word of a vocabulary."""
    NAMES = auto()
    """All values in lower case."""
    NUMBER = auto()
    """A whole number from 0 on; of `3/12` the 3."""
    TOTAL = auto()
    """A whole number from 1 on; of `3/12` the 12."""
    TEMPO = auto()
    """Beats a minute, rounded."""
    DATE = auto()
    FLAG = auto()
    UUID = auto()
    UUIDS = auto()
    GAIN = auto()
    """dB."""
    PEAK = auto()
    ADVISORY = auto()


class Field(NamedTuple):
    """One field and its keys by format, the best first."""

    name: str
    kind: Kind
    id3: tuple[str, ...]
    vorbis: tuple[str, ...]
    mp4: tuple[str, ...]
    asf: tuple[str, ...]
    ape: tuple[str, ...]
    chunk: tuple[str, ...]


def _field(
    name: str, kind: Kind, words: str, *, id3: str = "", mp4: str = "", asf: str = "", ape: str = "", chunk: str = ""
) -> Field:
    """A line of the table; `|` stands between keys.

    `words` are the names that Vorbis comments have for it. Every format that takes names of a tagger's own choice is
    asked for them too, after the keys that the format itself has.
    """
    free = _keys(words)
    return Field(
        name,
        kind,
        (*_keys(id3), *(f"TXXX:{word}" for word in free)),
        free,
        (*_keys(mp4), *(f"----:{word}" for word in free)),
        tuple(dict.fromkeys((*_keys(asf), *free))),
        tuple(dict.fromkeys((*_keys(ape), *free))),
        _keys(chunk),
    )


def _keys(joined: str) -> tuple[str, ...]:
    return tuple(joined.split("|")) if joined else ()


def _musicbrainz(name: str, kind: Kind, word: str, vorbis: str = "", id3: str = "") -> Field:
    """An id or a word of MusicBrainz: `MusicBrainz Album Id` in ID3 and MP4, with a slash in ASF, run together else."""
    joined = f"musicbrainz_{word.replace(' ', '')}"
    words = f"{vorbis}|{joined}" if vorbis else joined
    return _field(name, kind, f"{words}|musicbrainz {word}", id3=id3, asf=f"musicbrainz/{word}", ape=joined)


FIELDS: tuple[Field, ...] = (
    # Who and what. `artist` is how the file words it, `artists` one by one; `melodee.audio.assembled` weighs them.
    _field("title", Kind.TEXT, "title", id3="TIT2", mp4="©nam", chunk="INAM|NAME"),
    _field("subtitle", Kind.TEXT, "subtitle", id3="TIT3", asf="wm/subtitle"),
    _field("artist", Kind.TEXTS, "artist", id3="TPE1", mp4="©ART", asf="author", chunk="IART|AUTH"),
    _field("artists", Kind.TEXTS, "artists", asf="wm/artists"),
    _field("album", Kind.TEXT, "album", id3="TALB", mp4="©alb", asf="wm/albumtitle", chunk="IPRD"),
    _field(
        "album_artist",
        Kind.TEXTS,
        "albumartist|album artist|album_artist|ensemble",
        id3="TPE2",
        mp4="aART",
        asf="wm/albumartist",
        ape="album artist",
    ),
    _field("album_artists", Kind.TEXTS, "albumartists|album artists|album_artists", asf="wm/albumartists"),
    _field("composers", Kind.TEXTS, "composer", id3="TCOM", mp4="©wrt", asf="wm/composer", chunk="IMUS"),
    _field("genres", Kind.TEXTS, "genre", id3="TCON", mp4="©gen", asf="wm/genre", chunk="IGNR"),
    _field("moods", Kind.TEXTS, "mood", id3="TMOO", asf="wm/mood"),
    _field(
        "groupings",
        Kind.TEXTS,
        "grouping|contentgroup",
        id3="GRP1|TIT1",
        mp4="©grp",
        asf="wm/contentgroupdescription",
    ),
    _field("compilation", Kind.FLAG, "compilation", id3="TCMP", mp4="cpil", asf="wm/iscompilation"),
    # Works and their movements.
    _field("work", Kind.TEXTS, "work", mp4="©wrk", asf="wm/work"),
    _field("movement", Kind.TEXTS, "movementname", id3="MVNM", mp4="©mvn"),
    _field("movement_number", Kind.NUMBER, "movement|movementnumber", id3="MVIN", mp4="©mvi"),
    _field("movement_total", Kind.TOTAL, "movementtotal|movement", id3="MVIN", mp4="©mvc"),
    # Its place.
    _field(
        "track_number",
        Kind.NUMBER,
        "tracknumber|track",
        id3="TRCK",
        mp4="trkn",
        asf="wm/tracknumber",
        ape="track",
        chunk="ITRK|IPRT|TRCK",
    ),
    _field(
        "track_total",
        Kind.TOTAL,
        "tracktotal|totaltracks|tracknumber|track",
        id3="TRCK",
        mp4="trkn",
        asf="wm/tracknumber",
        ape="track",
    ),
    _field("disc_number", Kind.NUMBER, "discnumber|disc", id3="TPOS", mp4="disk", asf="wm/partofset", ape="disc"),
    _field(
        "disc_total",
        Kind.TOTAL,
        "disctotal|totaldiscs|discnumber|disc",
        id3="TPOS",
        mp4="disk",
        asf="wm/partofset",
        ape="disc",
    ),
    _field("disc_subtitle", Kind.TEXT, "discsubtitle|setsubtitle", id3="TSST", asf="wm/setsubtitle"),
    # When.
    _field("date", Kind.DATE, "date|year", id3="TDRC", mp4="©day", asf="wm/year", ape="year", chunk="ICRD"),
    _field("release_date", Kind.DATE, "releasedate", id3="TDRL"),
    _field(
        "original_date",
        Kind.DATE,
        "originaldate|originalyear|originalreleasedate",
        id3="TDOR",
        asf="wm/originalreleasetime|wm/originalreleaseyear",
    ),
    # How it is sorted.
    _field("title_sort", Kind.TEXT, "titlesort", id3="TSOT", mp4="sonm", asf="wm/titlesortorder"),
    _field("artist_sort", Kind.TEXTS, "artistsort", id3="TSOP", mp4="soar", asf="wm/artistsortorder"),
    _field("artists_sort", Kind.TEXTS, "artistssort|artists_sort|artists sort"),
    _field("album_artist_sort", Kind.TEXTS, "albumartistsort", id3="TSO2", mp4="soaa", asf="wm/albumartistsortorder"),
    _field("album_artists_sort", Kind.TEXTS, "albumartistssort|albumartists_sort|albumartists sort"),
    _field("album_sort", Kind.TEXT, "albumsort", id3="TSOA", mp4="soal", asf="wm/albumsortorder"),
    _field("composer_sorts", Kind.TEXTS, "composersort", id3="TSOC", mp4="soco", asf="wm/composersortorder"),
    # Names in other people's catalogues. What is `track` in Vorbis comments is a recording, as ever.
    _musicbrainz("mb_recording_id", Kind.UUID, "track id", id3="UFID:http://musicbrainz.org"),
    _musicbrainz("mb_track_id", Kind.UUID, "release track id"),
    _musicbrainz("mb_release_id", Kind.UUID, "album id"),
    _musicbrainz("mb_release_group_id", Kind.UUID, "release group id"),
    _musicbrainz("mb_artist_ids", Kind.UUIDS, "artist id"),
    _musicbrainz("mb_album_artist_ids", Kind.UUIDS, "album artist id"),
    _musicbrainz("mb_work_ids", Kind.UUIDS, "work id"),
    _musicbrainz("mb_original_release_id", Kind.UUID, "original album id"),
    _musicbrainz("mb_original_artist_ids", Kind.UUIDS, "original artist id"),
    _musicbrainz("mb_disc_id", Kind.TEXT, "disc id"),
    _field("acoustid", Kind.UUID, "acoustid_id|acoustid id", asf="acoustid/id"),
    _field("isrcs", Kind.TEXTS, "isrc", id3="TSRC", asf="wm/isrc", chunk="ISRC"),
    # The release.
    _field("labels", Kind.TEXTS, "label|organization|publisher", id3="TPUB", asf="wm/publisher"),
    _field("catalogue_numbers", Kind.TEXTS, "catalognumber|catalog number|labelno", asf="wm/catalogno"),
    _field("barcode", Kind.TEXT, "barcode|upc|ean", asf="wm/barcode", ape="ean/upc"),
    _musicbrainz("release_types", Kind.NAMES, "album type", vorbis="releasetype"),
    _musicbrainz("release_status", Kind.NAME, "album status", vorbis="releasestatus"),
    _musicbrainz("release_country", Kind.TEXT, "album release country", vorbis="releasecountry"),
    _field("media", Kind.TEXT, "media", id3="TMED", asf="wm/media"),
    _field("original_album", Kind.TEXT, "originalalbum", id3="TOAL", asf="wm/originalalbumtitle"),
    _field(
        "original_artists", Kind.TEXTS, "originalartist", id3="TOPE", asf="wm/originalartist", ape="original artist"
    ),
    # The rest.
    _field("bpm", Kind.TEMPO, "bpm|tempo", id3="TBPM", mp4="tmpo", asf="wm/beatsperminute", chunk="IBPM"),
    _field("key", Kind.TEXT, "initialkey|key", id3="TKEY", asf="wm/initialkey"),
    _field("languages", Kind.TEXTS, "language", id3="TLAN", asf="wm/language", chunk="ILNG"),
    _field(
        "comment",
        Kind.LINES,
        "comment|description",
        id3="COMM|COMM:comment|COMM:id3v1 comment",
        mp4="©cmt",
        asf="description",
        chunk="ICMT|ANNO",
    ),
    _field(
        "lyrics",
        Kind.LINES,
        "syncedlyrics|lyrics|unsyncedlyrics|unsynced lyrics",
        id3="SYLT|USLT|SYLT:frames",
        mp4="©lyr",
        asf="wm/lyrics_synchronised|wm/lyrics",
    ),
    _field("copyright", Kind.TEXT, "copyright", id3="TCOP", mp4="cprt", chunk="ICOP|(c)"),
    _field("explicit", Kind.ADVISORY, "itunesadvisory", mp4="rtng"),
    _field(
        "encoder",
        Kind.TEXT,
        "encoder|encodersettings|encoded-by",
        id3="TSSE|TENC",
        mp4="©too",
        asf="wm/encodingsettings|wm/toolname",
        chunk="ISFT",
    ),
    # Volume. Sound Check (iTunNORM) is the last resort: it is what iTunes measured in a way of its own.
    _field(
        "track_gain",
        Kind.GAIN,
        "replaygain_track_gain|r128_track_gain|itunnorm",
        id3="TXXX:replaygain_track_gain|RVA2:track|COMM:itunnorm",
    ),
    _field("track_peak", Kind.PEAK, "replaygain_track_peak", id3="TXXX:replaygain_track_peak|RVA2:track:peak"),
    _field(
        "album_gain", Kind.GAIN, "replaygain_album_gain|r128_album_gain", id3="TXXX:replaygain_album_gain|RVA2:album"
    ),
    _field("album_peak", Kind.PEAK, "replaygain_album_peak", id3="TXXX:replaygain_album_peak|RVA2:album:peak"),
)

CONTRIBUTORS: tuple[Field, ...] = (
    _field("lyricist", Kind.TEXTS, "lyricist", id3="TEXT", asf="wm/writer", chunk="IWRI"),
    _field("conductor", Kind.TEXTS, "conductor", id3="TPE3", mp4="©con", asf="wm/conductor"),
    _field("remixer", Kind.TEXTS, "remixer|mixartist", id3="TPE4", asf="wm/modifiedby"),
    _field("arranger", Kind.TEXTS, "arranger", mp4="©arg", asf="wm/arranger"),
    _field("producer", Kind.TEXTS, "producer", mp4="©prd", asf="wm/producer", chunk="IPRO"),
    _field("engineer", Kind.TEXTS, "engineer", asf="wm/engineer", chunk="IENG"),
    _field("mixer", Kind.TEXTS, "mixer", asf="wm/mixer"),
    _field("djmixer", Kind.TEXTS, "djmixer|dj mixer|dj-mixer", asf="wm/djmixer"),
    _field("director", Kind.TEXTS, "director", mp4="©dir", asf="wm/director"),
    _field("writer", Kind.TEXTS, "writer"),
    _field("librettist", Kind.TEXTS, "librettist"),
    _field("performer", Kind.TEXTS, "performer", asf="wm/performer"),
)
"""Fields whose name is a contributor's role. A performer's instrument stands in parentheses after the name."""

INVOLVED_PEOPLE = {"mix": "mixer", "dj-mix": "djmixer", "dj mix": "djmixer", "dj mixer": "djmixer"}
"""Roles of ID3's involved people list (TIPL) that are worded otherwise elsewhere."""

ROLES = frozenset({"composer", "recording", "mastering", *(field.name for field in CONTRIBUTORS)})
"""Last words of roles. In ID3v2.3 one list holds roles and instruments alike: what does not end so is an instrument."""
