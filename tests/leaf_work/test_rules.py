"""Rules applied again to what is in the catalogue."""

import pytest

from melodee.leaf_work import rules as leaf_rules
from melodee.leaf_work.rules import RulesAgain
from melodee.leaf_work.stale import unseen_leaves
from tests.catalogue.watched import Watched
from tests.leaf_work.shelf import Shelf, rules

JAZZ = """
[[rule]]
name = "jazz"
when.title = "A1"
set.genres = ["Jazz"]
"""


def apply(shelf: Shelf, text: str = "") -> int:
    return shelf.work(RulesAgain(shelf.library.database, rules(text))).changed


def test_rules_that_are_as_they_were_change_no_row(shelf: Shelf) -> None:
    watched = Watched(shelf.library)

    assert apply(shelf) == 0

    assert watched.written() == {}
    assert shelf.pass_of("leaf_rules").done == 6


def test_editing_a_rule_changes_exactly_the_rows_that_it_is_about(shelf: Shelf) -> None:
    watched, song, album = Watched(shelf.library), shelf.song("A1").id, shelf.album("Blue").id

    assert apply(shelf, JAZZ) == 1

    assert watched.written() == {"songs": [song], "song_tags": [song], "albums": [album], "catalogue_total": [1]}
    assert watched.updates() == {"songs": 1, "song_tags": 1, "albums": 1, "song_index": 0, "album_index": 0}
    assert shelf.song("A1").genres == ["Jazz"]
    assert apply(shelf, JAZZ) == 0


def test_taking_a_rule_away_brings_back_what_was_read(shelf: Shelf) -> None:
    before = [(song.title, song.genres, song.tags) for song in shelf.library.songs()]
    apply(shelf, JAZZ)

    assert apply(shelf) == 1

    assert [(song.title, song.genres, song.tags) for song in shelf.library.songs()] == before
    (row,) = shelf.library.query(f"select track from song_tags where id = {shelf.song('A1').id}")
    assert all(change["field"] != "genres" for change in row.track.get("changes", []))


def test_an_album_is_told_whole_wherever_a_piece_ends(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leaf_rules, "CHUNK", 2)
    blue = shelf.album("Blue").id

    apply(shelf, '[[rule]]\nname = "bleu"\nwhen.album = "Blue"\nset.album = "Bleu"\n')

    assert (shelf.album("Bleu").id, shelf.album("Bleu").song_count) == (blue, 3)


def test_a_rule_that_keeps_releases_out_leaves_what_is_published(shelf: Shelf) -> None:
    text = '[[rule]]\nname = "no red"\nwhen.album = "Red"\nignore_release = "not wanted"\n'

    assert apply(shelf, text) == 0

    assert shelf.album("Red").song_count == 3


def test_which_leaves_have_not_seen_the_rules_is_known(shelf: Shelf) -> None:
    database = shelf.library.database
    # These came in when nobody had noted any rules.
    assert unseen_leaves(database, rules()).unseen == 1
    apply(shelf)
    assert unseen_leaves(database, rules()).unseen == 0

    found = unseen_leaves(database, rules(JAZZ))
    assert (found.leaves, found.unseen) == (1, 1)
    assert "open the asset leaf_rules" in found.sentence

    apply(shelf, JAZZ)
    assert unseen_leaves(database, rules(JAZZ)).sentence == "All songs are as the metadata rules in force make them."


def test_songs_that_came_after_the_rules_have_seen_them(shelf: Shelf) -> None:
    unseen_leaves(shelf.library.database, rules())
    shelf.library.execute("update songs set created_at = now() + interval '1 second'")

    assert unseen_leaves(shelf.library.database, rules()).unseen == 0
