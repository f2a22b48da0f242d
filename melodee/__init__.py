"""Melodee's core: the library's model, its files and its database. Imports neither Dagster nor Litestar."""

__version__ = "0.1.0"
