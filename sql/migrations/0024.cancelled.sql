-- What an operator cancelled is held until they launch it, whichever instance looks; what the clock begins, begins once.

alter table batch add column cancelled_at timestamptz;
alter table batch add column cancelled_run text;
create index batch_cancelled on batch (cancelled_at) where state = 'held' and cancelled_at is not null;
comment on column batch.cancelled_at is
    'When it was held because an operator had cancelled its run: no night that was open then lets it go.';
comment on column batch.cancelled_run is 'That run, by its id in Dagster: when the batch is let go again, it is history.';

create table clock_strike (
    name text primary key,
    struck_at timestamptz not null,
    instance text not null
);
comment on table clock_strike is 'Which of several instances has begun what is begun by the clock, and for which time.';
