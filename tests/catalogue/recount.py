"""What every number and every derived table of the catalogue must be, recounted from the rows in plain SQL.

Nothing here uses what the catalogue itself derives with: rows of albums and songs, and the entry numbers of the index
tables, are all that it looks at.
"""

from collections import Counter
from decimal import Decimal
from typing import Any

from melodee.database import Database
from melodee.text import comparable, search_terms

Table = dict[Any, Any]
"""Values by key; numbers that are 0 are left out, since a row of zeros says what no row says."""

# What is kept, as key columns and values.
KEPT = {
    "folder_total": "select volume_id, albums, songs, duration_ms, size_bytes from folder_total",
    "genre_folder": "select genre_id, volume_id, album_count, song_count, duration_ms from genre_folder",
    "artist_folder": """
        select f.artist_id, f.volume_id, f.entry - i.entry, f.album_count, f.song_count, f.credit_count, f.duration_ms
        from artist_folder as f left join artist_index as i on i.id = f.artist_id
    """,
    "catalogue_total": "select 0, songs, albums, artists, duration_ms, size_bytes from catalogue_total",
    "list_stretch": "select list, scope, volume_id, stretch, entries from list_stretch",
    "list_block": "select list, scope, volume_id, block, entries from list_block",
    "albums": "select id, song_count, duration_ms, size_bytes from albums",
    "album_credit": "select artist_id, album_id, role, true from album_credit",
    "album_genre": "select genre_id, album_id, volume_id, true from album_genre",
    "song_credit": """
        select artist_id, (select name from credit_role where id = role_id), song_id, true from song_credit
    """,
    "song_genre": "select genre_id, song_id, volume_id, coalesce(year, 0), true from song_genre",
    "song_of_album_elsewhere": "select album_id, song_id, true from song_of_album_elsewhere",
    "album_index": """
        select id, volume_id, artist_id, coalesce(year, 0), sort_name, artist_sort_name, search_name,
            array_to_string(tsvector_to_array(terms), ' '), true
        from album_index
    """,
    "song_index": """
        select id, volume_id, artist_id, coalesce(year, 0), duration_ms, search_name,
            array_to_string(tsvector_to_array(terms), ' '), true
        from song_index
    """,
    "artist_index": """
        select id, index_letter, sort_name, search_name, array_to_string(tsvector_to_array(terms), ' '), true
        from artist_index
    """,
    "artists": "select id, array_to_string(roles, ' ') from artists where roles <> '{}'",
}

_CREDITS = """
    select s.id, s.album_id, s.volume_id, s.duration_ms, (c ->> 'id')::bigint as artist_id, c ->> 'role' as role
    from songs as s, jsonb_array_elements(s.credits) as c
"""
_OWNERS = """
    select distinct a.id as album_id, a.volume_id, (c ->> 'id')::bigint as artist_id
    from albums as a, jsonb_array_elements(a.credits) as c
"""

RECOUNTED = {
    "folder_total": """
        select v.volume_id, (select count(*) from albums as a where a.volume_id = v.volume_id), count(s.id),
            coalesce(sum(s.duration_ms), 0), coalesce(sum(s.size_bytes), 0)
        from (select volume_id from songs union select volume_id from albums) as v
        left join songs as s on s.volume_id = v.volume_id
        group by 1
    """,
    "genre_folder": """
        select g.genre_id, g.volume_id,
            (select count(*) from albums where volume_id = g.volume_id and g.genre_id = any(genre_ids)),
            (select count(*) from songs where volume_id = g.volume_id and g.genre_id = any(genre_ids)),
            (select coalesce(sum(duration_ms), 0) from songs
                where volume_id = g.volume_id and g.genre_id = any(genre_ids))
        from (
            select unnest(genre_ids) as genre_id, volume_id from songs
            union select unnest(genre_ids), volume_id from albums
        ) as g
    """,
    "artist_folder": f"""
        with credit as ({_CREDITS}), owner as ({_OWNERS})
        select p.artist_id, p.volume_id, 0,
            (select count(*) from owner where artist_id = p.artist_id and volume_id = p.volume_id),
            (select count(distinct id) from credit
                where role = 'artist' and artist_id = p.artist_id and volume_id = p.volume_id),
            count(distinct p.album_id),
            (select coalesce(sum(duration_ms), 0) from (
                select distinct id, duration_ms from credit
                where role = 'artist' and artist_id = p.artist_id and volume_id = p.volume_id
            ) as performed)
        from (
            select artist_id, volume_id, album_id from credit union select artist_id, volume_id, album_id from owner
        ) as p
        group by 1, 2
    """,
    "catalogue_total": f"""
        with credit as ({_CREDITS}), owner as ({_OWNERS})
        select 0, (select count(*) from songs), (select count(*) from albums),
            (select count(*) from (select artist_id from credit union select artist_id from owner) as a),
            (select coalesce(sum(duration_ms), 0) from songs), (select coalesce(sum(size_bytes), 0) from songs)
    """,
    "list_stretch": f"""
        with credit as ({_CREDITS}), owner as ({_OWNERS}), part as (
            select artist_id, volume_id from credit union select artist_id, volume_id from owner
        ), named as (
            select a.volume_id, l.list, (
                select n.stretch from name_stretch as n
                where n.list = l.list and (
                    case when n.list = 'albums_by_artist' then n.artist_sort_name else '' end, n.sort_name, n.id
                ) <= (case when n.list = 'albums_by_artist' then x.sort_name else '' end, a.sort_name, a.id)
                order by n.artist_sort_name desc, n.sort_name desc, n.id desc
                limit 1
            ) as stretch
            from albums as a
            join artists as x on x.id = a.artist_id
            cross join (values ('albums_by_name'), ('albums_by_artist')) as l (list)
        )
        select 'songs', 0, s.volume_id, i.entry / 8192, count(*)
        from songs as s join song_index as i on i.id = s.id group by 1, 2, 3, 4
        union all
        select 'albums', 0, a.volume_id, i.entry / 1024, count(*)
        from albums as a join album_index as i on i.id = a.id group by 1, 2, 3, 4
        union all
        select 'artists', 0, p.volume_id, i.entry / 1024, count(*)
        from part as p join artist_index as i on i.id = p.artist_id group by 1, 2, 3, 4
        union all
        select 'artists', 0, 0, i.entry / 1024, count(*)
        from (select distinct artist_id from part) as p join artist_index as i on i.id = p.artist_id group by 1, 2, 3, 4
        union all
        select 'genre_songs', g, volume_id, id / 1048576, count(*)
        from songs, unnest(genre_ids) as g group by 1, 2, 3, 4
        union all
        select 'genre_albums', g, volume_id, id / 1048576, count(*)
        from albums, unnest(genre_ids) as g group by 1, 2, 3, 4
        union all
        select 'years', 0, volume_id, year, count(*) from albums where year is not null group by 1, 2, 3, 4
        union all
        select 'year_albums', year, volume_id, id / 1048576, count(*)
        from albums where year is not null group by 1, 2, 3, 4
        union all
        select list, 0, volume_id, stretch, count(*) from named group by 1, 2, 3, 4
    """,
    "albums": """
        select a.id, count(s.id), coalesce(sum(s.duration_ms), 0), coalesce(sum(s.size_bytes), 0)
        from albums as a left join songs as s on s.album_id = a.id group by 1
    """,
    "album_credit": f"""
        with credit as ({_CREDITS}), owner as ({_OWNERS})
        select artist_id, album_id, 'albumartist', true from owner
        union
        select artist_id, album_id, 'appearance', true from credit
        where not exists (select from owner where artist_id = credit.artist_id and album_id = credit.album_id)
    """,
    "album_genre": "select unnest(genre_ids), id, volume_id, true from albums",
    "song_credit": f"select distinct artist_id, role, id, true from ({_CREDITS}) as credit",
    "song_genre": "select unnest(genre_ids), id, volume_id, coalesce(year, 0), true from songs",
    "song_of_album_elsewhere": """
        select album_id, id, true from songs where id <= album_id or id >= album_id + 1024
    """,
    "artists": f"""
        with credit as ({_CREDITS}), owner as ({_OWNERS})
        select artist_id, string_agg(role, ' ' order by role collate "C")
        from (select artist_id, role from credit union select artist_id, 'albumartist' from owner) as r
        group by 1
    """,
}

