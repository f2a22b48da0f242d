"""Describing a release: what its tracks say of it, by what most of them say."""

from collections import Counter
from collections.abc import Iterable, Sequence

from melodee.audio.track import Track
from melodee.catalogue.edition import joined_editions, split_edition
from melodee.catalogue.release import ReleaseDescription
from melodee.intake.whose import Owner
from melodee.text import fold


def describe(owner: Owner, album: str, tracks: Sequence[Track], tagged_edition: str = "") -> ReleaseDescription:
    """The release of these tracks, in their order. `tagged_edition` is what another tag than the title says."""
    years = [str(track.year) for track in tracks if track.year]
    discs = {track.disc_number or 1 for track in tracks}
    totals = {track.disc_total or 1 for track in tracks}
    return ReleaseDescription(
        artists=list(owner.credits),
        display_artist=owner.display,
        album=album,
        sort_name=commonest(track.album_sort for track in tracks),
        edition=joined_editions(split_edition(album).edition, tagged_edition),
        year=int(commonest(years)) if years else None,
        release_date=commonest(track.release_date for track in tracks),
        original_date=commonest(track.original_date for track in tracks),
        genres=union(track.genres for track in tracks),
        release_types=union(track.release_types for track in tracks),
        labels=union(track.labels for track in tracks),
        catalogue_numbers=union(track.catalogue_numbers for track in tracks),
        barcode=commonest(track.barcode for track in tracks),
        moods=union(track.moods for track in tracks),
        mbid=commonest(track.mb_release_id for track in tracks),
        release_group_mbid=commonest(track.mb_release_group_id for track in tracks),
        compilation=owner.is_various or any(track.compilation for track in tracks),
        explicit=commonest(track.explicit for track in tracks),
        disc_titles=_disc_titles(tracks),
        discs=max(discs | totals | {len(discs)}),
    )


def commonest(values: Iterable[str]) -> str:
    """What most say, of equals the first; empty when nobody says anything."""
    said = [value for value in values if value]
    if not said or said.count(said[0]) == len(said):
        return said[0] if said else ""
    return Counter(said).most_common(1)[0][0]


def union(lists: Iterable[Sequence[str]]) -> list[str]:
    """Values in the order of how often they occur, folded alike counted as one."""
    # As a rule all tracks say the same, and folding is dear.
    said = Counter(tuple(values) for values in lists if values)
    spelling: dict[str, str] = {}
    counted: Counter[str] = Counter()
    for values, times in said.items():
        for value in values:
            key = fold(value)
            counted[key] += times
            spelling.setdefault(key, value)
    return [spelling[key] for key, _ in counted.most_common()]


def _disc_titles(tracks: Iterable[Track]) -> dict[int, str]:
    told: dict[int, list[str]] = {}
    for track in tracks:
        if track.disc_subtitle:
            told.setdefault(track.disc_number or 1, []).append(track.disc_subtitle)
    return {disc: commonest(titles) for disc, titles in sorted(told.items())}
