"""What is wrong with `rules.toml`."""

from collections.abc import Sequence
from dataclasses import dataclass

from melodee.errors import FatalError
from melodee.text import display_path

_TOLD = 10
"""Problems that the one sentence of the error tells; `melodee rules check` prints all."""

_LONGEST = 400
"""Characters of one problem that are told: a key may be as long as the file."""


@dataclass(frozen=True, order=True)
class Problem:
    """One thing that is wrong."""

    line: int
    """Of the file, from 1; 0 when it is about the whole file."""
    key: str
    """Where in the rule: `when.title.regex`; empty when it is about the rule or the file."""
    message: str

    def __str__(self) -> str:
        place = f"line {self.line}" if self.line else ""
        where = ", ".join(part for part in (place, self.key) if part)
        told = f"{where}: {self.message}" if where else self.message
        return told if len(told) <= _LONGEST else f"{told[:_LONGEST]} …"


class BadRules(FatalError):
    """The metadata rules cannot be used, and nothing is taken in with half of them."""

    code = "bad_rules"

    def __init__(self, file: str, problems: Sequence[Problem]) -> None:
        self.file, self.problems = display_path(file), sorted(problems)
        told = "; ".join(display_path(str(problem)) for problem in self.problems[:_TOLD])
        further = len(self.problems) - _TOLD
        more = f"; and {further} more: 'melodee rules check' names all" if further > 0 else ""
        super().__init__(f"{self.file}, {told}{more}.")
