"""What a release says of itself, before and in the catalogue."""

from collections.abc import Sequence

import msgspec

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
    sort_name: str = ""
    edition: str = ""
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
    def key(self) -> str:
        """What makes two drops the same release."""
        return f"{fold(self.display_artist)}\0{fold(self.album)}"


def pair_credits(names: Sequence[str], sort_name: str, mbids: Sequence[str]) -> list[Credit]:
    """Names with their MusicBrainz ids when there are as many; a single sort name only speaks for a single name."""
    ids = mbids if len(mbids) == len(names) else [""] * len(names)
    sort = sort_name if len(names) == 1 else ""
    return [Credit(name, sort, mbid) for name, mbid in zip(names, ids, strict=True)]
