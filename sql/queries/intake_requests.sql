-- unfinished_batches
-- Batches that were planned and are not finished, without those of other instances that live; what was dropped comes
-- before large libraries, and of these the newest, since whoever launched one as a whole began with the oldest. By the
-- partial index of unfinished batches.
select b.key, b.generation, b.state, b.launcher, b.review_only, b.backfill_id is not null as is_large
from batch as b
where b.state in ('planned', 'running')
    and (
        b.launcher is null or b.launcher = %(instance)s
        or not exists (
            select from instance_seen as i
            where i.name = b.launcher and i.seen_at > now() - %(alive)s::float8 * interval '1 second'
        )
    )
order by b.backfill_id is not null, case when b.backfill_id is null then b.key end, b.key desc
limit %(most)s;

-- note_instance
-- A sign of life.
insert into instance_seen (name) values (%(instance)s) on conflict (name) do update set seen_at = now();

-- claim_launch
-- Nothing when another instance that lives has it, or somebody has cancelled it meanwhile.
update batch as b set launcher = %(instance)s, launched_at = now()
where b.key = %(batch)s and b.state in ('planned', 'running')
    and (
        b.launcher is null or b.launcher = %(instance)s
        or not exists (
            select from instance_seen as i
            where i.name = b.launcher and i.seen_at > now() - %(alive)s::float8 * interval '1 second'
        )
    )
returning true;

-- hold_cancelled
-- Somebody has cancelled a run of the batch: it waits for them. Nothing when that was noted before, and it was let go since.
update batch set state = 'held', cancelled_at = now(), cancelled_run = %(run)s
where key = %(batch)s and state in ('planned', 'running') and cancelled_run is distinct from %(run)s
returning true;

-- count_cancelled
-- Batches that wait for whoever cancelled them; by the partial index of these.
select count(*) from batch where state = 'held' and cancelled_at is not null;

-- strike
-- True for the instance that comes first at a time by the clock, however often it asks; by key.
insert into clock_strike (name, struck_at, instance) values (%(name)s, %(at)s, %(instance)s)
on conflict (name) do update set struck_at = excluded.struck_at, instance = excluded.instance
    where clock_strike.struck_at < excluded.struck_at
        or clock_strike.struck_at = excluded.struck_at and clock_strike.instance = excluded.instance
returning true;

-- next_generation
-- The batch wants a run again. Nothing when somebody else was faster.
update batch set generation = generation + 1
where key = %(batch)s and generation = %(generation)s and state <> 'finished'
returning generation;
