-- library_numbers
-- One row and one snapshot: files by state from the counts that triggers keep, and the catalogue's exact totals.
select t.songs, t.albums, t.artists, t.changed_at,
    (
        select coalesce(jsonb_object_agg(state, files), '{}')
        from (select state, sum(files) as files from file_count group by state) as by_state
    ) as files
from catalogue_total as t;

-- ask_for_scan
-- A request of one's own, so that whoever asked can follow it.
insert into scan_request (requested_by) values (%(requested_by)s) returning id;

-- scan_request_progress
-- One row: whether the request was taken up and is done, and the states of its batches.
select r.planned_at, r.finished_at,
    count(b.key) as batches,
    count(b.key) filter (where b.state <> 'planned') as begun,
    count(b.key) filter (where b.state = 'finished') as finished
from scan_request as r
left join scan_request_batch as l on l.scan_request_id = r.id
left join batch as b on b.key = l.batch
where r.id = %(request)s
group by r.id;

-- scan_request_failures
-- What failed in the request's batches, by code. The inventory is small by nature.
select f.code, count(*) as number
from ingest_failure as f
where f.severity = 'error'
    and f.batch in (select batch from scan_request_batch where scan_request_id = %(request)s)
group by f.code
order by number desc, f.code;

-- server_facts
-- What the doctor wants to know of the server; touches no table of ours.
select current_setting('server_version_num')::integer as version, current_setting('server_version') as version_name,
    current_setting('server_encoding') as encoding,
    exists (select from pg_extension where extname = 'pg_trgm') as trigrams;

-- trigrams_of_cyrillic
-- None where the database's locale makes pg_trgm drop each letter that is not ASCII.
select cardinality(show_trgm('любовь'));

-- sealed_secrets
-- What a doctor tries the key on.
select name, token_secret from account where token_secret is not null order by id limit 1000;
