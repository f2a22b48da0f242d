"""Whether a server will do, and its databases."""

import psycopg
import pytest
from psycopg import sql
from sqlalchemy.engine import make_url

from melodee.postgres import databases
from melodee.postgres.databases import DatabaseUnusable, prepare_databases


def run(url: str, statement: str, *names: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))  # pyright: ignore[reportArgumentType]


@pytest.fixture
def names(postgres_server):
    """Names of databases, dropped after the test."""
    made = []

    def name(text):
        made.extend([text, f"{text}_dagster"])
        return text

    yield name
    for one in made:
        postgres_server.drop(one)


def test_both_databases_are_made_and_kept(postgres_server, names):
    url = postgres_server.url(names("prepared"))

    urls = prepare_databases(url)
    run(urls.catalogue, "create table kept (id int)")

    assert prepare_databases(url) == urls
    run(urls.catalogue, "insert into kept values (1)")
    assert make_url(urls.catalogue) == make_url(url)
    assert urls.dagster.startswith("postgresql+psycopg2://")
    assert "/prepared_dagster" in urls.dagster


def test_dagsters_database_may_be_named(postgres_server, names):
    dagster = postgres_server.url(names("elsewhere"))

    urls = prepare_databases(postgres_server.url(names("prepared2")), dagster)

    assert make_url(urls.dagster) == make_url(dagster).set(drivername="postgresql+psycopg2")


def test_a_database_whose_locale_is_blind_is_refused(postgres_server, names):
    run(postgres_server.url("postgres"), "create database {} template template0 locale 'C'", names("blind"))

    with pytest.raises(DatabaseUnusable, match=r'sees ASCII letters only; make another.*locale "C\.UTF-8"'):
        prepare_databases(postgres_server.url("blind"))


def test_a_database_in_another_encoding_is_refused(postgres_server, names):
    run(
        postgres_server.url("postgres"),
        "create database {} template template0 encoding 'LATIN1' locale 'C'",
        names("latin"),
    )

    with pytest.raises(DatabaseUnusable, match="is in LATIN1"):
        prepare_databases(postgres_server.url("latin"))


@pytest.fixture
def guest(postgres_server):
    run(postgres_server.url("postgres"), "create role {} login password 'guest'", "guest")

    def url(database):
        return postgres_server.url(database).replace("melodee:" + postgres_server.address.password, "guest:guest")

    yield url
    run(postgres_server.url("postgres"), "drop owned by {}", "guest")
    run(postgres_server.url("postgres"), "drop role {}", "guest")


def test_a_role_that_may_not_make_databases_is_told_what_to_ask_for(guest):
    with pytest.raises(DatabaseUnusable, match=r"""cannot be made .*'create database "absent" owner "guest\""""):
        prepare_databases(guest("absent"))


def test_a_role_that_may_not_make_dagsters_is_told_what_to_ask_for(postgres_server, guest, names):
    run(postgres_server.url("postgres"), "create database {} owner {} template template0", names("theirs"), "guest")
    try:
        with pytest.raises(DatabaseUnusable, match=r"""'create database "theirs_dagster" owner "guest\""""):
            prepare_databases(guest("theirs"))
    finally:
        postgres_server.drop("theirs")


def test_a_role_that_may_not_make_tables_is_told_what_to_ask_for(guest, postgres_server, names):
    run(postgres_server.url("postgres"), "create database {} template template0", names("ours"))
    run(postgres_server.url("ours"), "revoke create on schema public from public")

    with pytest.raises(DatabaseUnusable, match='grant create on schema public to "guest"'):
        prepare_databases(guest("ours"))


def test_a_server_that_is_too_old_is_refused_before_anything_is_made(postgres_server, names, monkeypatch):
    monkeypatch.setattr(databases, "OLDEST_MAJOR", 99)

    with pytest.raises(DatabaseUnusable, match="Melodee needs 99 or later"):
        prepare_databases(postgres_server.url(names("new")))

    with psycopg.connect(postgres_server.url("postgres")) as connection:
        assert connection.execute("select from pg_database where datname = 'new'").fetchone() is None


def test_a_server_that_does_not_answer_is_named_without_its_password():
    with pytest.raises(DatabaseUnusable) as caught:
        prepare_databases("postgresql://someone:secret@127.0.0.1:1/melodee")

    assert "database melodee on 127.0.0.1 does not answer" in str(caught.value)
    assert "secret" not in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("text", ["melodee", "mysql://root@localhost/melodee", "postgresql://localhost", "http://["])
def test_what_is_no_url_of_a_database_is_refused(text):
    with pytest.raises(DatabaseUnusable, match="postgresql://user:password@host:5432/melodee"):
        prepare_databases(text)
