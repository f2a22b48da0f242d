-- begin_snapshot
-- Everything until end_snapshot is seen as it is now, whatever is written meanwhile.
begin isolation level repeatable read;

-- begin_mending
-- A transaction in a session that has none by itself, because temporary tables outlive the one before.
begin;

-- end_snapshot
-- The end of either; temporary tables stay.
commit;

-- make_counted
-- What is counted anew: a row for each number.
create temporary table counted (
    counter text, scope bigint, volume_id smallint, place bigint, albums bigint, songs bigint, credits bigint,
    duration_ms numeric, size_bytes numeric, primary key (counter, scope, volume_id, place)
);

-- make_difference
-- By how much the kept numbers differ.
create temporary table difference (like counted);

-- drop_number_tables
-- See make_counted.
drop table if exists counted, difference;

-- count_range
-- Adds what the albums of a range contribute to every number. One range of a leaf, and those elsewhere.
insert into counted as k (counter, scope, volume_id, place, albums, songs, credits, duration_ms, size_bytes)
select c.counter, c.scope, c.volume_id, c.place, sum(c.albums), sum(c.songs), sum(c.credits), sum(c.duration_ms),
    sum(c.size_bytes)
from contributions(array(select id from albums where id >= %(low)s::bigint and id < %(high)s::bigint)) as c
group by 1, 2, 3, 4
on conflict (counter, scope, volume_id, place) do update set
    albums = k.albums + excluded.albums, songs = k.songs + excluded.songs, credits = k.credits + excluded.credits,
    duration_ms = k.duration_ms + excluded.duration_ms, size_bytes = k.size_bytes + excluded.size_bytes;

-- counted_numbers
-- How many numbers were counted.
select count(*) from counted;

-- compare_numbers
-- All numbers that are not what was counted: one look through every table of numbers. In a list the entries are
-- `albums`; of the totals, artists are `credits`; `size_bytes` of an artist says whether there should be a row at all.
-- Blocks are what the stretches that are there add up to.
insert into difference (counter, scope, volume_id, place, albums, songs, credits, duration_ms, size_bytes)
select counter, scope, volume_id, place, sum(albums), sum(songs), sum(credits), sum(duration_ms), sum(size_bytes)
from (
    select counter, scope, volume_id, place, albums, songs, credits, duration_ms, size_bytes
    from counted where counter in ('folder', 'genre')
    union all
    select 'folder', 0, volume_id, 0, -albums, -songs, 0, -duration_ms, -size_bytes from folder_total
    union all
    select 'genre', genre_id, volume_id, 0, -album_count, -song_count, 0, -duration_ms, 0 from genre_folder
    union all
    select counter, scope, volume_id, place, albums, songs, credits, duration_ms, 1 from counted where counter = 'artist'
    union all
    select 'artist', artist_id, volume_id, 0, -album_count, -song_count, -credit_count, -duration_ms, -1
    from artist_folder
    union all
    select counter, scope, volume_id, place, albums + songs, 0, 0, 0, 0
    from counted where counter not in ('folder', 'genre', 'artist')
    union all
    select 'artists', 0, c.volume_id, i.entry >> 10, count(*), 0, 0, 0, 0
    from counted as c join artist_index as i on i.id = c.scope where c.counter = 'artist' group by 3, 4
    union all
    select 'artists', 0, 0, entry >> 10, count(*), 0, 0, 0, 0 from artist_index group by 4
    union all
    select list, scope, volume_id, stretch, -entries, 0, 0, 0, 0 from list_stretch
    union all
    select 'block ' || list, scope, volume_id, stretch >> 5, sum(entries), 0, 0, 0, 0 from list_stretch group by 1, 2, 3, 4
    union all
    select 'block ' || list, scope, volume_id, block, -entries, 0, 0, 0, 0 from list_block
    union all
    select 'total', 0, 0, 0, sum(albums), sum(songs), 0, sum(duration_ms), sum(size_bytes)
    from counted where counter = 'folder' having count(*) > 0
    union all
    select 'total', 0, 0, 0, 0, 0, count(*), 0, 0 from artist_index
    union all
    select 'total', 0, 0, 0, -albums, -songs, -artists, -duration_ms, -size_bytes from catalogue_total
) as c
group by 1, 2, 3, 4
having sum(albums) <> 0 or sum(songs) <> 0 or sum(credits) <> 0 or sum(duration_ms) <> 0 or sum(size_bytes) <> 0;

-- differences
-- How many rows of each table of numbers are wrong, lists one by one.
select case counter
        when 'folder' then 'folder_total' when 'genre' then 'genre_folder' when 'artist' then 'artist_folder'
        when 'total' then 'catalogue_total'
        else case when starts_with(counter, 'block ') then 'list_block, ' || substr(counter, 7)
            else 'list_stretch, ' || counter end
    end as name, count(*) as number
from difference
group by 1
order by 1;

-- mend_folder_total
-- By what was found to be missing: what writers have added or taken since is right, and stays.
insert into folder_total as t (volume_id, albums, songs, duration_ms, size_bytes)
select volume_id, albums, songs, duration_ms, size_bytes from difference where counter = 'folder' order by 1
on conflict (volume_id) do update set
    albums = t.albums + excluded.albums, songs = t.songs + excluded.songs,
    duration_ms = t.duration_ms + excluded.duration_ms, size_bytes = t.size_bytes + excluded.size_bytes;

