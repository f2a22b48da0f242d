"""What a file says about itself: the value that reading produces and the catalogue is built from.

It crosses a process pool and is kept as jsonb, so it is plain data: text without control characters, ISO dates, whole
milliseconds. An absent text is empty, an absent number is None.
"""

from typing import Any

import msgspec


class Mend(msgspec.Struct, frozen=True):
    """Something in the file's tags that was cleaned so that it could be used."""

    code: str
    """`control_characters`, `invisible_characters`, `overlong_tag`, `wrong_encoding` (text stored in another encoding
    than its frame says), `too_many_values` or `unreadable_tag` (the sound is good, its ID3 tag is not); of a cue sheet,
    `unreadable_sidecar` and its like."""
    field: str
    """The field of `Track`, or the tag's own key; empty when it is about the whole tag."""
    message: str

    @property
    def worded(self) -> str:
        """For people: the message, with the field that it is about."""
        return f"{self.field}: {self.message}" if self.field else self.message


class Change(msgspec.Struct, frozen=True):
    """A field whose value is not the one that was read from the file."""

    field: str
    original: Any
    """The value as it was read, as plain data."""
    by: list[str]
    """What changed it, in order: `path` (the tags were silent), `album` (its title named a disc), `rule:<name>`."""


class Work(msgspec.Struct, frozen=True):
    """A work that the recording performs."""

    name: str
    mb_id: str = ""


class Movement(msgspec.Struct, frozen=True):
    """A movement of a work: `2` of `4`, `Andante`."""

    name: str
    number: int | None = None
    total: int | None = None


class Contributor(msgspec.Struct, frozen=True):
    """Someone with a part in the recording besides its artists and composers."""

    role: str
    """lyricist, librettist, conductor, performer, remixer, arranger, producer, engineer, mixer, djmixer, director or
    writer. Roles that a tag names itself (ID3's involved people) are kept as they are, in lower case."""
    sub_role: str
    """The instrument of a performer, in lower case; else empty."""
    name: str


class Track(msgspec.Struct, frozen=True, omit_defaults=True):
    """The tags and the audio properties of one file. Text is NFC, trimmed and at most 1,000 characters a value."""

    # The sound.
    suffix: str
    """Of the file's name, lower case, without a dot."""
    container: str
    """A key of `melodee.audio.containers.NAMES`: mpeg, flac, mp4, ogg, wav, aiff, asf, ape, wavpack, musepack …"""
    codec: str
    """mp3 (mp2, mp1), flac, aac, alac, vorbis, opus, pcm, wmav2, ape, wavpack, musepack, tta, dsd; another codec by the
    name that its container has for it."""
    duration_ms: int
    bit_rate: int
    """Average, in kbps (1,000 bits a second), of the audio alone."""
    sampling_rate: int
    """Hz."""
    channels: int
    bit_depth: int | None = None
    """Bits a sample; None for lossy codecs."""
    sample_hash: str = ""
    """Of the file, as intake's reader takes it: see `melodee.audio.sample`."""

    # Who and what.
    title: str = ""
    subtitle: str = ""
    artists: list[str] = []
    """One by one where the format keeps them apart; nothing is split at separators."""
    artist_credit: str = ""
    """As the file words it, `A feat. B`, where that is not just the artists in their order."""
    album: str = ""
    album_artists: list[str] = []
    album_artist_credit: str = ""
    composers: list[str] = []
    contributors: list[Contributor] = []
    genres: list[str] = []
    moods: list[str] = []
    groupings: list[str] = []
    works: list[Work] = []
    movements: list[Movement] = []
    compilation: bool = False

    # Its place.
    track_number: int | None = None
    track_total: int | None = None
    disc_number: int | None = None
    disc_total: int | None = None
    disc_subtitle: str = ""

    # When: dates are ISO 8601, `YYYY`, `YYYY-MM` or `YYYY-MM-DD`, and exist in the calendar.
    year: int | None = None
    """Of the date tag, else of the release date, else of the original date."""
    release_date: str = ""
    original_date: str = ""

    # How it is sorted.
    title_sort: str = ""
    artist_sort: str = ""
    """Of the credit as a whole."""
    artist_sorts: list[str] = []
    """One by one, where the file has several; each stands for the artist at its place when there are as many."""
    album_artist_sort: str = ""
    album_artist_sorts: list[str] = []
    composer_sorts: list[str] = []
    album_sort: str = ""

    # Names in other people's catalogues. MusicBrainz ids are lower-case UUIDs.
    mb_recording_id: str = ""
    mb_track_id: str = ""
    mb_release_id: str = ""
    mb_release_group_id: str = ""
    mb_artist_ids: list[str] = []
    """In the order of the artists; a guest whose id the file does not know has an empty text in its place."""
    mb_album_artist_ids: list[str] = []
    mb_work_ids: list[str] = []
    mb_original_release_id: str = ""
    mb_original_artist_ids: list[str] = []
    mb_disc_id: str = ""
    """Of a CD's table of contents: 28 characters, no UUID."""
    acoustid: str = ""
    """A UUID."""
    isrcs: list[str] = []
    labels: list[str] = []
    catalogue_numbers: list[str] = []
    barcode: str = ""
    release_types: list[str] = []
    """Lower case: album, ep, single, compilation, live …"""
    release_status: str = ""
    """Lower case: official, promotion, bootleg …"""
    release_country: str = ""
    """As the file has it: for MusicBrainz, ISO 3166-1's two letters, or XW (worldwide), XE (Europe)."""
    media: str = ""
    """CD, Vinyl, Digital Media …"""
    original_album: str = ""
    original_artists: list[str] = []

    # The rest that has a meaning for us.
    bpm: int | None = None
    """Rounded to whole beats."""
    key: str = ""
    """As the file has it: Am, 8A …"""
    languages: list[str] = []
    encoder: str = ""
    comment: str = ""
    lyrics: str = ""
    """With line ends (LF), at most 100,000 characters; LRC time stamps stay in it. Of two lyrics those with times."""
    copyright: str = ""
    explicit: str = ""
    """`explicit`, `clean` or empty when the file does not say."""
    track_gain: float | None = None
    """ReplayGain in dB (reference -18 LUFS); R128 values are converted by adding 5 dB."""
    track_peak: float | None = None
    album_gain: float | None = None
    album_peak: float | None = None
    base_gain: float | None = None
    """What every decoder of Opus adds by itself, in dB; None where it is 0. The other gains are meant on top of it."""

    # The embedded front cover, else the first picture.
    has_picture: bool = False
    picture_mime: str = ""
    picture_bytes: int = 0
    picture_kinds: list[str] = []
    """Of every embedded picture: front, back, leaflet … (`melodee.audio.native.PICTURE_KINDS`)."""

    raw: dict[str, list[str]] = {}
    """Tags that no field above takes, by their own key; at most 64 keys, 16 values each and about 32,000 characters."""
    span_start_ms: int | None = None
    """Where the track begins in its file, when a cue sheet cuts the file; None for a file of its own."""
    span_end_ms: int | None = None
    mended: list[Mend] = []
    changes: list[Change] = []
    """Fields that are not as they were read, each once: see `melodee.audio.provenance`."""
