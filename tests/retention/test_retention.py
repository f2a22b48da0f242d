"""What is past goes after its time; what is still to be done, and the library, stays."""

import pytest

from melodee.database import Database
from melodee.failures import Wanted, drop
from melodee.ledger import Failure, Place, record_failures
from melodee.retention.batches import forget_batches
from melodee.retention.remains import forget_looks, forget_remains
from melodee.settings import IntakeSettings, RetentionSettings
from tests.library import Library, check_equation

KEEP = RetentionSettings()


@pytest.fixture
def library(database_url, tmp_path):
    database = Database(database_url)
    yield Library(database, tmp_path / "volumes")
    database.close()


def publish(library: Library, name: str) -> str:
    library.drop(f"{name}/1.mp3", title="One", artist=name, album=name, track=1, seed=hash(name) % 1000)
    (batch,) = library.ingest()
    return batch.key


def age(library: Library, days: int = 91, which: str = "true") -> None:
    library.execute(f"update batch set finished_at = finished_at - interval '{days} days' where {which}")


def keys(library: Library) -> list[str]:
    return [row.key for row in library.query("select key from batch order by key")]


# Batches.


def test_an_old_batch_goes_with_its_releases_and_its_songs_stay(library):
    publish(library, "old")
    age(library)
    young = publish(library, "young")

    assert len(forget_batches(library.database, KEEP)) == 1

    assert keys(library) == [young]
    assert len(library.query("select * from release")) == 1
    assert len(library.songs()) == 2
    assert library.states() == {"published": 2}
    check_equation(library)


def test_what_joins_an_album_after_its_batch_is_gone_still_joins_it(library):
    publish(library, "A")
    age(library)
    forget_batches(library.database, KEEP)

    library.drop("later/2.mp3", title="Two", artist="A", album="A", track=2, seed=2)
    library.ingest()

    assert [album.song_count for album in library.query("select song_count from albums")] == [2]


def test_of_young_batches_only_a_number_is_kept(library):
    every = [publish(library, name) for name in ("a", "b", "c")]

    assert forget_batches(library.database, RetentionSettings(most_batches=2)) == every[:1]


def test_a_batch_of_which_something_waits_stays(library):
    library.settings = IntakeSettings(settle_seconds=0, review="all")
    publish(library, "waits")
    age(library)

    assert forget_batches(library.database, KEEP) == []
    assert library.states() == {"waiting": 1}


def test_a_rejected_release_keeps_its_batch_until_its_files_are_gone(library):
    publish(library, "no")
    library.execute("update release set state = 'rejected'")
    library.execute("update files set state = 'rejected'")
    age(library)
    assert forget_batches(library.database, KEEP) == []

    library.execute("delete from files")
    assert len(forget_batches(library.database, KEEP)) == 1


def test_a_batch_that_is_not_finished_or_waited_for_stays(library):
    publish(library, "asked")
    library.drop("new/1.mp3", title="One", artist="N", album="N", track=1, seed=5)
    library.plan()
    library.execute("insert into scan_request (requested_by, planned_at) values ('a', now())")
    library.execute("insert into scan_request_batch select s.id, b.key from scan_request as s, batch as b")
    age(library)

    assert forget_batches(library.database, KEEP) == []


def test_a_large_library_keeps_its_batches_until_it_is_through(library):
    publish(library, "a")
    library.execute("insert into backfill (volume_id, path, planned_at) select id, '', now() from volume limit 1")
    library.execute("update batch set backfill_id = (select id from backfill)")
    library.execute(
        "insert into batch (key, volume_id, state, backfill_id) select 'x', volume_id, 'held', backfill_id from batch"
    )
    age(library)
    assert forget_batches(library.database, KEEP) == []

    library.execute("delete from batch where key = 'x'")
    assert len(forget_batches(library.database, KEEP)) == 1


def test_many_batches_go_in_small_transactions(library):
    library.execute(
        "insert into batch (key, volume_id, state, finished_at) "
        "select 'old-' || n, v.id, 'finished', now() - interval '100 days' "
        "from volume as v, generate_series(1, 35) as n where v.kind = 'inbound'"
    )

    assert len(forget_batches(library.database, KEEP)) == 35


# Small rows.


def test_small_rows_that_are_past_go_and_those_that_are_not_stay(library):
    library.execute(
        "insert into scan_request (requested_by, planned_at, finished_at) values "
        "('old', now(), now() - interval '91 days'), ('young', now(), now()), ('open', now(), null)"
    )
    inbound = library.volumes["inbound"].id
    with library.database.begin() as db:
        for name, severity in (("mended", "warning"), ("fresh", "warning"), ("failed", "error")):
            record_failures(db, [Failure(Place(inbound, name), "discover", "code", "", severity)], None)
    library.execute("update ingest_failure set last_seen = now() - interval '91 days' where path <> 'fresh'")
    library.execute(
        "insert into alert (kind, cause, receiver, body, next_try_at, made_at) values "
        "('k', 'c', 'r', '{}', null, now() - interval '91 days'), "
        "('k', 'c', 'r', '{}', now(), now() - interval '91 days')"
    )
    library.execute("insert into account (name, key, password_hash) values ('a', 'a', 'x')")
    library.execute(
        "insert into now_playing select id, c, 1, now() - age::interval from account, "
        "(values ('old', '25 hours'), ('new', '1 hour')) as t (c, age)"
    )

    counts = forget_remains(library.database, KEEP)

    assert counts == {
        "scan_requests": 1, "volume_scans": 0, "warnings": 1, "alerts": 1, "now_playing": 1, "dropped": 0, "looks": 0
    }  # fmt: skip
    assert [row.requested_by for row in library.query("select * from scan_request order by id")] == ["young", "open"]
    assert len(library.failures()) == 2


def test_what_was_dropped_is_known_until_the_file_changes(library):
    (library.inbound / "bad.mp3").write_bytes(b"")
    library.ingest()
    drop(library.database, Wanted(code="empty"), who="erika")
    assert forget_remains(library.database, KEEP)["dropped"] == 0

    (library.inbound / "bad.mp3").write_bytes(b"no music either")
    library.ingest()
    assert forget_remains(library.database, KEEP)["dropped"] == 1


def test_how_entries_looked_that_are_gone_is_forgotten(library):
    for name in ("here.txt", "gone.txt"):
        (library.inbound / name).write_text("x")
    library.ingest()
    (library.inbound / "gone.txt").unlink()

    assert forget_looks(library.database) == 1
    assert forget_looks(library.database) == 0

    (library.inbound / "here.txt").rename(library.folder / "here.txt")
    assert forget_looks(library.database) == 0, "an empty folder may be the place of a mount that is away"
