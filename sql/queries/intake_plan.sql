-- claim_planning
-- One planner at a time, until its transaction ends.
select pg_try_advisory_xact_lock(hashtextextended('melodee.plan', 0));

-- open_scan_request
-- The newest request that no batches were planned for; by the partial index of open requests.
select max(id) from scan_request where finished_at is null and planned_at is null;

-- plan_scan_requests
-- All requests up to the one that was planned for are answered by the same batches.
update scan_request set planned_at = now()
where finished_at is null and planned_at is null and id <= %(request)s::bigint;

-- link_scan_request
-- The request waits for every unfinished batch of the volume, those planned before it too.
insert into scan_request_batch (scan_request_id, batch)
select r.id, b.key
from scan_request as r, batch as b
where r.finished_at is null and r.planned_at is null and r.id <= %(request)s
    and b.state in ('planned', 'running') and b.volume_id = %(volume)s
on conflict do nothing;

-- finish_scan_requests
-- Requests whose batches are all finished, or held because somebody cancelled them: nobody waits for those.
update scan_request as r set finished_at = now()
where r.finished_at is null and r.planned_at is not null
    and not exists (
        select from scan_request_batch as l join batch as b on b.key = l.batch
        where l.scan_request_id = r.id and b.state not in ('finished', 'held')
    );

-- open_batch_entries
-- Where unfinished batches of a volume look, and those that somebody cancelled; by the partial indexes of both.
select e.path
from (
    select key from batch where state in ('planned', 'running') and volume_id = %(volume)s
    union all
    select key from batch where state = 'held' and cancelled_at is not null and volume_id = %(volume)s
) as b
join batch_entry as e on e.batch = b.key;

-- entry_looks
-- What top entries looked like last time; age in seconds since they changed.
select l.path_hash, l.signature, l.taken_signature, l.complete,
    extract(epoch from now() - l.changed_at)::float8 as age
from unnest(%(hashes)s::uuid[]) as wanted (path_hash) join inbound_look as l using (path_hash);

-- note_entry_look
-- The entry looks different from last time.
insert into inbound_look (path_hash, volume_id, path, signature, complete)
values (%(path_hash)s, %(volume)s, %(path)s, %(signature)s, %(complete)s)
on conflict (path_hash) do update set
    signature = excluded.signature, complete = excluded.complete, changed_at = now(), looked_at = now();

-- note_entry_taken
-- Intake has dealt with all of the entry and left it like this.
insert into inbound_look (path_hash, volume_id, path, signature, complete, taken_signature)
values (%(path_hash)s, %(volume)s, %(path)s, %(signature)s, %(complete)s, %(signature)s)
on conflict (path_hash) do update set
    signature = excluded.signature, complete = excluded.complete, taken_signature = excluded.signature,
    looked_at = now();

-- vanished_entries
-- Top entries that were looked at and are no longer there.
select path_hash, path from inbound_look
where volume_id = %(volume)s and not path = any(%(there)s::bytea[]);

-- forget_entry_look
-- By key.
delete from inbound_look where path_hash = %(path_hash)s;

-- clear_failures_below
-- The inventory is small; what it holds at or below a path of a volume.
delete from ingest_failure
where volume_id = %(volume)s and (path = %(path)s::bytea
    or (path > %(path)s::bytea || '/'::bytea and path < %(path)s::bytea || '0'::bytea));

-- lock_batch_keys
-- Keys are given out one at a time, until the end of the transaction.
select pg_advisory_xact_lock(hashtextextended('melodee.batch_key', 0));

-- insert_batch
-- The key is the moment and a number within its second.
insert into batch (key, volume_id, again, shallow, backfill_id, state, announced)
select format('%%s-%%s', %(moment)s::text, case when number < 1000 then to_char(number, 'FM000') else number::text end),
    %(volume)s, %(again)s, %(shallow)s, %(backfill)s::bigint,
    case when %(backfill)s::bigint is null then 'planned' else 'held' end, %(backfill)s::bigint is null
from (
    select coalesce(max(split_part(key, '-', 2)::integer), 0) + 1 as number
    from batch
    where key >= %(moment)s::text || '-' and key < %(moment)s::text || '.'
) as next
returning key;

-- insert_batch_entries
-- Where the batch looks.
insert into batch_entry (batch, path) select %(batch)s, unnest(%(paths)s::bytea[]) on conflict do nothing;

-- batch_by_key
-- By key.
select key, volume_id, state, generation, again, shallow, review_only, finished_at from batch where key = %(batch)s;

-- batch_entries
-- Where the batch looks, in order.
select path from batch_entry where batch = %(batch)s order by path;

-- begin_batch
-- A run has begun, or begun again, to work on the batch: its instance has it, whoever had claimed it before.
update batch
set state = 'running', started_at = coalesce(started_at, now()), finished_at = null,
    launcher = coalesce(%(instance)s, launcher)
where key = %(batch)s;

-- finish_batch
-- All that the batch can do is done. One that was planned again meanwhile, for what a person approved, is not finished.
update batch set state = 'finished', finished_at = now(), review_only = false
where key = %(batch)s and state <> 'planned';

-- link_further_batch
-- Whoever waits for a batch waits for what was cut off it.
insert into scan_request_batch (scan_request_id, batch)
select scan_request_id, %(further)s from scan_request_batch where batch = %(batch)s on conflict do nothing;

-- claim_batch
-- Held by the connection until it is given back or closed.
select pg_try_advisory_lock(hashtextextended('melodee.batch.' || %(batch)s::text, 0));

-- release_batch_claim
-- The other half of claim_batch.
select pg_advisory_unlock(hashtextextended('melodee.batch.' || %(batch)s::text, 0));
