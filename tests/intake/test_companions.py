"""Pictures, lyrics and notes that come after their album was published join it."""

from dataclasses import replace

import pytest

from melodee.retention.batches import forget_batches
from melodee.review.deciding import approve, reject
from melodee.review.listing import details, releases
from melodee.settings import IntakeSettings, RetentionSettings
from tests.audio import make_picture
from tests.intake.red_album import drop_album, ignored, in_storage, put, widths
from tests.library import Library, hashes_below


def test_an_album_without_a_cover_gets_the_one_that_is_dropped_in_the_same_folder(library: Library) -> None:
    drop_album(library)
    library.ingest()
    assert [each.findings for each in releases(library.database, state="published").releases] == [
        {"missing_cover_art": 1, "too_short": 2}
    ]
    assert widths(library) == []
    (before,) = library.query("select updated_at, (select changed_at from catalogue_total) as changed_at from albums")

    put(library.inbound, "Ann - Red/cover.jpg", make_picture(640, 640))
    (batch,) = library.ingest()

    assert (batch.discovered.releases, batch.published.releases, batch.published.published) == (1, 1, 1)
    assert in_storage(library) == ["01 Song 1.mp3", "02 Song 2.mp3", "cover.jpg"]
    assert library.states() == {"published": 3}
    assert hashes_below(library.inbound) == hashes_below(library.staging) == []
    assert widths(library) == [640]
    assert library.query("select 1 from songs where cover_id is null") == []
    assert widths(library, "select c.width from artists a join cover c on c.id = a.cover_id") == [640]
    (after,) = library.query("select updated_at, (select changed_at from catalogue_total) as changed_at from albums")
    assert after.updated_at > before.updated_at
    assert after.changed_at > before.changed_at
    first, second = releases(library.database, state="published").releases
    assert (first.findings, second.findings) == ({"too_short": 2}, {})
    assert (second.artist, second.album, second.files) == ("Ann", "Red", 1)
    assert details(library.database, second.id).joins == library.songs()[0].album_id
    assert library.failures() == []


def test_what_lies_in_the_folders_of_an_album_goes_to_the_same_places_beside_it(library: Library) -> None:
    drop_album(library, "Ann - Red/CD1", (1, 2), disc=1)
    drop_album(library, "Ann - Red/CD2", (3, 4), disc=2)
    library.ingest()

    put(library.inbound, "Ann - Red/CD2/cover.jpg", make_picture(520, 520))
    put(library.inbound, "Ann - Red/cover.jpg", make_picture(640, 640))
    put(library.inbound, "Ann - Red/Scans/inside/front.png", make_picture(700, 700, format="PNG"))
    put(library.inbound, "Ann - Red/album.nfo", "<album><review>Great.</review></album>")
    put(library.inbound, "Ann - Red/CD1/01 Song 1.lrc", "[00:01.00]La")
    library.ingest()

    assert [name for name in in_storage(library) if not name.endswith(".mp3")] == [
        "CD1/01 Song 1.lrc", "CD2/cover.jpg", "Scans/inside/front.png", "album.nfo", "cover.jpg",
    ]  # fmt: skip
    assert library.states() == {"published": 9}
    assert widths(library) == [640]
    assert widths(library, "select c.width from disc_cover d join cover c on c.id = d.cover_id where disc = 2") == [520]
    assert [row.text for row in library.query("select text from note")] == ["Great."]
    rows = library.query("select s.title, l.synced, l.text from lyrics as l join songs as s on s.id = l.song_id")
    assert [tuple(row) for row in rows] == [("Song 1", True, "[00:01.000]La")]


