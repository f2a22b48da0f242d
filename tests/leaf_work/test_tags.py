"""Files read again: those that somebody has re-tagged, and all of them when the reader was made better."""

import pytest

from melodee.file_errors import VolumeUnavailable
from melodee.leaf_work import tags as leaf_tags
from melodee.leaf_work.tags import TagsAgain
from melodee.volume_marker import MARKER
from tests.catalogue.watched import Watched
from tests.leaf_work.shelf import Shelf, retag, rules
from tests.sidecars.test_cue_albums import TAGS, TRACKS, drop_album, labels, told


def reread(shelf: Shelf, *, every: bool = False) -> dict[str, int]:
    progress = shelf.work(TagsAgain(shelf.library.database, rules(), every=every))
    return {"changed": progress.changed, "failed": progress.failed, **progress.counts}


def test_files_that_are_as_they_were_are_not_read(shelf: Shelf) -> None:
    watched = Watched(shelf.library)

    assert reread(shelf) == {"changed": 0, "failed": 0}

    assert watched.written() == {}


def test_all_are_read_when_that_is_asked_for_and_change_no_row(shelf: Shelf) -> None:
    watched = Watched(shelf.library)

    assert reread(shelf, every=True) == {"changed": 0, "failed": 0, "files_read": 6}

    assert watched.written() == {}


def test_a_file_that_somebody_has_retagged_is_told_anew(shelf: Shelf) -> None:
    song, album = shelf.song("A2"), shelf.album("Blue")
    retag(shelf.path("A2"), title="Zwei", genre="Jazz")

    assert reread(shelf) == {"changed": 1, "failed": 0, "files_read": 1}

    after = shelf.song("Zwei")
    assert (after.id, after.genres, after.path) == (song.id, ["Jazz"], song.path)
    size = shelf.path("Zwei").stat().st_size
    assert after.size_bytes == size
    assert shelf.album("Blue").id == album.id
    (file,) = shelf.library.query(f"select size_bytes, sample_hash from files where song_id = {song.id}")
    assert file.size_bytes == size
    assert reread(shelf) == {"changed": 0, "failed": 0}


def test_what_is_known_of_the_content_goes_with_it(shelf: Shelf) -> None:
    song = shelf.song("A2").id
    shelf.library.execute(f"update files set content_hash = 'x' where song_id = {song}")
    retag(shelf.path("A2"), comment="new")

    reread(shelf)

    (file,) = shelf.library.query(f"select content_hash from files where song_id = {song}")
    assert file.content_hash is None


def test_rules_are_applied_to_what_is_read(shelf: Shelf) -> None:
    retag(shelf.path("A2"), title="Zwei")
    text = '[[rule]]\nname = "number"\nwhen.title = "Zwei"\nset.title = "Zwo"\n'

    shelf.work(TagsAgain(shelf.library.database, rules(text)))

    assert shelf.song("Zwo").track_number == 2


def test_a_newer_reader_reads_all_of_a_leaf_once(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leaf_tags, "READER_VERSION", leaf_tags.READER_VERSION + 1)

    assert reread(shelf)["files_read"] == 6
    assert "files_read" not in reread(shelf)


def test_a_file_that_cannot_be_read_is_a_failure_until_it_can(shelf: Shelf) -> None:
    path = shelf.path("A2")
    content = path.read_bytes()
    path.write_bytes(b"")

    assert reread(shelf) == {"changed": 0, "failed": 1, "files_read": 1}
    assert shelf.failures() == [("reread", "empty", path.name)]
    assert shelf.song("A2")

    path.write_bytes(content)
    reread(shelf)
    assert shelf.failures() == []


def test_a_file_that_is_gone_is_a_failure_and_its_song_stays(shelf: Shelf) -> None:
    path = shelf.path("A2")
    content = path.read_bytes()
    path.unlink()

    assert reread(shelf) == {"changed": 0, "failed": 1}

    assert shelf.failures() == [("reread", "vanished", path.name)]
    assert len(shelf.library.songs()) == 6
    path.write_bytes(content)


def test_of_a_volume_that_is_not_mounted_nothing_is_missing(shelf: Shelf) -> None:
    mark = shelf.library.storage / MARKER
    mark.rename(shelf.library.folder / "aside")

    with pytest.raises(VolumeUnavailable):
        reread(shelf)

    assert shelf.failures() == []
    (shelf.library.folder / "aside").rename(mark)


def test_of_a_file_that_a_cue_sheet_cuts_every_track_is_told_anew(shelf: Shelf) -> None:
    library = shelf.library
    drop_album(library, **TAGS)
    library.ingest()
    of_file = [each for each in library.songs() if each.span_start_ms is not None]
    sizes = sum(each.size_bytes for each in of_file)
    assert reread(shelf) == {"changed": 0, "failed": 0}
    retag(shelf.path("First"), label="Ours", title="Not theirs", comment="x" * 20_000)

    assert reread(shelf) == {"changed": 3, "failed": 0, "files_read": 1}

    after = [each for each in library.songs() if each.span_start_ms is not None]
    assert [each for each in told(library) if each[3] is not None] == TRACKS
    assert [each.id for each in after] == [each.id for each in of_file]
    assert sum(each.size_bytes for each in after) == shelf.path("First").stat().st_size > sizes
    assert labels(library) == {"Ours"}
    assert reread(shelf) == {"changed": 0, "failed": 0}
