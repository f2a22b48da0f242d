-- batches_to_forget
-- Finished batches that are old enough, or beyond the number that is kept, of which nothing is left to do: no release
-- waits or is on its way, no rejected file lies in its volume's hidden folder, no move is open, nobody waits for them, and
-- the large library that they are part of is through. As many batches are read as are kept, with a probe of an index for
-- each of those questions.
with past as (
    select key, finished_at, backfill_id, row_number() over (order by finished_at desc, key desc) as place
    from batch
    where state = 'finished'
)
select b.key
from past as b
where (b.finished_at < now() - %(days)s * interval '1 day' or b.place > %(most)s)
    and not exists (
        select from release as r
        where r.batch = b.key and r.state not in ('published', 'failed', 'rejected')
    )
    and not exists (
        select from release as r, lateral (
            select from files as f where f.release_id = r.id and f.state in ('pending', 'waiting', 'rejected') limit 1
        ) as left_over
        where r.batch = b.key and r.state <> 'published'
    )
    and not exists (select from release as r join file_move as m on m.release_id = r.id where r.batch = b.key)
    and not exists (
        select from scan_request_batch as l join scan_request as s on s.id = l.scan_request_id
        where l.batch = b.key and s.finished_at is null
    )
    and not exists (
        select from batch as o where o.backfill_id = b.backfill_id and o.state <> 'finished'
    )
    and not exists (select from backfill as l where l.id = b.backfill_id and l.planned_at is null)
order by b.finished_at, b.key
limit %(at_once)s;

-- forget_releases
-- Of batches that are forgotten; their files, findings and events go along. By the index of the batch.
delete from release where batch = any(%(batches)s::text[]);

-- forget_batches
-- By key, with what they looked at.
delete from batch where key = any(%(batches)s::text[]) and state = 'finished';

-- batch_keys
-- All batches there are; retention keeps them few.
select key from batch;

-- unfinished_batch_keys
-- Those that wait for a run, for their night, or for the rest of a run; among all batches, which are few.
select key from batch where state <> 'finished';

-- forget_scan_requests
-- Answered long ago, and no batch is left that was planned for them.
delete from scan_request as s
where s.finished_at < now() - %(days)s * interval '1 day'
    and not exists (select from scan_request_batch as l where l.scan_request_id = s.id);

-- forget_volume_scans
-- Ended long ago; the newest that went through stays for each volume.
delete from volume_scan as s
where s.finished_at < now() - %(days)s * interval '1 day'
    and s.id <> (select max(n.id) from volume_scan as n where n.volume_id = s.volume_id and n.state = 'done');

-- forget_now_playing
-- What a player said a day ago and more is not playing.
delete from now_playing where started_at < now() - interval '1 day';

-- forget_warnings
-- Notes of what was mended in files that are in the library by now.
delete from ingest_failure where severity = 'warning' and last_seen < now() - %(days)s * interval '1 day';

-- forget_alerts
-- Sent or given up.
delete from alert where next_try_at is null and made_at < now() - %(days)s * interval '1 day';

-- forget_dropped
-- Files that have changed since or are gone, so that nobody goes by the row: one probe of the ledger each.
delete from dropped_item as d
where d.is_file and not exists (
    select from files as f where f.path_hash = d.item and f.state = 'ignored' and f.reason = 'dropped'
);

-- inbound_looks
-- All that is remembered of an inbound volume's top entries.
select path_hash, path from inbound_look where volume_id = %(volume)s;
