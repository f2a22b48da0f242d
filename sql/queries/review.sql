-- releases_in_state
-- By the index of states, from the cursor on; only those of the batch or with a finding of the code, where one is given.
select r.id, r.batch, r.artist, r.album, r.state, r.decided_by, r.decided_at, r.reason, r.note, r.updated_at as since,
    (select count(*)::integer from release_file where release_id = r.id) as files,
    (
        select coalesce(jsonb_object_agg(code, number), '{}')
        from (select code, count(*) as number from finding where release_id = r.id group by code) as by_code
    ) as findings
from release as r
where r.state = %(state)s and r.id > %(after)s::bigint
    and (%(batch)s::text is null or r.batch = %(batch)s::text)
    and (%(code)s::text is null or exists (select from finding where release_id = r.id and code = %(code)s::text))
order by r.id
limit %(most)s;

-- release_to_review
-- By key, with all that the list has as well.
select r.id, r.batch, r.artist, r.album, r.state, r.decided_by, r.decided_at, r.reason, r.note, r.updated_at as since,
    r.volume_id, v.name as volume, r.root, r.rejected_to, r.description, r.joins,
    (select count(*)::integer from release_file where release_id = r.id) as files,
    (
        select coalesce(jsonb_object_agg(code, number), '{}')
        from (select code, count(*) as number from finding where release_id = r.id group by code) as by_code
    ) as findings
from release as r
join volume as v on v.id = r.volume_id
where r.id = %(release)s;

-- files_to_review
-- In order, by the primary key and one probe of the ledger a file. What belongs to another release by now is not shown
-- as there.
select r.name, r.kind, r.track, r.parts, f.state, f.volume_id, f.volume, f.path, f.size_bytes
from release_file as r
left join lateral (
    select x.state, x.volume_id, v.name as volume, x.path, x.size_bytes
    from files as x
    join volume as v on v.id = x.volume_id
    where x.path_hash = r.path_hash and x.release_id = r.release_id
    offset 0
) as f on true
where r.release_id = %(release)s
order by r.position;

-- findings_of_release
-- Worst first; by the primary key.
select code, severity, message, path from finding where release_id = %(release)s order by position;

-- events_of_release
-- Its history, oldest first.
select at, who, from_state, to_state, reason, note from release_event where release_id = %(release)s order by id;

-- lock_release
-- By key; whoever else decides about it waits.
select id, batch, state, artist, album, volume_id, root, decided_by, decided_at, reason, joins
from release
where id = %(release)s
for update;

-- decide_release
-- By key. A trigger notes the change in release_event.
update release
set state = %(state)s, decided_by = %(who)s, decided_at = clock_timestamp(), reason = coalesce(%(reason)s, reason),
    note = %(note)s, rejected_to = %(rejected_to)s, updated_at = now()
where id = %(release)s;

-- plan_approved
-- The batch wants a run, for what was approved alone when all else of it is done. One that is at work meanwhile sees
-- that it was planned again, and does not call it finished.
update batch
set state = 'planned', generation = generation + 1, review_only = review_only or state = 'finished',
    again = again and state <> 'finished'
where key = %(batch)s;

-- today
-- The date in UTC, by the clock that all of an instance share.
select to_char(now() at time zone 'UTC', 'YYYY-MM-DD');

-- claim_release
-- Held by the connection until it is given back or closed.
select pg_try_advisory_lock(hashtextextended('melodee.release.' || %(release)s::text, 0));

-- release_release_claim
-- The other half of claim_release.
select pg_advisory_unlock(hashtextextended('melodee.release.' || %(release)s::text, 0));

-- set_file_times
-- As the file lies there now.
update files set modified_ns = %(modified)s, changed_ns = %(changed)s where path_hash = %(path_hash)s;

-- open_rejections
-- Releases that were rejected and of which files are still on their way back: by the journal, which holds only what is
-- under way, and by the partial index of what is not published.
select release_id from file_move where purpose in ('reject', 'return') and release_id is not null
union
select f.release_id
from volume as v
cross join lateral (
    select release_id from files where volume_id = v.id and state = 'rejected' and release_id is not null offset 0
) as f
where v.kind = 'staging'
order by release_id;

-- rejection_is_open
-- Whether files of the release are still on their way back.
select exists (select from file_move where release_id = %(release)s and purpose in ('reject', 'return'))
    or exists (
        select from files as f join volume as v on v.id = f.volume_id
        where f.release_id = %(release)s and f.state = 'rejected' and v.kind = 'staging'
    );

-- rejected_files
-- Files of releases rejected before a time, below the hidden folder of a volume, in order and from a path on; by the
-- partial index of what is not published.
select f.path_hash, f.path, f.size_bytes, f.modified_ns
from files as f
join release as r on r.id = f.release_id
where f.volume_id = %(volume)s and f.state = 'rejected' and r.state = 'rejected' and r.decided_at < %(before)s
    and f.path > %(after)s::bytea and f.path >= '.rejected/'::bytea and f.path < '.rejected0'::bytea
order by f.path
limit %(most)s;

-- forget_rejected_files
-- Files that were deleted on purpose: out of the ledger, and of their releases.
with gone as (
    delete from files where path_hash = any(%(hashes)s::uuid[]) and state = 'rejected' returning path_hash, release_id
)
delete from release_file as r using gone where r.release_id = gone.release_id and r.path_hash = gone.path_hash;

-- waiting_for_review
-- How many releases wait for a person, in how many batches, and since when the oldest does; by the index of states.
select count(*) as releases, count(distinct batch) as batches, min(updated_at) as since
from release
where state = 'waiting';

-- waiting_by_code
-- How many of the releases that wait have a finding of each code.
select f.code, count(distinct r.id) as releases
from release as r
cross join lateral (select code from finding where release_id = r.id offset 0) as f
where r.state = 'waiting'
group by f.code
order by releases desc, f.code;