-- mend_genre_folder
-- As mend_folder_total.
insert into genre_folder as t (genre_id, volume_id, album_count, song_count, duration_ms)
select scope, volume_id, albums, songs, duration_ms from difference where counter = 'genre' order by 1, 2
on conflict (genre_id, volume_id) do update set
    album_count = t.album_count + excluded.album_count, song_count = t.song_count + excluded.song_count,
    duration_ms = t.duration_ms + excluded.duration_ms;

-- mend_artist_folder
-- As mend_folder_total, for those who show in lists.
insert into artist_folder as t (artist_id, volume_id, entry, album_count, song_count, credit_count, duration_ms)
select d.scope, d.volume_id, i.entry, d.albums, d.songs, d.credits, d.duration_ms
from difference as d
cross join lateral (select entry from artist_index where id = d.scope offset 0) as i
where d.counter = 'artist'
order by 1, 2
on conflict (volume_id, artist_id) do update set
    album_count = t.album_count + excluded.album_count, song_count = t.song_count + excluded.song_count,
    credit_count = t.credit_count + excluded.credit_count, duration_ms = t.duration_ms + excluded.duration_ms;

-- remove_uncredited_artists
-- Rows of artists in folders where it came out that they have no part in anything.
delete from artist_folder as f
using difference as d
where d.counter = 'artist' and d.size_bytes < 0 and f.volume_id = d.volume_id and f.artist_id = d.scope
    and f.credit_count = 0;

-- mend_list_stretch
-- As mend_folder_total.
insert into list_stretch as t (list, scope, volume_id, stretch, entries)
select counter, scope, volume_id, place, albums from difference
where counter not in ('folder', 'genre', 'artist', 'total') and not starts_with(counter, 'block ')
order by 1, 2, 3, 4
on conflict (list, scope, volume_id, stretch) do update set entries = t.entries + excluded.entries;

-- mend_catalogue_total
-- As mend_folder_total.
update catalogue_total as t
set albums = t.albums + d.albums, songs = t.songs + d.songs, artists = t.artists + d.credits,
    duration_ms = t.duration_ms + d.duration_ms, size_bytes = t.size_bytes + d.size_bytes
from difference as d
where d.counter = 'total';

-- catalogue_check
-- What does not agree with the totals of the catalogue: rows of leaves and of index tables, counted by their keys, and
-- numbers added up. A second for ten million songs, where the leaves are vacuumed.
with total as (
    select songs, albums, artists, duration_ms, size_bytes from catalogue_total
), stretch as materialized (
    select list, volume_id = 0 as everywhere, sum(entries) as entries from list_stretch group by 1, 2
)
select found.name, found.number, found.expected
from total
cross join lateral (
    values ('songs', (select count(*) from songs)::numeric, total.songs::numeric),
        ('albums', (select count(*) from albums), total.albums),
        ('song_index', (select count(*) from song_index), total.songs),
        ('album_index', (select count(*) from album_index), total.albums),
        ('artist_index', (select count(*) from artist_index), total.artists),
        ('folder_total, songs', (select coalesce(sum(songs), 0) from folder_total), total.songs),
        ('folder_total, albums', (select coalesce(sum(albums), 0) from folder_total), total.albums),
        ('folder_total, duration', (select coalesce(sum(duration_ms), 0) from folder_total), total.duration_ms),
        ('folder_total, size', (select coalesce(sum(size_bytes), 0) from folder_total), total.size_bytes),
        ('list_stretch, songs', (select coalesce(sum(entries), 0) from stretch where list = 'songs'), total.songs),
        ('list_stretch, albums', (select coalesce(sum(entries), 0) from stretch where list = 'albums'), total.albums),
        ('list_stretch, albums_by_name',
            (select coalesce(sum(entries), 0) from stretch where list = 'albums_by_name'), total.albums),
        ('list_stretch, albums_by_artist',
            (select coalesce(sum(entries), 0) from stretch where list = 'albums_by_artist'), total.albums),
        ('list_stretch, artists',
            (select coalesce(sum(entries), 0) from stretch where list = 'artists' and everywhere), total.artists),
        ('list_stretch, artists of folders',
            (select coalesce(sum(entries), 0) from stretch where list = 'artists' and not everywhere),
            (select count(*) from artist_folder)),
        ('list_stretch, genre_songs',
            (select coalesce(sum(entries), 0) from stretch where list = 'genre_songs'),
            (select coalesce(sum(song_count), 0) from genre_folder)),
        ('list_stretch, genre_albums',
            (select coalesce(sum(entries), 0) from stretch where list = 'genre_albums'),
            (select coalesce(sum(album_count), 0) from genre_folder)),
        ('list_stretch, year_albums',
            (select coalesce(sum(entries), 0) from stretch where list = 'year_albums'),
            (select coalesce(sum(entries), 0) from stretch where list = 'years'))
) as found (name, number, expected)
where found.number <> found.expected;
