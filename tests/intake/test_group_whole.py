"""Batches in which everything happens: in any order, with tags of any kind, as large as they come."""

import random
import time
from typing import Any

import pytest

from melodee.audio.provenance import original
from melodee.intake.completion import completed
from melodee.intake.group import ReadFile, group
from melodee.text import fold
from tests.intake.batch import drafts, music, other


def messy() -> list[ReadFile]:
    """A batch in which everything of the above happens."""
    chance = random.Random(7)
    files: list[ReadFile] = []
    for number in range(600):
        artist = f"Artist {chance.randrange(6)}"
        tags: dict[str, Any] = {
            "title": f"Song {number % 40}",
            "artists": chance.choice([[artist], [artist, "Guest"], [f"{artist} feat. Guest"], []]),
            "artist_credit": chance.choice(["", f"{artist} feat. Guest"]),
            "album_artists": chance.choice([[], [], [artist], [artist.upper()], ["VA"]]),
            "album": chance.choice(["", "One", "ONE (Deluxe)", "One [CD2]", "Two", "Unknown", "Two - Remastered"]),
            "track_number": chance.choice([None, *range(1, 9)]),
            "disc_number": chance.choice([None, None, 1, 2]),
            "year": chance.choice([None, 1990, 2000]),
            "mb_release_id": chance.choice(["", "", "", "m", "n"]),
            "mb_artist_ids": chance.choice([[], [], [artist[-1]]]),
            "compilation": chance.random() < 0.1,
        }
        files.append(music(f"{chance.choice(['', 'x/', 'x/CD1/', 'y/', 'Downloads/'])}{number:03}.mp3", **tags))
    return files + [other(f"{folder}{number}.jpg") for folder in ("", "x/", "y/z/") for number in range(5)]


def test_the_order_of_the_files_does_not_matter() -> None:
    files = messy()
    expected = group(files)
    assert sum(len(draft.files) for draft in expected[0]) + len(expected[1]) == len(files)
    for seed in range(5):
        random.Random(seed).shuffle(files)
        assert group(files) == expected


def test_a_batch_that_is_read_again_and_completed_again_makes_the_same_releases() -> None:
    files = messy()
    again = [ReadFile(f.look, f.track and completed(original(f.track), f.look.path)) for f in files]
    assert group(again) == group(files)


@pytest.mark.parametrize(
    "tags",
    [
        {"album": "x" * 1000, "artists": ["y" * 1000], "title": "z" * 1000},
        {"album": "!!!", "artists": ["???"], "title": "..."},
        {"album": "\u200b", "artists": ["\u200b"], "title": "\u200b"},
        {"album": "אלבום", "artists": ["אמן"], "album_artists": ["\u200fאמן"]},
        {"album": "Album", "year": 0, "disc_number": 30000, "track_number": 32767, "disc_total": 1},
        {"album": "Album", "year": 9999, "disc_number": 0, "track_number": 0},
    ],
)
def test_tags_of_any_kind_make_a_release(tags: dict[str, Any]) -> None:
    (draft,) = drafts(music("x/1.mp3", **tags), music("x/2.mp3", **tags))
    assert len(draft.files) == 2
    assert fold(draft.description.album)
    assert fold(draft.description.artists[0].name)


def test_twenty_thousand_songs_in_one_folder_cost_no_more_than_in_many() -> None:
    def seconds(files: list[ReadFile]) -> float:
        started = time.process_time()
        assert sum(len(draft.files) for draft in drafts(*files)) == len(files)
        return time.process_time() - started

    usual = [music(f"{n // 12}/{n}.mp3", album=f"Album {n // 12}", track_number=n % 12 + 1) for n in range(20_000)]
    pictures = [other(f"x/{n}.jpg") for n in range(2000)]
    in_one = [music(f"x/{n}.mp3", album=f"Album {n // 4}", track_number=n % 4 + 1) for n in range(18_000)] + pictures
    one_album = [music(f"x/{n}.mp3", track_number=n + 1, disc_number=n, disc_subtitle=f"{n}") for n in range(20_000)]
    at_most = 10 * seconds(usual)
    assert seconds(in_one) < at_most
    assert seconds(one_album) < at_most
