-- name_lists
-- Lists that are cut by name: how long their longest stretch is, and how long one should be. The root of the albums makes
-- adding stretches up cost about as much as walking one.
select s.list, max(s.entries)::integer as longest, w.wanted
from (
    select list, stretch, sum(entries) as entries
    from list_stretch
    where list in ('albums_by_name', 'albums_by_artist') and scope = 0
    group by 1, 2
) as s
cross join (select greatest(256, ceil(sqrt(greatest(albums, 0))))::integer as wanted from catalogue_total) as w
group by s.list, w.wanted
order by s.list;

-- cut_name_stretches
-- Cuts a list anew, under the catalogue's lock; returns the number of stretches.
select cut_name_stretches(%(list)s, %(wanted)s);

-- remove_empty_stretches
-- Under the catalogue's lock; blocks that are empty go as well. Returns how many stretches there were. It looks at all of
-- them: an index of the empty ones would make each count cost an entry of it.
with removed as (
    delete from list_stretch where entries = 0 returning 1
), blocks as (
    delete from list_block where entries = 0
)
select count(*) from removed;

-- blocks_differ
-- Whether a block is not what its stretches add up to, as when list_stretch was restored without its triggers. Looks at
-- the lists of the whole library alone: those of genres and years are a hundred times as many, and came with them.
select exists (
    select
    from (
        select list, volume_id, stretch >> 5 as block, sum(entries) as entries
        from list_stretch
        where list in ('songs', 'albums', 'artists', 'years', 'albums_by_name', 'albums_by_artist') and scope = 0
        group by 1, 2, 3
    ) as s
    full join (
        select list, volume_id, block, entries
        from list_block
        where list in ('songs', 'albums', 'artists', 'years', 'albums_by_name', 'albums_by_artist') and scope = 0
    ) as b using (list, volume_id, block)
    where coalesce(s.entries, 0) <> coalesce(b.entries, 0)
);

-- recount_blocks
-- Counts all blocks anew, under the catalogue's lock.
select recount_blocks();

-- stretches_have_changed
-- Whether so much has been counted since the statistics were taken that they, and dead rows, want to be seen to.
select coalesce(sum(n_mod_since_analyze) > greatest(1000, sum(n_live_tup) / 5), false)
from pg_stat_user_tables
where relname in ('list_stretch', 'list_block', 'name_stretch') and schemaname = current_schema();

-- vacuum_list_stretch
-- Outside of a transaction.
vacuum (analyze) list_stretch;

-- vacuum_list_block
-- Outside of a transaction.
vacuum (analyze) list_block;

-- vacuum_name_stretch
-- Outside of a transaction.
vacuum (analyze) name_stretch;
