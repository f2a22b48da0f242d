"""Every endpoint keeps the contract, in every format, by GET and POST, with and without `.view`."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from melodee_api.app import endpoints
from melodee_api.endpoint import BINARY
from melodee_api.routes.system import EXTENSIONS
from tests.api.cases import CASES, Case
from tests.api.contract import ENVELOPE, differences

FOLDER = Path(__file__).parent.parent / "contract"
TABLE: dict[str, Any] = json.loads((FOLDER / "endpoints.json").read_text("utf-8"))
ENDPOINTS = endpoints()
FORMATS = ("xml", "json", "jsonp")

each_case = pytest.mark.parametrize("case", CASES, ids=str)


def ask(api, library, case: Case, form: str = "json", *, method: str = "GET", suffix: str = "", **more: str):
    """The answer to the case's request."""
    params = library.credentials(case.by) | library.fill(case.params) | {"f": form} | more
    if form == "jsonp":
        params["callback"] = "cb"
    where = {"data": params} if method == "POST" else {"params": params}
    return api.request(method, f"/rest/{case.endpoint}{suffix}", **where)


def answer_of(case: Case, document: bytes) -> dict[str, Any]:
    answer = json.loads(document)["subsonic-response"]
    expected = ENDPOINTS[case.endpoint].result
    if case.error is None:
        assert answer["status"] == "ok", answer
        assert set(answer) - ENVELOPE == ({expected} if expected else set())
    else:
        assert (answer["status"], answer["error"]["code"]) == ("failed", case.error), answer
    return answer


def is_file(case: Case) -> bool:
    return ENDPOINTS[case.endpoint].result == BINARY and case.error is None


def test_an_endpoint_without_a_test_cannot_exist():
    assert {case.endpoint for case in CASES} == set(ENDPOINTS)
    assert {case.endpoint for case in CASES if case.error is None} == set(ENDPOINTS)


def test_every_endpoint_and_its_answer_are_in_the_table():
    results = {name: endpoint.result or "empty" for name, endpoint in ENDPOINTS.items()}

    assert results == {name: TABLE[name]["result"] for name in ENDPOINTS}


def test_what_is_advertised_is_there():
    known = {extension["name"]: extension for extension in json.loads((FOLDER / "extensions.json").read_text("utf-8"))}

    for name, versions in EXTENSIONS.items():
        assert set(versions) <= set(known[name]["versions"])
        assert set(known[name]["endpoints"]) <= set(ENDPOINTS)


@each_case
def test_answers_in_json_follow_the_schema(case, api, library, contract):
    answer = ask(api, library, case)

    assert answer.status_code == 200
    if not is_file(case):
        assert answer.headers["content-type"] == "application/json"
        answer_of(case, answer.content)
        assert contract.json_problems(case.endpoint, answer.json()) == []


@each_case
def test_answers_in_xml_follow_the_schema(case, api, library, contract):
    answer = ask(api, library, case, "xml")

    if not is_file(case):
        assert answer.headers["content-type"] == "text/xml; charset=utf-8"
        assert contract.xsd.problems(answer.content) == []


@each_case
def test_xml_and_json_carry_the_same_data(case, api, library):
    if is_file(case) or not case.steady:
        return
    in_json = ask(api, library, case).json()["subsonic-response"]
    in_xml = etree.fromstring(ask(api, library, case, "xml").content)

    assert differences(in_json, in_xml) == []


@each_case
def test_jsonp_is_the_json_in_a_call(case, api, library):
    if is_file(case) or not case.steady:
        return
    answer = ask(api, library, case, "jsonp")

    assert answer.headers["content-type"] == "application/javascript"
    match = re.fullmatch(r"cb\((.*)\);", answer.text, re.DOTALL)
    assert match
    assert json.loads(match[1]) == ask(api, library, case).json()


@each_case
def test_a6_a7_get_post_and_view_answer_alike(case, api, library):
    first = ask(api, library, case)
    for form in FORMATS:
        answers = [
            ask(api, library, case, form, method=method, suffix=suffix)
            for method in ("GET", "POST")
            for suffix in ("", ".view")
        ]
        assert {answer.status_code for answer in answers} == {first.status_code}
        if case.steady:
            assert {answer.content for answer in answers} == {answers[0].content}
        head = ask(api, library, case, form, method="HEAD")
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["content-type"] == answers[0].headers["content-type"]


@each_case
def test_b16_a_client_that_wants_less_gets_subsonic_1_16_1_alone(case, api, library, contract):
    if is_file(case) or case.by == "nobody":
        return
    root = etree.fromstring(ask(api, library, case, "xml", c="DSub").content)

    pruned = contract.xsd.prune(root)

    beyond = {"subsonic-response@" + name for name in ENVELOPE}
    # Whole answers of OpenSubsonic's own endpoints are not in the schema at all.
    beyond |= {f"subsonic-response/{name}" for name in ("openSubsonicExtensions", "tokenInfo")}
    assert set(pruned) <= beyond


@each_case
def test_a5_a14_every_answer_can_be_read_from_another_origin(case, api, library):
    for form in FORMATS:
        headers = ask(api, library, case, form).headers
        assert headers["access-control-allow-origin"] == "*"
        assert "Content-Range" in headers["access-control-expose-headers"]