def test_lyrics_find_their_song_by_its_title_too_and_come_after_those_that_are_there(library: Library) -> None:
    drop_album(library, lyrics="Inside")
    put(library.inbound, "Ann - Red/01 Song 1.en.lrc", "[00:01.00]La")
    library.ingest()

    put(library.inbound, "Ann - Red/Song 1.txt", "Plain")
    put(library.inbound, "Ann - Red/lyrics/02 Song 2.lrc", "[00:01.00]Li")
    put(library.inbound, "Ann - Red/03 Nothing.lrc", "")
    library.ingest()

    rows = library.query(
        "select s.title, l.position, l.language, l.text from lyrics as l join songs as s on s.id = l.song_id "
        "order by 1, 2"
    )
    assert [tuple(row) for row in rows] == [
        ("Song 1", 0, "xxx", "Inside"),
        ("Song 1", 1, "en", "[00:01.000]La"),
        ("Song 1", 2, "xxx", "Plain"),
        ("Song 2", 0, "xxx", "Inside"),
        ("Song 2", 1, "xxx", "[00:01.000]Li"),
    ]


def test_the_better_of_two_covers_is_shown_whichever_came_first(library: Library) -> None:
    drop_album(library)
    put(library.inbound, "Ann - Red/cover.jpg", make_picture(640, 640))
    library.ingest()

    put(library.inbound, "Ann - Red/back.jpg", make_picture(700, 700))
    put(library.inbound, "Ann - Red/booklet.jpg", make_picture(710, 710))
    library.ingest()

    assert widths(library) == [640]
    assert library.states() == {"published": 5}


def test_a_picture_is_found_again_when_the_batch_is_long_forgotten(library: Library) -> None:
    drop_album(library)
    library.ingest()
    library.execute("update batch set finished_at = now() - interval '1 year'")
    forget_batches(library.database, RetentionSettings())
    assert library.query("select 1 from release") == []

    put(library.inbound, "Ann - Red/cover.jpg", make_picture(640, 640))
    library.ingest()

    assert widths(library) == [640]


def test_a_cover_dropped_while_its_album_waits_joins_it_once_it_is_approved(library: Library) -> None:
    library.settings = replace(library.settings, review="all")
    drop_album(library)
    library.ingest()
    put(library.inbound, "Ann - Red/cover.jpg", make_picture(640, 640))
    library.ingest()
    assert ignored(library) == [("Ann - Red/cover.jpg", "no_music_beside")]

    library.settings = replace(library.settings, review="errors")
    (release,) = releases(library.database).releases
    approve(library.database, release.id, "Ann")
    library.ingest()

    assert widths(library) == [640]
    assert library.states() == {"published": 3}


def test_a_companion_waits_for_a_person_as_others_do(library: Library) -> None:
    drop_album(library)
    library.ingest()
    library.settings = replace(library.settings, review="all")
    put(library.inbound, "Ann - Red/cover.jpg", make_picture(640, 640))
    library.ingest()
    (release,) = releases(library.database).releases
    assert (release.artist, release.album, release.files, release.findings) == ("Ann", "Red", 1, {})
    assert library.states() == {"published": 2, "waiting": 1}
    assert len(hashes_below(library.staging)) == 1

    approve(library.database, release.id, "Ann")
    library.ingest()

    assert library.states() == {"published": 3}
    assert widths(library) == [640]


def test_a_rejected_companion_goes_where_rejected_files_go(library: Library) -> None:
    drop_album(library)
    library.ingest()
    library.settings = replace(library.settings, review="all")
    put(library.inbound, "Ann - Red/CD1/cover.jpg", make_picture(640, 640))
    library.ingest()
    (release,) = releases(library.database).releases

    rejected = reject(library.database, release.id, "Ann", "ugly")

    assert rejected.brought.folder is not None
    assert (library.inbound / rejected.brought.folder / "CD1/cover.jpg").is_file()
    assert library.states() == {"published": 2, "rejected": 1}
    assert widths(library) == []


@pytest.mark.parametrize("policy", ["none", "findings"])
def test_other_policies_have_nothing_against_a_companion(library: Library, policy: str) -> None:
    drop_album(library)
    library.ingest()
    library.settings = IntakeSettings(settle_seconds=0, review=policy)
    put(library.inbound, "Ann - Red/cover.jpg", make_picture(640, 640))
    library.ingest()
    assert library.states() == {"published": 3}
