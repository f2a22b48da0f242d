"""What a track says that has no column of its own: the jsonb `songs.tags`, and works and movements."""

from typing import Any

from melodee.audio.track import Track

_FIELDS = (
    "artist_credit", "subtitle", "copyright", "track_total", "disc_total", "artist_sort", "artist_sorts",
    "album_artist_sort", "album_artist_sorts", "composer_sorts", "release_status", "release_country", "media",
    "original_album", "original_artists", "mb_work_ids", "mb_original_release_id", "mb_original_artist_ids",
    "mb_disc_id", "acoustid", "key", "languages", "encoder", "base_gain", "picture_kinds",
)  # fmt: skip


def further_tags(track: Track) -> dict[str, list[str]]:
    """Lists of texts by the field of `Track`, and by their own key for tags that no field takes."""
    tags = dict(track.raw)
    for field in _FIELDS:
        value: Any = getattr(track, field)
        if value not in ("", None, []):
            tags[field] = [str(each) for each in value] if isinstance(value, list) else [str(value)]  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    return tags


def works(track: Track) -> list[dict[str, Any]]:
    """As `songs.works` has them: `[{"name": "…", "mbid": "…"}]`."""
    return [{"name": work.name} | ({"mbid": work.mb_id} if work.mb_id else {}) for work in track.works]


def movements(track: Track) -> list[dict[str, Any]]:
    """As `songs.movements` has them: `[{"name": "…", "number": 1, "count": 4}]`."""
    return [{"name": movement.name, "number": movement.number, "count": movement.total} for movement in track.movements]
