"""`melodee db`: the migrations of a database."""

import psycopg
import pytest
from sqlalchemy.engine import make_url

from melodee.database import Database


@pytest.fixture
def bare(nothing, postgres_server, monkeypatch):
    """The command line on a server that lacks the database."""
    url = make_url(postgres_server.url("test_migrated")).render_as_string(hide_password=False)
    monkeypatch.setenv("MELODEE_DATABASE_URL", url)
    yield nothing
    postgres_server.drop("test_migrated")


def test_a_missing_database_is_made_and_migrated_and_then_there_is_nothing_to_do(bare):
    first = bare.ok("db", "migrate").lines

    assert first[0] == "applied  0001.catalogue"
    assert first[-1] == f"{len(first) - 1} migrations applied."
    assert bare.ok("db", "migrate").out == "The database is up to date.\n"
    assert bare.ok("db", "status").lines == first[:-1]
    assert bare.ok("user", "list")


def test_what_is_pending_is_listed_with_the_mend(bare, postgres_server):
    postgres_server.create("test_migrated")

    lines = bare.ok("db", "status").lines

    assert lines[0] == "pending  0001.catalogue"
    assert "melodee db migrate" in lines[-1]


@pytest.fixture
def altered(postgres_server, template_database, monkeypatch):
    """Changes the tables of a database of the test's own."""
    url = postgres_server.create("test_migrated", template_database)
    monkeypatch.setenv("MELODEE_DATABASE_URL", url)

    def alter(statement: str) -> None:
        with psycopg.connect(url) as connection:
            connection.execute(statement)

    yield alter
    postgres_server.drop("test_migrated")


def test_a_database_of_a_newer_melodee_is_refused(nothing, altered):
    altered("insert into _yoyo_migration (migration_hash, migration_id) values ('f00', '9999.future')")

    for command in ("status", "migrate"):
        assert "newer" in nothing.refused("db", command)


def test_a_locale_that_makes_search_blind_is_refused_with_the_mend(bare, postgres_server):
    server = Database(postgres_server.url("postgres"))
    with server.autocommit() as db:
        db.connection.exec_driver_sql("create database test_migrated template template0 encoding 'UTF8' locale 'C'")
    server.close()

    assert "C.UTF-8" in bare.refused("db", "migrate")


def test_a_failed_migration_is_one_sentence(nothing, altered):
    # As if an older table stood in the way of a migration that is to come.
    altered("delete from _yoyo_migration where migration_id = '0002.accounts'")

    assert "0002.accounts" in nothing.ok("db", "status").out
    assert "account" in nothing.refused("db", "migrate")
