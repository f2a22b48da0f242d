"""How the work is cut: one partition is one batch of settled files.

Not a release, because an empty run costs more than a second of processor time and Dagster's pages grow slow with the
number of partitions; never a folder's name, because `...` and commas are not allowed in a key. The inbound sensor adds
a key for each batch that it finds planned in the database.
"""

import dagster as dg

batches = dg.DynamicPartitionsDefinition(name="batches")
