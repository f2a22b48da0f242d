-- alert_lock
-- Alerts are made one at a time, until the end of the transaction, so that two processes do not tell the same.
select pg_advisory_xact_lock(hashtextextended('melodee.alerts', 0));

-- queue_alert
-- For each receiver that was not told of the cause within the interval; by the index of causes. Nothing while too many
-- wait already: who gets none of them would get none of the others.
insert into alert (kind, cause, receiver, body)
select %(kind)s, %(cause)s, r.receiver, %(body)s
from unnest(%(receivers)s::text[]) as r (receiver)
where not exists (
        select from alert as a
        where a.cause = %(cause)s and a.receiver = r.receiver
            and a.made_at > now() - %(interval)s::float8 * interval '1 second'
    )
    and (select count(*) from (select from alert where next_try_at is not null limit %(most_waiting)s) as w) < %(most_waiting)s
returning id;

-- alerts_due
-- The oldest of those to be sent; by the partial index.
select id, receiver, body, attempts
from alert
where next_try_at <= now()
order by next_try_at, id
limit %(most)s;

-- alerts_sent_lately
-- Within the last hour; by the partial index of what was sent.
select count(*) from alert where sent_at > now() - interval '1 hour';

-- claim_alert
-- Whoever sends it has it for a minute: another process passes over it meanwhile, and it is not lost with us.
update alert set next_try_at = now() + interval '1 minute', attempts = attempts + 1
where id = %(id)s and next_try_at <= now()
returning attempts;

-- note_alert_sent
-- By key.
update alert set sent_at = now(), next_try_at = null, answer = %(answer)s where id = %(id)s;

-- note_alert_refused
-- By key; without a further try it is given up.
update alert set next_try_at = now() + %(wait)s::float8 * interval '1 second', answer = %(answer)s where id = %(id)s;

-- new_failures
-- How many errors have not been told, and for how many seconds the newest and the oldest have been there; by the partial
-- index of such.
select count(*) as number, extract(epoch from now() - min(first_seen))::float8 as oldest,
    extract(epoch from now() - max(first_seen))::float8 as newest
from ingest_failure
where not told and severity = 'error';

-- lock_new_failures
-- The same by code, with their numbers; by the same index. What an attempt is changing just now is passed over, and told
-- another time.
select code, count(*) as number, array_agg(id) as ids
from (select id, code from ingest_failure where not told and severity = 'error' for update skip locked) as f
group by code
order by number desc, code;

-- note_failures_told
-- By key.
update ingest_failure set told = true where id = any(%(ids)s::bigint[]);

-- new_given_up
-- How many items were given up that has not been told, and since when; by the partial index of such.
select count(*) as number, extract(epoch from now() - min(gave_up_at))::float8 as oldest,
    extract(epoch from now() - max(gave_up_at))::float8 as newest
from ingest_failure
where gave_up_at is not null and gave_up_at is distinct from told_given_up;

-- lock_new_given_up
-- The same by code, with their numbers, without those that are changed just now; by the same index.
select code, count(*) as number, array_agg(id) as ids
from (
    select id, code from ingest_failure
    where gave_up_at is not null and gave_up_at is distinct from told_given_up
    for update skip locked
) as f
group by code
order by number desc, code;

-- note_given_up_told
-- By key.
update ingest_failure set told_given_up = gave_up_at where id = any(%(ids)s::bigint[]);

-- begin_to_tell
-- True for the first who asks: what is there by then is no news.
insert into alert_mark (name) values (%(name)s) on conflict (name) do nothing returning true;
