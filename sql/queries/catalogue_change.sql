-- albums_to_change
-- What albums are before a change; one leaf an id.
select a.id, a.volume_id, a.folder, a.name, a.edition, a.mbid::text, a.artist_id, a.cover_id
from unnest(%(ids)s::bigint[]) as wanted (id)
cross join lateral (select * from albums where id = wanted.id offset 0) as a;

-- songs_to_change
-- What songs are before a change; one leaf an id.
select s.id, s.album_id, s.volume_id, s.path
from unnest(%(ids)s::bigint[]) as wanted (id)
cross join lateral (select id, album_id, volume_id, path from songs where id = wanted.id offset 0) as s;

-- songs_of_albums
-- Ids of all songs of albums: a range of a leaf for each, and those elsewhere.
select id, album_id from songs_of(%(ids)s::bigint[]);

-- credited_on_albums
-- Everyone with any part in albums; a range of an index for each album.
select distinct c.artist_id as id
from unnest(%(ids)s::bigint[]) as wanted (id)
cross join lateral (select artist_id from album_credit where album_id = wanted.id offset 0) as c;

-- remove_songs
-- Songs of one leaf, their tags, their places in lists and search, and their lyrics. What listeners did with them stays.
with songs_gone as (
    delete from songs where id = any(%(ids)s::bigint[]) and id >= %(low)s::bigint and id < %(high)s::bigint
), tags_gone as (
    delete from song_tags where id = any(%(ids)s::bigint[]) and id >= %(low)s::bigint and id < %(high)s::bigint
), places_gone as (
    delete from song_index where id = any(%(ids)s::bigint[])
)
delete from lyrics where song_id = any(%(ids)s::bigint[]);

-- remove_albums
-- Albums of one leaf, which have no songs any more, and their places in lists and search. Which slots they have given
-- out is remembered.
with gone as (
    delete from albums where id = any(%(ids)s::bigint[]) and id >= %(low)s::bigint and id < %(high)s::bigint
    returning id, next_slot, mbid, year
), places_gone as (
    delete from album_index where id = any(%(ids)s::bigint[])
), ratings_hidden as (
    update album_rating set volume_id = null where album_id = any(%(ids)s::bigint[])
)
insert into removed_album (id, next_slot, mbid, year)
select id, next_slot, mbid, year from gone order by id
on conflict (id) do update set
    next_slot = greatest(removed_album.next_slot, excluded.next_slot), mbid = excluded.mbid, year = excluded.year;

-- recount_albums
-- Songs, length and size of albums of one leaf, from the rows of their songs.
update albums as a
set song_count = n.songs, duration_ms = n.duration_ms, size_bytes = n.size_bytes, updated_at = now()
from (
    select album_id, count(*) as songs, sum(duration_ms) as duration_ms, sum(size_bytes) as size_bytes
    from songs_of(%(ids)s::bigint[])
    group by album_id
) as n
where a.id = any(%(ids)s::bigint[]) and a.id >= %(low)s::bigint and a.id < %(high)s::bigint and a.id = n.album_id
    and (a.song_count, a.duration_ms, a.size_bytes) is distinct from (n.songs, n.duration_ms, n.size_bytes);

-- albums_that_differ
-- Albums whose rows are not as they are told, with the columns that differ: all of them for one that is not there.
-- Columns that the rows do not name count as they are; songs are counted by recount_albums. One leaf an id.
select g.id, array(
    select key from jsonb_each(to_jsonb(n.told)) as t
    where t.value is distinct from to_jsonb(a.row) -> t.key
    order by key
) as columns
from jsonb_array_elements(%(albums)s) as e (given)
cross join lateral (
    select (given ->> 'id')::bigint as id,
        given - '{song_count,duration_ms,size_bytes}'::text[]
            || jsonb_build_object('folder', '\x' || (given ->> 'folder')) as told
) as g
left join lateral (select x as row from albums as x where x.id = g.id offset 0) as a on true
left join lateral (select true as there from album_index where id = g.id offset 0) as i on true
cross join lateral (select jsonb_populate_record(coalesce(a.row, null::albums), g.told) as told) as n
where i.there is null or a.row is distinct from n.told;

