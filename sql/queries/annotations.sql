-- known_songs
-- Which of the ids are songs in the folders; a probe of a narrow table for each. So too albums and artists.
select i.id
from unnest(%(ids)s::bigint[]) as wanted (id)
cross join lateral (
    select id from song_index where id = wanted.id and volume_id = any(%(folders)s::smallint[]) offset 0
) as i;

-- known_albums
-- See known_songs.
select i.id
from unnest(%(ids)s::bigint[]) as wanted (id)
cross join lateral (
    select id from album_index where id = wanted.id and volume_id = any(%(folders)s::smallint[]) offset 0
) as i;

-- known_artists
-- See known_songs.
select wanted.id
from unnest(%(ids)s::bigint[]) as wanted (id)
cross join lateral (
    select from artist_folder where artist_id = wanted.id and volume_id = any(%(folders)s::smallint[]) limit 1
) as f;

-- star_songs
-- A star that is there keeps its date.
insert into song_annotation as a (account_id, song_id, starred_at)
select %(account)s, id, now() from unnest(%(ids)s::bigint[]) as starred (id) order by id
on conflict (account_id, song_id) do update set starred_at = coalesce(a.starred_at, excluded.starred_at);

-- star_albums
-- See star_songs.
insert into album_annotation as a (account_id, album_id, starred_at)
select %(account)s, id, now() from unnest(%(ids)s::bigint[]) as starred (id) order by id
on conflict (account_id, album_id) do update set starred_at = coalesce(a.starred_at, excluded.starred_at);

-- star_artists
-- See star_songs.
insert into artist_annotation as a (account_id, artist_id, starred_at)
select %(account)s, id, now() from unnest(%(ids)s::bigint[]) as starred (id) order by id
on conflict (account_id, artist_id) do update set starred_at = coalesce(a.starred_at, excluded.starred_at);

-- unstar_songs
-- By the key; what has no star stays as it is.
update song_annotation set starred_at = null
where account_id = %(account)s and song_id = any(%(ids)s::bigint[]) and starred_at is not null;

-- unstar_albums
-- See unstar_songs.
update album_annotation set starred_at = null
where account_id = %(account)s and album_id = any(%(ids)s::bigint[]) and starred_at is not null;

-- unstar_artists
-- See unstar_songs.
update artist_annotation set starred_at = null
where account_id = %(account)s and artist_id = any(%(ids)s::bigint[]) and starred_at is not null;

-- open_song_annotation
-- Makes sure of the row that rate_song locks, so that two ratings of one song by one account follow each other.
insert into song_annotation (account_id, song_id) values (%(account)s, %(id)s) on conflict do nothing;

-- rate_song
-- The account's rating, null for none, and what it changes in the average.
with before as materialized (
    select rating from song_annotation where account_id = %(account)s and song_id = %(id)s for update
), after as (
    update song_annotation set rating = %(rating)s::smallint
    where account_id = %(account)s and song_id = %(id)s and exists (select from before)
), change as (
    select coalesce(%(rating)s::integer, 0) - coalesce(rating, 0) as total,
        (%(rating)s::integer is not null)::integer - (rating is not null)::integer as votes
    from before
)
insert into song_rating as r (song_id, total, votes)
select %(id)s, total, votes from change where total <> 0 or votes <> 0
on conflict (song_id) do update set total = r.total + excluded.total, votes = r.votes + excluded.votes;

-- open_album_annotation
-- See open_song_annotation.
insert into album_annotation (account_id, album_id) values (%(account)s, %(id)s) on conflict do nothing;

-- rate_album
-- See rate_song.
with before as materialized (
    select rating from album_annotation where account_id = %(account)s and album_id = %(id)s for update
), after as (
    update album_annotation set rating = %(rating)s::smallint
    where account_id = %(account)s and album_id = %(id)s and exists (select from before)
), change as (
    select coalesce(%(rating)s::integer, 0) - coalesce(rating, 0) as total,
        (%(rating)s::integer is not null)::integer - (rating is not null)::integer as votes
    from before
)
insert into album_rating as r (album_id, total, votes)
select %(id)s, total, votes from change where total <> 0 or votes <> 0
on conflict (album_id) do update set total = r.total + excluded.total, votes = r.votes + excluded.votes;

-- rate_artist
-- Artists have no average: no list is ordered by it.
insert into artist_annotation (account_id, artist_id, rating)
values (%(account)s, %(id)s, %(rating)s::smallint)
on conflict (account_id, artist_id) do update set rating = excluded.rating;

-- scrobble
-- Plays, each once by account, moment and song, counted for the song and its album; a last play never moves back. The
-- order of the keys keeps two devices of one account from waiting for each other in a ring. Popularity is a hint for
-- the order of search results: a row that a promotion holds is passed over, so that no player waits for a batch.
with given as materialized (
    select *
    from unnest(%(songs)s::bigint[], %(albums)s::bigint[], %(artists)s::bigint[], %(moments)s::timestamptz[])
        as g (song_id, album_id, artist_id, played_at)
), fresh as (
    insert into scrobble (account_id, played_at, song_id, client)
    select %(account)s, played_at, song_id, %(client)s from given order by played_at, song_id
    on conflict do nothing
    returning song_id, played_at
), plays as materialized (
    select fresh.song_id, fresh.played_at, g.album_id, g.artist_id
    from fresh
    cross join lateral (
        select album_id, artist_id from given where given.song_id = fresh.song_id limit 1
    ) as g
), song_plays as (
    insert into song_annotation as a (account_id, song_id, play_count, played_at)
    select %(account)s, song_id, count(*), max(played_at) from plays group by song_id order by song_id
    on conflict (account_id, song_id) do update set
        play_count = a.play_count + excluded.play_count,
        played_at = greatest(a.played_at, excluded.played_at)
), album_plays as (
    insert into album_annotation as a (account_id, album_id, play_count, played_at)
    select %(account)s, album_id, count(*), max(played_at) from plays group by album_id order by album_id
    on conflict (account_id, album_id) do update set
        play_count = a.play_count + excluded.play_count,
        played_at = greatest(a.played_at, excluded.played_at)
), free_songs as materialized (
    select i.id, p.number
    from (select song_id, count(*) as number from plays group by song_id) as p
    cross join lateral (select id from song_index where id = p.song_id for no key update skip locked) as i
), songs as (
    update song_index as i set popularity = i.popularity + f.number from free_songs as f where i.id = f.id
), free_albums as materialized (
    select i.id, p.number
    from (select album_id, count(*) as number from plays group by album_id) as p
    cross join lateral (select id from album_index where id = p.album_id for no key update skip locked) as i
), albums as (
    update album_index as i set popularity = i.popularity + f.number from free_albums as f where i.id = f.id
), free_artists as materialized (
    select i.id, p.number
    from (select artist_id, count(*) as number from plays group by artist_id) as p
    cross join lateral (select id from artist_index where id = p.artist_id for no key update skip locked) as i
), artists as (
    update artist_index as i set popularity = i.popularity + f.number from free_artists as f where i.id = f.id
)
select count(*) from plays;

-- play_now
-- What a player says it is playing; one row a player.
insert into now_playing (account_id, client, song_id)
values (%(account)s, %(client)s, %(song)s)
on conflict (account_id, client) do update set song_id = excluded.song_id, started_at = now();
