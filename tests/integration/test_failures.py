"""What fails, from the drop to the operator: the list, the page's check, the webhook, another try, dropping."""

import json
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest

from tests.alerts.receiver import Receiver, receiving
from tests.audio import make_song
from tests.integration.running import HURRIED, Instance, running, wait_until

# Each step waits for a sensor and a run, and on a busy machine for long.
pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

PATIENCE = 180.0
"""Seconds."""

_CHECKS = """
{ assetNodes(assetKeys: [{path: ["inbound_files"]}]) { assetChecksOrError { ... on AssetChecks { checks {
    name executionForLatestMaterialization { status evaluation { success description } } } } } } }
"""


@pytest.fixture(scope="module")
def receiver() -> Iterator[Receiver]:
    with receiving() as made:
        yield made


@pytest.fixture(scope="module")
def instance(receiver: Receiver) -> Iterator[Instance]:
    with running({"MELODEE_ALERT_URLS": receiver.url, "MELODEE_ALERT_SECRET": "key", **HURRIED}) as made:
        # It begins where it stands when it first looks.
        wait_until(lambda: _ticked(made, "alert_sensor"), PATIENCE, "the alert sensor to look")
        yield made


def _graphql(instance: Instance, query: str) -> Any:
    request = urllib.request.Request(
        f"http://127.0.0.1:{instance.dagster_port}/dagster/graphql",
        json.dumps({"query": query}).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.loads(answer.read())["data"]


def _ticked(instance: Instance, sensor: str) -> bool:
    query = """{ sensorsOrError(
        repositorySelector: {repositoryName: "__repository__", repositoryLocationName: "melodee"}
    ) { ... on Sensors { results { name sensorState { ticks(limit: 1) { status } } } } } }"""
    sensors = _graphql(instance, query)["sensorsOrError"]["results"]
    return any(each["name"] == sensor and each["sensorState"]["ticks"] for each in sensors)


def _check(instance: Instance) -> str:
    """What the page of the inbound files says."""
    (node,) = _graphql(instance, _CHECKS)["assetNodes"]
    (check,) = [c for c in node["assetChecksOrError"]["checks"] if c["name"] == "no_items_left_failed"]
    execution = check["executionForLatestMaterialization"]
    return execution["evaluation"]["description"] if execution and execution["evaluation"] else ""


def test_what_failed_is_told_shown_tried_again_and_dropped(instance: Instance, receiver: Receiver) -> None:
    (instance.inbound / "broken.mp3").write_bytes(b"")
    (instance.inbound / "noise.flac").write_bytes(b"noise" * 1000)
    make_song(instance.inbound / "good/1.mp3", title="One", artist="A", album="B", track=1)
    instance.settled(3, seconds=240)

    failures = {each["path"]: each for each in instance.failures()}
    assert {path: each["code"] for path, each in failures.items()} == {
        "broken.mp3": "empty",
        "noise.flac": "unreadable",
    }
    assert "Copy it again." in instance.melodee("failures", "show", str(failures["broken.mp3"]["id"]))
    left = "Left failed: 1 empty, 1 unreadable."
    wait_until(lambda: _check(instance).startswith(left), PATIENCE, "the check to say so")
    # The same size and times, as if a disk could be read again: nothing but another try would find out.
    assert "1 item planned" in instance.melodee("failures", "retry", str(failures["noise.flac"]["id"]))
    wait_until(
        lambda: any(each["attempts"] == 2 for each in instance.failures()),
        PATIENCE,
        "the second attempt to have failed too",
    )
    # It was on its way meanwhile: those sensors look every half a minute.
    wait_until(lambda: receiver.received, PATIENCE, "the webhook to be told")
    assert receiver.received[0].body["counts"] == {"empty": 1, "unreadable": 1}
    assert "/dagster/assets/inbound_files" in receiver.received[0].body["links"]["dagster"]
    assert receiver.received[0].headers["x-melodee-signature"].startswith("sha256=")

    assert "1 file ignored" in instance.melodee(
        "failures", "drop", str(failures["noise.flac"]["id"]), "--note", "noise"
    )
    wait_until(lambda: _check(instance).startswith("Left failed: 1 empty."), PATIENCE, "the check to know")
    assert instance.status()["files"]["ignored"] == 1

    (instance.inbound / "broken.mp3").unlink()
    wait_until(
        lambda: _check(instance) == "Everything that was dropped has been dealt with.", PATIENCE, "the check to pass"
    )
    assert len(receiver.received) == 1
    assert [path.name for path in instance.inbound.iterdir()] == ["noise.flac"]
