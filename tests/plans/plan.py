"""What the server does for a named query: `explain (analyze)` in a transaction that is rolled back."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, LiteralString, cast

import psycopg
from psycopg import sql

from melodee.database import queries

_PARAMETER = re.compile(r"%\((\w+)\)s")
_LEAF = re.compile(r"(?:albums|songs)_(\d{4})")
_WRITES = re.compile(r"\b(insert into|update|delete from)\b")
_EXPLAINABLE = re.compile(r"/\*.*?\*/\s*(select|insert|update|delete|with)\b")


def has_plan(name: str) -> bool:
    """Whether the statement is one that the planner sees: `copy … from stdin` and `lock table` are not."""
    return _EXPLAINABLE.match(queries()[name]) is not None


def changes_rows(name: str) -> bool:
    """Whether the statement writes, as far as its text says."""
    return _WRITES.search(queries()[name]) is not None


@dataclass(frozen=True)
class Plan:
    """The plan of one execution, with what it touched."""

    root: Mapping[str, Any]

    def nodes(self) -> Iterator[Mapping[str, Any]]:
        """All nodes that were executed."""
        waiting = [self.root]
        while waiting:
            node = waiting.pop()
            if node["Actual Loops"]:
                yield node
                waiting += node.get("Plans", ())

    @property
    def sequential_scans(self) -> set[str]:
        """Tables that were read from end to end."""
        return {node["Relation Name"] for node in self.nodes() if node["Node Type"] == "Seq Scan"}

    @property
    def leaves(self) -> set[str]:
        """Numbers of the leaves that were read or written."""
        names = (node.get("Relation Name", "") for node in self.nodes())
        return {match[1] for match in map(_LEAF.fullmatch, names) if match}

    @property
    def buffers(self) -> int:
        """Pages read, from the cache or not."""
        return self.root["Shared Hit Blocks"] + self.root["Shared Read Blocks"]

    @property
    def rows(self) -> int:
        """Rows that the statement returned."""
        return self.root["Actual Rows"]


def explain(
    db: psycopg.Connection[Any],
    query: str,
    parameters: Mapping[str, object],
    *,
    generic: bool,
    setup: Sequence[tuple[str, Mapping[str, object]]] = (),
) -> Plan:
    """Runs the statement and takes it back. A generic plan is what the server settles on when it knows one well."""
    names: dict[str, int] = {}
    text = _PARAMETER.sub(lambda match: f"${names.setdefault(match[1], len(names) + 1)}", query)
    statement = cast("LiteralString", text.replace("%%", "%"))
    arguments = sql.SQL(", ").join(sql.Literal(parameters[wanted]) for wanted in names)
    call = sql.SQL("execute planned ({})" if names else "execute planned").format(arguments)
    mode = f"force_{'generic' if generic else 'custom'}_plan"
    try:
        for before, values in setup:
            db.execute(queries()[before], values)
        db.execute("select set_config('plan_cache_mode', %s, true)", [mode])
        db.execute(sql.SQL("prepare planned as ") + sql.SQL(statement))
        row = db.execute(sql.SQL("explain (analyze, buffers, format json) ") + call).fetchone()
        assert row is not None
        return Plan(row[0][0]["Plan"])
    finally:
        db.rollback()
        db.execute("deallocate all")
        db.execute("select pg_advisory_unlock_all()")
        db.rollback()
