-- Upkeep of the leaves.

create function analyze_grown_leaves() returns setof text
language plpgsql
as $$
-- Statistics for leaves that have grown or changed by a tenth since the last time. Parents are not analysed: that would
-- read every leaf again, and every query names its leaf.
declare
    child text;
begin
    for child in
        select c.relname
        from pg_inherits as i
        join pg_class as c on c.oid = i.inhrelid
        join pg_stat_user_tables as s on s.relid = c.oid
        where i.inhparent in ('albums'::regclass, 'songs'::regclass, 'artists'::regclass, 'files'::regclass)
            and s.n_mod_since_analyze > greatest(50, s.n_live_tup / 10)
        order by c.relname
    loop
        execute format('analyze %I', child);
        return next child;
    end loop;
end
$$;
