"""Every format with every tag that it can hold, and old tags of all kinds."""

from tests import damage
from tests.audio import FORMATS, SUFFIXES, make_picture, make_song
from tests.corpus.expected import Corpus, Expected

_RECORDING = "0b8f6a1e-1111-4c5e-9d6f-0a1b2c3d4e5f"

_KEYS = {
    "id3": {
        "isrc": "TSRC", "bpm": "TBPM", "conductor": "TPE3", "gain": "TXXX:REPLAYGAIN_TRACK_GAIN",
        "recording": "UFID:http://musicbrainz.org", "mood": "TMOO",
    },
    "vorbis": {
        "isrc": "ISRC", "bpm": "BPM", "conductor": "CONDUCTOR", "gain": "REPLAYGAIN_TRACK_GAIN",
        "recording": "MUSICBRAINZ_TRACKID", "mood": "MOOD",
    },
    "mp4": {
        "isrc": "----:com.apple.iTunes:ISRC", "bpm": "tmpo", "conductor": "----:com.apple.iTunes:CONDUCTOR",
        "gain": "----:com.apple.iTunes:REPLAYGAIN_TRACK_GAIN",
        "recording": "----:com.apple.iTunes:MusicBrainz Track Id", "mood": "----:com.apple.iTunes:MOOD",
    },
    "asf": {
        "isrc": "WM/ISRC", "bpm": "WM/BeatsPerMinute", "conductor": "WM/Conductor", "gain": "replaygain_track_gain",
        "recording": "MusicBrainz/Track Id", "mood": "WM/Mood",
    },
    "ape": {
        "isrc": "ISRC", "bpm": "BPM", "conductor": "Conductor", "gain": "REPLAYGAIN_TRACK_GAIN",
        "recording": "MUSICBRAINZ_TRACKID", "mood": "Mood",
    },
}  # fmt: skip
_COLUMN = {
    **dict.fromkeys(("mp3", "wav", "aiff", "tta", "aac", "dsf"), "id3"),
    **dict.fromkeys(("flac", "ogg", "opus"), "vorbis"),
    **dict.fromkeys(("m4a", "alac"), "mp4"),
    **dict.fromkeys(("ape", "wv", "mpc"), "ape"),
    "wma": "asf",
}
_WRITTEN = {
    "isrc": "GBAYE0000001", "bpm": "120", "conductor": "Maestra", "gain": "-6.50 dB", "recording": _RECORDING,
    "mood": "Wistful",
}  # fmt: skip


def add(corpus: Corpus) -> None:
    """All of it."""
    for number, kind in enumerate(FORMATS, 1):
        _tagged(corpus, kind, number)
    _old_tags(corpus)


def _tagged(corpus: Corpus, kind: str, number: int) -> None:
    keys = _KEYS[_COLUMN[kind]]
    corpus.song(
        f"Formats/{number:02}.{SUFFIXES[kind]}",
        {
            "track": number, "discNumber": 1, "artist": "Format Singer", "displayAlbumArtist": "Format Band",
            "album": "All Formats", "year": 2003, "genres": [{"name": "Rock"}, {"name": "Folk"}],
            "displayComposer": "Composer One", "comment": f"kept in {kind}", "bpm": 120, "isrc": ["GBAYE0000001"],
            "musicBrainzId": _RECORDING, "moods": ["Wistful"], "suffix": SUFFIXES[kind],
            "replayGain.trackGain": -6.5, "contributors.conductor": "Maestra",
            "album.year": 2003, "album.songCount": len(FORMATS),
        },
        format=kind, track=number, track_total=len(FORMATS), disc=1, disc_total=1, artist="Format Singer",
        album_artist="Format Band", album="All Formats", date="2003-04-05", genre=("Rock", "Folk"),
        composer="Composer One", comment=f"kept in {kind}", picture=make_picture(64 + number, 64),
        extra={keys[name]: value for name, value in _WRITTEN.items()},
    )  # fmt: skip


def _old_tags(corpus: Corpus) -> None:
    says = {"track": 7, "artist": "Old Band", "album": "Old Album", "year": 1999, "genre": "Rock"}
    damage.id3v1_only(corpus.root / "Old tags/v1.mp3", title=b"Old Song")
    corpus.expect("Old tags/v1.mp3", Expected("published", songs=({"title": "Old Song"} | says,)), "ID3v1 alone")
    frames = {"TT2": "Две песни", "TP1": "Старая группа", "TAL": "Старый альбом", "TRK": "3/9", "TYE": "1997"}
    damage.id3v22(corpus.root / "Old tags/v22.mp3", **frames)
    says = {"title": "Две песни", "artist": "Старая группа", "album": "Старый альбом", "track": 3, "year": 1997}
    corpus.expect("Old tags/v22.mp3", Expected("published", songs=(says,)), "ID3v2.2")
    corpus.song(
        "Old tags/v23.mp3", {"artist": "Vierundzwanzig", "year": 2001, "track": 5},
        id3=3, artist="Vierundzwanzig", album="Drei", date="2001", track=5, damage="ID3v2.3",
    )  # fmt: skip
    damage.id3_in_wrong_encoding(corpus.root / "Old tags/encoding.mp3")
    corpus.expect(
        "Old tags/encoding.mp3",
        Expected(
            "published", songs=({"title": "Cafés", "artist": "Zoé", "album": "Don’t"},),
            findings=frozenset({"wrong_encoding"}),
        ),
        "encodings that are not those that the tag names",
    )  # fmt: skip
    _both_tags(corpus)


def _both_tags(corpus: Corpus) -> None:
    """An mp3 with an APEv2 tag behind its ID3 tag: ID3 speaks, APEv2 adds what it leaves out."""
    from mutagen.apev2 import APEv2  # noqa: PLC0415 - beside the one place that mixes tags

    title = corpus.title()
    path = make_song(corpus.root / "Old tags/both.mp3", seconds=0.5, title=title, artist="Id Three", track=1)
    tags = APEv2()
    tags["Title"], tags["Album"], tags["Year"] = "Of the other tag", "Out of APE", "1988"
    tags.save(path)
    says = {"title": title, "artist": "Id Three", "album": "Out of APE", "year": 1988}
    corpus.expect("Old tags/both.mp3", Expected("published", songs=(says,)), "two tags in one file")
