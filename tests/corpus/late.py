"""Albums of which a part comes when the rest has been published, and what only seems to be such a part."""

from tests.corpus.expected import Corpus, Said

ALBUMS = ("Late Gap", "Late Box", "Late Place", "Late Format")
"""Those that take what comes."""


def add(corpus: Corpus) -> None:
    """What is there first; what the API says of it is said when all has come."""
    for track in (1, 3):
        _song(corpus, f"Gap/{track}.mp3", {"album": "Late Gap", "album.songCount": 3}, track=track, album="Late Gap")
    for track in (1, 2):
        _song(corpus, f"Box/{track}.mp3", {"album": "Late Box", "discNumber": 1, "album.songCount": 4}, track=track,
              album="Late Box", disc=1)  # fmt: skip
        _song(corpus, f"Years/{track}.mp3", {"album.year": 1980, "album.songCount": 2}, track=track, album="Late Years",
              date="1980")  # fmt: skip
    for name in ("Place", "Name", "Format"):
        count = 1 if name == "Name" else 2
        _song(corpus, f"{name}/1.mp3", {"album.songCount": count}, track=1, album=f"Late {name}",
              title=f"Of Late {name}")  # fmt: skip


def add_later(corpus: Corpus) -> None:
    """What comes when that is published."""
    _song(corpus, "Found at last/2.mp3", {"album": "Late Gap", "track": 2, "album.songCount": 3}, track=2,
          artist="LATECOMER", album="LATE GAP", damage="another spelling of the album that it belongs to")  # fmt: skip
    for track in (1, 2):
        _song(corpus, f"Late Box (Disc 2)/{track}.mp3", {"album": "Late Box", "discNumber": 2, "album.songCount": 4},
              track=track, album="Late Box (Disc 2)")  # fmt: skip
        _song(corpus, f"Other issue/{track}.mp3", {"album": "Late Years", "album.year": 1999, "album.songCount": 2},
              track=track, album="Late Years", date="1999", damage="another issue of a published album")  # fmt: skip
    _song(corpus, "Deluxe/2.mp3", {"album": "Late Gap (Deluxe Edition)", "album.songCount": 1}, track=2,
          album="Late Gap (Deluxe Edition)", damage="another edition of a published album")  # fmt: skip
    _song(corpus, "Same place/1.mp3", {"track": 1, "album.songCount": 2}, track=1, album="Late Place",
          title="Of Another Name", findings=["repeated_track_number"], damage="a place that is taken")  # fmt: skip
    _song(corpus, "Better/1.flac", {"track": 1, "suffix": "flac", "album.songCount": 2}, track=1, album="Late Format",
          title="Of Late Format, better", findings=["repeated_track_number"],
          damage="a published song in another format")  # fmt: skip
    corpus.song("Same name/1.mp3", state="failed", code="name_taken", artist="Latecomer", album="Late Name",
                title="Of Late Name", seed=31, damage="a published song from another source")  # fmt: skip


def _song(corpus: Corpus, path: str, says: Said, **tags: object) -> None:
    corpus.song(path, says, **{"artist": "Latecomer", "seed": 30} | tags)  # type: ignore[arg-type]
