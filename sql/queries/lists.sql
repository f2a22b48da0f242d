-- visible_folders
-- The music folders that an account may use: those that it was given, or all. Volumes are few.
select v.id, v.name
from volume as v
where v.kind = 'storage'
    and (
        exists (select from account_folder where account_id = %(account)s and volume_id = v.id)
        or not exists (select from account_folder where account_id = %(account)s)
    )
order by v.name, v.id;

-- newest_albums
-- By entry, the latest first. As all lists of albums: from the place where the offset falls, one ordered range of a
-- narrow index for each folder, merged; ids only.
with place as materialized (
    select entry, skip from entry_at('albums', 10, %(folders)s::smallint[], %(offset)s::bigint, -1)
)
select found.id
from unnest(%(folders)s::smallint[]) as folder (id)
cross join lateral (
    select i.entry, i.id
    from album_index as i
    where i.volume_id = folder.id and i.entry <= (select entry from place)
    order by i.entry desc
    limit %(size)s::bigint + (select skip from place)
) as found
order by found.entry desc
limit %(size)s::bigint offset (select skip from place);

-- albums_by_name
-- By sort name.
with place as materialized (
    select n.sort_name, n.id, s.skip
    from stretch_at('albums_by_name', 0, %(folders)s::smallint[], %(offset)s::bigint, 1) as s
    join name_stretch as n on n.list = 'albums_by_name' and n.stretch = s.stretch
)
select found.id
from unnest(%(folders)s::smallint[]) as folder (id)
cross join lateral (
    select i.sort_name, i.id
    from album_index as i
    where i.volume_id = folder.id and (i.sort_name, i.id) >= ((select sort_name from place), (select id from place))
    order by i.sort_name, i.id
    limit %(size)s::bigint + (select skip from place)
) as found
order by found.sort_name, found.id
limit %(size)s::bigint offset (select skip from place);

-- albums_by_artist_name
-- By the artist's sort name, then the album's.
with place as materialized (
    select n.artist_sort_name, n.sort_name, n.id, s.skip
    from stretch_at('albums_by_artist', 0, %(folders)s::smallint[], %(offset)s::bigint, 1) as s
    join name_stretch as n on n.list = 'albums_by_artist' and n.stretch = s.stretch
)
select found.id
from unnest(%(folders)s::smallint[]) as folder (id)
cross join lateral (
    select i.artist_sort_name, i.sort_name, i.id
    from album_index as i
    where i.volume_id = folder.id
        and (i.artist_sort_name, i.sort_name, i.id)
            >= ((select artist_sort_name from place), (select sort_name from place), (select id from place))
    order by i.artist_sort_name, i.sort_name, i.id
    limit %(size)s::bigint + (select skip from place)
) as found
order by found.artist_sort_name, found.sort_name, found.id
limit %(size)s::bigint offset (select skip from place);

-- albums_by_year
-- From the earlier year on. The offset falls into a year, and in that into a stretch of ids.
with place as materialized (
    select y.year, s.stretch << 20 as id, s.skip
    from year_at(%(folders)s::smallint[], %(offset)s::bigint, %(from_year)s::bigint, %(to_year)s::bigint, 1) as y
    cross join lateral stretch_at('year_albums', y.year, %(folders)s::smallint[], y.skip, 1) as s
)
select found.id
from unnest(%(folders)s::smallint[]) as folder (id)
cross join lateral (
    select i.year, i.id
    from album_index as i
    where i.volume_id = folder.id
        and (i.year, i.id) >= ((select year from place), (select id from place)) and i.year <= %(to_year)s::bigint
    order by i.year, i.id
    limit %(size)s::bigint + (select skip from place)
) as found
order by found.year, found.id
limit %(size)s::bigint offset (select skip from place);

-- albums_by_year_descending
-- From the later year back: the exact reverse of albums_by_year.
with place as materialized (
    select y.year, s.stretch << 20 | 1048575 as id, s.skip
    from year_at(%(folders)s::smallint[], %(offset)s::bigint, %(from_year)s::bigint, %(to_year)s::bigint, -1) as y
    cross join lateral stretch_at('year_albums', y.year, %(folders)s::smallint[], y.skip, -1) as s
)
select found.id
from unnest(%(folders)s::smallint[]) as folder (id)
cross join lateral (
    select i.year, i.id
    from album_index as i
    where i.volume_id = folder.id
        and (i.year, i.id) <= ((select year from place), (select id from place)) and i.year >= %(from_year)s::bigint
    order by i.year desc, i.id desc
    limit %(size)s::bigint + (select skip from place)
) as found
order by found.year desc, found.id desc
limit %(size)s::bigint offset (select skip from place);

