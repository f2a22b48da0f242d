-- songs_by_id
-- The one statement that fetches songs, in the order of the ids, with what the account and all listeners think of them.
-- Ids that are unknown or lie in other folders are left out. `offset 0` keeps the planner from joining by a hash over
-- all leaves: each id is one probe of the one leaf that it names. What is jsonb comes as text, to be read into structs at
-- once, and so does the uuid, which is only written again.
select s.*, a.starred_at, a.rating, a.play_count, a.played_at, r.average, d.disc is not null as has_disc_cover
from unnest(%(ids)s::bigint[]) with ordinality as wanted (id, place)
cross join lateral (
    select id, album_id, artist_id, album_artist_id, path, title, sort_name, album, display_artist,
        display_album_artist, display_composer, credits::text, disc_number, track_number, year, genres, duration_ms,
        span_start_ms, codec, suffix, content_type, bit_rate, bit_depth, sampling_rate, channels, size_bytes, mbid::text, isrc, moods, groupings,
        works::text, movements::text, bpm, comment, explicit, track_gain, track_peak, album_gain, album_peak, created_at
    from songs
    where id = wanted.id and volume_id = any(%(folders)s::smallint[])
    offset 0
) as s
left join lateral (
    select starred_at, rating, play_count, played_at
    from song_annotation
    where account_id = %(account)s and song_id = wanted.id
    offset 0
) as a on true
left join lateral (
    select total::float8 / votes as average from song_rating where song_id = wanted.id and votes > 0 offset 0
) as r on true
left join lateral (
    select disc from disc_cover where album_id = s.album_id and disc = coalesce(s.disc_number, 1) offset 0
) as d on true
order by wanted.place;

-- songs_of_album
-- Ids in disc and track order. One range scan of one leaf, since a song's id lies within 1023 of its album's, and the
-- few that the table of exceptions holds.
select found.id
from (
    select id, disc_number, track_number
    from songs
    where id > %(album)s::bigint and id < %(album)s::bigint + 1024 and album_id = %(album)s::bigint
    union all
    select s.id, s.disc_number, s.track_number
    from song_of_album_elsewhere as e
    cross join lateral (
        select id, disc_number, track_number from songs where id = e.song_id and album_id = e.album_id offset 0
    ) as s
    where e.album_id = %(album)s::bigint
) as found
order by coalesce(found.disc_number, 1), found.track_number nulls last, found.id;

-- song_file
-- Where a song's bytes are. One probe of one leaf.
select s.id, s.path, s.suffix, s.content_type, s.size_bytes, s.modified_at, s.duration_ms, s.span_start_ms, s.span_end_ms,
    s.title, s.display_artist, s.album, s.display_album_artist, s.track_number, s.disc_number, s.year, v.path as root
from (
    select * from songs where id = %(song)s::bigint and volume_id = any(%(folders)s::smallint[]) offset 0
) as s
join volume as v on v.id = s.volume_id;

-- song_owners
-- The album and the artist of each song that there is, which is what a play of it counts for.
select s.id, s.album_id, s.artist_id
from unnest(%(ids)s::bigint[]) as wanted (id)
cross join lateral (
    select id, album_id, artist_id
    from songs
    where id = wanted.id and volume_id = any(%(folders)s::smallint[])
    offset 0
) as s;

-- aliases
-- What became of ids that were merged into others. Asked only for ids that nothing else knows.
select old_id, id from id_alias where old_id = any(%(ids)s::bigint[]);
