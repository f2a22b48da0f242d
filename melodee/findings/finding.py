"""A finding, and what a policy makes of findings."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from melodee.findings.codes import CODES, SEVERITIES, UNKNOWN, Code

POLICIES = ("all", "findings", "errors", "none")


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


def must_wait(policy: str, findings: Sequence[Finding]) -> bool:
    """Whether the release waits for a person: policy `all`, `findings` (info does not count), `errors` or `none`.

    What would do harm waits under every policy.
    """
    if policy == "all" or is_harmful(findings):
        return True
    counted = {"none": set[str](), "errors": {"error"}, "findings": {"error", "warning"}}[policy]
    return any(finding.severity in counted for finding in findings)


def is_harmful(findings: Iterable[Finding]) -> bool:
    """Whether publishing would do harm that is hard to mend."""
    return any(finding.about.harmful for finding in findings)


HARMFUL = tuple(code for code, about in CODES.items() if about.harmful)
"""Codes that hold a release under every policy."""
