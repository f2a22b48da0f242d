"""How `melodee review` prints releases: for people, and as JSON."""

from typing import Any

import click
import msgspec

from melodee.audio.track import Track
from melodee.commands.output import json_moment, moment, size
from melodee.review.listing import Details, Event, FileDetails, FindingDetails, Summary
from melodee.text import clean_text, count, display_path

LONGEST = 300
"""Characters of a tag that a line shows."""

SHOWN = ("title", "artists", "album", "album_artists", "disc_number", "track_number", "year", "genres")
"""Tags that are printed; JSON has all of them."""


def print_summary(release: Summary) -> None:
    """A few lines of a list."""
    click.echo(f"{release.id}  {_line(release.artist)} - {_line(release.album)}  ({count(release.files, 'file')})")
    found = [f"{code} {number}" if number > 1 else code for code, number in sorted(release.findings.items())]
    click.echo(f"    {release.state} since {moment(release.since)}, batch {release.batch}")
    if found:
        click.echo(f"    {', '.join(found)}")


def print_details(found: Details) -> None:
    """All that is known of a release."""
    print_summary(found.summary)
    click.echo(f"    dropped as {found.volume}/{display_path(found.root)}")
    if found.joins is not None:
        click.echo("    without music: it joins the album that is published")
    if found.rejected_to is not None:
        click.echo(f"    rejected to {found.volume}/{display_path(found.rejected_to)}")
    for finding in found.findings:
        _print_finding(finding)
    click.echo("\nFiles")
    for file in found.files:
        _print_file(file)
    click.echo("\nHistory")
    for event in found.history:
        _print_event(event)


def _print_finding(finding: FindingDetails) -> None:
    where = "" if finding.path is None else f"{display_path(finding.path)}: "
    holds = ", holds the release under every policy" if finding.harmful else ""
    click.echo(f"\n{finding.severity} {finding.code}{holds}")
    click.echo(f"    {where}{_line(finding.message, 2000)}")
    click.echo(f"    {finding.explanation}")
    click.echo(f"    what to do: {finding.remedy}")


def _print_file(file: FileDetails) -> None:
    state = file.state or "gone"
    where = "" if file.place is None else f", {file.volume}/{display_path(file.place.path)}"
    much = "" if file.size_bytes is None else f", {size(file.size_bytes)}"
    click.echo(f"  {display_path(file.name)}  ({file.kind}, {state}{much}{where})")
    for track in file.tracks:
        shown = [f"{name.replace('_', ' ')}: {value}" for name in SHOWN if (value := _worded(getattr(track, name)))]
        sound = f"{track.codec}, {track.duration_ms / 1000:.0f} s, {track.bit_rate} kbps, {track.sampling_rate} Hz"
        click.echo(f"      {'; '.join(shown)}")
        click.echo(f"      {sound}{', with a picture' if track.has_picture else ''}")
        for change in track.changes:
            before, after = _worded(change.original) or "nothing", _worded(getattr(track, change.field, None))
            click.echo(f"      {change.field}: {before} became {after or 'nothing'} by {', '.join(change.by)}")


def _print_event(event: Event) -> None:
    said = "".join(f": {_line(text, 2000)}" for text in (event.reason, event.note) if text)
    click.echo(f"  {moment(event.at)}  {event.to_state} by {_line(event.who)}{said}")


def _worded(value: Any) -> str:
    if isinstance(value, list):
        return _line(", ".join(_worded(each) for each in value))  # pyright: ignore[reportUnknownVariableType]
    return "" if value is None or value == "" else _line(str(value))


def _line(text: str, longest: int = LONGEST) -> str:
    return clean_text(text, longest)


def as_json(release: Summary) -> dict[str, Any]:
    """A release of a list."""
    return {
        "id": release.id,
        "batch": release.batch,
        "artist": release.artist,
        "album": release.album,
        "state": release.state,
        "since": json_moment(release.since),
        "decided_by": release.who,
        "decided_at": json_moment(release.decided_at),
        "reason": release.reason,
        "note": release.note,
        "files": release.files,
        "findings": release.findings,
    }


def details_as_json(found: Details) -> dict[str, Any]:
    """All of a release."""
    return as_json(found.summary) | {
        "volume": found.volume,
        "root": display_path(found.root),
        "rejected_to": found.rejected_to and display_path(found.rejected_to),
        "joins": found.joins,
        "description": found.description,
        "files": [_file_as_json(file) for file in found.files],
        "art": [display_path(file.name) for file in found.art],
        "findings": [
            finding._asdict() | {"path": None if finding.path is None else display_path(finding.path)}
            for finding in found.findings
        ],
        "history": [event._asdict() | {"at": json_moment(event.at)} for event in found.history],
    }


def _file_as_json(file: FileDetails) -> dict[str, Any]:
    return {
        "name": display_path(file.name),
        "kind": file.kind,
        "state": file.state,
        "volume": file.volume,
        "path": None if file.place is None else display_path(file.place.path),
        "size": file.size_bytes,
        "tracks": [_track_as_json(track) for track in file.tracks],
    }


def _track_as_json(track: Track) -> dict[str, Any]:
    tags: dict[str, Any] = msgspec.to_builtins(track)
    return tags
