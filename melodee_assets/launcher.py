"""Notices runs whose process is gone, also when the code server and the daemon died with it.

Dagster asks every `run_monitoring.poll_interval_seconds` (10). The lock of a living run is free for moments only:
before its first step, after its last, and while the database restarts. So a run is given up when two looks that are
`SURE_SECONDS` or more apart found its lock free; run retries then take it up again from the step that it was in.
"""

import time

from dagster import DagsterRun, DefaultRunLauncher
from dagster._core.launcher import CheckRunHealthResult, LaunchRunContext, WorkerStatus
from dagster._serdes import ConfigurableClassData

from melodee.database import queries
from melodee_assets.pools import keep_limits
from melodee_assets.run_lock import LOOK_SECONDS, connect

SURE_SECONDS = 4 * LOOK_SECONDS
"""How long a lock must have been free: more than a run needs to take a lost one again."""


class MelodeeRunLauncher(DefaultRunLauncher):
    """The default launcher, with a health check."""

    def __init__(self, inst_data: ConfigurableClassData | None = None) -> None:
        super().__init__(inst_data)
        self._free_since: dict[str, float] = {}
        self._has_kept_limits = False

    def launch_run(self, context: LaunchRunContext) -> None:
        """Starts the run; before the first one, sees to the limits of pools."""
        if not self._has_kept_limits:
            keep_limits(self._instance)
            self._has_kept_limits = True
        super().launch_run(context)

    @property
    def supports_check_run_worker_health(self) -> bool:
        """It does; Dagster's own does not."""
        return True

    def check_run_worker_health(self, run: DagsterRun) -> CheckRunHealthResult:
        """Whether a living process holds the run's lock (see `melodee_assets.run_lock`)."""
        if not self._lock_is_free(run.run_id):
            self._free_since.pop(run.run_id, None)
            return CheckRunHealthResult(WorkerStatus.RUNNING)
        now = time.monotonic()
        if now - self._free_since.setdefault(run.run_id, now) < SURE_SECONDS:
            return CheckRunHealthResult(WorkerStatus.RUNNING, "its lock is free; looking once more")
        del self._free_since[run.run_id]
        return CheckRunHealthResult(WorkerStatus.FAILED, "the process of the run is gone (it holds no lock)")

    def _lock_is_free(self, run_id: str) -> bool:
        with connect(self._instance) as connection:
            row = connection.execute(queries()["run_lock_is_free"], {"run": run_id}).fetchone()
        return row is not None and row[0]
