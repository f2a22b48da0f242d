-- Whose a night is, so that whoever switches it off ends it. What alerts have told of, row by row.

alter table backfill_window add column instance text;
comment on column backfill_window.instance is 'Whose schedule opened it, and by being switched off closes it.';

alter table ingest_failure add column told boolean not null default false;
alter table ingest_failure add column told_given_up timestamptz;
update ingest_failure set told = true where id <= (select value from alert_mark where name = 'failures');
update ingest_failure set told_given_up = gave_up_at
where (extract(epoch from gave_up_at) * 1000000)::bigint <= (select value from alert_mark where name = 'given_up');
comment on column ingest_failure.told is
    'An alert has told of it, or it was there before anybody was to be told. A mark up to which rows were told would pass '
    'over those of a transaction that was open meanwhile: ids and times are given before it ends.';
comment on column ingest_failure.told_given_up is 'The gave_up_at of which an alert has told.';
create index ingest_failure_untold on ingest_failure (id) where not told and severity = 'error';
drop index ingest_failure_given_up;
create index ingest_failure_given_up on ingest_failure (gave_up_at)
where gave_up_at is not null and gave_up_at is distinct from told_given_up;

alter table alert_mark drop column value;
alter table alert_mark add column since timestamptz not null default now();
comment on table alert_mark is 'Since when alerts tell of a kind of news: what was there before is none.';
