-- The synthetic catalogue that melodee synth loads.

-- hold_synthetic
-- Whether nobody else loads one; held until the connection ends.
select pg_try_advisory_lock(hashtextextended('melodee.synth', 0));

-- synthetic
-- What was loaded, or begun: one row or none.
select state, seed, songs, albums, artists, users, leaf_rows, volumes, accounts, begun_at, loaded_at from synthetic;

-- holds_real_music
-- Whether the catalogue has, or is about to get, what no synthetic catalogue brought: the newest entry of each folder
-- says so, or a release on its way, or, where nothing synthetic was loaded, a name or a list that was taken.
with loaded as (
    select coalesce(sum(songs) filter (where state = 'loaded'), 0) as songs,
        coalesce(sum(albums) filter (where state = 'loaded'), 0) as albums, count(*) > 0 as known
    from synthetic
)
select exists (
        select from volume as v
        cross join lateral (select entry from song_index where volume_id = v.id order by entry desc limit 1) as newest
        where newest.entry > loaded.songs
    )
    or exists (
        select from volume as v
        cross join lateral (select entry from album_index where volume_id = v.id order by entry desc limit 1) as newest
        where newest.entry > loaded.albums
    )
    or exists (select from release where state = 'approved')
    or exists (select from batch as b join release as r on r.batch = b.key where r.state = 'published')
    or (not loaded.known and (exists (select from album_key) or exists (select from artist_key) or exists (select from playlist)))
from loaded;

-- begin_synthetic
-- Notes what will be loaded, before anything is.
insert into synthetic (state, seed, songs, albums, artists, users, leaf_rows, volumes, accounts)
values ('loading', %(seed)s, %(songs)s, %(albums)s, %(artists)s, %(users)s, %(leaf_rows)s, %(volumes)s::smallint[], %(accounts)s::text[])
on conflict (single) do update set
    state = excluded.state, seed = excluded.seed, songs = excluded.songs, albums = excluded.albums,
    artists = excluded.artists, users = excluded.users, leaf_rows = excluded.leaf_rows, volumes = excluded.volumes,
    accounts = excluded.accounts, begun_at = now(), loaded_at = null;

-- remove_synthetic_accounts
-- The listeners of the catalogue that is being replaced, by the keys of their names.
delete from account where key in (select unnest(accounts) from synthetic);

-- taken_by_others
-- Which of these accounts are not a synthetic catalogue's.
select name from account
where key = any(%(keys)s::text[]) and key not in (select unnest(accounts) from synthetic)
order by key;

-- remove_synthetic_files
-- The files of its songs, from the ledger.
delete from files as f using synthetic as s where f.volume_id = any(s.volumes) and f.song_id is not null;

-- finish_synthetic
-- All of it is there.
update synthetic set state = 'loaded', loaded_at = now();

-- reserve_upkeep
-- Makes each kind of upkeep look as if it were at work, and so long that nobody else begins it for an hour and a half:
-- whoever loads a catalogue does it at the end, and two at once would take the time of both.
insert into upkeep_task (name, began_at, seconds)
select name, now(), 540 from unnest(%(names)s::text[]) as t (name) order by name
on conflict (name) do update set began_at = excluded.began_at, seconds = excluded.seconds, renewed_at = null;
