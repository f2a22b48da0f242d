-- artist_snapshot_for
-- The stored list that shows these folders: its columns are null where there is none. No row in a library of few
-- artists, which is listed at once. The key is `folders`: none where they are all there are, so that a new folder does
-- not make everybody's list another one. `unasked`: that it is used is to be noted.
select k.folders, s.id, s.changed_at, s.digest, s.segments, s.size, s.deflated_size,
    coalesce(w.asked_at < now() - interval '1 day', true) as unasked
from catalogue_total as t
cross join lateral (
    select case
        when (select count(*) from volume where kind = 'storage') > cardinality(%(folders)s::smallint[])
            then %(folders)s::smallint[]
        else '{}'
    end as folders
) as k
left join artist_snapshot as s
    on s.folders = k.folders and s.listing = %(listing)s and s.format = %(format)s and s.reduced = %(reduced)s
    and s.is_current
left join artist_snapshot_want as w
    on w.folders = k.folders and w.listing = %(listing)s and w.format = %(format)s and w.reduced = %(reduced)s
where t.artists >= %(least)s;

-- want_artist_snapshot
-- Notes that a list was asked for; when it is missing, upkeep has work to do although the catalogue has not changed.
with noted as (
    insert into artist_snapshot_want (folders, listing, format, reduced)
    values (%(folders)s::smallint[], %(listing)s, %(format)s, %(reduced)s)
    on conflict (folders, listing, format, reduced) do update set asked_at = excluded.asked_at
)
update upkeep_task set reflects = null
where name = 'artist_snapshots' and reflects is not null and %(missing)s;

-- artist_snapshot_segment
-- One segment, by the primary key: without what its reader has no use for. Only one with marks needs to know where the
-- artists are; one that has the text already wants nothing else.
select start, size, crc32,
    case when not %(inflated)s then deflated end as deflated,
    case when %(marked)s and not %(inflated)s then pieces end as pieces,
    case when %(marked)s then ids end as ids,
    case when %(marked)s then places end as places
from artist_snapshot_segment
where snapshot_id = %(id)s and number = %(number)s;

-- artist_marks
-- An account's stars and ratings of artists: a range of the primary key.
select artist_id, starred_at, rating
from artist_annotation
where account_id = %(account)s and (starred_at is not null or rating is not null)
order by artist_id
limit %(most)s;

-- read_one_moment
-- All that this transaction reads is the catalogue as it is at its first look.
set transaction isolation level repeatable read, read only;

-- hold_artist_snapshots
-- Whether this transaction is the one that makes lists, until it ends.
select pg_try_advisory_xact_lock(hashtextextended('melodee.artist_snapshots', 0));

-- plan_whole_cursors
-- Cursors of this transaction are read to their end: the planner takes the plan that is soonest done with all of it.
set local cursor_tuple_fraction = 1;

-- wanted_artist_snapshots
-- The lists to keep, each with whether it is to be made anew: the whole library's, and what was asked for within some
-- days, the last asked first.
with wanted as (
    select '{}'::smallint[] as folders, listing, format, false as reduced, 'infinity'::timestamptz as asked_at
    from unnest(array['artists', 'indexes']) as listing
    cross join unnest(array['xml', 'json']) as format
    union all
    select folders, listing, format, reduced, asked_at
    from artist_snapshot_want
    where asked_at > now() - %(days)s * interval '1 day' and (folders <> '{}' or reduced)
)
select w.folders, w.listing, w.format, w.reduced, t.changed_at, s.id,
    s.id is null or s.changed_at < t.changed_at or s.rendering <> %(rendering)s as stale
from wanted as w
cross join catalogue_total as t
left join artist_snapshot as s
    on s.folders = w.folders and s.listing = w.listing and s.format = w.format and s.reduced = w.reduced
    and s.is_current
where t.artists >= %(least)s
order by w.asked_at desc, w.folders, w.listing, w.format, w.reduced
limit %(most)s;

-- artists_in_order
-- Artists with albums of their own in the folders (none: in all there are), in the order of letter and name. All of
-- them, so tables are read from end to end and joined by hash. No account's marks.
select i.id, i.index_letter, a.name, a.sort_name, a.mbid::text, a.disambiguation, a.roles, f.album_count,
    null::timestamptz as starred_at, null::smallint as rating
from (
    select artist_id, sum(album_count)::integer as album_count
    from artist_folder
    where volume_id in (select id from volume where kind = 'storage')
        and (cardinality(%(folders)s::smallint[]) = 0 or volume_id = any(%(folders)s::smallint[]))
    group by artist_id
    having max(album_count) > 0
) as f
join artist_index as i on i.id = f.artist_id
join artists as a on a.id = f.artist_id
order by i.index_letter, i.sort_name, i.id;

-- open_artist_snapshot
-- A new list, which nobody sees yet.
insert into artist_snapshot (folders, listing, format, reduced, changed_at, rendering)
values (%(folders)s::smallint[], %(listing)s, %(format)s, %(reduced)s, %(changed_at)s, %(rendering)s)
returning id;

-- add_artist_snapshot_segment
-- The next segment of a new list.
insert into artist_snapshot_segment (snapshot_id, number, start, size, crc32, deflated, pieces, ids, places)
values (%(id)s, %(number)s, %(start)s, %(size)s, %(crc32)s, %(deflated)s, %(pieces)s, %(ids)s, %(places)s);

-- retire_artist_snapshot
-- The list that another takes the place of is no longer found.
update artist_snapshot
set is_current = false, replaced_at = now()
where is_current
    and folders = %(folders)s::smallint[] and listing = %(listing)s and format = %(format)s and reduced = %(reduced)s;

-- publish_artist_snapshot
-- A new list is whole, and found from now on.
update artist_snapshot
set is_current = true, digest = %(digest)s, artists = %(artists)s, segments = %(segments)s, size = %(size)s,
    deflated_size = %(deflated_size)s
where id = %(id)s;

-- retire_other_artist_snapshots
-- Lists that are not kept any more are not found either: they would say what was long ago.
update artist_snapshot set is_current = false, replaced_at = now() where is_current and id <> all(%(kept)s::bigint[]);

-- forget_artist_snapshots
-- Removes lists that were replaced some time ago, and those that were begun and never finished: who holds the lock knows
-- that nobody is at work on them.
delete from artist_snapshot
where not is_current and coalesce(replaced_at < now() - %(seconds)s * interval '1 second', true);

-- forget_artist_snapshot_wants
-- Removes what nobody has asked for in a while.
delete from artist_snapshot_want where asked_at < now() - %(days)s * interval '1 day';
