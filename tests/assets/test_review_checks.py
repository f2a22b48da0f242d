"""What Dagster says of findings and of what waits, over all batches."""

from collections.abc import Callable
from typing import Any

import dagster as dg
import pytest

from melodee.review.deciding import approve, reject
from melodee_assets import intake as intake_assets
from melodee_assets.definitions import defs
from melodee_assets.partitions import batches
from melodee_assets.review_checks import GROUPS, NOTHING_HARMFUL, NOTHING_WAITS, STAGED, review_sensor
from tests.library import Library, check_equation


def run_intake(library: Library, instance: dg.DagsterInstance, batch: str) -> dg.ExecuteInProcessResult:
    instance.add_dynamic_partitions(str(batches.name), [batch])
    job = defs.resolve_job_def("intake")
    result = job.execute_in_process(partition_key=batch, instance=instance, raise_on_error=False)
    check_equation(library)
    return result


def checks(result: dg.ExecuteInProcessResult) -> dict[str, dg.AssetCheckEvaluation]:
    return {check.check_name: check for check in result.get_asset_check_evaluations() if check.asset_key == STAGED}


def metadata(check: dg.AssetCheckEvaluation) -> dict[str, Any]:
    return {name: value.value for name, value in check.metadata.items()}


def last(instance: dg.DagsterInstance, check: str) -> dg.AssetCheckEvaluation:
    """What Dagster's page shows of a check."""
    record = instance.get_latest_asset_check_evaluation_record(dg.AssetCheckKey(STAGED, check))
    assert record is not None
    assert record.evaluation is not None
    return record.evaluation


def tick(library: Library, instance: dg.DagsterInstance, cursor: str | None) -> str | None:
    context = dg.build_sensor_context(
        instance=instance, cursor=cursor, resources={"database": library.database}, definitions=defs
    )
    result = review_sensor(context)
    assert isinstance(result, dg.SensorResult)
    return result.cursor


def drop(library: Library, folder: str = "new", **tags: Any) -> None:
    given = {"title": "One", "artist": "Kino", "album": "Noch", "track": 1, "date": "1986", "seconds": 4} | tags
    library.drop(f"{folder}/1.mp3", **given)


def test_a_decent_batch_passes_every_check(library: Library, ephemeral: dg.DagsterInstance) -> None:
    drop(library)
    found = checks(run_intake(library, ephemeral, library.plan()[0]))

    assert {*GROUPS, NOTHING_HARMFUL, NOTHING_WAITS} <= set(found)
    assert [name for name, check in found.items() if not check.passed] == []
    assert found["complete"].description == "Nothing is found in releases that are still on their way."
    # What is only worth knowing is counted, and no reason to look yellow.
    assert metadata(found["artwork"])["releases_missing_cover_art"] == 1


def test_findings_are_counted_by_code_and_named_with_what_to_do(
    library: Library, ephemeral: dg.DagsterInstance
) -> None:
    drop(library, title="")
    for number in (2, 4):
        library.drop(f"new/{number}.mp3", title=f"{number}", artist="Kino", album="Noch", track=number, seed=number)
    (batch,) = library.plan()
    found = checks(run_intake(library, ephemeral, batch))

    tagged = metadata(found["well_tagged"])
    assert (found["well_tagged"].passed, found["well_tagged"].severity) == (False, dg.AssetCheckSeverity.WARN)
    assert tagged["releases_missing_title"] == 1
    assert tagged["what_to_do_missing_title"] == "Tag the title, or approve the file's name."
    assert "Kino - Noch: missing_title: 1.mp3:" in tagged["release_01"]
    assert found["complete"].description == "Of releases that are still on their way: gap_in_numbering in 1 release."
    assert library.states() == {"published": 3}, "warnings hold nothing up"
    now = last(ephemeral, "complete")
    assert now.passed, "it is published, and nothing is left to do"
    assert metadata(now) == {"last_batch": batch, "last_batch_gap_in_numbering": 1}


