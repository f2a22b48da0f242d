"""Upkeep: what is kept beside the catalogue so that lists, searches and the index of artists stay fast at any size.

These assets hang on the catalogue and never on a batch: the upkeep sensor asks for a run of those that have not seen
the catalogue's last change and have rested. None of them holds what is true, so a run that fails or comes late costs
speed or freshness, never a song; each one's metadata says what it cost and which change of the catalogue it reflects.

Leaves are the catalogue's partitions in PostgreSQL and in Dagster's grid alike: work on all of the library is a
selection in the UI.
"""

import dagster as dg

from melodee.catalogue.leaf_care import LeafKey, care_for_leaf
from melodee.catalogue.upkeep import keep
from melodee.database import Database
from melodee_assets.catalogue import catalogue
from melodee_assets.partitions import leaves as leaf_partitions
from melodee_assets.retries import DEPENDENCY_RETRY, only_what_may_heal_is_retried


def _kept(context: dg.AssetExecutionContext, database: Database) -> dg.MaterializeResult:
    with only_what_may_heal_is_retried():
        metadata = keep(database, context.asset_key.to_user_string(), context.log.info)
    return dg.MaterializeResult(metadata=metadata)


@dg.asset(
    deps=[catalogue],
    group_name="upkeep",
    kinds={"postgres"},
    owners=["team:operators"],
    retry_policy=DEPENDENCY_RETRY,
)
def list_places(context: dg.AssetExecutionContext, database: dg.ResourceParam[Database]) -> dg.MaterializeResult:
    """Stretches of the lists by name, cut anew where some have grown: what makes a deep offset as fast as the first.

    The numbers in them are exact at every moment, since promotions keep them; only their size is looked after here.
    """
    return _kept(context, database)


@dg.asset(
    deps=[catalogue],
    group_name="upkeep",
    kinds={"postgres"},
    owners=["team:operators"],
    retry_policy=DEPENDENCY_RETRY,
)
def search_tiers(context: dg.AssetExecutionContext, database: dg.ResourceParam[Database]) -> dg.MaterializeResult:
    """The most played and the newest songs and albums, and the best finds of frequent beginnings of words.

    A search asks these first and the whole catalogue only when they give too little, so what is not in them yet is
    found all the same when few other names have its words.
    """
    return _kept(context, database)


@dg.asset(
    deps=[catalogue],
    group_name="upkeep",
    kinds={"postgres"},
    owners=["team:operators"],
    retry_policy=DEPENDENCY_RETRY,
)
def vocabulary(context: dg.AssetExecutionContext, database: dg.ResourceParam[Database]) -> dg.MaterializeResult:
    """All words of the catalogue's names with how often they occur: a search that finds nothing is corrected by it.

    Words are added from what came in since the last run.
    """
    return _kept(context, database)


@dg.asset(
    deps=[catalogue],
    group_name="upkeep",
    kinds={"postgres"},
    owners=["team:operators"],
    retry_policy=DEPENDENCY_RETRY,
)
def artist_snapshots(context: dg.AssetExecutionContext, database: dg.ResourceParam[Database]) -> dg.MaterializeResult:
    """The index of all artists as players ask for it, written and compressed beforehand, for each set of folders.

    Players get the last one until the next is whole. Small libraries have none: their index is made when it is asked
    for.
    """
    return _kept(context, database)


@dg.asset(
    deps=[catalogue],
    partitions_def=leaf_partitions,
    group_name="upkeep",
    kinds={"postgres"},
    owners=["team:operators"],
    retry_policy=DEPENDENCY_RETRY,
)
def leaves(context: dg.AssetExecutionContext, database: dg.ResourceParam[Database]) -> dg.MaterializeResult:
    """Leaves of the catalogue (PostgreSQL partitions of some 500,000 songs), vacuumed, with fresh statistics.

    Each is looked after once when it is full, and again when a tenth of it has changed; a backfill does all of them.
    """
    with only_what_may_heal_is_retried():
        number = LeafKey.parse(context.partition_key).number
        care = care_for_leaf(database, number, report=context.log.info)
    return dg.MaterializeResult(metadata=care.as_metadata())
