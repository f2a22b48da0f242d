"""What Dagster keeps of past runs, pruned so that every page still tells the truth.

Dagster itself prunes ticks alone (`retention` in dagster.yaml). Whether a partition is done or failed it reads from the
newest events of that asset and partition, and of a failed one from its run as well; everything else of an old run is
its log. So of each asset, partition and kind of event the newest is kept, with the run that it belongs to; of all other
old runs everything goes: events, tags, check evaluations but the newest, logs, the run itself. Runs that are under
way, and runs of batches that are not finished, are left whole, because sensors derive requests from them.

The statements are SQLAlchemy's on Dagster's own tables: they are not ours to name, and not in our database.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import dagster as dg
import sqlalchemy as sa
from dagster._core.storage.dagster_run import FINISHED_STATUSES
from dagster._core.storage.event_log.schema import (
    AssetCheckExecutionsTable,
    AssetEventTagsTable,
    DynamicPartitionsTable,
    SqlEventLogStorageTable,
)
from dagster._core.storage.event_log.sql_event_log import SqlEventLogStorage
from dagster._core.storage.runs import SqlRunStorage
from dagster._core.storage.runs.schema import BackfillTagsTable, BulkActionsTable, RunsTable, RunTagsTable
from dagster._core.storage.schedules import SqlScheduleStorage
from dagster._core.storage.schedules.schema import JobTickTable

from melodee_assets.requests import PARTITION_TAG

RUNS_AT_ONCE = 100
"""Runs that one transaction prunes: some thousand events."""

RUNLESS = ""
"""The run of events that were reported without one."""

_EVENTS, _TAGS, _CHECKS = SqlEventLogStorageTable.c, AssetEventTagsTable.c, AssetCheckExecutionsTable.c
_FINISHED = [status.value for status in FINISHED_STATUSES]
_ENDED_BACKFILLS = ("COMPLETED", "COMPLETED_SUCCESS", "COMPLETED_FAILED", "FAILED", "CANCELED")


@dataclass
class Pruned:
    """What went of Dagster's records."""

    runs: int = 0
    runs_kept: int = 0
    """Old runs that say whether a partition is done; their logs went."""
    events: int = 0
    check_evaluations: int = 0
    ticks: int = 0
    backfills: int = 0

    def as_metadata(self) -> dict[str, int]:
        """Numbers of the asset's materialisation."""
        return {f"dagster_{each.name}": getattr(self, each.name) for each in fields(self)}


def prune_dagster(
    instance: dg.DagsterInstance, *, days: int, open_batches: Collection[str], now: datetime | None = None
) -> Pruned:
    """Removes what is older than `days`, in small transactions; a call that is cut short goes on at the next."""
    before = (now or datetime.now(UTC)) - timedelta(days=days)
    pruned = Pruned()
    kept = _kept_events(instance)
    for runs in _old_runs(instance, before):
        _prune_runs(instance, runs, kept, open_batches, pruned)
    _prune_runless(instance, before, kept, pruned)
    _prune_checks(instance, before, pruned)
    _prune_ticks(instance, before, pruned)
    _prune_backfills(instance, before, pruned)
    return pruned


def forget_partitions(
    instance: dg.DagsterInstance, partitions: dg.DynamicPartitionsDefinition, gone: Collection[str]
) -> None:
    """Removes partitions; what their assets' events said of them is then old like any other."""
    for key in sorted(gone):
        instance.delete_dynamic_partition(partitions.name or "", key)


def _event_storage(instance: dg.DagsterInstance) -> SqlEventLogStorage:
    return cast("SqlEventLogStorage", instance.event_log_storage)


def _run_storage(instance: dg.DagsterInstance) -> SqlRunStorage:
    return cast("SqlRunStorage", instance.run_storage)


def _kept_events(instance: dg.DagsterInstance) -> dict[str, set[int]]:
    """By run, the newest event of each asset, kind and partition that there is; by the index of assets' events.

    Of partitions that are gone, only the newest event of all the asset's.
    """
    with _event_storage(instance).index_connection() as db:
        there = set(db.execute(sa.select(DynamicPartitionsTable.c.partition)).scalars())
        newest = (
            sa.select(
                _EVENTS.asset_key, _EVENTS.dagster_event_type, _EVENTS.partition, sa.func.max(_EVENTS.id).label("id")
            )
            .where(_EVENTS.asset_key.is_not(None))
            .group_by(_EVENTS.asset_key, _EVENTS.dagster_event_type, _EVENTS.partition)
            .subquery()
        )
        rows = db.execute(
            sa.select(
                newest.c.asset_key, newest.c.dagster_event_type, newest.c.partition, newest.c.id, _EVENTS.run_id
            ).join(SqlEventLogStorageTable, _EVENTS.id == newest.c.id)
        ).all()
    last: dict[tuple[str, str], int] = {}
    for row in rows:
        about = (row.asset_key, row.dagster_event_type)
        last[about] = max(last.get(about, 0), row.id)
    kept: dict[str, set[int]] = {}
    for row in rows:
        if row.partition is None or row.partition in there or last[row.asset_key, row.dagster_event_type] == row.id:
            kept.setdefault(row.run_id, set()).add(row.id)
    return kept


