"""Work on the songs that are in the catalogue, leaf by leaf: what a data operator launches as a backfill in the UI.

Each asset is partitioned by the leaves and hangs on the catalogue alone. A run does one leaf, notes how far it is after
every some hundred songs, and tells it: in its log every few seconds, and as an observation of the asset every half a
minute. One that was cancelled or died is launched again and goes on from there. What is wrong with a file is a row in
the list of failures, and the run goes on.
"""

import dagster as dg

from melodee.catalogue.leaf_care import LeafKey
from melodee.database import Database
from melodee.leaf_work.covers import CoversAgain
from melodee.leaf_work.integrity import IntegrityAgain
from melodee.leaf_work.progress import Progress
from melodee.leaf_work.rules import RulesAgain
from melodee.leaf_work.sampled import decode_sample
from melodee.leaf_work.tags import TagsAgain
from melodee.leaf_work.work import Work, work_on_leaf
from melodee.rules.load import load
from melodee.settings import LeafWorkSettings
from melodee_assets.catalogue import catalogue
from melodee_assets.partitions import leaves as leaf_partitions
from melodee_assets.retries import DEPENDENCY_RETRY, only_what_may_heal_is_retried


class RereadConfig(dg.Config):
    """What is read again."""

    every: bool = False
    """Every file; else those whose size or time has changed, and all once when the reader has become better."""


class IntegrityConfig(dg.Config):
    """What is verified."""

    decode_share: float | None = None
    """The share of the files that are decoded as well, 0 to 1; without it, the setting MELODEE_DECODE_SHARE."""


def _work(context: dg.AssetExecutionContext, database: Database, work: Work) -> dg.MaterializeResult:
    def observe(progress: Progress) -> None:
        context.log_event(
            dg.AssetObservation(context.asset_key, partition=context.partition_key, metadata=progress.as_metadata())
        )

    leaf = LeafKey.parse(context.partition_key).number
    progress = work_on_leaf(database, work, leaf, report=context.log.info, observe=observe, run=context.run.run_id)
    return dg.MaterializeResult(metadata=progress.as_metadata())


@dg.asset(
    deps=[catalogue],
    partitions_def=leaf_partitions,
    group_name="leaf_work",
    kinds={"file", "postgres"},
    owners=["team:operators"],
    pool="disk",
    retry_policy=DEPENDENCY_RETRY,
)
def leaf_tags(
    context: dg.AssetExecutionContext, config: RereadConfig, database: dg.ResourceParam[Database]
) -> dg.MaterializeResult:
    """Tags of the leaf's files, read again where a file is not as it was: re-tagged songs show what they say now.

    Files whose size and time are as they were are not opened, unless the run's config says `every: true` or Melodee
    reads more of a file than it did.
    """
    with only_what_may_heal_is_retried():
        return _work(context, database, TagsAgain(database, load(), every=config.every))


@dg.asset(
    deps=[catalogue],
    partitions_def=leaf_partitions,
    group_name="leaf_work",
    kinds={"postgres"},
    owners=["team:operators"],
    pool="cpu",
    retry_policy=DEPENDENCY_RETRY,
)
def leaf_rules(context: dg.AssetExecutionContext, database: dg.ResourceParam[Database]) -> dg.MaterializeResult:
    """The metadata rules in force, applied to what the leaf's files said when they were read: after rules were edited.

    No file is opened, and only songs and albums that the rules make other than they are get other rows. After editing
    `rules.toml`, press *Materialize…* here and choose *All*.
    """
    with only_what_may_heal_is_retried():
        return _work(context, database, RulesAgain(database, load()))


@dg.asset(
    deps=[catalogue],
    partitions_def=leaf_partitions,
    group_name="leaf_work",
    kinds={"file", "postgres"},
    owners=["team:operators"],
    pool="disk",
    retry_policy=DEPENDENCY_RETRY,
)
def leaf_covers(context: dg.AssetExecutionContext, database: dg.ResourceParam[Database]) -> dg.MaterializeResult:
    """Covers of the leaf's albums, chosen anew from the pictures beside and inside the music as they are now.

    A picture that is broken or gone gives way to the next best, and is listed as failed.
    """
    with only_what_may_heal_is_retried():
        return _work(context, database, CoversAgain(database))


@dg.asset(
    deps=[catalogue],
    partitions_def=leaf_partitions,
    group_name="leaf_work",
    kinds={"file", "postgres"},
    owners=["team:operators"],
    pool="cpu",
    retry_policy=DEPENDENCY_RETRY,
)
def leaf_integrity(
    context: dg.AssetExecutionContext, config: IntegrityConfig, database: dg.ResourceParam[Database]
) -> dg.MaterializeResult:
    """Every file of the leaf read whole: its bytes must be those that came in, or their hash is stored where none is.

    With `decode_share` in the run's config, a share of the files is decoded from beginning to end as well. Reads the
    whole of the leaf's music, which takes hours.
    """
    with only_what_may_heal_is_retried():
        share = LeafWorkSettings.from_environment().decode_share if config.decode_share is None else config.decode_share
        return _work(context, database, IntegrityAgain(database, decode_share=min(max(share, 0.0), 1.0)))


@dg.asset(
    deps=[catalogue],
    group_name="leaf_work",
    kinds={"file"},
    owners=["team:operators"],
    pool="cpu",
    retry_policy=DEPENDENCY_RETRY,
)
def sampled_integrity(context: dg.AssetExecutionContext, database: dg.ResourceParam[Database]) -> dg.MaterializeResult:
    """Some files from all over the library, decoded from beginning to end: a failing disk shows in a few nights.

    MELODEE_DECODE_FILES says how many; they are others each time. What cannot be decoded is listed as failed.
    """
    with only_what_may_heal_is_retried():
        files = LeafWorkSettings.from_environment().decode_files
        sampled = decode_sample(database, files, report=context.log.info)
    return dg.MaterializeResult(metadata=sampled.as_metadata())
