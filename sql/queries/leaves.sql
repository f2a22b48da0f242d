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
