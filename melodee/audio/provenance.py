"""Where a track's values come from: each one that was changed remembers what was read, and what changed it."""

from typing import Any

import msgspec

from melodee.audio.track import Change, Track

_FIELDS = {field.name: field for field in msgspec.structs.fields(Track)}
_UNTOUCHED = frozenset({"changes", "mended"})


def changed(track: Track, by: str, **values: object) -> Track:
    """The track with other values, which `by` (`path`, `rule:<name>`) gave it; what is as it was is not noted.

    A value that comes back to what was read is no change any more.
    """
    notes = {change.field: change for change in track.changes}
    new: dict[str, object] = {}
    for field, value in values.items():
        if (before := getattr(track, field)) == value:
            continue
        new[field] = value
        note = notes.get(field) or Change(field, msgspec.to_builtins(before), [])
        if note.original == msgspec.to_builtins(value):
            notes.pop(field, None)
        else:
            notes[field] = Change(field, note.original, [*note.by, by])
    if not new:
        return track
    return msgspec.structs.replace(track, **new, changes=list(notes.values()))


def original(track: Track) -> Track:
    """The track as it was read. Notes about fields that no track has any more are passed over."""
    values: dict[str, Any] = {
        change.field: msgspec.convert(change.original, _FIELDS[change.field].type)
        for change in track.changes
        if change.field in _FIELDS and change.field not in _UNTOUCHED
    }
    return msgspec.structs.replace(track, **values, changes=[]) if track.changes else track
