"""Judging what the tags say: whether names and years are given, agree, and are clean text."""

import re
import unicodedata
from collections.abc import Iterator

from melodee.audio.track import Track
from melodee.findings.codes import sidecar_code
from melodee.findings.finding import Finding
from melodee.findings.subject import Subject
from melodee.settings import FindingSettings
from melodee.text import clean_text, fold

_CODES = {
    "title": "missing_title",
    "album": "missing_album",
    "track_number": "missing_track_number",
    "artists": "missing_artist",
}
"""Findings for fields that were empty in the file; for others it is `missing_tag`."""

_PATH = "path"
"""What `Change.by` calls it when the path spoke where the tags were silent."""

_ACCENTED_RUN = re.compile(r"[À-ÖØ-öø-ÿ]{5,}")
"""Letters that no western language has in a row, but Cyrillic or Greek read in a western code page is made of."""

_WESTERN = ("cp1252", "latin-1")


def judge(subject: Subject, settings: FindingSettings) -> Iterator[Finding]:
    """Everything about the texts of the release and its songs."""
    yield from _names(subject)
    yield from _years(subject)
    for name, track in subject.tracks:
        yield from _left_out(name, track)
        for mend in track.mended:
            if mend.code != "missing_tag":
                # What was stored before sheets had codes of their own has those of the disk.
                yield Finding(sidecar_code(mend.code), mend.worded, name)
    yield from _texts(subject, [plain(text) for text in settings.unwanted_text])


def _names(subject: Subject) -> Iterator[Finding]:
    tracks = [track for _, track in subject.tracks]
    if not any(track.artists or track.album_artists for track in tracks):
        yield Finding("unknown_artist", "No song says by whom it is.")
    if not fold(subject.description.album) or all(is_placeholder(track.album) for track in tracks):
        yield Finding("unknown_album", "Neither tags nor folder say which album this is.")
    artists = {fold(", ".join(track.artists)): ", ".join(track.artists) for track in tracks if track.artists}
    silent = not any(track.album_artists or track.compilation or track.mb_release_id for track in tracks)
    if silent and len({_first_name(artist) for artist in artists}) > 1:
        some = ", ".join(sorted(artists.values())[:5])
        said = f"There are songs by {len(artists)} artists, among them {clean_text(some, 300)}."
        yield Finding("mixed_artists", said)


def is_placeholder(album: str) -> bool:
    """Whether the title of an album stands for none."""
    return fold(album) in ("", "unknown album", "unknown")


def _first_name(folded: str) -> str:
    """Without guests: `A feat. B` is by A."""
    return re.split(r" (?:feat|ft|featuring|with)\b", folded, maxsplit=1)[0]


def _years(subject: Subject) -> Iterator[Finding]:
    if subject.description.year is None:
        yield Finding("missing_year", "No song says in which year it came out.")
    years = sorted({track.year for _, track in subject.tracks if track.year})
    if len(years) > 1 and not subject.description.compilation:
        yield Finding("mixed_years", f"The songs name the years {', '.join(map(str, years[:10]))}.")


def _left_out(name: str, track: Track) -> Iterator[Finding]:
    """Fields that the file itself leaves empty."""
    taken = {change.field for change in track.changes if change.by[:1] == [_PATH] and not change.original}
    taken |= {mend.field for mend in track.mended if mend.code == "missing_tag"}
    empty = {field for field in ("title", "track_number") if not getattr(track, field)}
    if not track.artists and track.album_artists:
        empty.add("artists")
    for field in sorted(taken | empty):
        value = getattr(track, field, None)
        said = f"the path says {clean_text(_worded(value), 200)}" if value else "the path does not say it either"
        yield Finding(_CODES.get(field, "missing_tag"), f"Its tags give no {_called(field)}; {said}.", name)


def _worded(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]


def _texts(subject: Subject, unwanted: list[str]) -> Iterator[Finding]:
    """Each text once: an album's title stands in all of its songs."""
    seen: set[tuple[str, str]] = set()
    for name, track in subject.tracks:
        for field in ("title", "album", "artists", "album_artists"):
            text = _worded(getattr(track, field))
            if (field, text) in seen:
                continue
            seen.add((field, text))
            if found := next((phrase for phrase in unwanted if phrase and phrase in plain(text)), None):
                message = f"Its {_called(field)} holds {found!r}: {clean_text(text, 200)}"
                yield Finding("unwanted_text", message, name)
            if is_garbled(text):
                yield Finding("garbled_text", f"Its {_called(field)} reads {clean_text(text, 200)}", name)


def plain(text: str) -> str:
    """For finding phrases: case and width do not count, punctuation does."""
    return unicodedata.normalize("NFKC", text).casefold()


def _called(field: str) -> str:
    """What people call a field."""
    return {"artists": "artist", "album_artists": "album artist"}.get(field, field.replace("_", " "))


def is_garbled(text: str) -> bool:
    """Whether a text was stored in one encoding and read in another: `BjÃ¶rk`, `Ðóññêèé`, `?` in a box."""
    if text.isascii():
        return False
    if "\ufffd" in text or _ACCENTED_RUN.search(text):
        return True
    for encoding in _WESTERN:
        try:
            again = text.encode(encoding).decode("utf-8")
        except UnicodeError:
            continue
        if again != text:
            return True
    return False