def test_a_later_batch_without_findings_does_not_hide_those_of_releases_that_wait(
    library: Library, ephemeral: dg.DagsterInstance
) -> None:
    drop(library, artist="")
    run_intake(library, ephemeral, library.plan()[0])
    drop(library, "decent", seed=2)
    (second,) = library.plan()

    check = checks(run_intake(library, ephemeral, second))["well_tagged"]

    assert not check.passed
    assert check.description == "Of releases that are still on their way: unknown_artist in 1 release."
    assert metadata(check)["last_batch"] == second
    assert "last_batch_unknown_artist" not in metadata(check)
    assert library.states() == {"waiting": 1, "published": 1}

    cursor = tick(library, ephemeral, None)
    (release,) = library.query("select id from release where state = 'waiting'")
    reject(library.database, release.id, "Ann", "no artist")
    tick(library, ephemeral, cursor)

    assert last(ephemeral, "well_tagged").passed
    assert metadata(last(ephemeral, "well_tagged"))["last_batch"] == second


def test_what_waits_is_told_until_somebody_decides(library: Library, ephemeral: dg.DagsterInstance) -> None:
    drop(library, artist="")
    drop(library, "other", artist="", album="Other", seed=2)
    (batch,) = library.plan()

    check = checks(run_intake(library, ephemeral, batch))[NOTHING_WAITS]

    assert not check.passed
    assert str(check.description).startswith("2 releases wait for a person, the oldest since 20")
    told = metadata(check)
    assert (told["releases"], told["batches"], told["releases_unknown_artist"]) == (2, 1, 2)
    assert "melodee review list" in told["what_to_do"]
    first, second = (row.id for row in library.query("select id from release order by id"))
    reject(library.database, first, "Ann", "no artist")
    approve(library.database, second, "Ann")
    check = checks(run_intake(library, ephemeral, batch))[NOTHING_WAITS]
    assert (check.passed, check.description) == (True, "Nothing waits for a person.")
    assert library.states() == {"rejected": 1, "published": 1}


def test_a_decision_brings_the_check_up_to_date_without_a_run(library: Library, ephemeral: dg.DagsterInstance) -> None:
    drop(library, artist="")
    run_intake(library, ephemeral, library.plan()[0])

    cursor = tick(library, ephemeral, "[('what an earlier Melodee saw', 1)]")
    assert tick(library, ephemeral, cursor) is None
    assert not last(ephemeral, NOTHING_WAITS).passed
    assert not last(ephemeral, "well_tagged").passed
    (release,) = library.query("select id from release")
    reject(library.database, release.id, "Ann", "no artist")
    tick(library, ephemeral, cursor)

    assert last(ephemeral, NOTHING_WAITS).passed
    assert last(ephemeral, "well_tagged").passed


@pytest.mark.parametrize("by", ["policy", "Ann"])
def test_nothing_harmful_is_published_unless_a_person_said_so(
    library: Library, ephemeral: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch, by: str
) -> None:
    drop(library)
    (batch,) = library.plan()
    staged = intake_assets.stage_batch

    def stage(*given: Any, **named: Any) -> Any:
        outcome = staged(*given, **named)
        library.execute("insert into finding values ((select id from release), 99, 'decode_error', 'error', null, 'm')")
        library.execute(f"update release set decided_by = '{by}'")
        return outcome

    monkeypatch.setattr(intake_assets, "stage_batch", stage)
    waits: list[int] = []
    monkeypatch.setattr(dg.RetryPolicy, "calculate_delay", _noting(waits))

    result = run_intake(library, ephemeral, batch)

    check = checks(result)[NOTHING_HARMFUL]
    if by == "Ann":
        assert check.passed
        assert library.states() == {"published": 1}
        return
    assert (check.passed, check.severity) == (False, dg.AssetCheckSeverity.ERROR)
    assert "Kino - Noch" in str(check.description)
    assert not result.success
    assert result.asset_materializations_for_node("published_releases") == []
    assert library.states() == {"pending": 1}
    assert waits == [], "trying again does not make it less harmful"


def _noting(waits: list[int]) -> Callable[[dg.RetryPolicy, int], float]:
    def wait(_: dg.RetryPolicy, attempt: int) -> float:
        waits.append(attempt)
        return 0.01

    return wait
