"""Judging a staged release: findings with a severity, and the policy that says whether a person must look first."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from melodee.audio.track import Track
from melodee.catalogue.release import ReleaseDescription


class Finding(NamedTuple):
    """Something about a release that a person may want to know; `path` names one of its files."""

    code: str
    severity: str
    """`info`, `warning` or `error`."""
    message: str
    path: str | None = None


class JudgedTrack(NamedTuple):
    """A track of the release, and its path below the release's root."""

    name: str
    track: Track


def judge(description: ReleaseDescription, tracks: Sequence[JudgedTrack], *, has_picture: bool) -> list[Finding]:
    """What there is to say about the release, worst first."""
    findings = [
        Finding(mend.code, "warning", f"{mend.field}: {mend.message}", name)
        for name, track in tracks
        for mend in track.mended
    ]
    places = Counter((track.disc_number or 1, track.track_number) for _, track in tracks if track.track_number)
    for (disc, number), times in sorted(places.items()):
        if times > 1:
            message = f"Track {number} of disc {disc} is there {times} times."
            findings.append(Finding("repeated_track_number", "warning", message))
    if description.year is None:
        findings.append(Finding("missing_year", "info", "No track says in which year it came out."))
    if not has_picture:
        findings.append(Finding("missing_cover_art", "info", "There is no picture, beside the music or inside it."))
    order = {"error": 0, "warning": 1, "info": 2}
    return sorted(findings, key=lambda finding: order[finding.severity])


def must_wait(policy: str, findings: Sequence[Finding]) -> bool:
    """Whether the release waits for a person: policy `all`, `findings` (info does not count), `errors` or `none`."""
    if policy in ("all", "none"):
        return policy == "all"
    counted = {"error"} if policy == "errors" else {"warning", "error"}
    return any(finding.severity in counted for finding in findings)
