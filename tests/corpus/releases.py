"""Releases as people keep them: discs, scattered folders, compilations, editions, singles, and what lies loose."""

from typing import Any

from tests.audio import make_picture
from tests.corpus.expected import Corpus, Said


def add(corpus: Corpus) -> None:
    """All kinds of releases."""
    _discs(corpus)
    _scattered(corpus)
    _mixed_folder(corpus)
    _compilations(corpus)
    _editions(corpus)
    _loose(corpus)
    _people(corpus)
    _silent_tags(corpus)


def _album(corpus: Corpus, folder: str, says: Said, songs: int = 3, first: int = 1, **tags: Any) -> None:
    """Numbered songs of one album in a folder."""
    for track in range(first, first + songs):
        corpus.song(f"{folder}/{track:02}.mp3", {"track": track} | dict(says), **tags | {"track": track})


def _discs(corpus: Corpus) -> None:
    for disc in (1, 2, 3):
        _album(
            corpus, f"Box/CD{disc}", {"album": "Box", "discNumber": disc, "album.songCount": 9}, artist="Boxer",
            album="Box",
        )  # fmt: skip
        _album(
            corpus, f"Tagged discs/{disc}", {"album": "Tagged Discs", "discNumber": disc, "album.songCount": 9},
            artist="Boxer", album="Tagged Discs", disc=disc, disc_total=3,
        )  # fmt: skip
        _album(
            corpus, f"Titled (Disc {disc})", {"album": "Titled", "discNumber": disc, "album.songCount": 9},
            artist="Boxer", album=f"Titled (Disc {disc})", damage="the disc in the title",
        )  # fmt: skip
    for side, disc in (("Side A", 1), ("Side B", 1)):
        first = 1 if side == "Side A" else 4
        _album(corpus, f"Vinyl/{side}", {"album": "Vinyl"}, first=first, artist="Boxer", album="Vinyl", disc=disc)


def _scattered(corpus: Corpus) -> None:
    says = {"album": "Scattered", "artist": "Scatterer", "album.songCount": 6}
    _album(corpus, "Scattered here", says, artist="Scatterer", album="Scattered")
    _album(
        corpus,
        "elsewhere/deep/Scattered there",
        says,
        first=4,
        artist="Scatterer",
        album="Scattered",
        damage="an album in two folders",
    )


def _mixed_folder(corpus: Corpus) -> None:
    for number, album in enumerate(("Mixed One", "Mixed Two", "Mixed Three")):
        for track in (1, 2):
            corpus.song(
                f"Mixed/{number * 2 + track:02}.mp3", {"album": album, "album.songCount": 2, "track": track},
                artist="Mixer", album=album, track=track, damage="three albums in a folder",
            )  # fmt: skip


def _compilations(corpus: Corpus) -> None:
    various = {"displayAlbumArtist": "Various Artists", "album.isCompilation": True, "album.songCount": 3}
    for track, artist in enumerate(("One", "Two", "Three"), 1):
        corpus.song(
            f"Flagged/{track}.mp3", various | {"album": "Flagged", "artist": artist}, album="Flagged", artist=artist,
            compilation=True, track=track,
        )  # fmt: skip
        corpus.song(
            f"By VA/{track}.mp3", various | {"album": "By VA", "artist": artist}, album="By VA", artist=artist,
            album_artist="VA", track=track,
        )  # fmt: skip
        corpus.song(
            f"Unflagged/{track}.mp3", various | {"album": "Unflagged", "artist": artist}, album="Unflagged",
            artist=artist, track=track, damage="a compilation without its flag",
        )  # fmt: skip


def _editions(corpus: Corpus) -> None:
    for number, album in enumerate(("Editions", "Editions (Deluxe Edition)", "Editions [2011 Remaster]"), 1):
        _album(
            corpus, f"Editions {number}", {"album": album, "album.songCount": 3}, artist="Editor", album=album,
            date="1984",
        )  # fmt: skip
    for year in ("1990", "2015"):
        _album(
            corpus, f"Year {year}", {"album": "Two Years", "album.songCount": 3, "album.year": int(year)},
            artist="Editor", album="Two Years", date=year,
        )  # fmt: skip
    for year, first in (("1970", 1), ("1971", 4)):
        _album(
            corpus, f"Drift {year}", {"album": "Drifting Years", "album.songCount": 6}, first=first, artist="Editor",
            album="Drifting Years", date=year, damage="years that drift within an album",
        )  # fmt: skip
    for number in (1, 2):
        mbid = f"00000000-0000-4000-8000-00000000000{number}"
        _album(
            corpus, f"Named {number}", {"album": "By Id", "album.songCount": 3, "album.musicBrainzId": mbid},
            artist="Editor", album="By Id", extra={"TXXX:MusicBrainz Album Id": mbid},
        )  # fmt: skip


def _loose(corpus: Corpus) -> None:
    corpus.song("single.mp3", {"album": "Only One", "album.songCount": 1}, artist="Singler", album="Only One")
    corpus.song("Downloads/no album 1.mp3", {"artist": "Loose A"}, artist="Loose A", damage="a song without an album")
    corpus.song("Downloads/no album 2.mp3", {"artist": "Loose B"}, artist="Loose B")


def _people(corpus: Corpus) -> None:
    corpus.song("People/1.mp3", {"artists": ["AC/DC"]}, artist="AC/DC", album="People", album_artist="Folk")
    corpus.song("People/2.mp3", {"artists": ["Earth, Wind & Fire"]}, artist="Earth, Wind & Fire", album="People",
                album_artist="Folk", track=2)  # fmt: skip
    corpus.song(
        "People/3.mp3", {"artists": ["Host", "Guest"], "artist": "Host feat. Guest"}, artist="Host feat. Guest",
        album="People", album_artist="Folk", track=3,
    )  # fmt: skip
    corpus.song("People/4.mp3", {"artists": ["First", "Second"]}, artist=("First", "Second"), album="People",
                album_artist="Folk", track=4)  # fmt: skip
    corpus.song("People/5.mp3", {"artists": ["Tyler, The Creator"]}, artist="Tyler, The Creator", album="People",
                album_artist="Folk", track=5)  # fmt: skip
    for number, name in enumerate(("Sigur Rós", "Sigur Ros", "SIGUR RÓS"), 1):
        corpus.song(f"Spelt {number}/1.mp3", {"sameArtist": "sigur"}, artist=name, album=f"Spelling {number}",
                    damage="one artist in three spellings")  # fmt: skip


def _silent_tags(corpus: Corpus) -> None:
    corpus.song(
        "Path Artist - Path Album (1977)/03 - Path Title.mp3", {"title": "Path Title", "track": 3},
        title="", artist="Path Artist", track=None, album="", findings=["missing_title", "missing_album"],
        damage="known by the path alone",
    )  # fmt: skip
    corpus.song("Path Artist - Path Album (1977)/04 - Other.mp3", {"title": "Other", "track": 4}, title="",
                artist="Path Artist", track=None, album="")  # fmt: skip
    corpus.file("Path Artist - Path Album (1977)/cover.jpg", make_picture(301, 300))