-- albums_by_genre
-- Newest first.
with place as materialized (
    select stretch << 20 | 1048575 as id, skip
    from stretch_at('genre_albums', %(genre)s, %(folders)s::smallint[], %(offset)s::bigint, -1)
)
select found.album_id as id
from unnest(%(folders)s::smallint[]) as folder (id)
cross join lateral (
    select g.album_id
    from album_genre as g
    where g.genre_id = %(genre)s and g.volume_id = folder.id and g.album_id <= (select id from place)
    order by g.album_id desc
    limit %(size)s::bigint + (select skip from place)
) as found
order by found.album_id desc
limit %(size)s::bigint offset (select skip from place);

-- highest_albums
-- By the average of all listeners' ratings, then by their number. What an offset passes over is read from the index
-- alone: rated albums are few beside all of them.
select found.album_id as id
from unnest(%(folders)s::smallint[]) as folder (id)
cross join lateral (
    select r.average, r.votes, r.album_id
    from album_rating as r
    where r.volume_id = folder.id and r.votes > 0
    order by r.average desc, r.votes desc, r.album_id
    limit %(size)s::bigint + %(offset)s::bigint
) as found
order by found.average desc, found.votes desc, found.album_id
limit %(size)s::bigint offset %(offset)s::bigint;

-- frequent_albums
-- What the account plays most, by a partial index of its annotations.
select a.album_id as id
from album_annotation as a
cross join lateral (
    select from album_index where id = a.album_id and volume_id = any(%(folders)s::smallint[]) offset 0
) as visible
where a.account_id = %(account)s and a.play_count > 0
order by a.play_count desc, a.album_id
limit %(size)s::bigint offset %(offset)s::bigint;

-- recent_albums
-- What the account played last.
select a.album_id as id
from album_annotation as a
cross join lateral (
    select from album_index where id = a.album_id and volume_id = any(%(folders)s::smallint[]) offset 0
) as visible
where a.account_id = %(account)s and a.played_at is not null
order by a.played_at desc, a.album_id
limit %(size)s::bigint offset %(offset)s::bigint;

-- starred_albums
-- What the account starred last; without a limit when size is null.
select a.album_id as id
from album_annotation as a
cross join lateral (
    select from album_index where id = a.album_id and volume_id = any(%(folders)s::smallint[]) offset 0
) as visible
where a.account_id = %(account)s and a.starred_at is not null
order by a.starred_at desc, a.album_id
limit %(size)s::bigint offset %(offset)s::bigint;

-- starred_songs
-- All of them, those starred last first; the fetch leaves out what is not visible.
select song_id as id
from song_annotation
where account_id = %(account)s and starred_at is not null
order by starred_at desc, song_id;

-- starred_artists
-- All of them, those starred last first; the fetch leaves out what is not visible.
select artist_id as id
from artist_annotation
where account_id = %(account)s and starred_at is not null
order by starred_at desc, artist_id;

-- random_albums
-- From each point on, past `skip` albums, the next `each` in the order of their stored random keys: one descent of an
-- index for each point and folder, however large the library. The skips even out that some keys lie far apart.
select found.id
from unnest(%(points)s::integer[], %(skips)s::integer[]) as point (key, skip)
cross join lateral (
    select near.id
    from unnest(%(folders)s::smallint[]) as folder (id)
    cross join lateral (
        select i.random_key, i.id
        from album_index as i
        where i.volume_id = folder.id and i.random_key >= point.key
        order by i.random_key, i.id
        limit point.skip + %(each)s::integer
    ) as near
    order by near.random_key, near.id
    limit %(each)s::integer offset point.skip
) as found;

