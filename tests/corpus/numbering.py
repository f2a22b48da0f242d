"""Releases whose numbers, years, formats and pictures do not fit together."""

from typing import Any

from tests.audio import make_picture
from tests.corpus.expected import Corpus


def add(corpus: Corpus) -> None:
    """An album for each way."""
    _album(corpus, "a number is missing", ["gap_in_numbering"], {"track": 1}, {"track": 2}, {"track": 4})
    _album(corpus, "a number is there twice", ["repeated_track_number"], {"track": 1}, {"track": 2}, {"track": 2})
    _album(corpus, "fewer songs than are counted", ["missing_tracks"], {"track_total": 9},
           {"track": 2, "track_total": 9})  # fmt: skip
    _album(corpus, "more songs than are counted", ["totals_disagree"], {"track_total": 1},
           {"track": 2, "track_total": 1})  # fmt: skip
    _album(corpus, "totals that disagree", ["totals_disagree"], {"track_total": 2}, {"track": 2, "track_total": 3})
    _album(corpus, "a disc is missing", ["missing_disc"], {"disc": 1, "disc_total": 3}, {"disc": 3, "disc_total": 3})
    _album(corpus, "numbers of discs that disagree", ["totals_disagree"], {"disc": 1, "disc_total": 2},
           {"disc": 2, "disc_total": 5})  # fmt: skip
    _album(corpus, "years that differ", ["mixed_years"], {"date": "1980"}, {"track": 2, "date": "1981"})
    _album(corpus, "formats that differ", ["mixed_formats"], {}, {"track": 2, "format": "flac"})
    _album(corpus, "a song names no artist", ["missing_artist"], {"album_artist": "Counter", "artist": ""})
    _album(corpus, "no numbers at all", ["missing_track_number"], {"track": None}, {"track": None})
    for kind, picture, finding in (
        ("a cover too small to be looked at", make_picture(50, 50), "small_cover_art"),
        ("a cover as large as a wall", make_picture(4100, 4100), "large_cover_art"),
    ):
        _album(corpus, kind, [], {})
        corpus.file(f"Numbering/{kind}/cover.jpg", picture, findings=[finding])


def _album(corpus: Corpus, kind: str, findings: list[str], *songs: dict[str, Any]) -> None:
    for number, tags in enumerate(songs, 1):
        suffix = tags.pop("format", "mp3")
        corpus.song(
            f"Numbering/{kind}/{chr(96 + number)}.{suffix}", {"album": kind, "album.songCount": len(songs)},
            findings=findings, damage=kind, **{"artist": "Counter", "album": kind} | tags,
        )  # fmt: skip
