"""What a cue sheet makes of a file: its tracks, each with where it begins and ends, or what keeps it from being cut.

The gap before a track is played with the track before it, as from a CD, so that nothing of the sound is lost and the
spans follow each other without a hole. What is before the first track is left out.
"""

from itertools import pairwise
from typing import Any, NamedTuple

import msgspec

from melodee.audio import values
from melodee.audio.track import Mend, Track
from melodee.sidecars.cue import FRAMES, CueSheet, CueTrack, milliseconds
from melodee.text import clean_text

HIDDEN_SECONDS = 5
"""Sound before the first track that is longer than any gap is a track that the sheet does not count."""

_RAW_SHEET = "cuesheet"


class Cut(NamedTuple):
    """What a sheet says of one file."""

    track: Track
    """The file as a whole, with what the sheet says of the album."""
    parts: list[Track]
    """Its tracks; empty when the sheet cannot be used for it, as `track.mended` then says."""


def cut(track: Track, sheet: CueSheet, file: int) -> Cut:
    """Cuts the file of these tags, the sheet's number `file`, which has several tracks in it."""
    numbered = [(cue, cue.start) for cue in sheet.tracks_of(file)]
    starts = [(cue, start) for cue, start in numbered if start is not None]
    whole = _with_album(track, sheet, len(sheet.tracks))
    if complaint := _complaint([start for _, start in starts], len(numbered), track.duration_ms):
        return Cut(_noted(track, "cue_disagrees", complaint), [])
    ends = [milliseconds(start) for _, start in starts[1:]] + [track.duration_ms]
    parts = [_part(whole, sheet, cue, milliseconds(start), end) for (cue, start), end in zip(starts, ends, strict=True)]
    if (first := starts[0][1]) > HIDDEN_SECONDS * FRAMES:
        before = f"Before the first track there are {first / FRAMES:.0f} s of sound that its cue sheet does not count."
        parts[0] = _noted(parts[0], "hidden_track", before)
    # What was mended in the file's tags is told once, by its first track.
    parts[0] = msgspec.structs.replace(parts[0], mended=[*track.mended, *parts[0].mended])
    return Cut(whole, parts)


def filled(track: Track, sheet: CueSheet, cue: CueTrack) -> Track:
    """The tags of a file that is one track already, with what they leave out taken from the sheet."""
    said = _album_tags(sheet) | _tags(sheet, cue)
    silent = {name: value for name, value in said.items() if not getattr(track, name)}
    return msgspec.structs.replace(track, **silent) if silent else track


def _complaint(starts: list[int], tracks: int, duration_ms: int) -> str:
    """Why the sheet does not fit the file; empty when it does."""
    if len(starts) < tracks:
        return "Its cue sheet does not say where each track begins."
    if any(later <= earlier for earlier, later in pairwise(starts)):
        return "The tracks of its cue sheet do not follow each other."
    last = milliseconds(starts[-1])
    if last >= duration_ms:
        return f"Its cue sheet has a track begin at {last / 1000:.1f} s; the file has {duration_ms / 1000:.1f} s."
    return ""


def _noted(track: Track, code: str, message: str) -> Track:
    return msgspec.structs.replace(track, mended=[*track.mended, Mend(code, "", message)])


def _with_album(track: Track, sheet: CueSheet, tracks: int) -> Track:
    """The file with the album's tags: the sheet's, else its own. Its title may have been the album's."""
    said = _album_tags(sheet)
    if not said.get("album") and not track.album and track.title:
        said["album"] = track.title
    raw = {key: texts for key, texts in track.raw.items() if key.rpartition(":")[2].lower() != _RAW_SHEET}
    return msgspec.structs.replace(track, **said, raw=raw, track_total=tracks)


def _part(whole: Track, sheet: CueSheet, cue: CueTrack, start: int, end: int) -> Track:
    said: dict[str, Any] = {
        "track_number": cue.number,
        "title": f"Track {cue.number:02}",
        "artists": whole.artists or whole.album_artists,
    } | _tags(sheet, cue)
    # What the file says of one song is not true of each.
    silent: dict[str, Any] = {
        "title_sort": "",
        "lyrics": "",
        "mb_recording_id": "",
        "mb_track_id": "",
        "isrcs": [],
        "mended": [],
    }
    if said["artists"] != whole.artists:
        silent |= {"artist_sort": "", "artist_credit": "", "mb_artist_ids": []}
    gains: dict[str, Any] = {"track_gain": None, "track_peak": None}
    span = {"span_start_ms": start, "span_end_ms": end, "duration_ms": end - start}
    return msgspec.structs.replace(whole, **(silent | gains | said | span))


def _tags(sheet: CueSheet, cue: CueTrack) -> dict[str, Any]:
    """What the sheet says of a track, without what it leaves out."""
    performer, songwriter = clean_text(cue.performer or sheet.performer), clean_text(cue.songwriter or sheet.songwriter)
    composer = clean_text(cue.remarks.get("COMPOSER", "") or sheet.remarks.get("COMPOSER", "")) or songwriter
    said: dict[str, Any] = {
        "title": clean_text(cue.title),
        "track_number": cue.number,
        "artists": [performer] if performer else [],
        "composers": [composer] if composer else [],
        "isrcs": [isrc] if (isrc := clean_text(cue.isrc).upper().replace("-", "")) else [],
        "genres": [genre] if (genre := clean_text(cue.remarks.get("GENRE", ""))) else [],
        "track_gain": values.gain(cue.remarks.get("REPLAYGAIN_TRACK_GAIN", "")),
        "track_peak": values.peak(cue.remarks.get("REPLAYGAIN_TRACK_PEAK", "")),
    }
    return {name: value for name, value in said.items() if value not in (None, "", [])}


def _album_tags(sheet: CueSheet) -> dict[str, Any]:
    """What the sheet says of the album, without what it leaves out."""
    remarks = sheet.remarks
    date = values.date(remarks.get("DATE", "") or remarks.get("YEAR", ""))
    performer = clean_text(sheet.performer)
    barcode = sheet.catalog.strip()
    said: dict[str, Any] = {
        "album": clean_text(sheet.title),
        "album_artists": [performer] if performer else [],
        "artists": [performer] if performer else [],
        "genres": [genre] if (genre := clean_text(remarks.get("GENRE", ""))) else [],
        "year": int(date[:4]) if date else None,
        "release_date": date,
        "disc_number": values.number(remarks.get("DISCNUMBER", "")) or None,
        "disc_total": values.number(remarks.get("TOTALDISCS", "") or remarks.get("DISCTOTAL", "")) or None,
        "barcode": barcode if barcode.isdecimal() and barcode.strip("0") else "",
        "album_gain": values.gain(remarks.get("REPLAYGAIN_ALBUM_GAIN", "")),
        "album_peak": values.peak(remarks.get("REPLAYGAIN_ALBUM_PEAK", "")),
    }
    return {name: value for name, value in said.items() if value not in (None, "", [])}
