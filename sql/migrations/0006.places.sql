-- Where an offset falls in a list: what lets its pages begin anywhere at one price.

create table list_block (
    list text collate "C" not null,
    scope integer not null,
    volume_id smallint not null,
    block bigint not null,
    entries bigint not null,
    primary key (list, scope, volume_id, block)
) with (fillfactor = 80);
comment on table list_block is
    'How many entries lie in each 32 stretches of list_stretch: adding up some dozen of these and then 32 of those takes a '
    'fifth of the time that a thousand stretches take. Kept by triggers.';

create function count_blocks() returns trigger
language plpgsql
as $$
-- One statement's worth of changes.
begin
    if tg_op = 'TRUNCATE' then
        truncate list_block;
    elsif tg_op = 'INSERT' then
        insert into list_block (list, scope, volume_id, block, entries)
        select list, scope, volume_id, stretch >> 5, sum(entries)
        from new_rows
        group by 1, 2, 3, 4
        having sum(entries) <> 0
        order by 1, 2, 3, 4
        on conflict (list, scope, volume_id, block) do update set entries = list_block.entries + excluded.entries;
    elsif tg_op = 'DELETE' then
        insert into list_block (list, scope, volume_id, block, entries)
        select list, scope, volume_id, stretch >> 5, -sum(entries)
        from old_rows
        group by 1, 2, 3, 4
        having sum(entries) <> 0
        order by 1, 2, 3, 4
        on conflict (list, scope, volume_id, block) do update set entries = list_block.entries + excluded.entries;
    else
        insert into list_block (list, scope, volume_id, block, entries)
        select list, scope, volume_id, stretch >> 5, sum(change)
        from (
            select list, scope, volume_id, stretch, entries as change from new_rows
            union all
            select list, scope, volume_id, stretch, -entries from old_rows
        ) as changes
        group by 1, 2, 3, 4
        having sum(change) <> 0
        order by 1, 2, 3, 4
        on conflict (list, scope, volume_id, block) do update set entries = list_block.entries + excluded.entries;
    end if;
    return null;
end
$$;
create trigger count_inserted after insert on list_stretch
    referencing new table as new_rows for each statement execute function count_blocks();
create trigger count_deleted after delete on list_stretch
    referencing old table as old_rows for each statement execute function count_blocks();
create trigger count_updated after update on list_stretch
    referencing old table as old_rows new table as new_rows for each statement execute function count_blocks();
create trigger count_truncated after truncate on list_stretch for each statement execute function count_blocks();

create function recount_blocks() returns void
language sql
as $$
-- Counts all blocks anew: when list_stretch was put in the place of another table, which no trigger sees. Under the
-- catalogue's lock.
delete from list_block;
insert into list_block (list, scope, volume_id, block, entries)
select list, scope, volume_id, stretch >> 5, sum(entries) from list_stretch group by 1, 2, 3, 4 order by 1, 2, 3, 4
$$;
do $$ begin perform recount_blocks(); end $$;

create function stretch_at(
    listed text, within bigint, folders smallint[], place bigint, direction integer,
    out stretch bigint, out skip bigint, out entries bigint
)
language plpgsql stable set plan_cache_mode = force_generic_plan
as $$
-- The stretch of a list (of this scope, in these folders) in which an offset falls, how many of its entries come before
-- the offset, and how many it has; nulls past the end. Direction is 1, or -1 for a list that is read from its end.
-- Near its beginning a list is walked faster than it is added up: then the first stretch is given, without entries.
-- It is not SQL, so that it has a plan of its own: lists that call it are planned as if there were no such sums.
#variable_conflict use_column
begin
    if place < 1000 / greatest(cardinality(folders), 1) then
        stretch := case direction when 1 then 0 else (1::bigint << 43) - 1 end;
        skip := place;
        return;
    end if;
    -- Twice the same step: by blocks, and by the stretches of one block.
    with block as materialized (
        select number, skip
        from (
            select number, entries, place - sum(entries) over (order by number * direction) + entries as skip
            from (
                select l.block as number, sum(l.entries)::integer as entries
                from list_block as l
                where l.list = listed and l.scope = within and l.volume_id = any(folders)
                group by 1
            ) as counted
        ) as placed
        where skip >= 0 and skip < entries
    )
    select placed.stretch, placed.skip, placed.entries into stretch, skip, entries
    from (
        select counted.stretch, counted.entries,
            block.skip - sum(counted.entries) over (order by counted.stretch * direction) + counted.entries as skip
        from block
        cross join lateral (
            select l.stretch, sum(l.entries)::integer as entries
            from list_stretch as l
            where l.list = listed and l.scope = within and l.volume_id = any(folders)
                and l.stretch between block.number << 5 and block.number << 5 | 31
            group by 1
        ) as counted
    ) as placed
    where placed.skip >= 0 and placed.skip < placed.entries;
end
$$;

create function year_at(
    folders smallint[], place bigint, first_year bigint, last_year bigint, direction integer, out year bigint, out skip bigint
)
language plpgsql stable set plan_cache_mode = force_generic_plan
as $$
-- The year in which an offset falls among the albums of some years, and how many of that year's come before it. As
-- stretch_at; years are few, so they are added up at once.
#variable_conflict use_column
begin
    if place < 1000 / greatest(cardinality(folders), 1) then
        year := case direction when 1 then first_year else last_year end;
        skip := place;
        return;
    end if;
    select placed.year, placed.skip into year, skip
    from (
        select counted.year, entries,
            place - sum(entries) over (order by counted.year * direction) + entries as skip
        from (
            select l.stretch as year, sum(l.entries)::integer as entries
            from list_stretch as l
            where l.list = 'years' and l.scope = 0 and l.volume_id = any(folders)
                and l.stretch between first_year and last_year
            group by 1
        ) as counted
    ) as placed
    where placed.skip >= 0 and placed.skip < entries;
end
$$;

create function entry_at(listed text, width integer, folders smallint[], place bigint, direction integer)
returns table (entry bigint, skip bigint)
language sql stable
as $$
-- The first entry number to look at for an offset of a list by entry, whose stretches are 2^width numbers long, and how
-- many entries to pass over from there. None where nothing is missing in the stretch: then the very number is known.
select (s.stretch << width) + case direction when 1 then known else (1 << width) - 1 - known end, s.skip - known
from stretch_at(listed, 0, folders, place, direction) as s
cross join lateral (select case when s.entries = 1 << width then s.skip else 0 end as known) as k
$$;

-- Which artists a folder holds in the order in which they came into the library, as the walk through it needs them.

alter table artist_folder add column entry bigint;
update artist_folder as f set entry = i.entry from artist_index as i where i.id = f.artist_id;
alter table artist_folder alter column entry set not null;
create index artist_folder_entry on artist_folder (volume_id, entry) include (artist_id);
comment on column artist_folder.entry is 'The artist''s in artist_index, which never changes.';

create function copy_artist_entry() returns trigger
language plpgsql
as $$
begin
    new.entry := (select entry from artist_index where id = new.artist_id);
    return new;
end
$$;
create trigger copy_entry before insert on artist_folder for each row when (new.entry is null)
    execute function copy_artist_entry();

-- Whether an album of somebody's history may be seen is then answered by the index alone.

alter table album_index drop constraint album_index_pkey, add primary key (id) include (volume_id);
