"""Pools: how many runs at a time may use what there is little of. Listeners share the machine with all of them.

Limits are rows of Dagster's, which an operator changes under Deployment, Concurrency; `dagster.yaml` knows one default
for all pools alone. So what differs from it is set once, where nobody has set anything.
"""

from collections.abc import Mapping

from dagster import DagsterInstance

DISK = "disk"
"""Runs that move files: reading tags keeps a processor busy while another run waits for its disk."""

CPU = "cpu"
"""Runs that decode music or read all of a leaf's files: each keeps every processor busy that it gets."""

LIMITS: Mapping[str, int] = {CPU: 1}
"""Those that differ from the default."""


def keep_limits(instance: DagsterInstance) -> None:
    """Sets the limits that nobody has set."""
    known = {pool.name for pool in instance.event_log_storage.get_pool_limits() if not pool.from_default}
    for name, limit in LIMITS.items():
        if name not in known:
            instance.event_log_storage.set_concurrency_slots(name, limit)
