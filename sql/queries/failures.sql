-- record_failure
-- By its unique key (item, stage, code); the wait doubles with each try, up to a day, until the item is given up. What
-- only a change can heal has none: least() would pass over the null. Not entered: what an operator dropped that is no
-- file, since a folder or a link has no row in files that would say so.
insert into ingest_failure (
    item, stage, code, severity, volume_id, path, message, batch, next_try_at, gave_up_at, history
)
select %(item)s, %(stage)s, %(code)s, %(severity)s, %(volume)s, %(path)s, %(message)s, %(batch)s,
    case when %(most_tries)s > 1 then now() + %(retry_after)s::float8 * interval '1 second' end,
    case when %(most_tries)s <= 1 and %(retry_after)s::float8 is not null then now() end,
    jsonb_build_array(jsonb_build_object('at', now(), 'batch', %(batch)s::text, 'message', left(%(message)s, 300)))
where not exists (
    select from dropped_item as d
    where d.item = %(item)s and d.stage = %(stage)s and d.code = %(code)s and not d.is_file
)
on conflict (item, stage, code) do update set
    message = excluded.message,
    severity = excluded.severity,
    batch = excluded.batch,
    attempts = ingest_failure.attempts + 1,
    tries = ingest_failure.tries + 1,
    last_seen = now(),
    next_try_at = now() + case
        when %(retry_after)s::float8 is not null and ingest_failure.tries + 1 < %(most_tries)s
        then least(%(retry_after)s::float8 * power(2, least(ingest_failure.tries, 20)), 86400)
    end * interval '1 second',
    gave_up_at = case
        when %(retry_after)s::float8 is not null and ingest_failure.tries + 1 >= %(most_tries)s
        then coalesce(ingest_failure.gave_up_at, now())
    end,
    history = case
        when jsonb_array_length(ingest_failure.history) >= 10 then ingest_failure.history - 0
        else ingest_failure.history
    end || excluded.history;

-- clear_failures
-- By the unique key's first column.
delete from ingest_failure where item = any(%(items)s::uuid[]) and (%(stage)s::text is null or stage = %(stage)s::text);

-- move_failures
-- What is in the inventory of files follows them; by the unique key's first column.
update ingest_failure as f set item = m.new, volume_id = m.volume, path = m.path
from unnest(%(old)s::uuid[], %(new)s::uuid[], %(volumes)s::smallint[], %(paths)s::bytea[]) as m (old, new, volume, path)
where f.item = any(%(old)s::uuid[]) and f.item = m.old;

-- failures
-- A page of the inventory, errors before warnings, the newest first; below the row of the number `after`. What is in it
-- waits for an operator: it is read from end to end, with 100,000 rows in some hundredths of a second.
select f.id, f.code, f.severity, f.stage, f.volume_id, v.name as volume, v.path as volume_path, f.path, f.message,
    f.attempts, f.tries, f.first_seen, f.last_seen, f.next_try_at, f.gave_up_at, f.batch
from ingest_failure as f
join volume as v on v.id = f.volume_id
where (%(ids)s::bigint[] is null or f.id = any(%(ids)s::bigint[]))
    and (%(code)s::text is null or f.code = %(code)s::text)
    and (%(stage)s::text is null or f.stage = %(stage)s::text)
    and (%(batch)s::text is null or f.batch = %(batch)s::text)
    and (%(volume)s::text is null or v.name = %(volume)s::text)
    and (%(path)s::bytea is null or f.path like %(path)s::bytea)
    and (%(severity)s::text is null or f.severity = %(severity)s::text)
    and (%(after)s::bigint is null or (f.severity, -f.id) > (
        coalesce((select a.severity from ingest_failure as a where a.id = %(after)s::bigint), 'error'),
        -%(after)s::bigint
    ))
order by f.severity, f.id desc
limit %(most)s;

-- failures_counted
-- The inventory, or a part of it, by severity, stage and code; read from end to end as above.
select f.severity, f.stage, f.code, count(*) as number, count(f.gave_up_at) as given_up, max(f.last_seen) as last_seen
from ingest_failure as f
join volume as v on v.id = f.volume_id
where (%(ids)s::bigint[] is null or f.id = any(%(ids)s::bigint[]))
    and (%(code)s::text is null or f.code = %(code)s::text)
    and (%(stage)s::text is null or f.stage = %(stage)s::text)
    and (%(batch)s::text is null or f.batch = %(batch)s::text)
    and (%(volume)s::text is null or v.name = %(volume)s::text)
    and (%(path)s::bytea is null or f.path like %(path)s::bytea)
    and (%(severity)s::text is null or f.severity = %(severity)s::text)
