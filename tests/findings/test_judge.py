"""What judging says about a release, on descriptions of releases: no files, no database."""

from dataclasses import replace
from typing import Any

import msgspec
import pytest

from melodee.audio.provenance import changed
from melodee.audio.track import Mend, Track
from melodee.catalogue.release import Credit, ReleaseDescription
from melodee.findings.codes import CODES, GROUPS, SEVERITIES
from melodee.findings.finding import POLICIES, Finding, why_it_waits
from melodee.findings.judge import judge
from melodee.findings.subject import (
    Checksum,
    Cover,
    Double,
    JudgedTrack,
    Published,
    Subject,
    Trouble,
    checksums_to_store,
    stored_checksums,
)
from melodee.settings import FindingSettings

COVER = Cover("cover.jpg", 1000, 1000, 200_000)


def track(number: int | None = 1, **values: Any) -> Track:
    given: dict[str, Any] = {
        "suffix": "mp3", "container": "mpeg", "codec": "mp3", "duration_ms": 200_000, "bit_rate": 256,
        "sampling_rate": 44_100, "channels": 2, "title": f"Song {number}", "artists": ["Kino"],
        "album_artists": ["Kino"], "album": "Noch", "track_number": number, "year": 1986,
    }  # fmt: skip
    return Track(**(given | values))


def subject(*tracks: Track, **values: Any) -> Subject:
    description = ReleaseDescription([Credit("Kino")], "Kino", "Noch", year=1986)
    judged = [JudgedTrack(f"{place:02}.mp3", each) for place, each in enumerate(tracks, 1)]
    return replace(Subject(description, judged, cover=COVER), **values)


def codes(release: Subject, **settings: Any) -> list[str]:
    return [finding.code for finding in judge(release, FindingSettings(**settings))]


def numbered(*numbers: int | None, **values: Any) -> Subject:
    return subject(*(track(number, title=f"At {place}", **values) for place, number in enumerate(numbers)))


def test_a_decent_release_has_nothing_odd_about_it() -> None:
    assert codes(numbered(1, 2, 3, track_total=3, disc_number=1, disc_total=1)) == []


def test_every_code_says_what_it_means_and_what_to_do() -> None:
    for code, about in CODES.items():
        assert about.severity in SEVERITIES, code
        assert about.group in GROUPS, code
        for sentence in (about.explanation, about.remedy):
            assert sentence.endswith("."), code
            assert len(sentence) > 15, code
        assert not about.harmful or about.severity == "error", code
    assert {about.group for about in CODES.values()} == set(GROUPS)


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        pytest.param([1, 2, 4], [("gap_in_numbering", "Of disc 1 track 3 is missing.")], id="gap"),
        pytest.param([2, 3], [("gap_in_numbering", "Of disc 1 track 1 is missing.")], id="first"),
        pytest.param([1, 5], [("gap_in_numbering", "Of disc 1 tracks 2, 3 and 4 are missing.")], id="several"),
        pytest.param([1, 40], [("gap_in_numbering", "Of disc 1 38 tracks are missing.")], id="many"),
        pytest.param([1, 2, 2], [("repeated_track_number", "Track 2 of disc 1 is there 2 times.")], id="twice"),
        pytest.param([7], [], id="a song alone is a single or was picked"),
        pytest.param([1, 1986], [], id="a year is no number"),
    ],
)
def test_gaps_and_repeats(numbers: list[int], expected: list[tuple[str, str]]) -> None:
    assert [finding[:2] for finding in judge(numbered(*numbers))] == expected


def test_a_huge_number_costs_nothing() -> None:
    assert codes(numbered(1, 2**31 - 1)) == []
    assert codes(subject(track(1), track(2, disc_number=2**31 - 1))) == []
    assert codes(subject(track(1, disc_total=2**31 - 1))) == []


def test_discs_may_count_on() -> None:
    discs = [track(1), track(2), track(3, disc_number=2), track(4, disc_number=2)]
    assert codes(subject(*discs)) == []
    assert codes(subject(*discs[:3], track(5, disc_number=2))) == ["gap_in_numbering"]


def test_a_late_track_that_fills_a_gap_is_no_finding() -> None:
    late = subject(track(3), published=[Published(1, 1), Published(1, 2), Published(1, 4)])
    assert codes(late) == []
    assert codes(replace(late, published=late.published[:1])) == ["gap_in_numbering"]
    assert codes(replace(late, published=[*late.published, Published(1, 3)])) == ["repeated_track_number"]


def test_what_is_wrong_with_other_discs_of_the_album_is_not_told_again() -> None:
    there = [Published(1, 1), Published(1, 1), Published(1, 9)]
    assert codes(subject(track(1, disc_number=2), track(2, disc_number=2), published=there)) == []


