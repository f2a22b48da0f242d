"""Lists reach the server as they are, whatever is in them."""

from typing import LiteralString
from uuid import UUID

import psycopg
import pytest
from psycopg import sql

import melodee.database  # noqa: F401 - says how lists are written

KEY = UUID("00112233-4455-6677-8899-aabbccddeeff")


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("bigint", [1, None, -5, 2**62, -(2**63)]),
        ("smallint", [1, -32768]),
        ("uuid", [KEY, None, UUID(int=0)]),
        ("bytea", [b'a"\\\0{},', None, b"", bytes(range(256))]),
        ("text", ["NULL", "null", None, "", 'quote "', "{,}", "\\", "caf\u00e9 \u2003 \n"]),
        ("boolean", [True, None, False]),
        ("double precision", [1.5, None, float("inf")]),
        ("bigint", [[1, 2], [3, 4]]),
        ("bigint", [None, None]),
        ("uuid", []),
    ],
    ids=lambda given: given if isinstance(given, str) else str(len(given)),
)
def test_what_is_sent_is_what_the_server_has(database_url: str, kind: LiteralString, values: list[object]) -> None:
    with psycopg.connect(database_url) as db:
        row = db.execute(sql.SQL("select %s::{}[]").format(sql.SQL(kind)), [values]).fetchone()

    assert row == (values,)


def test_numbers_may_be_compared_with_any_column(database_url: str) -> None:
    with psycopg.connect(database_url) as db:
        assert db.execute("select 7::smallint = any(%s), 7::bigint = any(%s)", ([7], [7])).fetchone() == (True, True)
