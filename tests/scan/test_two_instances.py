"""Two instances on one database: their workers share a backfill, and each item is dealt with once."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from melodee.intake.backfill import begin_night, plan_library
from melodee.intake.discover import discover_batch
from melodee.settings import IntakeSettings, ScanSettings
from tests.library import Library

BATCHES = 6

WORKER = """
import sys, time
from melodee.database import Database
from melodee.intake import launches
from melodee.intake.backfill import go_on
from melodee.intake.discover import discover_batch
from melodee.intake.publish import publish_batch
from melodee.intake.stage import stage_batch
from melodee.settings import IntakeSettings, ScanSettings

url, name = sys.argv[1:]
database, settings = Database(url), IntakeSettings(settle_seconds=0, readers=1)
done, idle = [], 0
while idle < 20:
    go_on(database, ScanSettings(backfill_batches=4))
    mine = [row.key for row in launches.unfinished_batches(database, name, 1)]
    mine = [key for key in mine if launches.claim_launch(database, key, name)]
    idle = 0 if mine else idle + 1
    for key in mine:
        songs = discover_batch(database, key, report=print, settings=settings, patience=60).songs
        stage_batch(database, key, report=print, settings=settings)
        publish_batch(database, key, report=print)
        done.append(f"{key}={songs}")
    if not mine:
        time.sleep(0.1)
database.close()
print("DONE", *done)
"""


def test_two_processes_share_the_batches_of_a_night_and_take_each_song_once(library: Library) -> None:
    songs = 0
    for album in range(2 * BATCHES):
        for track in (1, 2):
            songs += 1
            library.drop(
                f"Library/{album}/{track}.mp3",
                title=f"Song {songs}", artist=f"Artist {album % 5}", album=f"Album {album}", track=track, seed=songs,
            )  # fmt: skip
    before = library.hashes()
    plan_library(
        library.database, library.inbound / "Library", settings=IntakeSettings(settle_seconds=0, batch_releases=2)
    )
    begin_night(library.database, ScanSettings(backfill_hours=1))

    workers = [
        subprocess.Popen(
            [sys.executable, "-c", WORKER, library.database.url, name],
            stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2], env=dict(os.environ),
        )
        for name in ("one", "two")
    ]  # fmt: skip
    said = [worker.communicate(timeout=240)[0] for worker in workers]

    assert [worker.returncode for worker in workers] == [0, 0], said
    shares = [line.split()[1:] for text in said for line in text.splitlines() if line.startswith("DONE")]
    assert all(shares), "both had a share"
    keys = [each.partition("=")[0] for share in shares for each in share]
    assert sorted(keys) == [row.key for row in library.query("select key from batch order by key")]
    assert len(keys) == BATCHES
    assert sum(int(each.partition("=")[2]) for share in shares for each in share) == songs
    assert library.states() == {"published": songs}
    assert len(library.songs()) == songs
    assert library.hashes() == before
    assert library.failures() == []


def test_a_run_that_waited_while_another_instance_finished_its_batch_does_nothing(library: Library) -> None:
    library.drop("a/1.mp3", title="One", artist="A", album="B", track=1)
    (library.inbound / "a/bad.mp3").write_bytes(b"")
    (batch,) = library.ingest()
    attempts = [failure.attempts for failure in library.failures()]

    asked = datetime.now(UTC) - timedelta(hours=1)
    outcome = discover_batch(
        library.database, batch.key, report=library.reported.append, settings=library.settings, asked_at=asked
    )

    assert (outcome.files, outcome.songs) == (0, 0)
    assert [failure.attempts for failure in library.failures()] == attempts
