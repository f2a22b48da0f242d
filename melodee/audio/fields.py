"""The one table that says where each format keeps each field of a `Track`.

Keys are those of `native`: ID3 frames (`TXXX:` and a description in lower case, `UFID:` and an owner, `RVA2:`), Vorbis
comments in lower case, MP4 atoms (`----:` and the name of a free-form one in lower case), chunks of RIFF INFO and AIFF.
The first key with a usable value wins. Sources: id3.org, the Vorbis comment recommendations of xiph.org, and the tag
mapping of MusicBrainz Picard (picard-docs.musicbrainz.org, appendix B), which most taggers follow.
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
    NAMES = auto()
    """All values in lower case: words of a vocabulary."""
    NUMBER = auto()
    """A whole number from 0 on; of `3/12` the 3."""
    TOTAL = auto()
    """A whole number from 1 on; of `3/12` the 12."""
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
    id3: tuple[str, ...] = ()
    vorbis: tuple[str, ...] = ()
    mp4: tuple[str, ...] = ()
    chunk: tuple[str, ...] = ()


def _everywhere(name: str, kind: Kind, key: str, *more: str) -> Field:
    """A field without a place of its own in ID3 and MP4: the same words in TXXX, Vorbis and free-form atoms."""
    keys = (key, *more)
    return Field(name, kind, tuple(f"TXXX:{each}" for each in keys), keys, tuple(f"----:{each}" for each in keys))


def _musicbrainz(name: str, kind: Kind, words: str, vorbis: str) -> Field:
    return Field(name, kind, (f"TXXX:{words}", f"TXXX:{vorbis}"), (vorbis,), (f"----:{words}", f"----:{vorbis}"))


FIELDS: tuple[Field, ...] = (
    Field("title", Kind.TEXT, ("TIT2",), ("title",), ("©nam",), ("INAM", "NAME")),
    Field("artist", Kind.TEXTS, ("TPE1",), ("artist",), ("©ART",), ("IART", "AUTH")),
    _everywhere("artists", Kind.TEXTS, "artists"),
    Field("album", Kind.TEXT, ("TALB",), ("album",), ("©alb",), ("IPRD",)),
    Field(
        "album_artist",
        Kind.TEXTS,
        ("TPE2", "TXXX:albumartist", "TXXX:album artist"),
        ("albumartist", "album artist", "album_artist", "ensemble"),
        ("aART", "----:albumartist", "----:album artist"),
    ),
    _everywhere("album_artists", Kind.TEXTS, "albumartists", "album artists", "album_artists"),
    Field("composers", Kind.TEXTS, ("TCOM",), ("composer",), ("©wrt", "----:composer"), ("IMUS",)),
    Field("genres", Kind.TEXTS, ("TCON",), ("genre",), ("©gen", "----:genre"), ("IGNR",)),
    Field("moods", Kind.TEXTS, ("TMOO", "TXXX:mood"), ("mood",), ("----:mood",)),
    Field("groupings", Kind.TEXTS, ("GRP1", "TIT1"), ("grouping",), ("©grp", "----:grouping")),
    Field("compilation", Kind.FLAG, ("TCMP", "TXXX:compilation"), ("compilation",), ("cpil", "----:compilation")),
    Field("track_number", Kind.NUMBER, ("TRCK",), ("tracknumber", "track"), ("trkn",), ("ITRK", "IPRT", "TRCK")),
    Field(
        "track_total",
        Kind.TOTAL,
        ("TRCK", "TXXX:totaltracks", "TXXX:tracktotal"),
        ("tracktotal", "totaltracks", "tracknumber", "track"),
        ("trkn",),
    ),
    Field("disc_number", Kind.NUMBER, ("TPOS",), ("discnumber", "disc"), ("disk",)),
    Field(
        "disc_total",
        Kind.TOTAL,
        ("TPOS", "TXXX:totaldiscs", "TXXX:disctotal"),
        ("disctotal", "totaldiscs", "discnumber", "disc"),
        ("disk",),
    ),
    Field("disc_subtitle", Kind.TEXT, ("TSST", "TXXX:discsubtitle"), ("discsubtitle",), ("----:discsubtitle",)),
    Field("date", Kind.DATE, ("TDRC", "TXXX:date", "TXXX:year"), ("date", "year"), ("©day",), ("ICRD",)),
    Field("release_date", Kind.DATE, ("TDRL", "TXXX:releasedate"), ("releasedate",), ("----:releasedate",)),
    Field(
        "original_date",
        Kind.DATE,
        ("TDOR", "TXXX:originaldate", "TXXX:originalyear"),
        ("originaldate", "originalyear", "originalreleasedate"),
        ("----:originaldate", "----:originalyear"),
    ),
    Field("title_sort", Kind.TEXT, ("TSOT", "TXXX:titlesort"), ("titlesort",), ("sonm",)),
    Field("artist_sort", Kind.TEXT, ("TSOP", "TXXX:artistsort"), ("artistsort",), ("soar",)),
    Field("album_artist_sort", Kind.TEXT, ("TSO2", "TXXX:albumartistsort"), ("albumartistsort",), ("soaa",)),
    Field("album_sort", Kind.TEXT, ("TSOA", "TXXX:albumsort"), ("albumsort",), ("soal",)),
    Field(
        "mb_recording_id",
        Kind.UUID,
        ("UFID:http://musicbrainz.org", "TXXX:musicbrainz track id", "TXXX:musicbrainz_trackid"),
        ("musicbrainz_trackid",),
        ("----:musicbrainz track id", "----:musicbrainz_trackid"),
    ),
    _musicbrainz("mb_track_id", Kind.UUID, "musicbrainz release track id", "musicbrainz_releasetrackid"),
    _musicbrainz("mb_release_id", Kind.UUID, "musicbrainz album id", "musicbrainz_albumid"),
    _musicbrainz("mb_release_group_id", Kind.UUID, "musicbrainz release group id", "musicbrainz_releasegroupid"),
    _musicbrainz("mb_artist_ids", Kind.UUIDS, "musicbrainz artist id", "musicbrainz_artistid"),
    _musicbrainz("mb_album_artist_ids", Kind.UUIDS, "musicbrainz album artist id", "musicbrainz_albumartistid"),
    Field("isrcs", Kind.TEXTS, ("TSRC",), ("isrc",), ("----:isrc",), ("ISRC",)),
    Field("labels", Kind.TEXTS, ("TPUB",), ("label", "organization", "publisher"), ("----:label", "----:publisher")),
    _everywhere("catalogue_numbers", Kind.TEXTS, "catalognumber", "catalog number", "labelno"),
    _everywhere("barcode", Kind.TEXT, "barcode", "upc", "ean"),
    Field(
        "release_types",
        Kind.NAMES,
        ("TXXX:musicbrainz album type", "TXXX:releasetype"),
        ("releasetype", "musicbrainz_albumtype"),
        ("----:musicbrainz album type", "----:releasetype"),
    ),
    Field("bpm", Kind.NUMBER, ("TBPM",), ("bpm", "tempo"), ("tmpo", "----:bpm")),
    Field(
        "comment",
        Kind.LINES,
        ("COMM", "COMM:comment", "COMM:id3v1 comment"),
        ("comment", "description"),
        ("©cmt",),
        ("ICMT", "ANNO"),
    ),
    Field("lyrics", Kind.LINES, ("USLT", "SYLT"), ("lyrics", "unsyncedlyrics", "unsynced lyrics"), ("©lyr",)),
    Field("copyright", Kind.TEXT, ("TCOP",), ("copyright",), ("cprt",), ("ICOP", "(c)")),
    Field("explicit", Kind.ADVISORY, ("TXXX:itunesadvisory",), ("itunesadvisory",), ("rtng", "----:itunesadvisory")),
    Field(
        "track_gain",
        Kind.GAIN,
        ("TXXX:replaygain_track_gain", "RVA2:track"),
        ("replaygain_track_gain", "r128_track_gain"),
        ("----:replaygain_track_gain",),
    ),
    Field(
        "track_peak",
        Kind.PEAK,
        ("TXXX:replaygain_track_peak", "RVA2:track:peak"),
        ("replaygain_track_peak",),
        ("----:replaygain_track_peak",),
    ),
    Field(
        "album_gain",
        Kind.GAIN,
        ("TXXX:replaygain_album_gain", "RVA2:album"),
        ("replaygain_album_gain", "r128_album_gain"),
        ("----:replaygain_album_gain",),
    ),
    Field(
        "album_peak",
        Kind.PEAK,
        ("TXXX:replaygain_album_peak", "RVA2:album:peak"),
        ("replaygain_album_peak",),
        ("----:replaygain_album_peak",),
    ),
)

CONTRIBUTORS: tuple[Field, ...] = (
    Field("lyricist", Kind.TEXTS, ("TEXT",), ("lyricist",), ("----:lyricist",), ("IWRI",)),
    Field("conductor", Kind.TEXTS, ("TPE3",), ("conductor",), ("----:conductor",)),
    Field("remixer", Kind.TEXTS, ("TPE4",), ("remixer", "mixartist"), ("----:remixer",)),
    Field("arranger", Kind.TEXTS, ("TXXX:arranger",), ("arranger",), ("----:arranger",)),
    Field("producer", Kind.TEXTS, ("TXXX:producer",), ("producer",), ("----:producer", "©prd"), ("IPRO",)),
    Field("engineer", Kind.TEXTS, ("TXXX:engineer",), ("engineer",), ("----:engineer",), ("IENG",)),
    Field("mixer", Kind.TEXTS, ("TXXX:mixer",), ("mixer",), ("----:mixer",)),
    Field("djmixer", Kind.TEXTS, ("TXXX:djmixer",), ("djmixer",), ("----:djmixer",)),
    Field("director", Kind.TEXTS, ("TXXX:director",), ("director",), ("----:director", "©dir")),
    Field("writer", Kind.TEXTS, ("TXXX:writer",), ("writer",), ("----:writer",)),
    Field("performer", Kind.TEXTS, ("TXXX:performer",), ("performer",), ("----:performer",)),
)
"""Fields whose name is a contributor's role. A performer's instrument stands in parentheses after the name."""

INVOLVED_PEOPLE = {"mix": "mixer", "dj-mix": "djmixer", "dj mix": "djmixer"}
"""Roles of ID3's involved people list (TIPL) that are worded otherwise elsewhere."""
