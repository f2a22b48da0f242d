"""What is asked in the contract test: at least one case for each endpoint, or `test_contract.py` fails.

In values, `{name}` stands for an id of the library that `conftest.py` makes (`Library.samples`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Case:
    """One request, and what it gets."""

    endpoint: str
    params: Mapping[str, str | list[str]] = field(default_factory=dict)
    error: int | None = None
    by: str = "password"
    """How to log in: `password`, `token`, `key` or `nobody`; an administrator with `admin`."""
    steady: bool = True
    """Whether the same request gets the same answer again."""

    def __str__(self) -> str:
        query = "&".join(f"{name}={value}" for name, value in self.params.items())
        return f"{self.endpoint}?{query}" + (f" by {self.by}" if self.by != "password" else "")


CASES = (
    Case("ping"),
    Case("ping", by="token"),
    Case("ping", by="key"),
    Case("ping", by="nobody", error=10),
    Case("ping", {"p": "wrong"}, error=40),
    Case("ping", {"apiKey": "wrong"}, error=43),
    Case("ping", {"apiKey": "wrong"}, by="client", error=44),
    Case("ping", {"jwt": "x"}, by="client", error=42),
    Case("getLicense"),
    Case("getLicense", by="nobody", error=10),
    Case("getOpenSubsonicExtensions"),
    Case("getOpenSubsonicExtensions", by="nobody"),
    Case("getOpenSubsonicExtensions", {"u": "dummy", "p": "dummy", "t": "x"}, by="nobody"),
    Case("tokenInfo", by="key"),
    Case("tokenInfo", error=10),
    Case("tokenInfo", {"apiKey": "wrong"}, by="client", error=44),
)
