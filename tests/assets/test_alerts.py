"""Sensors that tell webhooks what failed."""

import dagster as dg
import pytest

from melodee.errors import FatalError
from melodee_assets import intake as intake_assets
from melodee_assets.alerts import alert_sensor, failed_run_sensor
from melodee_assets.definitions import defs
from melodee_assets.partitions import batches
from tests.alerts.receiver import Receiver, receiving
from tests.library import Library


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch):
    with receiving() as made:
        monkeypatch.setenv("MELODEE_ALERT_URLS", made.url)
        yield made


def failed_run(library: Library, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch, **tags: str):
    """A run of intake whose last step cannot heal."""
    library.drop("new/1.mp3", title="One", artist="A", album="B", track=1, seed=1)
    (batch,) = library.plan()
    instance.add_dynamic_partitions(str(batches.name), [batch])

    def fail(*_: object, **__: object) -> object:
        raise FatalError("there is no storage volume")

    monkeypatch.setattr(intake_assets, "publish_batch", fail)
    job = defs.resolve_job_def("intake")
    result = job.execute_in_process(partition_key=batch, instance=instance, raise_on_error=False, tags=tags)
    return batch, result


def tell(library: Library, instance: dg.DagsterInstance, result: dg.ExecuteInProcessResult) -> object:
    context = dg.build_run_status_sensor_context(
        sensor_name="failed_run_sensor",
        dagster_event=result.get_run_failure_event(),
        dagster_instance=instance,
        dagster_run=instance.get_run_by_id(result.run_id) or result.dagster_run,
    ).for_run_failure()
    return failed_run_sensor(context, database=library.database)


def send(library: Library) -> str:
    return str(alert_sensor(database=library.database).skip_message)


def test_a_run_that_failed_is_told_with_where_why_and_of_what(
    library: Library, ephemeral: dg.DagsterInstance, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch, result = failed_run(library, ephemeral, monkeypatch)

    assert tell(library, ephemeral, result) is None
    assert send(library) == "1 sent"

    (got,) = receiver.received
    assert got.body["kind"] == "run_failed"
    assert got.body["text"] == (
        f"A run of intake, partition {batch} failed at published_releases: "
        "This cannot heal by itself. there is no storage volume"
    )
    assert library.query("select cause from alert")[0].cause == "run intake published_releases fatal"


def test_a_run_that_is_repeated_by_itself_is_not_told(
    library: Library, ephemeral: dg.DagsterInstance, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, result = failed_run(library, ephemeral, monkeypatch, **{"dagster/will_retry": "true"})

    assert "repeated by itself" in str(tell(library, ephemeral, result))
    assert send(library) == "nothing to send"
    assert receiver.received == []


def test_without_a_webhook_nothing_is_kept(
    library: Library, ephemeral: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, result = failed_run(library, ephemeral, monkeypatch)

    tell(library, ephemeral, result)

    assert "no webhook is set" in send(library)
    assert library.query("select * from alert") == []
