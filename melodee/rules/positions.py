"""On which line of a TOML text each key stands, which `tomllib` does not tell.

The text has been parsed before, so it is valid; what is read here is only its outline (toml.io, v1.0.0).
"""

import re
import tomllib
from collections.abc import Iterator

Path = tuple[str | int, ...]
"""Keys from the document's root, and numbers within arrays: `("rule", 3, "when", "title")`."""

_TOKEN = re.compile(
    r"""(?P<space>[ \t\r\n]+|\#[^\n]*)
    |(?P<multi>\"\"\"(?:[^\\]|\\.)*?\"{3,5}|'''.*?'{3,5})
    |(?P<quoted>\"(?:[^"\\\n]|\\.)*\"|'[^'\n]*')
    |(?P<sign>[\[\]{}=,.])
    |(?P<bare>[^\s\[\]{}=,.\#"']+)""",
    re.VERBOSE | re.DOTALL,
)


class _Token:
    __slots__ = ("kind", "line", "start", "text")

    def __init__(self, kind: str, text: str, line: int, start: int) -> None:
        self.kind, self.text, self.line, self.start = kind, text, line, start


def _tokens(text: str) -> Iterator[_Token]:
    line, at = 1, 0
    while at < len(text) and (found := _TOKEN.match(text, at)):
        if found.lastgroup != "space":
            yield _Token(found.lastgroup or "", found[0], line, at)
        line += found[0].count("\n")
        at = found.end()


def lines_of_keys(text: str) -> dict[Path, int]:
    """The line of each key, of each table's header and of each element of an array."""
    return _Outline(text).read()


def deepest_key(text: str) -> tuple[int, int]:
    """The most parts that a dotted key has, and its line. It may be asked of any text, before that is parsed."""
    most = line = points = 0
    for token in _tokens(text.removeprefix("\ufeff")):
        is_point = token.kind == "sign" and token.text == "."
        if token.kind == "sign" and not is_point:
            points = 0
        points += is_point
        if points >= most:
            most, line = points + 1, token.line
    return most, line


class _Outline:
    def __init__(self, text: str) -> None:
        self._tokens = list(_tokens(text.removeprefix("\ufeff")))
        self._at = 0
        self._lines: dict[Path, int] = {}
        self._lengths: dict[Path, int] = {}
        """How many tables each array of tables has so far."""

    def read(self) -> dict[Path, int]:
        table: Path = ()
        while self._at < len(self._tokens):
            if self._sees("["):
                table = self._header()
            else:
                self._pair(table)
        return self._lines

    def _sees(self, sign: str, ahead: int = 0) -> bool:
        place = self._at + ahead
        return place < len(self._tokens) and self._tokens[place].kind == "sign" and self._tokens[place].text == sign

    def _take(self) -> _Token:
        token = self._tokens[self._at] if self._at < len(self._tokens) else _Token("end", "", 0, 0)
        self._at += 1
        return token

    def _header(self) -> Path:
        line = self._take().line
        of_array = self._sees("[")
        self._at += of_array
        *parents, name = self._key()
        self._at += 2 if of_array else 1
        table: Path = ()
        for part in parents:
            table = self._inside((*table, part))
        table = (*table, name)
        if of_array:
            self._lengths[table] = self._lengths.get(table, 0) + 1
            table = self._inside(table)
        self._lines.setdefault(table, line)
        return table

    def _inside(self, table: Path) -> Path:
        """Within an array of tables, what follows belongs to its last."""
        return (*table, self._lengths[table] - 1) if table in self._lengths else table

    def _key(self) -> list[str]:
        parts = [_name(self._take())]
        while self._sees("."):
            self._at += 1
            parts.append(_name(self._take()))
        return parts

    def _pair(self, table: Path) -> None:
        line = self._tokens[self._at].line
        path = table
        for part in self._key():
            path = (*path, part)
            self._lines.setdefault(path, line)
        self._at += 1
        self._value(path)

    def _value(self, path: Path) -> None:
        token = self._take()
        if token.text == "{" and token.kind == "sign":
            while self._at < len(self._tokens) and not self._sees("}"):
                self._pair(path)
                self._at += self._sees(",")
            self._at += 1
        elif token.text == "[" and token.kind == "sign":
            index = 0
            while self._at < len(self._tokens) and not self._sees("]"):
                self._lines[*path, index] = self._tokens[self._at].line
                self._value((*path, index))
                index += 1
                self._at += self._sees(",")
            self._at += 1
        else:
            # A number and a time of day have points in them, and a date may have a blank before its time.
            while self._sees(".") or (self._at < len(self._tokens) and self._joined()):
                self._at += 1

    def _joined(self) -> bool:
        before, now = self._tokens[self._at - 1], self._tokens[self._at]
        return now.kind == "bare" and (before.start + len(before.text) == now.start or ":" in now.text)


def _name(token: _Token) -> str:
    if token.kind != "quoted":
        return token.text
    if token.text.startswith("'"):
        return token.text[1:-1]
    return tomllib.loads(f"key = {token.text}")["key"]
