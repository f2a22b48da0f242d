"""Migrations are applied once, whoever else starts or was killed meanwhile."""

from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from melodee.migrations import migrate, status


@pytest.fixture
def empty_url(postgres_server):
    yield postgres_server.create("unmigrated")
    postgres_server.drop("unmigrated")


def test_what_is_pending_is_applied_in_order_and_once(empty_url):
    pending = status(empty_url).pending

    assert pending == sorted(pending)
    assert migrate(empty_url) == pending
    assert migrate(empty_url) == []
    assert status(empty_url).applied == pending


def test_of_two_that_start_at_once_one_applies_them(empty_url):
    with ThreadPoolExecutor(2) as pool:
        applied = sorted(pool.map(migrate, [empty_url, empty_url]), key=len)

    assert applied[0] == []
    assert applied[1]


def test_one_that_was_killed_locks_nobody_out(empty_url):
    migrate(empty_url)
    with psycopg.connect(empty_url) as connection:
        connection.execute("insert into yoyo_lock (locked, ctime, pid) values (1, now(), 4711)")

    assert migrate(empty_url) == []


def test_no_index_holds_a_path_as_it_is(empty_url):
    # A path may have 4,096 bytes, an index takes 2,700 in an entry: whoever looks for one goes by a hash of it.
    migrate(empty_url)
    with psycopg.connect(empty_url) as connection:
        columns = connection.execute(
            "select t.relname, a.attname from pg_index as i "
            "join pg_class as c on c.oid = i.indexrelid join pg_am as m on m.oid = c.relam "
            "join pg_class as t on t.oid = i.indrelid and t.relnamespace = 'public'::regnamespace "
            "join pg_attribute as a on a.attrelid = c.oid and a.atttypid = 'bytea'::regtype "
            "where m.amname = 'btree' and not t.relispartition"
        ).fetchall()

    assert set(columns) == {("api_key", "digest"), ("cover", "digest"), ("files", "content_hash")}