-- songs_that_differ
-- As albums_that_differ; `lyrics` are those from inside the file. The rows alone say what their columns are.
select g.id, array(
    select key from jsonb_each(to_jsonb(n.told)) as t
    where t.value is distinct from to_jsonb(s.row) -> t.key
    order by key
) as columns
from jsonb_array_elements(%(songs)s) as e (given)
cross join lateral (
    select (given ->> 'id')::bigint as id, given || jsonb_build_object(
        'path', '\x' || (given ->> 'path'), 'modified_at', to_timestamp((given ->> 'modified_ns')::bigint / 1e9)
    ) as told
) as g
left join lateral (select x as row from songs as x where x.id = g.id offset 0) as s on true
left join lateral (select true as there from song_index where id = g.id offset 0) as i on true
cross join lateral (select jsonb_populate_record(coalesce(s.row, null::songs), g.told) as told) as n
where i.there is null or s.row is distinct from n.told
    or given ->> 'lyrics' <> coalesce(
        (select text from lyrics where song_id = g.id and source = 'embedded' order by position limit 1), ''
    );

-- song_tags_that_differ
-- Songs that say something else of themselves than they are told to, or came from elsewhere; one leaf an id.
select t.id
from jsonb_to_recordset(%(tags)s) as t (id bigint, track jsonb, origin text, moved boolean)
left join lateral (select track, origin from song_tags where id = t.id offset 0) as s on true
where s.track is distinct from t.track or (t.moved and s.origin is distinct from decode(t.origin, 'hex'));

-- retell_song_tags
-- What songs say of themselves from now on, each in the leaf that its id names; where one came from only when told.
insert into song_tags (id, track, origin)
select id, track, decode(origin, 'hex')
from jsonb_to_recordset(%(tags)s) as t (id bigint, track jsonb, origin text)
order by id
on conflict (id) do update set track = excluded.track,
    origin = case when song_tags.id = any(%(moved)s::bigint[]) then excluded.origin else song_tags.origin end;

-- describe_albums
-- Albums as they are told anew; one that is not there yet, or no more, is made. Songs are counted by recount_albums.
with back as (
    delete from removed_album where id = any(%(ids)s::bigint[]) returning id, next_slot
)
insert into albums (
    id, release_group_id, volume_id, folder, name, edition, sort_name, artist_id, display_artist, credits, year,
    release_date, original_date, genres, release_types, labels, catalogue_numbers, barcode, moods, mbid, compilation,
    explicit, disc_titles, cover_id, next_slot, genre_ids
)
select a.id, release_group_id, volume_id, decode(folder, 'hex'), name, edition, sort_name, artist_id, display_artist,
    credits, year, release_date, original_date, genres, release_types, labels, catalogue_numbers, barcode, moods, mbid,
    compilation, explicit, disc_titles, cover_id, coalesce(back.next_slot, 1), genre_ids
from jsonb_to_recordset(%(albums)s) as a (
    id bigint, release_group_id bigint, volume_id smallint, folder text, name text, edition text, sort_name text,
    artist_id bigint, display_artist text, credits jsonb, year integer, release_date text, original_date text,
    genres text[], release_types text[], labels text[], catalogue_numbers text[], barcode text, moods text[], mbid uuid,
    compilation boolean, explicit text, disc_titles jsonb, cover_id bigint, genre_ids integer[]
)
left join back on back.id = a.id
order by a.id
on conflict (id) do update set
    release_group_id = excluded.release_group_id, volume_id = excluded.volume_id, folder = excluded.folder,
    name = excluded.name, edition = excluded.edition, sort_name = excluded.sort_name, artist_id = excluded.artist_id,
    display_artist = excluded.display_artist, credits = excluded.credits, year = excluded.year,
    release_date = excluded.release_date, original_date = excluded.original_date, genres = excluded.genres,
    release_types = excluded.release_types, labels = excluded.labels, catalogue_numbers = excluded.catalogue_numbers,
    barcode = excluded.barcode, moods = excluded.moods, mbid = excluded.mbid, compilation = excluded.compilation,
    explicit = excluded.explicit, disc_titles = excluded.disc_titles, cover_id = excluded.cover_id,
    genre_ids = excluded.genre_ids, updated_at = now();

