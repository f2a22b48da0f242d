"""What a file's tags are before releases are made of them: completed from the path, then put through the rules."""

from msgspec import structs

from melodee.audio.track import Track
from melodee.intake.completion import completed
from melodee.rules.rule import Ignored, Rules, apply


def prepare(track: Track, path: str, rules: Rules) -> Track | Ignored:
    """The track as releases are made of it; `path` is relative to its volume, as it was dropped.

    Rules see what the path has told where the tags were silent. What a rule empties is completed from the path too,
    unless the path knows no better: of `Track 07` in `07.flac` the title stays.
    """
    before = completed(track, path)
    after = apply(rules, before, path)
    if isinstance(after, Ignored):
        return Ignored(after.rule, after.reason, _completed_again(before, after.track, path))
    return _completed_again(before, after, path)


def _completed_again(before: Track, after: Track, path: str) -> Track:
    if after is before:
        return after
    again = completed(after, path)
    # The path of a file that a cue sheet cuts says nothing of its tracks.
    knows_better = any(map(str.isalpha, again.title)) and before.span_start_ms is None
    if before.title and not after.title and not knows_better:
        return _with_title_of(before, again)
    return again


def _with_title_of(before: Track, again: Track) -> Track:
    """With the title that a rule took away, and what is remembered of it."""
    remembered = [change for change in before.changes if change.field == "title"]
    others = [change for change in again.changes if change.field != "title"]
    return structs.replace(again, title=before.title, changes=[*others, *remembered])