@pytest.mark.parametrize(
    ("tracks", "expected"),
    [
        pytest.param([track(1, track_total=3), track(2, track_total=3)], ["missing_tracks"], id="too few"),
        pytest.param([track(1, track_total=3), track(2, track_total=2)], ["totals_disagree"], id="two totals"),
        pytest.param([track(1, track_total=1), track(2, track_total=1)], ["totals_disagree"], id="beyond"),
        pytest.param([track(1, disc_total=2)], ["missing_disc"], id="a disc is missing"),
        pytest.param([track(1, disc_number=2)], ["missing_disc"], id="the first disc is missing"),
        pytest.param([track(1, disc_total=2), track(2, disc_total=1)], ["totals_disagree"], id="two totals of discs"),
        pytest.param(
            [track(1, track_total=2), track(1, disc_number=2, track_total=2)], [], id="a total of the whole release"
        ),
    ],
)
def test_totals(tracks: list[Track], expected: list[str]) -> None:
    assert codes(subject(*tracks)) == expected


def test_songs_that_came_before_count_towards_the_totals() -> None:
    assert codes(subject(track(3, track_total=3), published=[Published(1, 1), Published(1, 2)])) == []


def test_what_the_path_said_in_place_of_the_tags() -> None:
    bare = changed(track(None, title="", album=""), "path", title="One", album="Noch", track_number=1)
    found = judge(subject(bare))
    assert [finding.code for finding in found] == ["missing_album", "missing_title", "missing_track_number"]
    assert found[1].message == "Its tags give no title; the path says One."
    assert {finding.path for finding in found} == {"01.mp3"}


def test_a_rule_that_changes_a_title_leaves_nothing_missing() -> None:
    assert codes(subject(changed(track(1, title="song one"), "rule:capitals", title="Song One"))) == []


def test_what_nobody_says_is_missing() -> None:
    assert codes(subject(track(None, title=""))) == ["missing_title", "missing_track_number"]
    assert codes(subject(track(1, artists=[]), track(2))) == ["missing_artist"]


def test_without_artist_or_album_it_would_be_filed_with_all_others_like_it() -> None:
    nameless = track(1, artists=[], album_artists=[], album="")
    release = subject(nameless)
    assert {"unknown_artist", "unknown_album"} <= set(codes(release))
    assert why_it_waits("errors", judge(release))


def test_mends_of_the_tags_are_findings() -> None:
    mended = [Mend("wrong_encoding", "title", "It was read as UTF-8."), Mend("unreadable_tag", "", "It is broken.")]
    found = judge(subject(track(1, mended=mended)))
    assert [finding[:2] for finding in found] == [
        ("wrong_encoding", "title: It was read as UTF-8."),
        ("unreadable_tag", "It is broken."),
    ]


@pytest.mark.parametrize(
    ("artists", "values", "expected"),
    [
        (["A", "B"], {}, ["mixed_artists"]),
        (["A", "A feat. B"], {}, []),
        (["A", "B"], {"album_artists": ["Kino"]}, []),
        (["A", "B"], {"compilation": True}, []),
    ],
)
def test_artists_that_differ(artists: list[str], values: dict[str, Any], expected: list[str]) -> None:
    given = {"album_artists": []} | values
    assert codes(subject(*(track(n, artists=[artist], **given) for n, artist in enumerate(artists, 1)))) == expected


def test_years_that_differ() -> None:
    release = subject(track(1), track(2, year=1987))
    assert codes(release) == ["mixed_years"]
    compilation = msgspec.structs.replace(release.description, compilation=True)
    assert codes(replace(release, description=compilation)) == []


@pytest.mark.parametrize(
    "title",
    ["Song (www.example.org)", "HTTP://example.org", "Song [Ripped by X]", "ＷＷＷ．example"],
)
def test_advertising(title: str) -> None:
    assert codes(subject(track(1, title=title))) == ["unwanted_text"]


def test_an_advertisement_in_the_albums_title_is_told_once() -> None:
    assert codes(subject(track(1, album="www.x.y"), track(2, album="www.x.y"))) == ["unwanted_text"]


def test_what_counts_as_advertising_is_a_setting() -> None:
    assert codes(subject(track(1, title="Awww. Yes")), unwanted_text=()) == []
    assert codes(subject(track(1, title="by MyGroup")), unwanted_text=("mygroup",)) == ["unwanted_text"]


@pytest.mark.parametrize("title", ["BjÃ¶rk", "Ðóññêèé ðîê", "Quest\ufffdo", "Ð\x9aÐ¸Ð½Ð¾", "Ã\x89tude"])
def test_garbled_text(title: str) -> None:
    assert codes(subject(track(1, title=title))) == ["garbled_text"]


