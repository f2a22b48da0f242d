"""How the work is cut: intake by batches of settled files, upkeep by the catalogue's leaves.

A batch is not a release, because an empty run costs more than a second of processor time and Dagster's pages grow slow
with the number of partitions; never a folder's name, because `...` and commas are not allowed in a key. Sensors add a
key for each batch and each leaf that they find in the database.
"""

import dagster as dg

batches = dg.DynamicPartitionsDefinition(name="batches")

leaves = dg.DynamicPartitionsDefinition(name="leaves")
"""The leaves of the catalogue, by the date on which they were opened and their number: `2026-11-22.0001`."""
