-- note_dropped_folders
-- Where songs of albums came from.
insert into dropped_folder (folder, album_id)
select folder_key(volume, folder), album
from unnest(%(volumes)s::smallint[], %(folders)s::bytea[], %(albums)s::bigint[]) as d (volume, folder, album)
order by 1, 2
on conflict do nothing;

-- albums_dropped_in
-- Albums of which songs came from these folders of an inbound volume, or from below: by the primary key, and of each
-- folder so many at most. Albums that went into others are those.
select w.folder, coalesce(a.id, d.album_id) as album_id
from unnest(%(folders)s::bytea[]) as w (folder)
cross join lateral (
    select album_id from dropped_folder
    where folder = folder_key(%(volume)s::smallint, w.folder)
    order by album_id
    limit %(most)s
) as d
left join lateral (select id from id_alias where old_id = d.album_id offset 0) as a on true;

-- songs_stored_in
-- Songs' files in these folders of a storage volume, with their albums; by the index of folders.
select w.folder, f.album_id, f.path
from unnest(%(folders)s::bytea[]) as w (folder)
cross join lateral (
    select album_id, path from files
    where folder_key_of(volume_id, path) = folder_key(%(volume)s::smallint, w.folder)
        and song_id is not null and album_id is not null and state = 'published'
    offset 0
) as f;

-- albums_to_join
-- What albums are called and whose they are, with the MusicBrainz ids of these artists; one leaf an id.
select a.id, a.folder, a.name, a.edition, a.year, a.artist_id, a.display_artist, a.credits, a.release_types,
    a.catalogue_numbers,
    (
        select jsonb_object_agg(x.id, x.mbid)
        from jsonb_to_recordset(a.credits) as c (id bigint)
        cross join lateral (select id, mbid from artists where id = c.id offset 0) as x
        where x.mbid is not null
    ) as mbids
from unnest(%(ids)s::bigint[]) as wanted (id)
cross join lateral (select * from albums where id = wanted.id offset 0) as a
order by a.id;

-- songs_to_join
-- Songs of albums with their files, where they came from, and their titles: a range of a leaf for each album, and one
-- leaf for each song that lies elsewhere.
select s.id, s.album_id, p.volume_id, p.path, p.title, p.span_start_ms, t.origin
from songs_of(%(ids)s::bigint[]) as s
cross join lateral (select volume_id, path, title, span_start_ms from songs where id = s.id offset 0) as p
left join lateral (select origin from song_tags where id = s.id offset 0) as t on true
order by s.album_id, s.id;

-- lyrics_of
-- What sheets songs have; by the primary key.
select song_id, position, language, synced, source
from lyrics where song_id = any(%(songs)s::bigint[]) order by song_id, position;

-- settle_findings
-- What was found about releases of albums and is not so any more; by the index of albums and the primary key.
delete from finding as f
using (select id from release where album_id = any(%(albums)s::bigint[]) offset 0) as r
where f.release_id = r.id and f.code = any(%(codes)s::text[]);

-- alone_in_folders
-- What other batches have left in folders of a volume because no music was beside it; by the index of folders.
select f.path
from unnest(%(folders)s::bytea[]) as w (folder)
cross join lateral (
    select path, state, reason, batch from files
    where folder_key_of(volume_id, path) = folder_key(%(volume)s::smallint, w.folder)
    offset 0
) as f
where f.state = 'ignored' and f.reason = 'no_music_beside' and f.batch is distinct from %(batch)s;
