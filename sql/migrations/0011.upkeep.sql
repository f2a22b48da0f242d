-- What is kept beside the catalogue for speed, and how far behind it each of these is.

create table upkeep_task (
    name text primary key,
    reflects timestamptz,
    began_at timestamptz,
    finished_at timestamptz,
    renewed_at timestamptz,
    seconds real
);
comment on table upkeep_task is
    'When each kind of upkeep last ran and for how long; reflects is the change of the catalogue (catalogue_total) that '
    'it has seen: what came later is not in it yet. Renewed_at is when it was last made wholly anew, plays and removals '
    'included, rather than added to.';

alter table leaf add column cared_at timestamptz;
comment on column leaf.cared_at is 'When upkeep last vacuumed and checked the leaf; null: never since it was filled.';
