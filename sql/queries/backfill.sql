-- unfinished_backfill
-- A plan of the same folder that was cut off goes on.
select id, planned_until, folders, files, batches from backfill
where volume_id = %(volume)s and path = %(path)s and planned_at is null
order by id limit 1;

-- insert_backfill
-- A large library that is to be worked through.
insert into backfill (volume_id, path) values (%(volume)s, %(path)s) returning id;

-- insert_backfill_tops
-- Top entries that the inbound sensor leaves to a backfill.
insert into backfill_top (path_hash, backfill_id)
select path_hash, %(backfill)s from unnest(%(hashes)s::uuid[]) as h (path_hash)
on conflict (path_hash) do update set backfill_id = excluded.backfill_id;

-- backfill_progress
-- How far the plan is.
update backfill
set planned_until = %(until)s, folders = folders + %(folders)s, files = files + %(files)s, batches = batches + 1
where id = %(backfill)s;

-- backfill_planned
-- All of its batches are made.
update backfill set planned_at = now() where id = %(backfill)s;

-- backfill_tops
-- Which of these top entries a backfill works through; by key.
select path_hash from backfill_top where path_hash = any(%(hashes)s::uuid[]);

-- end_backfills
-- What backfills that are through had kept from the inbound sensor is free again; by the index of a backfill's batches.
delete from backfill_top as t
using backfill as b
where b.id = t.backfill_id and b.planned_at is not null
    and not exists (select from batch where backfill_id = b.id and state <> 'finished' offset 0);

-- unannounced_batches
-- Held batches that Dagster has not been told of; by an index of these alone.
select key from batch where not announced order by key limit %(most)s;

-- announce_batches
-- By key.
update batch set announced = true where key = any(%(batches)s::text[]);

-- open_window
-- A night begins, of an instance.
insert into backfill_window (closes_at, instance)
values (now() + %(hours)s::float8 * interval '1 hour', %(instance)s)
returning closes_at;

-- window_is_open_here
-- Whether it is night because this instance has begun one.
select exists (select from backfill_window where closes_at > now() and instance = %(instance)s);

-- close_windows
-- The nights of an instance end.
update backfill_window set closes_at = now() where closes_at > now() and instance = %(instance)s;

-- hold_again
-- What was let go and nobody has launched since is held again, unless another night is open. By the partial index of
-- unfinished batches.
update batch set state = 'held'
where state = 'planned' and backfill_id is not null and not review_only
    and (launched_at is null or launched_at < planned_at)
    and not exists (select from backfill_window where closes_at > now());

-- window_is_open
-- Whether it is night.
select exists (select from backfill_window where closes_at > now());

-- let_go_held
-- The next batches of large libraries that are held, as many as may be under way at each instance that lives; without
-- those that somebody has cancelled since the night began. As an array, they are found by key: of a list, the server does
-- not know how short it is.
update batch set state = 'planned', planned_at = now()
where key = any(array(
    select key from batch
    where state = 'held' and backfill_id is not null
        and (cancelled_at is null or cancelled_at < (select max(opened_at) from backfill_window where closes_at > now()))
    order by key
    limit greatest(
        %(most)s * (
            select greatest(count(*), 1) from instance_seen
            where seen_at > now() - %(alive)s::float8 * interval '1 second'
        ) - (
            select count(*) from batch where state in ('planned', 'running') and backfill_id is not null
        ), 0
    )
    for update skip locked
))
returning key;

-- let_go
-- Batches that were held, by key.
update batch set state = 'planned', planned_at = now() where key = any(%(batches)s::text[]) and state = 'held';