group by f.severity, f.stage, f.code
order by f.severity, number desc, f.code, f.stage;

-- failure_by_id
-- By key, with what the ledger says of the file.
select f.id, f.item, f.code, f.severity, f.stage, f.volume_id, v.name as volume, v.path as volume_path, v.kind, f.path,
    f.message, f.attempts, f.tries, f.first_seen, f.last_seen, f.next_try_at, f.gave_up_at, f.batch, f.history,
    l.state as file_state, l.reason as file_reason, l.size_bytes, l.modified_ns, l.release_id, l.seen_at
from ingest_failure as f
join volume as v on v.id = f.volume_id
left join lateral (select * from files as x where x.path_hash = f.item offset 0) as l on true
where f.id = %(id)s;

-- newest_failures
-- Some of the inventory for people to read.
select f.code, v.name as volume, f.path
from ingest_failure as f join volume as v on v.id = f.volume_id
where f.severity = 'error' and (%(stage)s::text is null or f.stage = %(stage)s::text)
order by f.last_seen desc, f.id
limit %(most)s;

-- failures_due
-- By the partial index on the time of the next try.
select f.id, f.volume_id, f.path, f.stage
from ingest_failure as f
where f.next_try_at <= now() and f.severity = 'error'
order by f.next_try_at
limit %(most)s;

-- next_failure_due
-- When the retry sensor has work again; by the same index.
select min(next_try_at) from ingest_failure where next_try_at is not null;

-- note_failures_planned
-- They are in a batch now, which says what becomes of them. Where it does not, they are due again, later.
update ingest_failure
set next_try_at = now() + least(power(2, least(tries, 20)), 24) * interval '1 hour'
where id = any(%(ids)s::bigint[]);

-- renew_failures
-- An operator asks for another try: waiting begins anew.
update ingest_failure
set tries = 0, gave_up_at = null,
    next_try_at = case when next_try_at is not null or gave_up_at is not null then now() + interval '1 hour' end
where id = any(%(ids)s::bigint[]);

-- await_planning
-- As claim_planning, for who can wait.
select pg_advisory_xact_lock(hashtextextended('melodee.plan', 0));

-- failures_to_drop
-- By key; those of a whole volume are none of it. Locked, so that an attempt that ends now comes before or after.
select id, item, volume_id, path, stage, code, message
from ingest_failure
where id = any(%(ids)s::bigint[]) and severity = 'error' and path <> ''::bytea
order by id
for update;

-- drop_files
-- Files that failed are left alone from now on, until they change. One probe of the ledger each.
update files set state = 'ignored', reason = 'dropped', updated_at = now()
where path_hash = any(%(items)s::uuid[]) and state = 'failed'
returning path_hash;

-- note_dropped
-- Who took it off the inventory, and what had been said of it.
insert into dropped_item (item, volume_id, path, is_file, stage, code, message, dropped_by, note)
select item, volume_id, path, item = any(%(files)s::uuid[]), stage, code, message, %(who)s, %(note)s
from ingest_failure
where id = any(%(ids)s::bigint[])
order by id
on conflict (item, stage, code) do update set
    is_file = excluded.is_file, message = excluded.message,
    dropped_by = excluded.dropped_by, dropped_at = now(), note = excluded.note;

-- failure_numbers
-- All of a part of the inventory, by number; read from end to end.
select f.id
from ingest_failure as f
join volume as v on v.id = f.volume_id
where (%(ids)s::bigint[] is null or f.id = any(%(ids)s::bigint[]))
    and (%(code)s::text is null or f.code = %(code)s::text)
    and (%(stage)s::text is null or f.stage = %(stage)s::text)
    and (%(batch)s::text is null or f.batch = %(batch)s::text)
    and (%(volume)s::text is null or v.name = %(volume)s::text)
    and (%(path)s::bytea is null or f.path like %(path)s::bytea)
    and f.severity = %(severity)s::text
order by f.id;

-- failures_to_retry
-- By key: where they lie, and what failed.
select f.id, f.volume_id, f.path, f.stage
from ingest_failure as f
where f.id = any(%(ids)s::bigint[])
order by f.volume_id, f.path;