@pytest.mark.parametrize(
    "title", ["Björk", "Кино", "Ænima", "Motörhead", "Sigur Rós – Ágætis byrjun", "日本語", "Œuvre"]
)
def test_text_that_is_as_it_should_be(title: str) -> None:
    assert codes(subject(track(1, title=title))) == []


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"duration_ms": 900}, "too_short"),
        ({"duration_ms": 4 * 3600_000}, "too_long"),
        ({"bit_rate": 64}, "low_bit_rate"),
        ({"bit_rate": 64, "channels": 1}, ""),
        ({"bit_rate": 64, "codec": "opus"}, ""),
        ({"bit_rate": 40, "codec": "opus"}, "low_bit_rate"),
        ({"bit_rate": 64, "codec": "flac", "bit_depth": 16}, ""),
        ({"sampling_rate": 22_050}, "low_sampling_rate"),
        ({"channels": 6}, "many_channels"),
    ],
)
def test_the_sound(values: dict[str, Any], code: str) -> None:
    assert codes(subject(track(1, **values))) == [code] * bool(code)


def test_formats_that_differ() -> None:
    assert codes(subject(track(1), track(2, codec="flac"))) == ["mixed_formats"]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"cover": None}, ["missing_cover_art"]),
        ({"cover": None, "has_picture": True}, []),
        ({"cover": Cover("c", 299, 800, 1)}, ["small_cover_art"]),
        ({"cover": Cover("c", 4001, 4001, 1)}, ["large_cover_art"]),
        ({"cover": Cover("c", 500, 500, 10_000_001)}, ["large_cover_art"]),
    ],
)
def test_the_cover(values: dict[str, Any], expected: list[str]) -> None:
    assert codes(subject(track(1), **values)) == expected


def test_files_that_could_not_be_read_are_named() -> None:
    trouble = [
        Trouble("truncated", "It ends early.", "02.mp3"),
        Trouble("symlink", "A link is not followed.", "03.mp3"),
    ]
    found = judge(subject(track(1), trouble=trouble))
    assert [(finding.code, finding.path) for finding in found] == [("truncated", "02.mp3"), ("unreadable", "03.mp3")]


def test_checksums() -> None:
    checksums = [Checksum("01.mp3", "ABCD", "abcd"), Checksum("02.mp3", "AB", "CD"), Checksum("03.mp3", "AB", None)]
    found = judge(subject(track(1), checksums=checksums))
    assert [(finding.code, finding.path) for finding in found] == [
        ("checksum_mismatch", "02.mp3"),
        ("missing_file", "03.mp3"),
    ]


def test_checksums_of_any_name_can_be_stored() -> None:
    checksums = [Checksum("\udcff\n.mp3", "AB", None)]
    assert stored_checksums(checksums_to_store(checksums)) == checksums


def test_files_that_are_there_twice() -> None:
    doubles = [Double("01.mp3", "02.mp3", published=False), Double("01.mp3", "Music/A/1.mp3", published=True)]
    found = judge(subject(track(1), doubles=doubles))
    assert [finding.code for finding in found] == ["duplicate_of_published", "duplicate_file"]


@pytest.mark.parametrize(
    ("code", "waits"),
    [
        ("missing_year", {"all"}),
        ("missing_title", {"all", "findings"}),
        ("unknown_artist", {"all", "findings", "errors"}),
        ("checksum_mismatch", {"all", "findings", "errors", "none"}),
        (None, {"all"}),
    ],
)
def test_policies(code: str | None, waits: set[str]) -> None:
    findings = [Finding(code, "")] if code else []
    assert {policy for policy in POLICIES if why_it_waits(policy, findings)} == waits


def test_a_release_waits_for_what_holds_it_and_not_for_the_rest() -> None:
    codes = ("checksum_mismatch", "unknown_artist", "missing_title", "missing_title", "missing_year")
    findings = [Finding(code, "") for code in codes]
    assert {policy: why_it_waits(policy, findings) for policy in POLICIES} == {
        "none": ["checksum_mismatch"],
        "errors": ["checksum_mismatch", "unknown_artist"],
        "findings": ["checksum_mismatch", "missing_title", "unknown_artist"],
        "all": ["checksum_mismatch", "review_all"],
    }


def test_no_release_stops_at_a_code_that_is_unknown() -> None:
    found = Finding("of_another_version", "It says something.")
    assert (found.severity, found.about.harmful) == ("warning", False)
    assert why_it_waits("errors", [found]) == []
    assert why_it_waits("findings", [found]) == ["of_another_version"]

    mended = track(mended=[Mend("vanished", "", "The cue sheet beside it: It is gone.")])
    assert codes(subject(mended)) == ["unreadable_sidecar"]
