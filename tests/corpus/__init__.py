"""A collection as twenty years leave it behind: each file with what is to become of it."""
