"""Judging whether a release is complete, by the numbers of its discs and tracks.

The songs that the album has already count as there, so a late track that fills a gap is no finding.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence

from melodee.audio.track import Track
from melodee.findings.finding import Finding
from melodee.findings.subject import Subject

MOST_NAMED = 8
"""Numbers that a message names; of more, it gives the count."""

_HIGHEST = 1000
"""A number beyond this is a year or a mistake, not the place of a song on a disc, nor a number of discs."""


def judge(subject: Subject) -> Iterator[Finding]:
    """Gaps, repeats, and totals that do not fit."""
    numbers: dict[int, Counter[int]] = {}
    for song in subject.published:
        numbers.setdefault(song.disc, Counter())[song.number or 0] += 1
    own: dict[int, list[Track]] = {}
    for _, track in subject.tracks:
        disc = track.disc_number or 1
        own.setdefault(disc, []).append(track)
        numbers.setdefault(disc, Counter())[track.track_number or 0] += 1
    there = {disc: sorted(number for number in counted if number) for disc, counted in sorted(numbers.items())}
    yield from _repeats(numbers, own)
    if sum(counted.total() for counted in numbers.values()) > 1:
        # A song alone is a single, or one that somebody picked: nothing is missing between it and itself.
        yield from _gaps(there, own)
    for disc, tracks in sorted(own.items()):
        yield from _totals(disc, tracks, numbers, named=len(numbers) > 1)
    yield from _discs(own, set(numbers))


def _repeats(numbers: dict[int, Counter[int]], own: Collection[int]) -> Iterator[Finding]:
    for disc in sorted(own):
        for number, times in sorted(numbers[disc].items()):
            if number and times > 1:
                yield Finding("repeated_track_number", f"Track {number} of disc {disc} is there {times} times.")


def _gaps(there: dict[int, list[int]], own: Collection[int]) -> Iterator[Finding]:
    last = 0
    for disc, numbers in there.items():
        if not numbers:
            continue
        # Some releases count on from disc to disc.
        first = last + 1 if last and numbers[0] == last + 1 else 1
        last = numbers[-1]
        if disc in own and last <= _HIGHEST and (missing := sorted(set(range(first, last)) - set(numbers))):
            yield Finding("gap_in_numbering", f"Of disc {disc} {_listed('track', missing)} missing.")


def _totals(disc: int, tracks: Sequence[Track], numbers: dict[int, Counter[int]], *, named: bool) -> Iterator[Finding]:
    totals = sorted({track.track_total for track in tracks if track.track_total})
    if not totals:
        return
    where = f"disc {disc}" if named else "the release"
    if len(totals) > 1:
        yield Finding("totals_disagree", f"The songs of {where} say that it has {_either(totals)}.")
        return
    total, on_disc = totals[0], numbers[disc].total()
    # Some count the songs of a disc, some those of the whole release.
    everywhere = sum(counted.total() for counted in numbers.values())
    if on_disc < total and everywhere != total:
        yield Finding("missing_tracks", f"Of {total} songs that {where} has, {on_disc} are there.")
    elif (highest := max(numbers[disc])) > total and on_disc > total:
        yield Finding("totals_disagree", f"The songs of {where} say that it has {total}, and go on to {highest}.")


def _discs(own: dict[int, list[Track]], there: set[int]) -> Iterator[Finding]:
    totals = sorted({track.disc_total for tracks in own.values() for track in tracks if track.disc_total})
    if len(totals) > 1:
        yield Finding("totals_disagree", f"The songs say that the release has {_either(totals)} discs.")
    if not own:
        return
    wanted = max(*there, totals[0] if len(totals) == 1 else 1, 1)
    if wanted > _HIGHEST:
        return
    if missing := sorted(set(range(1, wanted + 1)) - there):
        yield Finding("missing_disc", f"{_listed('disc', missing).capitalize()} missing.")


def _listed(noun: str, numbers: Sequence[int]) -> str:
    """`track 3 is`, `tracks 3 and 5 are`, `12 tracks are`."""
    if len(numbers) == 1:
        return f"{noun} {numbers[0]} is"
    if len(numbers) > MOST_NAMED:
        return f"{len(numbers)} {noun}s are"
    return f"{noun}s {', '.join(map(str, numbers[:-1]))} and {numbers[-1]} are"


def _either(totals: Sequence[int]) -> str:
    return " or ".join(map(str, totals[:MOST_NAMED]))
