-- upkeep_due
-- Kinds of upkeep that have not seen the catalogue's last change and have rested since they last ran: for so many
-- seconds, or ten times as long as they took. One that was begun and not finished may be at work, so it rests as well.
select t.name
from unnest(%(names)s::text[], %(rests)s::float8[], %(least_songs)s::bigint[]) as t (name, rest, least_songs)
cross join catalogue_total as c
left join upkeep_task as u on u.name = t.name
where c.songs >= t.least_songs
    and c.changed_at > coalesce(u.reflects, '-infinity')
    and greatest(u.began_at, u.finished_at, '-infinity')
        < now() - greatest(t.rest, 10 * coalesce(u.seconds, 0)) * interval '1 second'
order by t.name;

-- begin_upkeep
-- Notes that it runs; returns the catalogue's last change, which all that it reads is at least as new as, and whether it
-- is time to make all anew: once a day.
with before as materialized (
    select renewed_at from upkeep_task where name = %(name)s
), noted as (
    insert into upkeep_task (name, began_at) values (%(name)s, now())
    on conflict (name) do update set began_at = excluded.began_at
)
select t.changed_at, coalesce((select renewed_at from before), '-infinity') < now() - interval '20 hours' as anew
from catalogue_total as t;

-- finish_upkeep
-- Notes what it has seen and how long it took, in seconds.
update upkeep_task
set reflects = %(reflects)s, finished_at = now(), seconds = %(seconds)s,
    renewed_at = case when %(anew)s then began_at else renewed_at end
where name = %(name)s;

-- upkeep_behind
-- Kinds of upkeep that have not seen the catalogue's last change although they finished last more than `seconds`, and
-- twenty times their own length, ago; with the hours since then.
select u.name, extract(epoch from now() - u.finished_at) / 3600 as hours
from upkeep_task as u
cross join catalogue_total as c
where c.changed_at > coalesce(u.reflects, '-infinity')
    and u.finished_at < now() - greatest(%(seconds)s::float8, 20 * u.seconds) * interval '1 second'
order by u.name;
