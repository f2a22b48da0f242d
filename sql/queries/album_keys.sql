-- lock_albums
-- One maker of albums and release groups at a time, until the end of the transaction: what it is to be found by is told
-- by several keys, of which nobody may have some.
select pg_advisory_xact_lock(hashtextextended('melodee.albums', 0));

-- albums_alike
-- What tells albums of one title apart: MusicBrainz id, year, the places of their tracks (disc in the upper 32 bits), and
-- the last disc. One leaf an album, and a range of its songs; those that are gone are known by what is remembered.
select wanted.id, a.volume_id, a.folder, coalesce(a.mbid, r.mbid)::text as mbid, coalesce(a.year, r.year) as year,
    r.id is not null as removed, coalesce(s.positions, '{}') as positions, coalesce(s.discs, 0) as discs
from unnest(%(ids)s::bigint[]) as wanted (id)
left join lateral (select volume_id, folder, mbid, year from albums where id = wanted.id offset 0) as a on true
left join lateral (select id, mbid, year from removed_album where id = wanted.id offset 0) as r on true
cross join lateral (
    select array_agg(greatest(coalesce(disc_number, 1), 1)::bigint << 32 | track_number) filter (where track_number > 0)
            as positions,
        max(disc_number) as discs
    from (
        select disc_number, track_number
        from songs
        where id > wanted.id and id < wanted.id + 1024 and album_id = wanted.id
        union all
        select s.disc_number, s.track_number
        from song_of_album_elsewhere as e
        cross join lateral (
            select disc_number, track_number from songs where id = e.song_id and album_id = e.album_id offset 0
        ) as s
        where e.album_id = wanted.id
    ) as songs_there
) as s;

-- release_groups_by_mbids
-- By the index of the ids, the oldest of each first.
select id, mbid::text from release_group where mbid = any(%(mbids)s::uuid[]) order by mbid, id;

-- set_release_group_mbids
-- By key: releases told the MusicBrainz ids of groups that were known by title so far.
update release_group as g set mbid = n.mbid
from unnest(%(ids)s::bigint[], %(mbids)s::uuid[]) as n (id, mbid)
where g.id = n.id and g.mbid is null;
