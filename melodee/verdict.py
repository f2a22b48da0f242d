"""What the doctor says of something: how it is, what was found, and what to do."""

from collections.abc import Generator
from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """What the doctor thinks of something."""

    OK = "ok"
    WARNING = "warning"
    WRONG = "wrong"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    subject: str
    verdict: Verdict
    found: str
    mend: str = ""
    """What to do, when something is to be done."""


Findings = Generator[Finding]


def ok(subject: str, found: str) -> Finding:
    """All is well with it."""
    return Finding(subject, Verdict.OK, found)


def warning(subject: str, found: str, mend: str) -> Finding:
    """It works, and somebody should look at it."""
    return Finding(subject, Verdict.WARNING, found, mend)


def wrong(subject: str, found: str, mend: str) -> Finding:
    """It does not work."""
    return Finding(subject, Verdict.WRONG, found, mend)


def skipped(subject: str, found: str) -> Finding:
    """It could not be looked at."""
    return Finding(subject, Verdict.SKIPPED, found)
