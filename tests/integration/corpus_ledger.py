"""What ledger, findings and failures say of each file of the corpus, by the path under which it was dropped."""

import os
from typing import Any

from tests.corpus.expected import Expected
from tests.integration.corpus_run import SHELF
from tests.integration.running import asked

_RELEASED = """
select r.id, r.root, rf.name, f.state, f.reason, f.path, v.in_place, rf.path_hash::text from release_file as rf
join release as r on r.id = rf.release_id
join files as f on f.path_hash = rf.path_hash join volume as v on v.id = f.volume_id
"""
_STAYED = """
select f.path, f.state, f.reason, v.in_place from files as f join volume as v on v.id = f.volume_id
where v.kind = 'inbound' or v.in_place
"""
_FAILED = "select i.path, i.code, i.item::text, v.kind from ingest_failure as i join volume as v on v.id = i.volume_id"


class Ledger:
    """All of it, read once."""

    def __init__(self, database: str) -> None:
        self._states: dict[str, tuple[str, str]] = {}
        self._names: dict[str, tuple[int, str, str]] = {}
        """The release of a file, its name in it, and its key."""
        for release, root, name, state, reason, path, in_place, key in asked(database, _RELEASED):
            dropped = _text(path, SHELF) if in_place else _text(name, _text(root))
            self._states[dropped] = state, reason or ""
            self._names[dropped] = release, _text(name), key
        for path, state, reason, in_place in asked(database, _STAYED):
            self._states[_text(path, SHELF if in_place else "")] = state, reason or ""
        self._failures: dict[str, set[str]] = {}
        for path, code, item, kind in asked(database, _FAILED):
            self._failures.setdefault(item, set()).add(code)
            if kind == "inbound":
                self._failures.setdefault(_text(path), set()).add(code)
        self._findings: dict[int, list[tuple[str, str]]] = {}
        for release, path, code in asked(database, "select release_id, path, code from finding"):
            self._findings.setdefault(release, []).append((_text(path) if path else "", code))

    def differs(self, path: str, expected: Expected) -> Any:
        """What the ledger says of a file where it is something else than is expected."""
        state = self._states.get(path)
        if expected.state == "unseen":
            return state
        if expected.state == "odd":
            failures = self._failures.get(path, set())
            return state or (None if expected.code in failures else failures)
        return None if state == (expected.state, expected.code) else (expected.state, expected.code, state)

    def found(self, path: str) -> set[str]:
        """Codes of findings and warnings that name the file, or no file of its release."""
        if path not in self._names:
            return set()
        release, name, key = self._names[path]
        others = {other for of, other, _ in self._names.values() if of == release} - {name}
        found = {code for named, code in self._findings.get(release, ()) if named not in others}
        return found | self._failures.get(key, set())

    def release(self, path: str) -> int:
        """The number of the file's release."""
        return self._names[path][0]


def _text(name: bytes, folder: str = "") -> str:
    text = os.fsdecode(bytes(name))
    return f"{folder}/{text}" if folder else text
