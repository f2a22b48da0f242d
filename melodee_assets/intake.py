"""Intake: what people drop becomes releases on a storage volume and rows in the catalogue.

Three assets on one partition, a batch, in one run and one process: an empty run costs more processor time than
promoting an album, and every event is a row that nobody prunes. Each asset reads its work from the database, never from
the asset before it, so that a run that died goes on from the step it was in, and running a batch again does only what
is left. What fails inside a batch is a row in the list of failures; a batch itself only fails when something that all
its releases need is away.
"""

from datetime import UTC

import dagster as dg

from melodee.database import Database
from melodee.intake.discover import discover_batch
from melodee.intake.publish import publish_batch
from melodee.intake.stage import stage_batch
from melodee_assets.partitions import batches
from melodee_assets.pools import DISK
from melodee_assets.requests import instance_name
from melodee_assets.retries import DEPENDENCY_RETRY, only_what_may_heal_is_retried
from melodee_assets.review_checks import finding_checks, finding_results, report_published

PATIENCE = 1800.0
"""Seconds for which a run waits while another instance works on its batch."""

inbound_files = dg.AssetSpec(
    "inbound_files",
    description=(
        "Folders of music that people drop on the inbound volumes. Nothing here is Melodee's yet: `inbound_sensor` "
        "looks every five seconds, waits until a folder has not changed for a while, and makes a batch of it."
    ),
    group_name="intake",
    kinds={"file"},
    owners=["team:operators"],
)


@dg.asset(
    deps=[inbound_files],
    partitions_def=batches,
    group_name="intake",
    kinds={"postgres"},
    owners=["team:operators"],
    pool=DISK,
    retry_policy=DEPENDENCY_RETRY,
)
def discovered_releases(
    context: dg.AssetExecutionContext, database: dg.ResourceParam[Database]
) -> dg.MaterializeResult:
    """Releases that the batch's files make: every file entered in the ledger, its tags read, grouped by album.

    What is not music, cannot be read, or has not settled yet says so in the ledger and stays where it is.
    """
    with only_what_may_heal_is_retried():
        # A run may wait in the queue while another instance finishes its batch.
        asked_at = context.instance.get_run_record_by_id(context.run.run_id)
        outcome = discover_batch(
            database,
            context.partition_key,
            report=context.log.info,
            asked_at=asked_at and asked_at.create_timestamp.replace(tzinfo=UTC),
            patience=PATIENCE,
            instance=instance_name(context.instance),
        )
    return dg.MaterializeResult(metadata=outcome.as_metadata())


@dg.asset(
    deps=[discovered_releases],
    partitions_def=batches,
    group_name="intake",
    kinds={"file", "postgres"},
    owners=["team:operators"],
    pool=DISK,
    retry_policy=DEPENDENCY_RETRY,
    check_specs=finding_checks,
)
def staged_releases(context: dg.AssetExecutionContext, database: dg.ResourceParam[Database]) -> dg.MaterializeResult:
    """Releases of the batch on the staging volume, judged: what is odd about each is noted as a finding.

    The review policy approves a release, or lets it wait for a person; one that waits holds nothing else up.
    """
    with only_what_may_heal_is_retried():
        outcome = stage_batch(database, context.partition_key, report=context.log.info)
        results = list(finding_results(database, context.partition_key))
    return dg.MaterializeResult(metadata=outcome.as_metadata(), check_results=results)


@dg.asset(
    deps=[staged_releases],
    partitions_def=batches,
    group_name="intake",
    kinds={"file", "postgres"},
    owners=["team:operators"],
    pool=DISK,
    retry_policy=DEPENDENCY_RETRY,
)
def published_releases(context: dg.AssetExecutionContext, database: dg.ResourceParam[Database]) -> dg.MaterializeResult:
    """Approved releases of the batch on a storage volume and in the catalogue: from here on they play."""
    with only_what_may_heal_is_retried():
        outcome = publish_batch(database, context.partition_key, report=context.log.info)
        report_published(context.instance, database, context.partition_key)
    return dg.MaterializeResult(metadata=outcome.as_metadata())