-- random_songs
-- As random_albums. Of `look` songs from each point on, those of the years: so that a point costs the same when the
-- years are rare.
select found.id
from unnest(%(points)s::integer[], %(skips)s::integer[]) as point (key, skip)
cross join lateral (
    select near.id
    from unnest(%(folders)s::smallint[]) as folder (id)
    cross join lateral (
        select i.random_key, i.id, i.year
        from song_index as i
        where i.volume_id = folder.id and i.random_key >= point.key
        order by i.random_key, i.id
        limit point.skip + %(look)s::integer
    ) as near
    where (%(from_year)s::integer is null or near.year >= %(from_year)s::integer)
        and (%(to_year)s::integer is null or near.year <= %(to_year)s::integer)
    order by near.random_key, near.id
    limit %(each)s::integer offset point.skip
) as found;

-- random_songs_of_years
-- The next `each` songs of the years from a point on, however rare they are: a hop from year to year, and in each the
-- first entries of its range.
with recursive hop (volume_id, year) as (
    select folder.id, (
        select min(year) from song_index where volume_id = folder.id and year between %(from_year)s and %(to_year)s
    )
    from unnest(%(folders)s::smallint[]) as folder (id)
    union all
    select hop.volume_id, (
        select min(i.year)
        from song_index as i
        where i.volume_id = hop.volume_id and i.year > hop.year and i.year <= %(to_year)s
    )
    from hop
    where hop.year is not null
)
select found.id
from hop
cross join lateral (
    select i.random_key, i.id
    from song_index as i
    where i.volume_id = hop.volume_id and i.year = hop.year and i.random_key >= %(point)s
    order by i.random_key, i.id
    limit %(each)s
) as found
order by found.random_key, found.id
limit %(each)s;

-- random_songs_of_genre_and_years
-- As random_songs_of_years, of a genre that has so many songs that few of those years may be among them: of `look` songs
-- of each year, those that a probe finds in the genre.
with recursive hop (volume_id, year) as (
    select folder.id, (
        select min(year) from song_index where volume_id = folder.id and year between %(from_year)s and %(to_year)s
    )
    from unnest(%(folders)s::smallint[]) as folder (id)
    union all
    select hop.volume_id, (
        select min(i.year)
        from song_index as i
        where i.volume_id = hop.volume_id and i.year > hop.year and i.year <= %(to_year)s
    )
    from hop
    where hop.year is not null
)
select found.id
from hop
cross join lateral (
    select near.random_key, near.id
    from (
        select i.random_key, i.id
        from song_index as i
        where i.volume_id = hop.volume_id and i.year = hop.year and i.random_key >= %(point)s
        order by i.random_key, i.id
        limit %(look)s
    ) as near
    cross join lateral (
        select from song_genre where genre_id = %(genre)s and volume_id = hop.volume_id and song_id = near.id offset 0
    ) as of_genre
    limit %(each)s
) as found
order by found.random_key, found.id
limit %(each)s;

-- random_songs_of_genre
-- As random_songs, within a genre.
select found.song_id as id
from unnest(%(points)s::integer[], %(skips)s::integer[]) as point (key, skip)
cross join lateral (
    select near.song_id
    from unnest(%(folders)s::smallint[]) as folder (id)
    cross join lateral (
        select g.random_key, g.song_id, g.year
        from song_genre as g
        where g.genre_id = %(genre)s and g.volume_id = folder.id and g.random_key >= point.key
        order by g.random_key, g.song_id
        limit point.skip + %(look)s::integer
    ) as near
    where (%(from_year)s::integer is null or near.year >= %(from_year)s::integer)
        and (%(to_year)s::integer is null or near.year <= %(to_year)s::integer)
    order by near.random_key, near.song_id
    limit %(each)s::integer offset point.skip
) as found;

-- songs_of_genre
-- How many songs of a genre the folders hold.
select coalesce(sum(song_count), 0)::bigint as songs
from genre_folder
where genre_id = %(genre)s and volume_id = any(%(folders)s::smallint[]);

-- songs_by_genre
-- In the order of their ids, which is nearly that in which they came.
with place as materialized (
    select stretch << 20 as id, skip
    from stretch_at('genre_songs', %(genre)s, %(folders)s::smallint[], %(offset)s::bigint, 1)
)
select found.song_id as id
from unnest(%(folders)s::smallint[]) as folder (id)
cross join lateral (
    select g.song_id
    from song_genre as g
    where g.genre_id = %(genre)s and g.volume_id = folder.id and g.song_id >= (select id from place)
    order by g.song_id
    limit %(size)s::bigint + (select skip from place)
) as found
order by found.song_id
limit %(size)s::bigint offset (select skip from place);
