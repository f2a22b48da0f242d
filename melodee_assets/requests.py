"""Which runs are wanted, and which are there: of batches, the rows of the database beside the runs that Dagster knows.

A batch that was planned wants a run. So does one that is not finished although its last run has ended: what all its
items need was away for longer than the retry policy waits, or its process died once too often. It blocks its folders
until it is finished, so it is taken up again after a pause that doubles; without one when Melodee was started again
since, which ends runs and mends much. One whose run an operator cancelled is held for them, by all instances.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import dagster as dg
from dagster._core.storage.runs import SqlRunStorage

from melodee.database import Database, Row
from melodee.intake import launches
from melodee.settings import ScanSettings
from melodee.text import count

BATCHES_CONSIDERED = 200
"""Unfinished batches that a tick looks at, oldest first."""

MOST_QUEUED = 200
"""Queued runs that a tick looks at."""

REQUESTS_A_TICK = 20
"""More than run at once; the rest waits in the database rather than in Dagster's queue."""

FIRST_PAUSE = timedelta(minutes=5)
LONGEST_PAUSE = timedelta(hours=6)

_BEGAN = datetime.now(UTC)
"""When this code server was started."""

RUN_RETRY_GRACE = timedelta(minutes=1)
"""What Dagster's daemon may take to repeat a run whose process died, after that or after its own start."""

PARTITION_TAG = "dagster/partition"
RUN_KEY_TAG = "dagster/run_key"
WILL_RETRY_TAG = "dagster/will_retry"
AUTO_RETRY_TAG = "dagster/auto_retry_run_id"

_UNFINISHED = frozenset(dg.DagsterRunStatus) - {
    dg.DagsterRunStatus.SUCCESS,
    dg.DagsterRunStatus.FAILURE,
    dg.DagsterRunStatus.CANCELED,
}


@dataclass
class Requests:
    """What one tick asks for, and what it leaves."""

    wanted: list[dg.RunRequest] = field(default_factory=list[dg.RunRequest])
    under_way: int = 0
    """Batches whose run is queued or at work."""
    paused: int = 0
    """Batches whose run failed and that are taken up again later."""
    cancelled: int = 0
    """Batches that wait for an operator, who cancelled their run."""

    def __str__(self) -> str:
        parts = [
            f"{count(number, 'batch', 'batches')} {what}"
            for number, what in (
                (self.under_way, "under way"),
                (self.paused, "failed, to be tried again"),
                (self.cancelled, "cancelled, waiting for an operator"),
            )
            if number
        ]
        return ", ".join(parts)


def is_under_way(instance: dg.DagsterInstance, job: str) -> bool:
    """Whether a run of the job is queued or at work."""
    unfinished = dg.RunsFilter(job_name=job, statuses=list(_UNFINISHED))
    return bool(instance.get_run_ids(unfinished, limit=1))


def requests_for_runs(database: Database, instance: dg.DagsterInstance, now: datetime | None = None) -> Requests:
    """The runs to ask for now; a batch that is taken up again gets its next generation."""
    requests = Requests()
    me = instance_name(instance)
    launches.let_go(database, _queued(instance))
    batches = launches.unfinished_batches(database, me, BATCHES_CONSIDERED)
    runs = _runs_by_batch(instance, [batch.key for batch in batches]) if batches else {}
    # Of a large library that somebody launched elsewhere, no more than that: whoever cancels it there stops the rest.
    large = sum(1 for batch in batches if batch.is_large and _is_unfinished(runs[batch.key]))
    most = ScanSettings.from_environment().backfill_batches
    for batch in batches:
        if batch.is_large and large >= most and not runs[batch.key]:
            continue
        before = len(requests.wanted)
        _consider(database, batch, runs[batch.key], requests, now or datetime.now(UTC))
        if len(requests.wanted) > before and not launches.claim_launch(database, batch.key, me):
            del requests.wanted[before:]
        large += batch.is_large and len(requests.wanted) > before
        if len(requests.wanted) == REQUESTS_A_TICK:
            break
    requests.cancelled = launches.cancelled(database)
    return requests


