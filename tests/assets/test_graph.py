"""The asset graph, as an operator sees it: a change to it is a change to tests/assets/graph.json, seen in review."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import dagster as dg

from melodee_assets.definitions import defs

SNAPSHOT = Path(__file__).parent / "graph.json"


def graph() -> dict[str, Any]:
    assets = {
        spec.key.to_user_string(): {
            "group": spec.group_name,
            "deps": sorted(dep.asset_key.to_user_string() for dep in spec.deps),
            "partitions": spec.partitions_def.name
            if isinstance(spec.partitions_def, dg.DynamicPartitionsDefinition)
            else None,
            "kinds": sorted(spec.kinds),
            "owners": list(spec.owners),
        }
        for spec in defs.resolve_all_asset_specs()
    }
    repository = defs.get_repository_def()
    jobs = {
        job.name: sorted(key.to_user_string() for key in job.asset_layer.executable_asset_keys)
        for job in repository.get_all_jobs()
        if not job.name.startswith("__")
    }
    checks = sorted(key.to_user_string() for key in defs.resolve_asset_graph().asset_check_keys)
    return {
        "assets": assets,
        "checks": checks,
        "jobs": jobs,
        "sensors": {sensor.name: sensor.job_name if sensor.targets else None for sensor in repository.sensor_defs},
        "schedules": {schedule.name: schedule.cron_schedule for schedule in repository.schedule_defs},
    }


def test_the_graph_is_the_one_that_was_reviewed() -> None:
    assert graph() == json.loads(SNAPSHOT.read_text("utf-8")), (
        "the graph has changed; where that is meant, write the new one with: python -m tests.assets.test_graph"
    )


def test_every_asset_explains_itself() -> None:
    for spec in defs.resolve_all_asset_specs():
        assert len(spec.description or "") > 60, spec.key


def test_every_job_sensor_and_schedule_says_what_it_does() -> None:
    repository = defs.get_repository_def()
    jobs = [job for job in repository.get_all_jobs() if not job.name.startswith("__")]
    for each in (*jobs, *repository.sensor_defs, *repository.schedule_defs):
        told = each.description or ""
        assert len(told) > 30, each.name
        assert "\n " not in told and all("\n" not in paragraph for paragraph in told.split("\n\n")), each.name


def test_every_check_says_what_it_is_about() -> None:
    for key in defs.resolve_asset_graph().asset_check_keys:
        spec = defs.resolve_asset_graph().get_check_spec(key)
        assert len(spec.description or "") > 30, key


def test_what_runs_by_itself_is_switched_on() -> None:
    repository = defs.get_repository_def()
    assert {sensor.default_status for sensor in repository.sensor_defs} == {dg.DefaultSensorStatus.RUNNING}
    off = {
        schedule.name
        for schedule in repository.schedule_defs
        if schedule.default_status is not dg.DefaultScheduleStatus.RUNNING
    }
    assert off == COSTLY


COSTLY = {"weekly_integrity", "weekly_reread", "full_scan", "nightly_backfill"}
"""Schedules that look at all of the library: an operator switches them on."""


def test_the_definitions_load_without_a_warning_and_import_nothing_heavy() -> None:
    heavy = ("pandas", "numpy", "litestar", "melodee_api", "dagster_webserver", "PIL.ImageShow", "yoyo")
    code = f"""
import sys
import melodee_assets.definitions
print(*[name for name in {heavy!r} if name in sys.modules])
"""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=False, env={"PATH": ""}
    )
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, "", "")


if __name__ == "__main__":
    SNAPSHOT.write_text(json.dumps(graph(), indent=2, sort_keys=True) + "\n", "utf-8")
