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
-- Errors that were entered after the mark, by code; by the primary key.
select code, count(*) as number, max(id) as up_to,
    extract(epoch from now() - min(first_seen))::float8 as oldest, extract(epoch from now() - max(first_seen))::float8 as newest
from ingest_failure
where id > %(mark)s and severity = 'error'
group by code
order by number desc, code;

-- newest_failure
-- The last number that was given; by the primary key.
select coalesce(max(id), 0) from ingest_failure;

-- new_given_up
-- Items that were given up after the mark, by code; by the partial index of such. The mark is in microseconds.
select code, count(*) as number, max((extract(epoch from gave_up_at) * 1000000)::bigint) as up_to,
    extract(epoch from now() - min(gave_up_at))::float8 as oldest, extract(epoch from now() - max(gave_up_at))::float8 as newest
from ingest_failure
where gave_up_at >= to_timestamp(%(mark)s::bigint / 1000000) and (extract(epoch from gave_up_at) * 1000000)::bigint > %(mark)s
group by code
order by number desc, code;

-- newest_given_up
-- When the last item was given up, in microseconds; the end of the partial index.
select coalesce((extract(epoch from max(gave_up_at)) * 1000000)::bigint, 0) from ingest_failure where gave_up_at is not null;

-- alert_mark
-- By key.
select value from alert_mark where name = %(name)s;

-- set_alert_mark
-- By key.
insert into alert_mark (name, value) values (%(name)s, %(value)s)
on conflict (name) do update set value = excluded.value;