def _old_runs(instance: dg.DagsterInstance, before: datetime) -> Iterator[Sequence[Any]]:
    """Finished runs that have not changed since, oldest first, some at a time; with the partition of each."""
    runs, tags, backfills = RunsTable.c, RunTagsTable.c, BulkActionsTable.c
    # A backfill counts its runs as long as it goes on.
    under_way = sa.select(backfills.key).where(backfills.status.not_in(_ENDED_BACKFILLS))
    last = 0
    while True:
        with _run_storage(instance).connect() as db:
            found = db.execute(
                sa.select(runs.id, runs.run_id, tags.value.label("partition"))
                .outerjoin(RunTagsTable, sa.and_(tags.run_id == runs.run_id, tags.key == PARTITION_TAG))
                .where(
                    runs.id > last,
                    runs.status.in_(_FINISHED),
                    runs.update_timestamp < before.replace(tzinfo=None),
                    sa.or_(runs.backfill_id.is_(None), runs.backfill_id.not_in(under_way)),
                )
                .order_by(runs.id)
                .limit(RUNS_AT_ONCE)
            ).all()
        if not found:
            return
        yield found
        last = found[-1].id


def _prune_runs(
    instance: dg.DagsterInstance,
    runs: Sequence[Any],
    kept: dict[str, set[int]],
    open_batches: Collection[str],
    pruned: Pruned,
) -> None:
    old = [row.run_id for row in runs if row.partition not in open_batches]
    newest = {event for run in old for event in kept.get(run, ())}
    gone = [run for run in old if run not in kept]
    with _event_storage(instance).index_transaction() as db:
        pruned.events += _delete_events(db, sa.and_(_EVENTS.run_id.in_(old), _EVENTS.id.not_in(newest)))
    # The run goes last: as long as it is there, a call that was cut short comes back to it.
    with _run_storage(instance).connect() as db:
        db.execute(sa.delete(RunsTable).where(RunsTable.c.run_id.in_(gone)))
    for run in old:
        instance.compute_log_manager.delete_logs(prefix=[run])
    pruned.runs += len(gone)
    pruned.runs_kept += len(old) - len(gone)


def _delete_events(db: sa.Connection, which: sa.ColumnElement[bool]) -> int:
    assets = sa.select(_EVENTS.id).where(which, _EVENTS.asset_key.is_not(None))
    db.execute(sa.delete(AssetEventTagsTable).where(_TAGS.event_id.in_(assets)))
    return db.execute(sa.delete(SqlEventLogStorageTable).where(which)).rowcount


def _prune_runless(instance: dg.DagsterInstance, before: datetime, kept: dict[str, set[int]], pruned: Pruned) -> None:
    """What sensors reported without a run: check evaluations, mostly."""
    which = sa.and_(
        _EVENTS.run_id == RUNLESS,
        _EVENTS.timestamp < before.replace(tzinfo=None),
        _EVENTS.id.not_in(kept.get(RUNLESS, set())),
    )
    with _event_storage(instance).index_transaction() as db:
        pruned.events += _delete_events(db, which)


def _prune_checks(instance: dg.DagsterInstance, before: datetime, pruned: Pruned) -> None:
    """Old evaluations, but the newest of each check."""
    newest = sa.select(sa.func.max(_CHECKS.id)).group_by(_CHECKS.asset_key, _CHECKS.check_name, _CHECKS.partition)
    with _event_storage(instance).index_transaction() as db:
        pruned.check_evaluations += db.execute(
            sa.delete(AssetCheckExecutionsTable).where(
                _CHECKS.create_timestamp < before.replace(tzinfo=None), _CHECKS.id.not_in(newest)
            )
        ).rowcount


def _prune_ticks(instance: dg.DagsterInstance, before: datetime, pruned: Pruned) -> None:
    """Those that Dagster itself leaves, such as those of sensors that are no more; never the last of each."""
    ticks = JobTickTable.c
    newest = sa.select(sa.func.max(ticks.id)).group_by(ticks.selector_id)
    storage = cast("SqlScheduleStorage", instance.schedule_storage)
    with storage.connect() as db:
        pruned.ticks += db.execute(
            sa.delete(JobTickTable).where(ticks.timestamp < before.replace(tzinfo=None), ticks.id.not_in(newest))
        ).rowcount


def _prune_backfills(instance: dg.DagsterInstance, before: datetime, pruned: Pruned) -> None:
    """Those that have ended."""
    backfills, tags = BulkActionsTable.c, BackfillTagsTable.c
    which = sa.and_(backfills.status.in_(_ENDED_BACKFILLS), backfills.timestamp < before.replace(tzinfo=None))
    with _run_storage(instance).connect() as db:
        db.execute(sa.delete(BackfillTagsTable).where(tags.backfill_id.in_(sa.select(backfills.key).where(which))))
        pruned.backfills += db.execute(sa.delete(BulkActionsTable).where(which)).rowcount
