"""Fields of a `Track` that are made of several tags: whose it is, when it came out, works, and who took part."""

from collections.abc import Sequence
from typing import Any

from melodee.audio.track import Movement, Work


def assemble(mapped: dict[str, Any]) -> None:
    """Puts what the table keeps apart together, in place."""
    _credit(mapped, "artist", "artists")
    _credit(mapped, "album_artist", "album_artists")
    _sorts(mapped, "artist_sort", "artists_sort", "artist_sorts")
    _sorts(mapped, "album_artist_sort", "album_artists_sort", "album_artist_sorts")
    _date(mapped)
    _works(mapped)
    _movements(mapped)


def _credit(mapped: dict[str, Any], one: str, several: str) -> None:
    """Who it is by, one by one if the file says so, and how the file words that where it makes a difference."""
    worded: list[str] = mapped.pop(one, [])
    apart: list[str] = mapped.get(several) or worded
    mapped[several] = apart
    if len(worded) == 1 and worded != apart:
        mapped[f"{one}_credit"] = worded[0]


def _sorts(mapped: dict[str, Any], one: str, several: str, field: str) -> None:
    """How the credit is sorted as a whole, and one by one where there are several."""
    worded: list[str] = mapped.pop(one, [])
    apart: list[str] = mapped.pop(several, []) or worded
    if worded or apart:
        mapped[one] = "; ".join(worded or apart)
    if len(apart) > 1:
        mapped[field] = apart


def _date(mapped: dict[str, Any]) -> None:
    date: str = mapped.pop("date", "")
    release, original = mapped.get("release_date", ""), mapped.get("original_date", "")
    mapped["release_date"] = release or date
    mapped["year"] = int(known[:4]) if (known := date or release or original) else None


def _works(mapped: dict[str, Any]) -> None:
    names: list[str] = mapped.pop("work", [])
    ids: Sequence[str] = mapped.get("mb_work_ids", [])
    if names:
        paired = ids if len(ids) == len(names) else [""] * len(names)
        mapped["works"] = [Work(name, mb_id) for name, mb_id in zip(names, paired, strict=True)]


def _movements(mapped: dict[str, Any]) -> None:
    """Numbers are those of the first one."""
    names: list[str] = mapped.pop("movement", [])
    number, total = mapped.pop("movement_number", None), mapped.pop("movement_total", None)
    if len(names) == 1 or number is not None:
        mapped["movements"] = [Movement("".join(names[:1]), number, total), *(Movement(name) for name in names[1:])]
    elif names:
        mapped["movements"] = [Movement(name) for name in names]
