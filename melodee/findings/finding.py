"""A finding, and what a policy makes of findings."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from melodee.findings.codes import CODES, SEVERITIES, UNKNOWN, Code

POLICIES = ("all", "findings", "errors", "none")

EVERY_RELEASE = "review_all"
"""Why a release waits under the policy `all`, whatever is found."""


class Finding(NamedTuple):
    """Something about a release that a person may want to know."""

    code: str
    message: str
    """One sentence about this very release."""
    path: str | None = None
    """The file it is about, below the release's root."""

    @property
    def about(self) -> Code:
        """What is known of the code."""
        return CODES.get(self.code, UNKNOWN)

    @property
    def severity(self) -> str:
        """`error`, `warning` or `info`."""
        return self.about.severity


def worst_first(findings: Iterable[Finding]) -> list[Finding]:
    """In the order in which people want to read them."""
    return sorted(findings, key=lambda finding: SEVERITIES.index(finding.severity))


def why_it_waits(policy: str, findings: Sequence[Finding]) -> list[str]:
    """Codes of what makes the release wait for a person, none when it need not: what counts under the policy, which is
    `findings` (info does not count), `errors` or `none`; what would do harm under each; `EVERY_RELEASE` under `all`.
    """
    counted = {"all": set[str](), "none": set[str](), "errors": {"error"}, "findings": {"error", "warning"}}[policy]
    codes = {each.code for each in findings if each.about.harmful or each.severity in counted}
    return sorted(codes) + ([EVERY_RELEASE] if policy == "all" else [])


HARMFUL = tuple(code for code, about in CODES.items() if about.harmful)
"""Codes that hold a release under every policy."""
