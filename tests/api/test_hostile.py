"""Bad parameters to every endpoint: the specified error in an envelope, and never an exception."""

import logging

import pytest
from lxml import etree

from tests.api.cases import CASES
from tests.api.test_contract import ENDPOINTS, TABLE

HOSTILE = {
    "empty": "",
    "nul": "a\0b",
    "control": "\x0b\x1b\x7f",
    "long": "x" * 65_000,
    "digits": "9" * 65_000,
    "negative": "-1",
    "zero": "0",
    "huge": str(1 << 63),
    "largest": str((1 << 63) - 1),
    "float": "1.5",
    "nan": "NaN",
    "quote": "' or 1=1; drop table account; --",
    "percent": "%s %(id)s {0} ${x}",
    "path": "../../../../etc/passwd",
    "markup": "<script>&\"'</script>",
    "right-to-left": "\u202eabc\u2066",
    "astral": "🎵" * 300,
    "tsquery": "a & | ! ( <-> :* 'b",
    "like": "%_\\",
    "newline": "a\r\nSet-Cookie: x",
}

FIRST = {case.endpoint: case for case in reversed(CASES) if case.error is None}


def probes() -> list[tuple[str, str, bool]]:
    return [
        (name, parameter["name"], parameter["required"])
        for name in ENDPOINTS
        for parameter in [*TABLE[name]["params"], {"name": "c", "required": not ENDPOINTS[name].public}]
    ]


def checked(answer, caplog) -> int | None:
    """The error's code, or nothing; fails when anything but an envelope or a file came."""
    assert answer.status_code in (200, 206, 304, 404, 416), answer.text[:200]
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []
    if not answer.headers.get("content-type", "").startswith("text/xml"):
        return None
    root = etree.fromstring(answer.content)
    return int(root[0].get("code")) if root.get("status") == "failed" else None


@pytest.mark.parametrize(("endpoint", "name"), [probe[:2] for probe in probes()])
def test_every_parameter_in_every_bad_way(endpoint, name, api, library, caplog):
    case = FIRST[endpoint]
    usual = library.fill(case.params)

    for value in HOSTILE.values():
        for values in (value, [usual.get(name, "1"), value]):
            params = library.credentials(case.by) | usual | {name: values}
            code = checked(api.post(f"/rest/{endpoint}", data=params), caplog)
            assert code in (None, 0, 10, 50, 70), (value[:50], code)


MAY_BE_MISSING = {("search3", "query")}
"""Required by the specification; but players leave it out to ask for everything (E1)."""


@pytest.mark.parametrize(
    ("endpoint", "name"), [probe[:2] for probe in probes() if probe[2] and probe[:2] not in MAY_BE_MISSING]
)
def test_c4_each_required_parameter_is_missed_and_named(endpoint, name, api, library, caplog):
    case = FIRST[endpoint]
    for value in ([], "", ["", ""]):
        params = library.credentials(case.by) | library.fill(case.params) | {name: value, "f": "json"}
        answer = api.get(f"/rest/{endpoint}", params=params)

        checked(answer, caplog)
        assert answer.json()["subsonic-response"]["error"] == {
            "code": 10,
            "message": f"Required parameter is missing: {name}",
        }