# Search needs the names as Python compares them.
_NAMED = {
    "album_index": """
        select a.id, a.volume_id, a.artist_id, coalesce(a.year, 0) as year, a.sort_name,
            x.sort_name as artist_sort_name, a.name, array[a.name, a.display_artist] as names
        from albums as a join artists as x on x.id = a.artist_id
    """,
    "song_index": """
        select id, volume_id, artist_id, coalesce(year, 0) as year, duration_ms, title as name,
            array[title, display_artist] || array(
                select c ->> 'name' from jsonb_array_elements(credits) as c where c ->> 'role' = 'artist'
            ) as names
        from songs
    """,
    "artist_index": f"""
        with credit as ({_CREDITS}), owner as ({_OWNERS})
        select id, index_letter, sort_name, name, array[name] as names
        from artists
        where id in (select artist_id from credit union select artist_id from owner)
    """,
}


def kept(database: Database) -> dict[str, Table]:
    """Every number and every derived table as it is kept."""
    return {name: _values(name, _rows(database, statement)) for name, statement in KEPT.items()}


def recounted(database: Database) -> dict[str, Table]:
    """The same from the rows of the catalogue."""
    found = {name: _values(name, _rows(database, statement)) for name, statement in RECOUNTED.items()}
    blocks: Counter[Any] = Counter()
    for (list_, scope, volume, stretch), (entries,) in found["list_stretch"].items():
        blocks[list_, scope, volume, stretch // 32] += entries
    found["list_block"] = {key: (entries,) for key, entries in blocks.items()}
    for name, statement in _NAMED.items():
        found[name] = {(*row[:-2], comparable(row[-2]), _terms(row[-1])): (True,) for row in _rows(database, statement)}
    return found


def differences(database: Database) -> dict[str, tuple[list[Any], list[Any]]]:
    """By table, what it holds and should not, and what it should hold and does not; nothing when all is right."""
    is_, should_be = kept(database), recounted(database)
    assert set(is_) == set(should_be)
    return {
        name: (sorted(is_[name].items() - table.items()), sorted(table.items() - is_[name].items()))
        for name, table in should_be.items()
        if is_[name] != table
    }


_NUMBERS = {
    "folder_total": 4, "genre_folder": 3, "artist_folder": 4, "catalogue_total": 5, "albums": 3,
}  # fmt: skip
"""How many of a row's last columns are values; of all others, one."""


def _values(name: str, rows: list[Any]) -> Table:
    values = _NUMBERS.get(name, 1)
    table = {tuple(row[:-values]): tuple(row[-values:]) for row in rows}
    assert len(table) == len(rows), name
    return {key: value for key, value in table.items() if any(value)}


def _terms(names: list[str]) -> str:
    return " ".join(sorted({term for name in names for term in search_terms(name)}, key=lambda term: term.encode()))


def _rows(database: Database, statement: str) -> list[Any]:
    with database.autocommit() as db:
        found = db.connection.exec_driver_sql(statement)
        return [tuple(int(value) if isinstance(value, Decimal) else value for value in row) for row in found]