-- describe_album_index
-- Places of albums in lists and search; one that is there keeps its entry, its random key and its popularity.
with given as materialized (
    select id, volume_id, artist_id, year, sort_name, artist_sort_name, search_name, array_to_tsvector(terms) as terms
    from jsonb_to_recordset(%(albums)s) as a (
        id bigint, volume_id smallint, artist_id bigint, year integer, sort_name text, artist_sort_name text,
        search_name text, terms text[]
    )
), there as (
    update album_index as i
    set volume_id = g.volume_id, artist_id = g.artist_id, year = g.year, sort_name = g.sort_name,
        artist_sort_name = g.artist_sort_name, search_name = g.search_name, terms = g.terms
    from given as g
    where i.id = g.id
        and (i.volume_id, i.artist_id, i.year, i.sort_name, i.artist_sort_name, i.search_name, i.terms) is distinct from
            (g.volume_id, g.artist_id, g.year, g.sort_name, g.artist_sort_name, g.search_name, g.terms)
), ratings as (
    update album_rating as r set volume_id = g.volume_id
    from given as g
    where r.album_id = g.id and r.volume_id is distinct from g.volume_id
)
insert into album_index (id, volume_id, artist_id, year, sort_name, artist_sort_name, search_name, terms)
select * from given as g where not exists (select from album_index where id = g.id) order by id;

-- describe_songs
-- Songs as they are told anew, and their places in lists and search, which keep entry, random key and popularity. The
-- insert is how a row is found by its id in the one leaf that has it: all of these songs are there.
with given as materialized (
    select *
    from jsonb_to_recordset(%(songs)s) as s (
        id bigint, album_id bigint, artist_id bigint, album_artist_id bigint, volume_id smallint, path text, title text,
        sort_name text, album text, display_artist text, display_album_artist text, display_composer text,
        credits jsonb, disc_number integer, track_number integer, disc_subtitle text, year integer, release_date text,
        original_date text, genres text[], duration_ms integer, span_start_ms integer, span_end_ms integer, suffix text,
        content_type text, codec text, bit_rate integer, bit_depth integer, sampling_rate integer, channels integer,
        size_bytes bigint, modified_ns bigint, mbid uuid, track_mbid uuid, isrc text[], moods text[], groupings text[],
        works jsonb, movements jsonb, bpm integer, comment text, explicit text, track_gain real, track_peak real,
        album_gain real, album_peak real, cover_id bigint, tags jsonb, genre_ids integer[], search_name text,
        terms text[]
    )
    order by id
), indexed as (
    update song_index as i
    set volume_id = g.volume_id, artist_id = g.artist_id, year = g.year, duration_ms = g.duration_ms,
        search_name = g.search_name, terms = array_to_tsvector(g.terms)
    from given as g
    where i.id = g.id
        and (i.volume_id, i.artist_id, i.year, i.duration_ms, i.search_name, i.terms) is distinct from
            (g.volume_id, g.artist_id, g.year, g.duration_ms, g.search_name, array_to_tsvector(g.terms))
), back as (
    insert into song_index (id, volume_id, artist_id, year, duration_ms, search_name, terms)
    select id, volume_id, artist_id, year, duration_ms, search_name, array_to_tsvector(terms)
    from given as g
    where not exists (select from song_index where id = g.id)
    order by id
), lyrics_gone as (
    delete from lyrics where song_id = any(%(ids)s::bigint[]) and source = 'embedded'
)
insert into songs (
    id, album_id, artist_id, album_artist_id, volume_id, path, title, sort_name, album, display_artist,
    display_album_artist, display_composer, credits, disc_number, track_number, disc_subtitle, year, release_date,
    original_date, genres, duration_ms, span_start_ms, span_end_ms, suffix, content_type, codec, bit_rate, bit_depth,
    sampling_rate, channels, size_bytes, modified_at, mbid, track_mbid, isrc, moods, groupings, works, movements, bpm,
    comment, explicit, track_gain, track_peak, album_gain, album_peak, cover_id, tags, genre_ids
)
select id, album_id, artist_id, album_artist_id, volume_id, decode(path, 'hex'), title, sort_name, album,
    display_artist, display_album_artist, display_composer, credits, disc_number, track_number, disc_subtitle, year,
    release_date, original_date, genres, duration_ms, span_start_ms, span_end_ms, suffix, content_type, codec,
    bit_rate, bit_depth, sampling_rate, channels, size_bytes, to_timestamp(modified_ns / 1e9), mbid, track_mbid, isrc,
    moods, groupings, works, movements, bpm, comment, explicit, track_gain, track_peak, album_gain, album_peak,
    cover_id, tags, genre_ids
