"""Releases that the librarian's own rules change, and one that a rule keeps out."""

from tests.audio import make_picture
from tests.corpus.expected import Corpus

RULES = r"""
[[rule]]
name = "samples"
when.path.glob = "**/Samples/**"
ignore_release = "Samples are not part of the library."

[[rule]]
name = "kraut"
when.genres.is = "Kraut"
set.genres = ["Krautrock"]

[[rule]]
name = "label in comment"
when.comment.regex = 'Out on (?P<label>[^.]+)\.'
set = { labels = ["{label}"], comment = "" }

[[rule]]
name = "live"
when.album.regex = ' \(live\)$'
replace = { field = "album", regex = ' \(live\)$', with = ", live", fold = true }
"""
"""The `rules.toml` of whoever keeps this collection."""


def add(corpus: Corpus) -> None:
    """An album for each rule, beside one that none is about."""
    for track in (1, 2):
        corpus.song(
            f"Genre/{track}.mp3", {"genres": [{"name": "Krautrock"}], "album": "By Rule"}, genre="Kraut", track=track,
            album="By Rule", changes=["genres: Kraut became Krautrock by rule:kraut"],
        )  # fmt: skip
    corpus.song(
        "Label/1.mp3", {"comment": "", "album.recordLabels": [{"name": "Brain"}]}, comment="Out on Brain.",
        album="Labelled", changes=["comment: Out on Brain. became nothing by rule:label in comment"],
    )  # fmt: skip
    corpus.song("Live/1.mp3", {"album": "Concert, live"}, album="Concert (live)",
                changes=["album: Concert (live) became Concert, live by rule:live"])  # fmt: skip
    corpus.song("Beside/1.mp3", {"genre": "Kraut and Rüben", "album": "Not By Rule"}, genre="Kraut and Rüben",
                album="Not By Rule")  # fmt: skip
    for track in (1, 2):
        corpus.song(f"Samples/{track}.wav", state="ignored", code="ignored_by_rule", album="Sampled", track=track)
    corpus.file("Samples/cover.jpg", make_picture(300, 303), "ignored", "ignored_by_rule")
    # One file that the rule is about takes its whole release along, wherever that lies.
    corpus.song("Half/3.wav", state="ignored", code="ignored_by_rule", album="Sampled", track=3)
