"""What a release says of itself, before and in the catalogue."""

from collections.abc import Iterable, Sequence

import msgspec

from melodee.catalogue.edition import edition_key, split_edition
from melodee.text import fold


class Credit(msgspec.Struct, frozen=True):
    """An artist as a release or a track names it."""

    name: str
    sort_name: str = ""
    mbid: str = ""


class ReleaseDescription(msgspec.Struct, frozen=True, omit_defaults=True):
    """What grouping made of the tags of a release's tracks; kept as jsonb with the release."""

    artists: list[Credit]
    display_artist: str
    album: str
    """The title as tagged, with the words of its edition where they stand in it."""
    sort_name: str = ""
    edition: str = ""
    """`Deluxe Edition`, from the title or from a tag of its own; empty where nothing is said."""
    year: int | None = None
    release_date: str = ""
    original_date: str = ""
    genres: list[str] = []
    release_types: list[str] = []
    labels: list[str] = []
    catalogue_numbers: list[str] = []
    barcode: str = ""
    moods: list[str] = []
    mbid: str = ""
    release_group_mbid: str = ""
    compilation: bool = False
    explicit: str = ""
    disc_titles: dict[int, str] = {}
    discs: int = 1

    @property
    def base_title(self) -> str:
        """What all editions of the release are called: by it they are one release group."""
        return split_edition(self.album).base

    @property
    def folder_title(self) -> str:
        """The title with the edition, which another tag may have told."""
        if not self.edition or edition_key(split_edition(self.album).edition) == edition_key(self.edition):
            return self.album
        return f"{self.base_title} ({self.edition})"

    @property
    def key(self) -> str:
        """What makes two drops the same release, as far as the tags tell."""
        title = f"{fold(self.base_title)}\0{edition_key(self.edition)}".rstrip("\0")
        return self.mbid or f"{fold(self.display_artist)}\0{title}"

    def completed(self, other: "ReleaseDescription") -> "ReleaseDescription":
        """With what it leaves out taken from another part of the same release, and the genres of both."""
        there = {fold(genre) for genre in self.genres}
        values: dict[str, object] = {
            name: getattr(other, name) for name in _COMPLETED if not getattr(self, name) and getattr(other, name)
        }
        return msgspec.structs.replace(
            self,
            **values,
            genres=[*self.genres, *(genre for genre in other.genres if fold(genre) not in there)],
            disc_titles=dict(sorted((other.disc_titles | self.disc_titles).items())),
            discs=max(self.discs, other.discs),
        )


_COMPLETED = (
    "edition", "year", "release_date", "original_date", "release_types", "labels", "catalogue_numbers", "barcode",
    "moods", "mbid", "release_group_mbid", "explicit",
)  # fmt: skip
"""What one part of a release tells for all of it. Title, artists and whether it is a compilation are settled by the
first part; sets of tracks that differ in these are other releases."""


def position_of(disc: int | None, track: int | None) -> int | None:
    """A track's place on its release as one number, which orders as discs and tracks do; None without a number."""
    return (disc or 1) << 32 | track if track else None


def positions_of(places: Iterable[tuple[int | None, int | None]]) -> frozenset[int]:
    """Places of discs and track numbers that are taken; tracks without a number take none."""
    return frozenset(place for disc, track in places if (place := position_of(disc, track)) is not None)


def pair_credits(
    names: Sequence[str], sort_name: str, mbids: Sequence[str], sort_names: Sequence[str] = ()
) -> list[Credit]:
    """Names with their MusicBrainz ids and sort names where there are as many.

    `sort_name` is that of the whole credit, and speaks for a name only when that is all of it.
    """
    none = [""] * len(names)
    ids = mbids if len(mbids) == len(names) else none
    sorts = [sort_name] if len(names) == 1 else sort_names if len(sort_names) == len(names) else none
    return [Credit(*each) for each in zip(names, sorts, ids, strict=True)]
