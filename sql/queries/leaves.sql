-- analyze_grown_leaves
-- Names of the partitions whose statistics were brought up to date.
select analyze_grown_leaves() as name;

-- leaf_summary
-- Leaves in use, and how far the open one is filled; a row for each leaf, so a handful.
select count(*) filter (where state <> 'prepared') as leaves,
    max(number) filter (where state = 'open') as open_leaf,
    max(songs) filter (where state = 'open') as open_songs
from leaf;

-- catalogue_totals
-- Exact numbers of the whole catalogue: one row.
select songs, albums, artists, changed_at from catalogue_total;

-- leaves
-- Every leaf that holds or takes something, in order; a handful. The key is its name as a partition of Dagster's.
select number, state, albums, songs, to_char(opened_at at time zone 'utc', 'YYYY-MM-DD') || '.' || lpad(number::text, 4, '0') as key
from leaf
where state <> 'prepared'
order by number;

-- leaves_to_care_for
-- Leaves that were filled since anybody last looked after them, or in which a tenth of the rows has changed since.
select l.number
from leaf as l
cross join lateral (
    select sum(pg_stat_get_dead_tuples(part)) as dead, sum(pg_stat_get_live_tuples(part)) as live
    from unnest(array['albums_', 'songs_', 'song_tags_']) as name
    cross join lateral (select (name || lpad(l.number::text, 4, '0'))::regclass as part) as named
) as rows
where l.state = 'closed' and (l.cared_at is null or l.cared_at < l.closed_at or rows.dead > 1000 + rows.live / 10)
order by l.number;

-- leaf_state
-- One leaf's size: rows as the server estimates them, and bytes with indexes.
select l.number, l.state, l.albums, l.songs,
    pg_total_relation_size(('songs_' || lpad(l.number::text, 4, '0'))::regclass)
        + pg_total_relation_size(('albums_' || lpad(l.number::text, 4, '0'))::regclass)
        + pg_total_relation_size(('song_tags_' || lpad(l.number::text, 4, '0'))::regclass) as bytes
from leaf as l
where l.number = %(leaf)s;

-- note_care
-- The leaf has been looked after.
update leaf set cared_at = now() where number = %(leaf)s;