def instance_name(instance: dg.DagsterInstance) -> str:
    """What tells this Dagster from those of other instances on the same catalogue: the id of its own database."""
    return str(instance.run_storage.get_run_storage_id()) if isinstance(instance.run_storage, SqlRunStorage) else ""


def _queued(instance: dg.DagsterInstance) -> list[str]:
    """Batches that somebody has launched from Dagster's page, as a backfill or one by one, and that wait for a place.

    They are still held when nobody has let them go: then every instance may work on them.
    """
    waiting = dg.RunsFilter(statuses=[dg.DagsterRunStatus.QUEUED])
    runs = instance.get_runs(waiting, limit=MOST_QUEUED)
    return [run.tags[PARTITION_TAG] for run in runs if PARTITION_TAG in run.tags and _is_batch(run)]


def _is_batch(run: dg.DagsterRun) -> bool:
    return run.asset_selection is None or dg.AssetKey("discovered_releases") in run.asset_selection


def _runs_by_batch(instance: dg.DagsterInstance, keys: Sequence[str]) -> dict[str, list[dg.RunRecord]]:
    """The runs of each batch, newest first, however they were launched."""
    found: dict[str, list[dg.RunRecord]] = defaultdict(list)
    for record in instance.get_run_records(dg.RunsFilter(tags={PARTITION_TAG: list(keys)})):
        found[record.dagster_run.tags[PARTITION_TAG]].append(record)
    return found


def _consider(database: Database, batch: Row, runs: Sequence[dg.RunRecord], requests: Requests, now: datetime) -> None:
    if _is_unfinished(runs):
        requests.under_way += 1
    elif (run := _cancelled(batch, runs)) is not None and launches.hold_cancelled(database, batch.key, run):
        return
    elif not _was_asked_for(batch, runs):
        requests.wanted.append(_request(batch.key, batch.generation))
    elif _dagster_repeats(runs[0], now):
        requests.under_way += 1
    elif run is None and _ended(runs) > _BEGAN and now < _ended(runs) + _pause(batch.generation):
        requests.paused += 1
    else:
        with database.begin() as db:
            generation = db.value("next_generation", batch=batch.key, generation=batch.generation)
        if generation is not None:
            requests.wanted.append(_request(batch.key, generation))


def _is_unfinished(runs: Sequence[dg.RunRecord]) -> bool:
    return any(not record.dagster_run.is_finished for record in runs)


def _cancelled(batch: Row, runs: Sequence[dg.RunRecord]) -> str | None:
    """The last run, if that was cancelled; what was approved in a finished batch since has nothing to do with it."""
    if batch.review_only or not runs or runs[0].dagster_run.status is not dg.DagsterRunStatus.CANCELED:
        return None
    return runs[0].dagster_run.run_id


def _was_asked_for(batch: Row, runs: Iterable[dg.RunRecord]) -> bool:
    """Whether there was a run for this generation, or one that an operator started and that has begun the batch."""
    key = _run_key(batch.key, batch.generation)
    return any(record.dagster_run.tags.get(RUN_KEY_TAG) == key for record in runs) or (
        batch.state == "running" and bool(runs)
    )


def _dagster_repeats(last: dg.RunRecord, now: datetime) -> bool:
    """Whether run retries take the run up again themselves: they do so within seconds, or never."""
    tags = last.dagster_run.tags
    is_due = tags.get(WILL_RETRY_TAG) == "true" and AUTO_RETRY_TAG not in tags
    return is_due and now < max(_ended([last]), _BEGAN) + RUN_RETRY_GRACE


def _ended(runs: Sequence[dg.RunRecord]) -> datetime:
    last = max(record.end_time or record.create_timestamp.timestamp() for record in runs)
    return datetime.fromtimestamp(last, UTC)


def _pause(generation: int) -> timedelta:
    return min(FIRST_PAUSE * 2 ** min(generation - 1, 16), LONGEST_PAUSE)


def _request(batch: str, generation: int) -> dg.RunRequest:
    return dg.RunRequest(run_key=_run_key(batch, generation), partition_key=batch)


def _run_key(batch: str, generation: int) -> str:
    # A new generation is a new key: Dagster passes over one that it has seen, in silence.
    return f"{batch}:{generation}"