from given
on conflict (id) do update set
    album_id = excluded.album_id, artist_id = excluded.artist_id, album_artist_id = excluded.album_artist_id,
    volume_id = excluded.volume_id, path = excluded.path, title = excluded.title, sort_name = excluded.sort_name,
    album = excluded.album, display_artist = excluded.display_artist,
    display_album_artist = excluded.display_album_artist, display_composer = excluded.display_composer,
    credits = excluded.credits, disc_number = excluded.disc_number, track_number = excluded.track_number,
    disc_subtitle = excluded.disc_subtitle, year = excluded.year, release_date = excluded.release_date,
    original_date = excluded.original_date, genres = excluded.genres, duration_ms = excluded.duration_ms,
    span_start_ms = excluded.span_start_ms, span_end_ms = excluded.span_end_ms,
    suffix = excluded.suffix, content_type = excluded.content_type, codec = excluded.codec,
    bit_rate = excluded.bit_rate, bit_depth = excluded.bit_depth, sampling_rate = excluded.sampling_rate,
    channels = excluded.channels, size_bytes = excluded.size_bytes, modified_at = excluded.modified_at,
    mbid = excluded.mbid, track_mbid = excluded.track_mbid, isrc = excluded.isrc, moods = excluded.moods,
    groupings = excluded.groupings, works = excluded.works, movements = excluded.movements,
    bpm = excluded.bpm, comment = excluded.comment, explicit = excluded.explicit, track_gain = excluded.track_gain,
    track_peak = excluded.track_peak, album_gain = excluded.album_gain, album_peak = excluded.album_peak,
    cover_id = excluded.cover_id, tags = excluded.tags, genre_ids = excluded.genre_ids, updated_at = now();

-- restyle_songs
-- What songs of one leaf repeat of their album, where they are not told anew themselves and it is not what they have: its
-- name, artists and cover. Returns the songs.
update songs as s
set album = a.name, display_album_artist = a.display_artist, album_artist_id = a.artist_id, cover_id = a.cover_id,
    credits = n.credits, updated_at = now()
from jsonb_to_recordset(%(albums)s) as a (
    id bigint, name text, display_artist text, artist_id bigint, cover_id bigint, credits jsonb
)
cross join lateral (
    select x.id, jsonb_path_query_array(x.credits, '$[*] ? (@.role == "artist")') || a.credits
        || jsonb_path_query_array(x.credits, '$[*] ? (@.role != "artist" && @.role != "albumartist")') as credits
    from songs as x
    where x.id = any(%(ids)s::bigint[]) and x.id >= %(low)s::bigint and x.id < %(high)s::bigint and x.album_id = a.id
) as n
where s.id = any(%(ids)s::bigint[]) and s.id >= %(low)s::bigint and s.id < %(high)s::bigint and s.id = n.id
    and (s.album, s.display_album_artist, s.album_artist_id, s.cover_id, s.credits) is distinct from
        (a.name, a.display_artist, a.artist_id, a.cover_id, n.credits)
returning s.id;

-- leave_albums
-- Songs that lay elsewhere and are no longer of these albums.
delete from song_of_album_elsewhere as e
using unnest(%(albums)s::bigint[], %(songs)s::bigint[]) as m (album_id, song_id)
where e.album_id = m.album_id and e.song_id = m.song_id;

