"""Many artists and nothing else, straight by SQL: for what lists all of them.

A third of them have what a name can have at its worst: quotes, markup, control characters, other scripts, great length.
Folder 1 holds two thirds of them, folder 2 half, folder 3 one in a hundred, so that some are in several; one in twenty
only appears on the albums of others. Folder 4 is no music folder.
"""

from typing import Any

import psycopg

FOLDERS = (1, 2, 3)

_ROWS = r"""
    insert into volume (id, name, kind, path)
    values (1, 'Music', 'storage', '/1'), (2, 'Records', 'storage', '/2'), (3, 'Children', 'storage', '/3'),
        (4, 'Inbound', 'inbound', '/4');
    select setval(pg_get_serial_sequence('volume', 'id'), 4);

    create temporary table made on commit drop as
    select n, ((n + 1)::bigint << 10) | 1 as id,
        initcap(translate(substr(md5('a' || n * 7 %% 9001), 1, 3 + n %% 6), '0123456789', 'aeioulnrst'))
        || ' ' || initcap(translate(substr(md5('b' || n * 13 %% 7001), 1, 4 + n %% 7), '0123456789', 'aeioulnrst'))
        || case n %% 3 * (n %% 40)
            when 2 then ' & "Friends" <live>'
            when 4 then E' }]}\\", {"id":"1'
            when 8 then E' \u2028\u2029\t\x01\x7f\ufffe'
            when 10 then ' Кино 夢 🎵'
            when 14 then repeat(' Ω', 400)
            else ''
        end as name
    from generate_series(0, %(artists)s - 1) as n;

    insert into artists (
        id, name, sort_name, index_letter, directory_code, directory_base, mbid, disambiguation, roles
    )
    select id, name, lower(name), case when n %% 50 = 0 then '#' else left(name, 1) end, 'X' || n, 'X',
        case when n %% 10 < 7 then md5(n::text)::uuid end, case when n %% 30 = 0 then 'of "' || n || '"' end,
        case when n %% 9 = 0 then '{artist,albumartist,composer}' else '{artist,albumartist}' end::text[]
    from made;

    insert into artist_index (id, index_letter, sort_name, search_name, terms)
    select id, index_letter, sort_name, sort_name, '' from artists order by id;

    insert into artist_folder (volume_id, artist_id, album_count, credit_count)
    select v, id, case when n %% 20 = 11 then 0 else 1 + n %% 7 end, 9
    from made
    cross join generate_series(1, 3) as v
    where n %% 3 <> 0 and v = 1 or n %% 2 = 0 and v = 2 or n %% 100 = 7 and v = 3;

    update catalogue_total set artists = %(artists)s, changed_at = now();
"""


def fill(url: str, artists: int) -> None:
    """Fills an empty catalogue with artists."""
    with psycopg.connect(url) as db:
        psycopg.ClientCursor(db).execute(_ROWS, {"artists": artists})
    with psycopg.connect(url, autocommit=True) as db:
        db.execute("vacuum analyze")


def mark(db: psycopg.Connection[Any], account: int, number: int) -> None:
    """Stars and ratings of an account for so many artists, from all over the list; in place of those it has."""
    db.execute("delete from artist_annotation where account_id = %s", (account,))
    db.execute(
        """
        insert into artist_annotation (account_id, artist_id, starred_at, rating)
        select %s, id,
            case when id %% 3 <> 0 then timestamptz '2024-02-29 12:00:00.125+00' + id %% 1000 * interval '1 s' end,
            case when id %% 3 <> 1 then 1 + id %% 5 end
        from artists order by md5(id::text) limit %s
        """,
        (account, number),
    )
