-- unfinished_batches
-- Batches that were planned and are not finished, without those of other instances that live; what was dropped comes
-- before large libraries, and of these the newest, since whoever launched one as a whole began with the oldest. By the
-- partial index of unfinished batches.
select b.key, b.generation, b.state, b.launcher
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
-- Nothing when another instance that lives has it.
update batch as b set launcher = %(instance)s, launched_at = now()
where b.key = %(batch)s and b.state <> 'finished'
    and (
        b.launcher is null or b.launcher = %(instance)s
        or not exists (
            select from instance_seen as i
            where i.name = b.launcher and i.seen_at > now() - %(alive)s::float8 * interval '1 second'
        )
    )
returning true;

-- next_generation
-- The batch wants a run again. Nothing when somebody else was faster.
update batch set generation = generation + 1
where key = %(batch)s and generation = %(generation)s and state <> 'finished'
returning generation;
