"""The catalogue: artists, albums and songs in their partitions, and the narrow tables that lists are read from."""
