"""The databases on a server: whether the server will do, and making those that are missing."""

from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from melodee.database import queries
from melodee.errors import FatalError
from melodee.postgres.binaries import OLDEST_MAJOR

CATALOGUE = "melodee"
_CONNECT_SECONDS = 10
_CREATE = '\'create database "{name}" owner "{owner}" template template0 encoding UTF8 locale "C.UTF-8"\''


class DatabaseUnusable(FatalError):
    """The database cannot be used."""

    code = "database_unusable"


@dataclass(frozen=True)
class DatabaseUrls:
    """The two databases, as the processes are told of them."""

    catalogue: str
    """Melodee's own, `postgresql://…`."""
    dagster: str
    """Dagster's, `postgresql+psycopg2://…`: SQLAlchemy reads a bare `postgresql://` as psycopg 3, which Dagster's
    storage does not speak."""


def prepare_databases(url: str, dagster_url: str = "") -> DatabaseUrls:
    """Makes both databases usable on a server that runs, and checks that it will do.

    `url` names Melodee's database, which is made if it is missing and the role may. Dagster's is `dagster_url`, else
    `<name>_dagster` on the same server. Raises `DatabaseUnusable`: no answer, older than 15, not in UTF-8, a locale
    in which text search is blind, or a role that may not do what is missing; it says what to do.
    """
    catalogue = _parse(url, "MELODEE_DATABASE_URL")
    dagster = (
        _parse(dagster_url, "MELODEE_DAGSTER_DATABASE_URL")
        if dagster_url
        else catalogue.set(database=f"{catalogue.database}_dagster")
    )
    _ensure_database(catalogue)
    _check(catalogue)
    _ensure_database(dagster)
    return DatabaseUrls(_render(catalogue), _render(dagster.set(drivername="postgresql+psycopg2")))


def has_tables(url: str) -> bool:
    """Whether anything has been made in a database. Raises `psycopg.Error`."""
    with _connect(make_url(url).set(drivername="postgresql")) as connection:
        return bool(_value(connection, "has_tables"))


def _ensure_database(url: URL) -> None:
    try:
        _connect(url).close()
    except psycopg.Error as error:
        # Servers speak many languages: whether the database is missing is asked of the one that is always there.
        _create_if_missing(url, error)


def _create_if_missing(url: URL, failure: psycopg.Error) -> None:
    try:
        with _connect(url.set(database="postgres")) as connection:
            _require_version(connection, url)
            if _value(connection, "database_exists", name=url.database):
                raise _no_answer(url, failure) from failure
            connection.execute(
                sql.SQL(
                    "create database {} template template0 encoding 'UTF8' lc_collate 'C.UTF-8' lc_ctype 'C.UTF-8'"
                ).format(sql.Identifier(str(url.database)))
            )
    except psycopg.OperationalError:
        raise _no_answer(url, failure) from failure
    except psycopg.errors.DuplicateDatabase:
        return
    except psycopg.Error as error:
        raise DatabaseUnusable(
            f"{_place(url)} does not exist and cannot be made ({_first_line(error)}); let an administrator run "
            f"{_CREATE.format(name=url.database, owner=url.username)}"
        ) from error


def _check(url: URL) -> None:
    with _connect(url) as connection:
        _require_version(connection, url)
        encoding = _value(connection, "server_encoding")
        if encoding != "UTF8":
            raise DatabaseUnusable(
                f"{_place(url)} is in {encoding}; make another with "
                f"{_CREATE.format(name=url.database, owner=url.username)}"
            )
        if not _value(connection, "may_make_tables"):
            raise DatabaseUnusable(
                f"{url.username} may not make tables in {_place(url)}; let its owner run "
                f"'grant create on schema public to \"{url.username}\"' there"
            )
        _require_search(connection, url)


def _require_search(connection: psycopg.Connection[Any], url: URL) -> None:
    try:
        connection.execute(queries()["add_trigrams"])
    except psycopg.Error as error:
        raise DatabaseUnusable(
            f"{_place(url)} lacks the extension pg_trgm ({_first_line(error)}); install the server's contrib package "
            "and let the database's owner run 'create extension pg_trgm'"
        ) from error
    if not _value(connection, "search_sees_every_letter"):
        raise DatabaseUnusable(
            f"Text search in {_place(url)} sees ASCII letters only; make another with "
            f"{_CREATE.format(name=url.database, owner=url.username)}"
        )


def _require_version(connection: psycopg.Connection[Any], url: URL) -> None:
    major = connection.info.server_version // 10000
    if major < OLDEST_MAJOR:
        raise DatabaseUnusable(f"{_place(url)} is on PostgreSQL {major}; Melodee needs {OLDEST_MAJOR} or later")


def _parse(text: str, setting: str) -> URL:
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        # Not "from": what is taken for the port may be of the password.
        raise DatabaseUnusable(f"{setting} is not a URL like postgresql://user:password@host:5432/melodee") from None
    if url.get_backend_name() not in {"postgresql", "postgres"} or not url.database:
        raise DatabaseUnusable(f"{setting} must read postgresql://user:password@host:5432/melodee")
    return url.set(drivername="postgresql")


def _render(url: URL) -> str:
    return url.render_as_string(hide_password=False)


def _connect(url: URL) -> psycopg.Connection[Any]:
    return psycopg.connect(
        _render(url), autocommit=True, connect_timeout=_CONNECT_SECONDS, options="-c client_min_messages=warning"
    )


def _value(connection: psycopg.Connection[Any], query: str, **parameters: object) -> Any:
    row = connection.execute(queries()[query], parameters).fetchone()
    return row[0] if row else None


def _place(url: URL) -> str:
    host = url.host or url.query.get("host") or "localhost"
    return f"database {url.database} on {host if isinstance(host, str) else ', '.join(host)}"


def _no_answer(url: URL, error: psycopg.Error) -> DatabaseUnusable:
    return DatabaseUnusable(f"{_place(url)} does not answer: {_first_line(error)}")


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0]
