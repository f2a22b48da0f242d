"""A changed value remembers what was read and what changed it."""

import msgspec

from melodee.audio.provenance import changed, original
from melodee.audio.track import Change, Contributor, Track

READ = Track(
    suffix="flac",
    container="flac",
    codec="flac",
    duration_ms=1000,
    bit_rate=800,
    sampling_rate=44100,
    channels=2,
    title="song",
    artists=["A feat. B"],
    contributors=[Contributor("producer", "", "C")],
)


def test_a_change_remembers_the_original_and_who_made_it():
    track = changed(READ, "rule:featured", artists=["A", "B"])

    assert track.artists == ["A", "B"]
    assert track.changes == [Change("artists", ["A feat. B"], ["rule:featured"])]


def test_a_second_change_keeps_the_first_original():
    track = changed(changed(READ, "path", title="Song"), "rule:title", title="The Song")

    assert track.changes == [Change("title", "song", ["path", "rule:title"])]


def test_what_is_as_it_was_is_no_change():
    assert changed(READ, "rule:nothing", title="song", artists=["A feat. B"]) is READ


def test_a_value_that_comes_back_is_no_change_any_more():
    assert changed(changed(READ, "rule:a", title="x"), "rule:b", title="song") == READ


def test_all_changes_can_be_undone_also_after_they_were_stored():
    track = changed(READ, "rule:a", title="x", contributors=[], track_number=3)
    stored = msgspec.convert(msgspec.json.decode(msgspec.json.encode(track)), Track)

    assert original(stored) == READ