-- join_albums
-- Songs that are of these albums now; those whose id lies in its album's range need no mention.
insert into song_of_album_elsewhere (album_id, song_id)
select album_id, song_id
from unnest(%(albums)s::bigint[], %(songs)s::bigint[]) as m (album_id, song_id)
where song_id not between album_id + 1 and album_id + 1023
order by album_id, song_id;

-- take_over_album_keys
-- Keys of albums that are told anew, unless another album has them that is there.
insert into album_key (key, album_id)
select key, album_id from unnest(%(keys)s::text[], %(ids)s::bigint[]) as c (key, album_id) order by key, album_id
on conflict (key) do update set album_id = excluded.album_id
where exists (select from removed_album where id = album_key.album_id);

-- give_up_album_keys
-- Keys that no longer say what these albums are.
delete from album_key as k
using unnest(%(keys)s::text[], %(ids)s::bigint[]) as c (key, album_id)
where k.key = c.key and k.album_id = c.album_id;

-- move_covers
-- Pictures inside songs whose files have another place now.
update cover as c set volume_id = m.new_volume, path = m.new_path
from unnest(
    %(volumes)s::smallint[], %(paths)s::bytea[], %(new_volumes)s::smallint[], %(new_paths)s::bytea[]
) as m (volume_id, path, new_volume, new_path)
where c.volume_id = m.volume_id and md5(c.path) = md5(m.path) and c.path = m.path and c.embedded;

-- rehome_covers
-- Pictures inside songs that are gone: they are read from another song of the album, for as a rule all have the same.
update cover as c set volume_id = s.volume_id, path = s.path
from unnest(%(volumes)s::smallint[], %(paths)s::bytea[], %(albums)s::bigint[]) as g (volume_id, path, album_id)
cross join lateral (
    select volume_id, path from songs
    where id > g.album_id and id < g.album_id + 1024 and album_id = g.album_id
    order by id limit 1
) as s
where c.volume_id = g.volume_id and md5(c.path) = md5(g.path) and c.path = g.path and c.embedded;

-- remove_artist_index
-- Those of the artists whom nothing credits any more; returns them. Their rows of artists stay, with name and code.
with gone as (
    delete from artist_index as i
    using unnest(%(ids)s::bigint[]) as wanted (id)
    where i.id = wanted.id
        and not exists (
            select
            from folder_total as t
            cross join lateral (
                select from artist_folder where volume_id = t.volume_id and artist_id = wanted.id offset 0
            ) as f
        )
    returning i.id, i.entry
), counted as (
    insert into list_stretch (list, volume_id, stretch, entries)
    select 'artists', 0, entry >> 10, -count(*) from gone group by entry >> 10
    on conflict (list, scope, volume_id, stretch) do update set entries = list_stretch.entries + excluded.entries
)
select id from gone;

-- settle_artists
-- Roles of artists, from their credits. A cover that is no longer their album's gives way to that of another album.
update artists as a
set roles = f.roles,
    cover_id = case when a.cover_id = any(%(covers)s::bigint[]) then f.cover_id else a.cover_id end,
    updated_at = now()
from (
    select wanted.id,
        array(
            select r.name
            from credit_role as r
            where exists (select from song_credit where artist_id = wanted.id and role_id = r.id)
                or r.name = 'albumartist' and exists (
                    select from folder_total as t
                    cross join lateral (
                        select from artist_folder
                        where volume_id = t.volume_id and artist_id = wanted.id and album_count > 0
                        offset 0
                    ) as f
                )
            order by r.name
        ) as roles,
        (
            select b.cover_id
            from (select id from album_index where artist_id = wanted.id order by id limit 10) as i
            cross join lateral (select cover_id from albums where id = i.id offset 0) as b
            where b.cover_id is not null
            order by i.id
            limit 1
        ) as cover_id
    from unnest(%(ids)s::bigint[]) as wanted (id)
) as f
where a.id = any(%(ids)s::bigint[]) and a.id = f.id
    and (a.roles <> f.roles or a.cover_id = any(%(covers)s::bigint[]));
