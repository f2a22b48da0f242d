-- catalogue_state
-- One row: how many songs there are and when anything last changed. The writer locks it last and stamps it, so whoever
-- sees a stamp sees everything that was written before it.
select songs, changed_at from catalogue_total;

-- scan_status
-- Whether a request or a batch is under way, by the partial indexes of what is unfinished; and when the last one ended.
select
    exists (select from scan_request where finished_at is null)
        or exists (select from batch where state in ('planned', 'running')) as scanning,
    (select songs from catalogue_total) as songs,
    (
        select finished_at from scan_request where finished_at is not null order by id desc limit 1
    ) as finished_at,
    (select count(*) from volume where kind = 'storage') as folders;

-- request_scan
-- Nothing when a request is waiting already: intake has yet to look, so it will see what the second asker has in mind.
insert into scan_request (requested_by)
select %(account)s
where not exists (select from scan_request where finished_at is null and planned_at is null);
